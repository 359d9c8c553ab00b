import { describe, expect, test } from "vitest";
import { CommQueue } from "../../../kernel/evaluate/comm-queue.js";
import type { CommMessage } from "../../../kernel/evaluate/evaluator.js";

const message: CommMessage = {
  type: "comm_msg",
  commId: "c",
  data: {},
  metadata: {},
  buffers: [],
};

/** A queue with the sequence numbers that it has posted and the ids of what is over. */
function bench() {
  const posted: number[] = [];
  const over: string[] = [];
  const queue = new CommQueue(({ sequence }) => posted.push(sequence));
  const add = (...ids: string[]): void => {
    for (const id of ids) void queue.add(id, message).then(() => over.push(id));
  };
  return { queue, posted, over, add };
}

describe("comm messages on their way to MAIN", () => {
  test("are posted at once and over when they have been handled", async () => {
    const { queue, posted, over, add } = bench();
    add("a", "b");
    expect(posted).toEqual([1, 2]);
    queue.taken(1);
    queue.handled(1);
    await null;
    expect(over).toEqual(["a"]);
  });

  test("wait while something is stopped", () => {
    const { queue, posted, add } = bench();
    add("a");
    queue.hold();
    add("b", "c");
    expect(posted).toEqual([1]);
    queue.release(false);
    expect(posted).toEqual([1, 2, 3]);
  });

  test("that force took from MAIN are posted again, in order and with those that came since", async () => {
    const { queue, posted, over, add } = bench();
    add("stopped", "lost", "behind");
    queue.taken(1);
    queue.hold();
    add("since");
    queue.release(true);
    expect(posted).toEqual([1, 2, 3, 2, 3, 4]);
    await null;
    expect(over).toEqual(["stopped"]);
  });

  test("carry their bytes alone", async () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const buffer = await new Promise<Uint8Array>((resolve) => {
      const queue = new CommQueue((delivery) => resolve(delivery.message.buffers[0]!));
      void queue.add("a", { ...message, buffers: [whole.subarray(1, 3)] });
    });
    expect([...buffer]).toEqual([2, 3]);
    expect(buffer.buffer.byteLength).toBe(2);
  });
});
