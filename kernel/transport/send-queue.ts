export type Frames = (Uint8Array | string)[];

/** The sending half of a ZeroMQ socket. */
export interface Sender {
  send(frames: Frames): Promise<void>;
}

/**
 * Sends in order, one at a time: a second `send` on a ZeroMQ socket before the first has been
 * queued is refused.
 */
export class SendQueue {
  readonly #socket: Sender;
  readonly #waiting: Frames[] = [];
  #sending: Promise<void> | undefined;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  push(frames: Frames): void {
    this.#waiting.push(frames);
    this.#sending ??= this.#sendAll();
  }

  /** Settles when everything pushed so far is with ZeroMQ. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    try {
      for (let frames = this.#waiting.shift(); frames; frames = this.#waiting.shift()) {
        await this.#socket.send(frames);
      }
    } catch {
      // Only a closed socket refuses: the peer is past listening, and so is everything behind.
      this.#waiting.length = 0;
    } finally {
      this.#sending = undefined;
    }
  }
}
