import { costOf, isText, type PlacedMessage, type Said, withEndOfText } from "./cut-text.js";
import { MESSAGE_COST, type OutputPace } from "./output-pace.js";
import { type RingText, TextRingReader } from "./text-ring.js";

/** Streams leave in batches this far apart, unless something else has to leave after them. */
const BATCH_MS = 16;

/** A batch of this size is taken, signed and sent within some two milliseconds. */
const BATCH_BYTES = 1 << 17;

/** What is shown of the text that a stopped cell leaves behind. */
const TAIL_COST = 1 << 16;

/**
 * Hands on what MAIN says, in its order: at once after a pause, in batches during a flood, and no faster
 * than its clients take it. What waits for that stays in the ring, which makes the cell wait.
 */
export class TextPump {
  private readonly reader: TextRingReader;
  private readonly pace: OutputPace;
  private readonly deliver: (text: RingText) => void;
  private readonly waiting: PlacedMessage[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isContinuing = false;
  private lastBatch = Number.NEGATIVE_INFINITY;

  constructor(ring: SharedArrayBuffer, pace: OutputPace, deliver: (text: RingText) => void) {
    this.reader = new TextRingReader(ring);
    this.pace = pace;
    this.deliver = deliver;
  }

  /** There is text. */
  wake(): void {
    this.schedule(BATCH_MS);
  }

  /** A message that clients see has come: it follows the text written before it. */
  message(barrier: number, deliver: () => void): void {
    this.enqueue({ barrier, cost: MESSAGE_COST, deliver });
  }

  /** A message to the kernel itself has come: it follows what was said before it. */
  note(barrier: number | undefined, deliver: () => void): void {
    this.enqueue({ barrier, cost: 0, deliver });
  }

  /**
   * The cell has been stopped, and its end is not to wait: what is left is delivered at once, and of a
   * long text only the end.
   */
  cut(): void {
    const room = Math.max(TAIL_COST, this.pace.room(performance.now()));
    const left = this.takeAll();
    const isLong = left.reduce((sum, each) => sum + costOf(each), 0) > room;
    for (const each of isLong ? withEndOfText(left, TAIL_COST) : left) {
      this.pace.spend(costOf(each), performance.now());
      this.hand(each);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    for (const each of this.takeAll()) this.hand(each);
    this.reader.close();
  }

  private enqueue(message: PlacedMessage): void {
    this.waiting.push(message);
    this.schedule(0);
  }

  private schedule(intervalMs: number): void {
    if (this.isContinuing) return;
    const now = performance.now();
    const wait = this.lastBatch + Math.max(intervalMs, this.pace.intervalMs(now)) - now;
    if (wait <= 0) {
      this.turn();
      return;
    }
    // A message that may leave sooner than the text does not wait for it.
    if (intervalMs === 0) clearTimeout(this.timer);
    else if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.turn(), wait);
  }

  /** One batch; a full ring takes several turns of the event loop, which answers heartbeats meanwhile. */
  private turn(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const now = performance.now();
    this.lastBatch = now;
    const room = this.pace.room(now);
    const isPaced = this.pace.intervalMs(now) > 0;
    if (this.batch(isPaced ? room : Math.min(room, BATCH_BYTES))) return;
    if (this.pace.intervalMs(now) > 0) this.schedule(BATCH_MS);
    else this.continueSoon();
  }

  private continueSoon(): void {
    this.isContinuing = true;
    setImmediate(() => {
      this.isContinuing = false;
      this.turn();
    });
  }

  /** @returns Whether nothing is left that may leave by now. */
  private batch(room: number): boolean {
    for (let left = room; left > 0; ) {
      const message = this.waiting[0];
      if (message === undefined || message.barrier !== undefined) {
        left -= this.sendText(message?.barrier, left);
        if (this.reader.hasMore) continue;
      }
      if (message === undefined) return true;
      this.waiting.shift();
      left -= message.cost;
      this.pace.spend(message.cost, performance.now());
      message.deliver();
    }
    return false;
  }

  /**
   * @param barrier Number of the message to stop at.
   * @returns What it cost.
   */
  private sendText(barrier: number | undefined, room: number): number {
    let cost = 0;
    const count = (text: string, isPiece: boolean): number => {
      const own = (isPiece ? MESSAGE_COST : 0) + this.pace.costOf(text);
      cost += own;
      return own;
    };
    const found = this.reader.read(barrier, room, count);
    this.pace.spend(cost, performance.now());
    for (const text of found) this.deliver(text);
    return cost;
  }

  private takeAll(): Said[] {
    const all: Said[] = [];
    for (const message of this.waiting.splice(0)) {
      if (message.barrier !== undefined) all.push(...this.reader.read(message.barrier));
      all.push(message);
    }
    all.push(...this.reader.read());
    return all;
  }

  private hand(said: Said): void {
    if (isText(said)) this.deliver(said);
    else said.deliver();
  }
}
