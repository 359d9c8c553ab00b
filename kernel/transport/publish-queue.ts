import { setTimeout } from "node:timers/promises";
import type { Frames, Sender } from "./send-queue.js";

/** A publisher that refuses with `EAGAIN` what a subscriber has no room for, unless it may drop it. */
export interface DroppingSender extends Sender {
  noDrop: boolean;
}

export interface Patience {
  /** How long a subscriber that does not read holds up the others. */
  readonly ms: number;
  /** How much may wait meanwhile. */
  readonly bytes: number;
}

/** Soon enough that a subscriber in a hurry does not notice. */
const retryMs = 2;

/**
 * Publishes in order. A subscriber that is behind is waited for, so that nobody misses an output; one
 * that does not read at all loses patience's worth: it misses messages until it has read what waits for
 * it, and the others have theirs. So memory stays bounded.
 */
export class PublishQueue {
  readonly #socket: DroppingSender;
  readonly #patience: Patience;
  readonly #onDrop: () => void;
  readonly #waiting: Frames[] = [];
  #waitingBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(socket: DroppingSender, patience: Patience, onDrop: () => void) {
    this.#socket = socket;
    this.#patience = patience;
    this.#onDrop = onDrop;
  }

  push(frames: Frames): void {
    this.#waiting.push(frames);
    this.#waitingBytes += bytesOf(frames);
    this.#sending ??= this.#sendAll();
  }

  /** Settles when everything pushed so far is with ZeroMQ. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    try {
      for (let frames = this.#waiting.shift(); frames; frames = this.#waiting.shift()) {
        await this.#send(frames);
        this.#waitingBytes -= bytesOf(frames);
      }
    } catch {
      // Only a closed socket refuses for good.
      this.#waiting.length = 0;
      this.#waitingBytes = 0;
    } finally {
      this.#sending = undefined;
    }
  }

  async #send(frames: Frames): Promise<void> {
    const deadline = performance.now() + this.#patience.ms;
    while (!(await this.#accepted(frames))) {
      if (performance.now() > deadline || this.#waitingBytes > this.#patience.bytes) {
        return this.#sendDropping(frames);
      }
      await setTimeout(retryMs);
    }
  }

  async #accepted(frames: Frames): Promise<boolean> {
    try {
      await this.#socket.send(frames);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return false;
    }
  }

  /** ZeroMQ sets the full subscriber aside, and asks it again only when it has read. */
  async #sendDropping(frames: Frames): Promise<void> {
    this.#onDrop();
    this.#socket.noDrop = false;
    try {
      await this.#socket.send(frames);
    } finally {
      this.#socket.noDrop = true;
    }
  }
}

function bytesOf(frames: Frames): number {
  return frames.reduce((sum, frame) => sum + frame.length, 0);
}
