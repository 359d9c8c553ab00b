import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import { decodeFrames, encodeMessage } from "../protocol/framing.js";
import {
  type Channel,
  createHeader,
  createMessage,
  type Message,
  type MessageParts,
} from "../protocol/message.js";
import { createSigner, type Signer } from "../protocol/signature.js";
import { type Connection, endpointOf } from "./connection-file.js";
import type { IncomingChannel } from "./kernel-sockets.js";
import { SendQueue } from "./send-queue.js";

/** The client's side of a connection: signed messages, and a header of its own session on each. */
export class ClientSockets {
  readonly #dealers: Readonly<Record<IncomingChannel, Dealer>>;
  readonly #iopub: Subscriber;
  readonly #queues: Readonly<Record<IncomingChannel, SendQueue>>;
  readonly #signer: Signer;
  readonly #sessionId: string = randomUUID();
  readonly #loops: Promise<void>[] = [];

  constructor(connection: Connection) {
    this.#signer = createSigner(connection.key);
    // One identity on all channels: a kernel finds the client of a cell on stdin by it. Reconnecting
    // soon matters at the start, when the kernel is not bound yet.
    const options = { linger: 0, reconnectInterval: 5, receiveHighWaterMark: 0 };
    const dealer = (port: "shell_port" | "control_port" | "stdin_port"): Dealer => {
      const socket = new Dealer({ ...options, routingId: this.#sessionId });
      socket.connect(endpointOf(connection, port));
      return socket;
    };
    this.#dealers = {
      shell: dealer("shell_port"),
      control: dealer("control_port"),
      stdin: dealer("stdin_port"),
    };
    const { shell, control, stdin } = this.#dealers;
    this.#queues = {
      shell: new SendQueue(shell),
      control: new SendQueue(control),
      stdin: new SendQueue(stdin),
    };
    this.#iopub = new Subscriber(options);
    this.#iopub.subscribe();
    this.#iopub.connect(endpointOf(connection, "iopub_port"));
  }

  listen(receive: (channel: Channel, message: Message) => void): void {
    for (const channel of ["shell", "control", "stdin"] as const) {
      this.#loops.push(this.#deliver(this.#dealers[channel], channel, receive));
    }
    this.#loops.push(this.#deliver(this.#iopub, "iopub", receive));
  }

  /** Returns the message as sent; its header names the answers. */
  send(
    channel: IncomingChannel,
    type: string,
    content: Message["content"],
    parts: MessageParts = {},
  ): Message {
    const message = createMessage(createHeader(type, this.#sessionId, "prism"), content, parts);
    this.#queues[channel].push(encodeMessage(message, this.#signer));
    return message;
  }

  async close(): Promise<void> {
    for (const socket of [...Object.values(this.#dealers), this.#iopub]) socket.close();
    await Promise.all(this.#loops);
  }

  async #deliver(
    socket: Dealer | Subscriber,
    channel: Channel,
    receive: (channel: Channel, message: Message) => void,
  ): Promise<void> {
    for await (const frames of socket) {
      const decoded = decodeFrames(frames, this.#signer);
      if (decoded.ok) receive(channel, decoded.message);
    }
  }
}
