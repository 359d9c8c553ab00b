import { describe, expect, it } from "vitest";
import { PublishQueue } from "../../../kernel/transport/publish-queue.js";
import type { Frames } from "../../../kernel/transport/send-queue.js";

/** One subscriber that has room for some messages; ZeroMQ sets it aside once it has missed one. */
class FakePublisher {
  noDrop = true;
  readonly arrived: string[] = [];
  readonly missed: string[] = [];
  room: number;
  isClosed = false;

  constructor(room: number) {
    this.room = room;
  }

  async send(frames: Frames): Promise<void> {
    if (this.isClosed) throw Object.assign(new Error("closed"), { code: "EBADF" });
    const isFull = this.arrived.length >= this.room;
    if (isFull && this.noDrop && this.missed.length === 0) {
      throw Object.assign(new Error("again"), { code: "EAGAIN" });
    }
    (isFull ? this.missed : this.arrived).push(String(frames[0]));
  }
}

const patient = { ms: 60_000, bytes: 1e9 };

describe("PublishQueue", () => {
  it("waits for a subscriber that is behind, and loses nothing", async () => {
    const publisher = new FakePublisher(2);
    const queue = new PublishQueue(publisher, patient, () => {});
    for (const text of ["a", "b", "c", "d"]) queue.push([text]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(publisher.arrived).toEqual(["a", "b"]);
    publisher.room = 10;
    await queue.drained();
    expect(publisher.arrived).toEqual(["a", "b", "c", "d"]);
    expect(publisher.missed).toEqual([]);
  });

  it.each([
    ["for some time", { ms: 0, bytes: 1e9 }],
    ["for some bytes", { ms: 60_000, bytes: 2 }],
  ])("waits %s, then goes on without it and says so", async (_, patience) => {
    const publisher = new FakePublisher(1);
    let drops = 0;
    const queue = new PublishQueue(publisher, patience, () => drops++);
    for (const text of ["a", "b", "c", "d", "e"]) queue.push([text]);
    await queue.drained();
    expect(publisher.arrived).toEqual(["a"]);
    expect(publisher.missed).toEqual(["b", "c", "d", "e"]);
    expect(drops).toBe(1);
    expect(publisher.noDrop).toBe(true);
  });

  it("forgets what waits when the socket is closed", async () => {
    const publisher = new FakePublisher(1);
    const queue = new PublishQueue(publisher, patient, () => {});
    publisher.isClosed = true;
    queue.push(["a"]);
    queue.push(["b"]);
    await queue.drained();
    publisher.isClosed = false;
    queue.push(["c"]);
    await queue.drained();
    expect(publisher.arrived).toEqual(["c"]);
  });
});
