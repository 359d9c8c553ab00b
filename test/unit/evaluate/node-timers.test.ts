import { setTimeout as after } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { findNodeTimers, type NodeTimers } from "../../../kernel/evaluate/main/node-timers.js";

function found(): NodeTimers {
  const timers = findNodeTimers();
  if (timers === undefined) throw new Error(`Node ${process.version} keeps its timers elsewhere`);
  return timers;
}

describe("findNodeTimers", () => {
  it("finds the queue and the lists of this thread, and leaves no trace", async () => {
    const globals = Object.keys(globalThis).length;
    const { queue, lists } = found();
    const durations = Object.keys(lists);
    const timer = setTimeout(() => {}, 987_654);
    expect(Object.keys(lists)).toEqual([...durations, "987654"]);
    clearTimeout(timer);
    expect(Object.keys(found().lists)).toEqual(durations);
    expect(found().queue).toBe(queue);
    expect(Object.keys(globalThis).length).toBe(globals);
    await after(2);
  });

  it("takes nothing for the lists that a timer does not come into", () => {
    const { queue } = found();
    const { insert } = queue;
    // As another release might have it: what is inserted does not know its place.
    queue.insert = (list) => {
      insert.call(queue, list);
      Object.assign(list, { priorityQueuePosition: Number(list.priorityQueuePosition) });
      if (list.msecs > 2_000_000_000) Object.assign(list, { msecs: String(list.msecs) });
    };
    try {
      expect(findNodeTimers()).toBeUndefined();
    } finally {
      Reflect.deleteProperty(queue, "insert");
    }
    expect(findNodeTimers()).toBeDefined();
  });
});
