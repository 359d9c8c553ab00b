import { Publisher, Reply, Router } from "zeromq";
import type { Channel } from "../protocol/message.js";
import { type Connection, endpointOf } from "./connection-file.js";
import { type Frames, SendQueue } from "./send-queue.js";

/** The channels a client may send on. */
export type IncomingChannel = Exclude<Channel, "iopub">;

export type FramesReceiver = (channel: IncomingChannel, frames: readonly Uint8Array[]) => void;

const incomingChannels: readonly IncomingChannel[] = ["shell", "control", "stdin"];

/** A peer that sends a larger frame is disconnected by ZeroMQ before the frame is in memory. */
const maxMessageSize = 256 * 1024 * 1024;

/** How long the last replies may stay underway after the sockets are closed. */
const lingerMs = 500;

/**
 * The five sockets of a kernel, bound to exactly the addresses of its connection file. No limit on
 * what waits to be sent: past a limit ZeroMQ would drop outputs of a cell in silence.
 */
export class KernelSockets {
  readonly #routers: Readonly<Record<IncomingChannel, Router>>;
  readonly #iopub: Publisher;
  readonly #heartbeat: Reply;
  readonly #queues: Readonly<Record<Channel, SendQueue>>;
  readonly #loops: Promise<void>[] = [];

  private constructor(ipv6: boolean) {
    const options = { ipv6, sendHighWaterMark: 0, linger: lingerMs };
    const router = (): Router => new Router({ ...options, maxMessageSize });
    this.#routers = { shell: router(), control: router(), stdin: router() };
    this.#iopub = new Publisher(options);
    this.#heartbeat = new Reply({ ipv6, linger: 0, maxMessageSize });
    this.#queues = {
      shell: new SendQueue(this.#routers.shell),
      control: new SendQueue(this.#routers.control),
      stdin: new SendQueue(this.#routers.stdin),
      iopub: new SendQueue(this.#iopub),
    };
  }

  /** Rejects with ZeroMQ's error (`code`, `address`) where an address is taken or not of this host. */
  static async bind(connection: Connection): Promise<KernelSockets> {
    const sockets = new KernelSockets(connection.ip.includes(":"));
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
  listen(receive: FramesReceiver): void {
    this.#loops.push(echo(this.#heartbeat));
    for (const channel of incomingChannels) {
      this.#loops.push(deliver(this.#routers[channel], (frames) => receive(channel, frames)));
    }
  }

  send(channel: Channel, frames: Frames): void {
    this.#queues[channel].push(frames);
  }

  async drained(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.drained()));
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
  socket: Router,
  receive: (frames: readonly Uint8Array[]) => void,
): Promise<void> {
  for await (const frames of socket) receive(frames);
}
