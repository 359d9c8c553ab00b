import { Script } from "node:vm";
import { Worker } from "node:worker_threads";
import { Runtime, type Task } from "prism-lab";
import { afterInterrupt, interruptCounters } from "prism-lab/internal";
import { expect, it } from "vitest";
import { empty } from "./calls.js";

/** Runs `flood` until V8 unwinds it, anywhere, as the stop button does. */
function unwound(flood: () => void): void {
  Object.assign(globalThis, { flood });
  const endless = new Script("for (;;) flood()");
  expect(() => endless.runInThisContext({ timeout: 1 })).toThrow("timed out");
}

it("an interrupt at any point of a call or a cancel loses no task and no count", async () => {
  const runtime = new Runtime({ threadCount: 1 });
  for (let round = 0; round < 50; round++) {
    const tasks: Task<undefined>[] = [];
    unwound(() => {
      // On a busy machine V8's millisecond can last long enough for a hundred thousand.
      if (tasks.length >= 5000) return;
      const task = runtime.run(empty);
      tasks.push(task);
      if (round % 2 === 1) task.cancel();
    });
    await Promise.allSettled(tasks);
  }
  await runtime.close();
  expect(interruptCounters[1]).toBe(0);
}, 60_000);

it("while another thread holds the gate closed, the library changes nothing of its tasks", async () => {
  const runtime = new Runtime({ threadCount: 1 });
  const code = `
    const { workerData: counters } = require("node:worker_threads");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    Atomics.add(counters, 1, 1000);
    Atomics.store(counters, 2, 0);`;
  afterInterrupt(); // the test above unwinds without the gate
  Atomics.store(interruptCounters, 2, 2);
  const opener = new Worker(code, { eval: true, workerData: interruptCounters });
  const task = runtime.run(empty);
  expect(Atomics.load(interruptCounters, 1)).toBeGreaterThanOrEqual(1000);
  Atomics.sub(interruptCounters, 1, 1000);
  await task;
  await opener.terminate();
  await runtime.close();
  expect([...interruptCounters].slice(1)).toEqual([0, 0]);
});
