// Not the global ones: a kernel's fall silent with the cell that set them.
import { clearTimeout, setTimeout } from "node:timers";
import { enter, interruptCounters, leave, unwatch, type Watched, watch } from "./interrupt.js";

/** Who waits for another attempt; hears of exactly one of the two. */
export interface Retrying {
  again(at: number): void;
  /** The stop button was pressed meanwhile. */
  interrupted(): void;
}

/** The time between two attempts of a task. It counts as in flight, so the stop button reaches it. */
export class Backoff implements Watched {
  private readonly until: number;
  private readonly epoch: number;
  private readonly retrying: Retrying;
  private readonly timer: NodeJS.Timeout;
  private isOver = false;

  /** @param epoch That of the task's submission. */
  constructor(waitMs: number, epoch: number, retrying: Retrying) {
    this.until = performance.now() + waitMs;
    this.epoch = epoch;
    this.retrying = retrying;
    Atomics.add(interruptCounters, 1, 1);
    watch(this);
    this.timer = setTimeout(() => this.goOn(), waitMs);
  }

  /** Without effect once it is over. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    unwatch(this);
    Atomics.sub(interruptCounters, 1, 1);
  }

  look(epoch: number, now: number): void {
    if (epoch !== this.epoch) {
      this.end();
      this.retrying.interrupted();
    } else if (now >= this.until) {
      this.end();
      this.retrying.again(now);
    }
  }

  private goOn(): void {
    enter();
    try {
      // A timer may be early by less than a millisecond.
      const now = Math.max(performance.now(), this.until);
      if (!this.isOver) this.look(Atomics.load(interruptCounters, 0), now);
    } finally {
      leave();
    }
  }
}
