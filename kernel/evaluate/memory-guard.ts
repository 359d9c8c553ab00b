/** Memory that a process can use up. */
export interface MemorySource {
  /** Whose memory it is, for a message. */
  readonly owner: string;
  /** How to have more of it, for a message. */
  readonly remedy: string;
  readonly totalBytes: number;
  /** Before the system ends processes; absent where it does not say. */
  availableBytes(): number | undefined;
}

/** What the guard asks and does. */
export interface MemoryGuardParts {
  readonly sources: readonly MemorySource[];
  /** Of the whole process. */
  residentBytes(): number;
  onFull(source: MemorySource, residentBytes: number): void;
}

/** Below this share of the memory the process is not the one that fills it. */
const LARGE_SHARE = 0.25;
const RESERVE_SHARE = 0.05;
const LEAST_RESERVE = 64 * 2 ** 20;
const MOST_RESERVE = 2 ** 30;
/** Of the reserve; a cell that has added less is not what filled the memory. */
const GROWTH_SHARE = 0.3;
/** What the process adds until a stop takes hold counts as taken. */
const STOP_TAKES_MS = 40;
const CALM_INTERVAL_MS = 50;
const ALERT_INTERVAL_MS = 10;
/** Closer looks are taken below so many reserves. */
const ALERT_RESERVES = 4;
/** Below so many a cell begins without the garbage of those before it. */
const SCARCE_RESERVES = 3;

/**
 * Sees the memory of the machine run out in time to stop the cell that takes it, as that of typed arrays
 * and native libraries, which V8's limit does not know: the system would end the whole process. Lives in
 * the protocol worker, beside `HeapGuard`.
 */
export class MemoryGuard {
  private readonly parts: MemoryGuardParts;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Since `begin`: the stop takes its time. */
  private hasTold = false;
  /** When the cell began. */
  private startBytes: number;
  private residentBytes: number;
  private lookedAt = performance.now();
  private bytesPerMs = 0;

  constructor(parts: MemoryGuardParts) {
    this.parts = parts;
    this.startBytes = parts.residentBytes();
    this.residentBytes = this.startBytes;
    if (parts.sources.length > 0) this.schedule(CALM_INTERVAL_MS);
  }

  /** A cell begins: what the process holds by now is not its doing. */
  begin(): void {
    this.hasTold = false;
    this.startBytes = this.parts.residentBytes();
  }

  /** Memory is scarce, and the process holds much of it. */
  get isScarce(): boolean {
    this.measure();
    return this.isBelowReserves(SCARCE_RESERVES);
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
    this.measure();
    const source = this.hasTold ? undefined : this.shortSource();
    if (source !== undefined) {
      this.hasTold = true;
      this.parts.onFull(source, this.residentBytes);
    }
    this.schedule(this.isBelowReserves(ALERT_RESERVES) ? ALERT_INTERVAL_MS : CALM_INTERVAL_MS);
  }

  private measure(): void {
    const now = performance.now();
    const residentBytes = this.parts.residentBytes();
    this.bytesPerMs = (residentBytes - this.residentBytes) / Math.max(now - this.lookedAt, 1);
    this.residentBytes = residentBytes;
    this.lookedAt = now;
  }

  private shortSource(): MemorySource | undefined {
    const soon = Math.max(this.bytesPerMs, 0) * STOP_TAKES_MS;
    const grown = this.residentBytes - this.startBytes;
    return this.filledSources().find((source) => {
      const reserve = reserveOf(source);
      // One large array is no reason to expect many more.
      const needed = reserve + Math.min(soon, reserve);
      return grown >= GROWTH_SHARE * reserve && this.isBelow(source, needed);
    });
  }

  private isBelowReserves(count: number): boolean {
    return this.filledSources().some((each) => this.isBelow(each, count * reserveOf(each)));
  }

  /** Those of which the process holds much; nothing else is asked for what is available. */
  private filledSources(): readonly MemorySource[] {
    return this.parts.sources.filter(
      ({ totalBytes }) => this.residentBytes >= LARGE_SHARE * totalBytes,
    );
  }

  private isBelow(source: MemorySource, bytes: number): boolean {
    const available = source.availableBytes();
    return available !== undefined && available < bytes;
  }
}

function reserveOf({ totalBytes }: MemorySource): number {
  const reserve = Math.min(RESERVE_SHARE * totalBytes, MOST_RESERVE);
  return Math.max(reserve, Math.min(LEAST_RESERVE, totalBytes / 8));
}
