import { isUtf8 } from "node:buffer";
import { setTimeout } from "node:timers/promises";
import { Reply, Router, XPublisher } from "zeromq";
import type { Channel } from "../protocol/message.js";
import { type Connection, endpointOf } from "./connection-file.js";
import { PublishQueue } from "./publish-queue.js";
import { type Frames, SendQueue } from "./send-queue.js";

/** The channels a client may send on. */
export type IncomingChannel = Exclude<Channel, "iopub">;

export interface SocketEvents {
  onFrames(channel: IncomingChannel, frames: readonly Uint8Array[]): void;
  /** Somebody hears the topic on iopub from now on; an empty one stands for all. */
  onSubscription(topic: string): void;
}

const incomingChannels: readonly IncomingChannel[] = ["shell", "control", "stdin"];

/** A peer that sends a larger frame is disconnected by ZeroMQ before the frame is in memory. */
const maxMessageSize = 256 * 1024 * 1024;

/** Of a subscription; anybody may send one. */
const maxTopicSize = 1024;

/** How long the last replies may stay underway after the sockets are closed. */
const lingerMs = 500;

/** Messages that wait for one subscriber within ZeroMQ; a batch of console text is some 128 KB. */
const iopubHighWaterMark = 1000;

/** A front end that draws or a server that is suspended for a moment misses nothing. */
const iopubPatience = { ms: 10_000, bytes: 128 * 1024 * 1024 };

/**
 * The five sockets of a kernel, bound to exactly the addresses of its connection file. Replies wait
 * without a limit, since each was asked for; of what is published a subscriber that does not read
 * misses some in the end.
 */
export class KernelSockets {
  readonly #routers: Readonly<Record<IncomingChannel, Router>>;
  readonly #iopub: XPublisher;
  readonly #heartbeat: Reply;
  readonly #queues: Readonly<Record<Channel, SendQueue | PublishQueue>>;
  readonly #loops: Promise<void>[] = [];

  private constructor(ipv6: boolean, onDrop: () => void) {
    const options = { ipv6, linger: lingerMs };
    // A client that comes back under its name, before its old connection is known to be gone, is it.
    const incoming = { ...options, sendHighWaterMark: 0, maxMessageSize, handover: true };
    const router = (): Router => new Router(incoming);
    this.#routers = { shell: router(), control: router(), stdin: router() };
    const publishing = { sendHighWaterMark: iopubHighWaterMark, sendTimeout: 0, noDrop: true };
    const subscribing = { verbosity: "allSubs", maxMessageSize: maxTopicSize } as const;
    this.#iopub = new XPublisher({ ...options, ...publishing, ...subscribing });
    this.#heartbeat = new Reply({ ipv6, linger: 0, maxMessageSize });
    this.#queues = {
      shell: new SendQueue(this.#routers.shell),
      control: new SendQueue(this.#routers.control),
      stdin: new SendQueue(this.#routers.stdin),
      iopub: new PublishQueue(this.#iopub, iopubPatience, onDrop),
    };
  }

  /**
   * Rejects with ZeroMQ's error (`code`, `address`) where an address is taken or not of this host.
   *
   * @param onDrop Called for each message that a subscriber misses.
   */
  static async bind(connection: Connection, onDrop: () => void): Promise<KernelSockets> {
    const sockets = new KernelSockets(connection.ip.includes(":"), onDrop);
    const { shell, control, stdin } = sockets.#routers;
    // All are waited for: a thread must not end while a socket of it is still binding.
    const bound = await Promise.allSettled([
      shell.bind(endpointOf(connection, "shell_port")),
      control.bind(endpointOf(connection, "control_port")),
      stdin.bind(endpointOf(connection, "stdin_port")),
      sockets.#iopub.bind(endpointOf(connection, "iopub_port")),
      sockets.#heartbeat.bind(endpointOf(connection, "hb_port")),
    ]);
    const failure = bound.find((result) => result.status === "rejected");
    if (failure) {
      await sockets.close();
      throw failure.reason;
    }
    return sockets;
  }

  /** Starts to answer heartbeats and to hand over what arrives. */
  listen(events: SocketEvents): void {
    this.#loops.push(echo(this.#heartbeat));
    for (const channel of incomingChannels) {
      const receive = (frames: readonly Uint8Array[]): void => events.onFrames(channel, frames);
      this.#loops.push(deliver(this.#routers[channel], receive));
    }
    this.#loops.push(deliver(this.#iopub, (frames) => announce(frames, events)));
  }

  send(channel: Channel, frames: Frames): void {
    this.#queues[channel].push(frames);
  }

  /** Settles when all that was sent is with ZeroMQ; does not wait for a subscriber that reads no more. */
  async drained(): Promise<void> {
    const all = Object.values(this.#queues).map((queue) => queue.drained());
    await Promise.race([Promise.all(all), setTimeout(lingerMs)]);
  }

  /**
   * Settles when no socket waits for a message any more: a thread that ends earlier takes the whole
   * process down with it.
   */
  async close(): Promise<void> {
    const { shell, control, stdin } = this.#routers;
    for (const socket of [shell, control, stdin, this.#iopub, this.#heartbeat]) socket.close();
    await Promise.all(this.#loops);
  }
}

async function echo(socket: Reply): Promise<void> {
  for await (const frames of socket) await socket.send(frames);
}

async function deliver(
  socket: Router | XPublisher,
  receive: (frames: readonly Uint8Array[]) => void,
): Promise<void> {
  for await (const frames of socket) receive(frames);
}

/** @see https://rfc.zeromq.org/spec/29/ a subscription is the byte 1 and its topic, the end of one 0. */
function announce([frame]: readonly Uint8Array[], events: SocketEvents): void {
  if (frame?.[0] !== 1) return;
  const topic = frame.subarray(1);
  if (isUtf8(topic)) events.onSubscription(Buffer.from(topic).toString());
}
