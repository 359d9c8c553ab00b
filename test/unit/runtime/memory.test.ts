import { QuotaExceeded, Runtime, Task, TaskCancelled } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { empty, spin, sum, take, untilRunning } from "./calls.js";

const limit = 50e6;
let runtime: Runtime;
beforeEach(() => {
  runtime = new Runtime({ threadCount: 2, memoryLimit: limit });
});
afterEach(() => runtime.close());

const waits = () => runtime.stats().waiting;

describe("a task that declares its memory", () => {
  it("waits until that much is free, and starts then", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: 0.8 * limit });
    await untilRunning(holder);
    const waiting = runtime.run(take(3, 1e6), { memoryLimit: 0.5 * limit });
    expect(waiting.state).toBe("submitted");
    expect(waits()).toBe(1);
    expect(runtime.stats().bytesInUse).toBe(0.8 * limit);
    holder.cancel();
    expect(await waiting).toBe("taken");
    expect(waits()).toBe(0);
    expect(runtime.stats().bytesInUse).toBe(0);
  });

  it("is rejected at once when its runtime has less in all", async () => {
    const task = runtime.run(empty, { memoryLimit: limit + 1 });
    await expect(task).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      message: expect.stringMatching(/declares a memoryLimit of 50000001 bytes, its runtime has 5/),
      data: { wanted: limit + 1, memoryLimit: limit, scope: "task" },
    });
    expect(task.state).toBe("failed");
    expect(runtime.stats().tasks.rejectedByQuota).toBe(1);
  });

  it("is rejected when it takes more than it declared", async () => {
    const task = runtime.run(take(10, 1e6), { memoryLimit: 5e6 });
    await expect(task).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      message: expect.stringMatching(/more than its limit of 5000000 bytes \(5000000 bytes held/),
    });
    expect(runtime.stats().bytesInUse).toBe(0);
  });

  it("does not let smaller ones overtake it for good", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: 0.6 * limit });
    await untilRunning(holder);
    const large = runtime.run(empty, { memoryLimit: 0.9 * limit });
    const small = runtime.run(empty, { memoryLimit: 1000 });
    expect([large.state, small.state]).toEqual(["submitted", "submitted"]);
    holder.cancel();
    await Promise.all([large, small]);
    const begun = [large, small].map(({ record }) => record.steps.scheduled as number);
    expect(begun[0]).toBeLessThanOrEqual(begun[1] as number);
  });

  it("leaves a long line at once, from wherever it stands", async () => {
    const own = new Runtime({ threadCount: 1, memoryLimit: 1e6 });
    const holder = own.run(spin(60_000), { memoryLimit: 1e6 });
    const tasks = Array.from({ length: 30_000 }, () => own.run(empty, { memoryLimit: 1000 }));
    const begin = performance.now();
    for (const task of tasks.reverse()) task.cancel();
    expect(performance.now() - begin).toBeLessThan(1500);
    expect(own.stats().waiting).toBe(0);
    const last = own.run(empty, { memoryLimit: 1000 });
    holder.cancel();
    await last;
    await own.close();
  }, 60_000);

  it("can be cancelled, timed out and closed while it waits", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: limit });
    await untilRunning(holder);
    const cancelled = runtime.run(empty, { memoryLimit: 10 });
    const late = runtime.run(empty, { memoryLimit: 10, timeoutMs: 5 });
    const closed = runtime.run(empty, { memoryLimit: 10 });
    cancelled.cancel();
    expect(cancelled.state).toBe("cancelled");
    await expect(late).rejects.toMatchObject({ code: "TASK_TIMEOUT" });
    const closing = runtime.close();
    await expect(closed).rejects.toBeInstanceOf(TaskCancelled);
    await closing;
    runtime = new Runtime({ threadCount: 1 });
  });

  it("takes its inputs as they were at the call", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: limit });
    const values = Float64Array.of(1, 2, 3);
    const waiting = runtime.run(sum(values), { memoryLimit: 1000 });
    values.fill(100);
    holder.cancel();
    expect(await waiting).toBe(6);
  });
});

describe("a task that declares none", () => {
  it("is rejected when the runtime's memory is used up, with who used it", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: 0.9 * limit });
    await untilRunning(holder);
    const task = runtime.run(take(10, 1e6));
    await expect(task).rejects.toBeInstanceOf(QuotaExceeded);
    await expect(task).rejects.toMatchObject({
      message: expect.stringMatching(/too little of its runtime's 50000000 bytes free.*all tasks/),
      data: { scope: "runtime" },
    });
    holder.cancel();
  });

  it("counts the copies of its inputs", async () => {
    await expect(runtime.run(sum(new Float64Array(limit / 8 + 1)))).rejects.toBeInstanceOf(
      QuotaExceeded,
    );
    expect(await runtime.run(sum(new Float64Array(new SharedArrayBuffer(2 * limit))))).toBe(0);
    const task = runtime.run(sum(new Float64Array(1000)));
    await task;
    expect(task.stats?.peakBytes).toBeGreaterThan(8000);
  });

  it("never takes the runtime over its limit, however many run", async () => {
    const tasks = Array.from({ length: 40 }, () => runtime.run(take(20, 1e6)));
    const ends = await Promise.allSettled(tasks);
    expect(ends.some(({ status }) => status === "fulfilled")).toBe(true);
    const { bytesInUse, peakBytes } = runtime.stats();
    expect(bytesInUse).toBe(0);
    expect(peakBytes).toBeLessThanOrEqual(limit);
    expect(tasks[0]).toBeInstanceOf(Task);
  });
});
