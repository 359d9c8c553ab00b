import { type RingText, TextRingReader } from "./text-ring.js";

/** Streams leave in batches this far apart, unless something else has to leave after them. */
const BATCH_MS = 16;

/** A batch of this size is taken, signed and sent within some two milliseconds. */
const BATCH_BYTES = 1 << 17;

/** Empties the text ring: at once after a pause, in batches during a flood. */
export class TextPump {
  private readonly reader: TextRingReader;
  private readonly deliver: (text: RingText) => void;
  private timer: NodeJS.Timeout | undefined;
  private lastDrain = 0;

  constructor(ring: SharedArrayBuffer, deliver: (text: RingText) => void) {
    this.reader = new TextRingReader(ring);
    this.deliver = deliver;
  }

  /** There is text. */
  wake(): void {
    const wait = this.lastDrain + BATCH_MS - performance.now();
    if (wait > 0) this.schedule(wait);
    else this.drainStepwise();
  }

  private schedule(wait: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.drainStepwise();
    }, wait);
  }

  /** Delivers what was written before a message that has come, which may then be delivered itself. */
  before(message: number): void {
    for (const text of this.reader.read(message)) this.deliver(text);
    this.schedule(BATCH_MS);
  }

  /** Delivers all text but what was written after a message still to come. */
  drain(): void {
    do this.drainBatch();
    while (this.reader.hasMore);
  }

  /** A full ring is emptied in several turns of the event loop, which answers heartbeats meanwhile. */
  private drainStepwise(): void {
    this.drainBatch();
    if (this.reader.hasMore) setImmediate(() => this.drainStepwise());
  }

  private drainBatch(): void {
    this.lastDrain = performance.now();
    for (const text of this.reader.read(undefined, BATCH_BYTES)) this.deliver(text);
  }

  close(): void {
    clearTimeout(this.timer);
    this.drain();
    this.reader.close();
  }
}
