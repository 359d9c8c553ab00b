import { describe, expect, it } from "vitest";
import { type Frames, SendQueue } from "../../../kernel/transport/send-queue.js";

/** Like a ZeroMQ socket: a second `send` before the first is done is refused. */
class StrictSocket {
  readonly sent: string[] = [];
  closed = false;
  #busy = false;

  async send(frames: Frames): Promise<void> {
    if (this.#busy) throw new Error("EBUSY");
    if (this.closed) throw new Error("closed");
    this.#busy = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.#busy = false;
    this.sent.push(String(frames[0]));
  }
}

describe("SendQueue", () => {
  it("sends in order, one at a time", async () => {
    const socket = new StrictSocket();
    const queue = new SendQueue(socket);
    for (const text of ["a", "b", "c"]) queue.push([text]);
    await queue.drained();
    queue.push(["d"]);
    await queue.drained();
    expect(socket.sent).toEqual(["a", "b", "c", "d"]);
  });

  it("gives up what is left when the socket is closed, without a rejection", async () => {
    const socket = new StrictSocket();
    const queue = new SendQueue(socket);
    queue.push(["a"]);
    queue.push(["b"]);
    socket.closed = true;
    await queue.drained();
    expect(socket.sent).toEqual(["a"]);
  });
});
