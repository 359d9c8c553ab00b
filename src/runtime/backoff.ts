// Not the global ones: a kernel's fall silent with the cell that set them.
import { clearTimeout, setTimeout } from "node:timers";
import { interruptCounters } from "./interrupt.js";

const lookMs = 20;

/** Who waits for another attempt; hears of exactly one of the two. */
export interface Retrying {
  again(at: number): void;
  /** The stop button was pressed meanwhile. */
  interrupted(): void;
}

/** The time between two attempts of a task. It counts as in flight, so the stop button reaches it. */
export class Backoff {
  private readonly until: number;
  private readonly epoch: number;
  private readonly retrying: Retrying;
  private timer: NodeJS.Timeout | undefined;

  /** @param epoch That of the task's submission. */
  constructor(waitMs: number, epoch: number, retrying: Retrying) {
    this.until = performance.now() + waitMs;
    this.epoch = epoch;
    this.retrying = retrying;
    Atomics.add(interruptCounters, 1, 1);
    this.wait(waitMs);
  }

  /** Without effect once it is over. */
  end(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    Atomics.sub(interruptCounters, 1, 1);
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => this.look(), Math.min(lookMs, milliseconds));
  }

  private look(): void {
    const now = performance.now();
    const isInterrupted = Atomics.load(interruptCounters, 0) !== this.epoch;
    if (!isInterrupted && now < this.until) {
      this.wait(this.until - now);
      return;
    }
    this.end();
    if (isInterrupted) this.retrying.interrupted();
    else this.retrying.again(now);
  }
}
