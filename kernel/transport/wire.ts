import { setImmediate, setTimeout } from "node:timers/promises";
import { decodeFrames, encodeMessage, type FrameFault } from "../protocol/framing.js";
import type { Channel, Message } from "../protocol/message.js";
import { createReplayGuard, createSigner, type Signer } from "../protocol/signature.js";
import type { Connection } from "./connection-file.js";
import { type IncomingChannel, KernelSockets } from "./kernel-sockets.js";
import { NewTopics } from "./new-topics.js";

export interface WireEvents {
  onMessage(channel: IncomingChannel, message: Message): void;
  /** Frames that were dropped: forged, replayed or malformed. */
  onDropped(channel: IncomingChannel, reason: string): void;
  /** Whoever has subscribed to the topic by now hears what is sent from now on. */
  onSubscribed(topic: string): void;
}

/** Signatures remembered against replay, about 6 MB when full. */
const replayCapacity = 65536;

/** Added to the answer of every cell that fails; a person does not see it, a batch of cells needs it. */
const quietMs = 4;

const settleLimitMs = 50;

/** Signed messages over the sockets of a kernel. */
export class Wire {
  readonly #sockets: KernelSockets;
  readonly #signer: Signer;
  #receivedCount = 0;

  private constructor(sockets: KernelSockets, signer: Signer) {
    this.#sockets = sockets;
    this.#signer = signer;
  }

  /** @param onSlowSubscriber Called for each message that a subscriber misses: it does not read. */
  static async bind(connection: Connection, onSlowSubscriber: () => void): Promise<Wire> {
    const sockets = await KernelSockets.bind(connection, onSlowSubscriber);
    return new Wire(sockets, createSigner(connection.key));
  }

  listen(events: WireEvents): void {
    const replays = createReplayGuard(replayCapacity);
    const topics = new NewTopics(events.onSubscribed);
    const onFrames = (channel: IncomingChannel, frames: readonly Uint8Array[]): void => {
      this.#receivedCount++;
      const decoded = decodeFrames(frames, this.#signer);
      if (!decoded.ok) {
        events.onDropped(channel, faultText(decoded.fault));
      } else if (replays.isReplay(decoded.signature)) {
        events.onDropped(channel, "REPLAY: a message with this signature has come before");
      } else {
        events.onMessage(channel, decoded.message);
      }
    };
    this.#sockets.listen({ onFrames, onSubscription: (topic) => topics.add(topic) });
  }

  send(channel: Channel, message: Message): void {
    this.#sockets.send(channel, encodeMessage(message, this.#signer));
  }

  /**
   * Settles when nothing has arrived for a moment, so that all a client sent in one go has been handed
   * over: on its way through the network and two event loops, one message may lag behind another.
   * Under a flood it gives up soon.
   */
  async settled(): Promise<void> {
    const deadline = performance.now() + settleLimitMs;
    let before: number;
    do {
      before = this.#receivedCount;
      await setTimeout(quietMs);
      // The sockets are polled before this is due, however late the timer was.
      await setImmediate();
    } while (this.#receivedCount !== before && performance.now() < deadline);
  }

  /** Hands everything sent so far to ZeroMQ, then closes. */
  async close(): Promise<void> {
    await this.#sockets.drained();
    await this.#sockets.close();
  }
}

function faultText(fault: FrameFault): string {
  return `${fault.code}: ${fault.message}`;
}
