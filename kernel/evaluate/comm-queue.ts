import type { CommMessage } from "./evaluator.js";
import type { CommDelivery } from "./messages.js";

interface Pending {
  readonly delivery: CommDelivery;
  isPosted: boolean;
  isTaken: boolean;
  readonly settle: () => void;
}

/**
 * Comm messages on their way to MAIN, in order. They are posted at once, so that they are handled
 * while a cell awaits and wait in MAIN's queue while it computes. The stop button may unwind the
 * delivery of one along with what it stops: what MAIN has not taken by then is posted again.
 */
export class CommQueue {
  private readonly post: (delivery: CommDelivery) => void;
  /** Oldest first. */
  private readonly pending = new Map<number, Pending>();
  private lastSequence = 0;
  private isHeld = false;

  constructor(post: (delivery: CommDelivery) => void) {
    this.post = post;
  }

  /** Resolves when the message has been handled, or its handler was stopped. */
  add(id: string, message: CommMessage): Promise<void> {
    const sequence = ++this.lastSequence;
    // The bytes alone: a view is sent with all of the memory that it looks into.
    const buffers = message.buffers.map((bytes) => new Uint8Array(bytes));
    const delivery: CommDelivery = { sequence, id, message: { ...message, buffers } };
    return new Promise((settle) => {
      this.pending.set(sequence, { delivery, isPosted: !this.isHeld, isTaken: false, settle });
      if (!this.isHeld) this.post(delivery);
    });
  }

  /** Until `release` nothing is posted. */
  hold(): void {
    this.isHeld = true;
  }

  /** @param wasForced What MAIN has taken was stopped, what it has not was lost. */
  release(wasForced: boolean): void {
    this.isHeld = false;
    if (wasForced) {
      for (const each of [...this.pending.values()]) {
        if (each.isTaken) this.handled(each.delivery.sequence);
        else each.isPosted = false;
      }
    }
    this.postWaiting();
  }

  /** MAIN has handed it to its handlers. */
  taken(sequence: number): void {
    const entry = this.pending.get(sequence);
    if (entry !== undefined) entry.isTaken = true;
  }

  handled(sequence: number): void {
    this.pending.get(sequence)?.settle();
    this.pending.delete(sequence);
  }

  private postWaiting(): void {
    for (const entry of this.pending.values()) {
      if (entry.isPosted) continue;
      entry.isPosted = true;
      this.post(entry.delivery);
    }
  }
}
