import { Script } from "node:vm";
import { Worker } from "node:worker_threads";
import { Runtime, type Task } from "prism-lab";
import { afterInterrupt, interruptCounters } from "prism-lab/internal";
import { afterAll, describe, expect, it, vi } from "vitest";
import { empty, spin, sum } from "./calls.js";

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

describe("a task that has finished when it is stopped, and is told of only then,", () => {
  const runtime = new Runtime({ threadCount: 1 });
  afterAll(() => runtime.close());

  /** Keeps the event loop from turning until the threads are done with it. */
  function finishUntold<T>(submit: () => Task<T>): Task<T> {
    const task = submit();
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let idle = 0; idle < 3; ) {
      Atomics.wait(clock, 0, 0, 5);
      const { queued, busy } = runtime.stats();
      idle = queued + busy === 0 ? idle + 1 : 0;
    }
    return task;
  }

  const onProgress = vi.fn();
  const decode = vi.fn(() => "decoded");
  const next = vi.fn();
  const on = vi.fn(() => true);
  const quick = spin(0.1);
  const wrong = sum(Int32Array.of(1));
  const cases: readonly [name: string, submit: () => Task<unknown>, called: typeof next][] = [
    ["onProgress", () => runtime.run(quick, { onProgress }), onProgress],
    ["decode", () => runtime.run({ ...quick, decode }), decode],
    ["what a pipe goes on with", () => runtime.run(quick).pipe(next), next],
    ["what judges another attempt", () => runtime.run(wrong, { retry: { attempts: 2, on } }), on],
  ];

  it.each(cases)("does not call %s", async (name, submit, called) => {
    const task = finishUntold(submit);
    afterInterrupt();
    const code = name.includes("attempt") ? "DOMAIN_ERROR" : "TASK_CANCELLED";
    await expect(task).rejects.toMatchObject({ code });
    expect(called).not.toHaveBeenCalled();
    await Promise.resolve(finishUntold(submit)).catch(() => {});
    expect(called).toHaveBeenCalled();
  });
});
