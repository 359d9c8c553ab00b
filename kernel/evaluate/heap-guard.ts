/** What the guard asks and does. */
export interface HeapGuardParts {
  /** Bytes that V8 allows MAIN; beyond, it ends the process without a word to the clients. */
  readonly limit: number;
  /** How often V8 itself has found the heap at its limit; always 0 where it cannot be asked. */
  alarms(): number;
  /** Of the whole process: cheap to ask, and no less than MAIN's heap. */
  residentBytes(): number;
  /** Of MAIN; answered late while it collects garbage, and not at all in a call that nothing stops. */
  heapUsed(): Promise<number | undefined>;
  /** The heap is nearly full. */
  onFull(used: number): void;
}

/** Below this share of the limit MAIN is not even asked. */
const WATCHED_SHARE = 0.4;
/**
 * V8 collects garbage when the heap has come half the way from what lives to the limit: at 90 % in use
 * four fifths are alive.
 */
const FULL_SHARE = 0.9;
/** A heap that will be this full by the time that a stop takes hold is full. */
const LAST_SHARE = 0.97;
const STOP_TAKES_MS = 40;
/** What a cell may add that began with a nearly full heap: most likely it is there to empty it. */
const AMENDMENT_SHARE = 0.04;
const CALM_INTERVAL_MS = 50;
const ALERT_INTERVAL_MS = 5;

/**
 * Sees MAIN's heap fill up in time to stop the cell that fills it. Lives in the protocol worker. Looking
 * comes early enough as a rule; V8's alarm tells of what comes at one blow, such as a `Map` that grows.
 */
export class HeapGuard {
  private readonly parts: HeapGuardParts;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private isAsking = false;
  private used = 0;
  private usedAt = 0;
  private alarms = 0;
  /** Told above this. */
  private threshold: number;

  constructor(parts: HeapGuardParts) {
    this.parts = parts;
    this.threshold = FULL_SHARE * parts.limit;
    this.schedule(CALM_INTERVAL_MS);
  }

  /** A cell begins: what the heap holds by now is not its doing. */
  begin(): void {
    const { limit } = this.parts;
    this.threshold = Math.max(FULL_SHARE * limit, this.used + AMENDMENT_SHARE * limit);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private schedule(interval: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => this.look(), interval);
    this.timer.unref();
  }

  private look(): void {
    const { limit } = this.parts;
    const alarms = this.parts.alarms();
    if (alarms !== this.alarms) this.tell(limit);
    this.alarms = alarms;
    const isLarge = this.parts.residentBytes() >= WATCHED_SHARE * limit;
    if (!isLarge) this.used = 0;
    else if (!this.isAsking) void this.ask();
    this.schedule(this.used < WATCHED_SHARE * limit ? CALM_INTERVAL_MS : ALERT_INTERVAL_MS);
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    const used = await this.parts.heapUsed();
    this.isAsking = false;
    if (used !== undefined && this.isFull(used, performance.now())) this.tell(used);
  }

  /** Once a cell: the stop takes its time. */
  private tell(used: number): void {
    if (this.isClosed || this.threshold === Number.POSITIVE_INFINITY) return;
    this.threshold = Number.POSITIVE_INFINITY;
    this.parts.onFull(used);
  }

  private isFull(used: number, now: number): boolean {
    const perMs = this.used === 0 ? 0 : (used - this.used) / (now - this.usedAt);
    this.used = used;
    this.usedAt = now;
    if (used > this.threshold) return true;
    const { limit } = this.parts;
    // Of a heap that was full before, every step looks like the last.
    const isForeseen = this.threshold <= FULL_SHARE * limit;
    return isForeseen && used + perMs * STOP_TAKES_MS > LAST_SHARE * limit;
  }
}
