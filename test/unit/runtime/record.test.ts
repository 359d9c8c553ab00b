import { execFileSync } from "node:child_process";
import { InvalidConfiguration, Runtime, RuntimeClosed, type TaskRecord } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { empty, spin, sum, untilRunning } from "./calls.js";

const runtime = new Runtime({ threadCount: 2 });
afterAll(() => runtime.close());

const inOrder = [
  "submitted",
  "evaluated",
  "scheduled",
  "allocated",
  "executed",
  "returned",
  "freed",
] as const;

function times({ steps }: TaskRecord): (number | undefined)[] {
  return inOrder.map((step) => steps[step]);
}

describe("the record of a task", () => {
  it("has the seven steps in order, on the clock of performance.now()", async () => {
    const before = performance.now();
    const task = runtime.run(sum(new Float64Array(100_000)));
    await task;
    const after = performance.now();
    const steps = times(task.record) as number[];
    expect(steps.every((at) => typeof at === "number")).toBe(true);
    // The engine's clock and that of performance.now() are read one after the other.
    const slack = 0.05;
    for (let i = 1; i < steps.length; i++) {
      expect(steps[i]).toBeGreaterThanOrEqual((steps[i - 1] as number) - slack);
    }
    expect(steps[0]).toBeGreaterThanOrEqual(before);
    expect(steps[6]).toBeLessThanOrEqual(after + slack);
    expect(task.record).toMatchObject({ name: "sum", attempts: 1, priority: "normal" });
    expect([0, 1]).toContain(task.record.worker);
    expect(task.stats?.runMs).toBeCloseTo((steps[4] as number) - (steps[3] as number), 9);
  });

  it("shows how far a task has come", async () => {
    const tasks = [1, 2, 3].map(() => runtime.run(spin(60_000)));
    await untilRunning(tasks[1] as (typeof tasks)[0]);
    const queued = tasks[2] as (typeof tasks)[0];
    expect(queued.state).toBe("queued");
    expect(queued.record.steps.returned).toBeUndefined();
    queued.cancel();
    expect(queued.state).toBe("cancelled");
    const { evaluated, scheduled, allocated, executed, returned, freed } = queued.record.steps;
    expect([evaluated, scheduled, returned, freed].every(Number.isFinite)).toBe(true);
    expect([allocated, executed]).toEqual([undefined, undefined]);
    expect(queued.record.worker).toBeUndefined();
    for (const task of tasks) task.cancel();
    await Promise.allSettled(tasks);
    expect(times((tasks[0] as (typeof tasks)[0]).record).every(Number.isFinite)).toBe(true);
  });

  it("is part of the timeline, one span a thread that took part", async () => {
    const other = new Runtime({ threadCount: 2 });
    await other.run({ ...spin(40, 8), name: "named" });
    const spans = other.timeline().filter(({ name }) => name === "named");
    expect(spans.filter(({ helper }) => !helper)).toHaveLength(1);
    for (const { startMs, endMs, state, worker } of spans) {
      expect(endMs).toBeGreaterThan(startMs);
      expect(state).toBe("done");
      expect([0, 1]).toContain(worker);
    }
    const running = other.run(spin(60_000));
    await untilRunning(running);
    expect(other.timeline().at(-1)).toMatchObject({ name: "spin", state: "running" });
    const closing = other.close();
    await expect(running).rejects.toMatchObject({ code: "TASK_CANCELLED" });
    await closing;
  });
});

describe("cancelling", () => {
  it("settles ten thousand queued tasks at once, each with its own error", async () => {
    const blockers = [1, 2].map(() => runtime.run(spin(60_000)));
    for (const blocker of blockers) await untilRunning(blocker);
    const tasks = Array.from({ length: 10_000 }, () => runtime.run(empty));
    for (const task of tasks) task.cancel();
    expect(tasks.every(({ state }) => state === "cancelled")).toBe(true);
    expect(runtime.stats()).toMatchObject({ queued: 0, running: 2 });
    const errors = new Set<unknown>();
    for (const task of tasks) await task.catch((error) => errors.add(error));
    expect(errors.size).toBe(10_000);
    for (const blocker of blockers) blocker.cancel();
    await Promise.allSettled(blockers);
  });

  it("by one signal reaches every task that it was given to, without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const done = runtime.run(empty, options);
    await done;
    const tasks = Array.from({ length: 1000 }, () => runtime.run(spin(60_000), options));
    controller.abort("enough");
    for (const task of tasks) {
      await expect(task).rejects.toMatchObject({ code: "TASK_CANCELLED", cause: "enough" });
    }
    expect(done.state).toBe("done");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("times a task out that no thread has taken", async () => {
    const blockers = [1, 2].map(() => runtime.run(spin(60_000)));
    for (const blocker of blockers) await untilRunning(blocker);
    const begin = performance.now();
    const tasks = [9.5, 10, 10, 10].map((timeoutMs) => runtime.run(empty, { timeoutMs }));
    for (const task of tasks) {
      await expect(task).rejects.toMatchObject({ code: "TASK_TIMEOUT" });
      expect(performance.now() - begin).toBeGreaterThanOrEqual(9.5);
    }
    for (const blocker of blockers) blocker.cancel();
    await Promise.allSettled(blockers);
  });
});

describe("an error", () => {
  async function callOfTheUser(): Promise<unknown> {
    const task = runtime.run(sum(Int32Array.of(1)));
    return await task;
  }

  it("shows the line that awaits the task in its stack", async () => {
    const error = await callOfTheUser().catch((reason: Error) => reason);
    expect((error as Error).stack).toMatch(/at (async )?callOfTheUser/);
  });

  it("of a task that nobody awaits is reported as unhandled", async () => {
    const unhandled: unknown[] = [];
    const before = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => unhandled.push(reason));
    const bad = sum(Int32Array.of(1));
    const tasks = [runtime.run(bad), runtime.run(bad, { retry: { attempts: 2 } })];
    const isSettled = () => tasks.every(({ state }) => state === "failed");
    while (!isSettled()) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.removeAllListeners("unhandledRejection");
    for (const listener of before) process.on("unhandledRejection", listener);
    expect(unhandled).toMatchObject([{ code: "DOMAIN_ERROR" }, { code: "DOMAIN_ERROR" }]);
  });
});

it("a flood of failures is told where the language is frozen", () => {
  const library = new URL("../../../dist/src/index.js", import.meta.url).href;
  const program = `
    Object.freeze(Error);
    const { Runtime } = await import("${library}");
    const decode = () => undefined;
    const bad = { kernel: "test.sum", inputs: [Int32Array.of(1)], decode };
    const tasks = Array.from({ length: 1000 }, () => Runtime.shared.run(bad));
    const outcomes = await Promise.allSettled(tasks);
    console.log(outcomes.filter(({ status }) => status === "rejected").length);`;
  const args = ["--input-type=module", "--eval", program];
  const output = execFileSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 10_000,
  });
  expect(output).toBe("1000\n");
});

describe("close", () => {
  it("lets the tasks finish when told to drain, and takes no more meanwhile", async () => {
    const own = new Runtime({ threadCount: 1 });
    const tasks = [own.run(spin(20)), own.run(spin(20)), own.run(empty, { memoryLimit: 10 })];
    const closing = own.close({ drain: true });
    expect(() => own.run(empty)).toThrow(RuntimeClosed);
    await closing;
    expect(tasks.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(own.stats().tasks).toMatchObject({ submitted: 3, done: 3 });
  });

  it("is waited for at the end of the block, however it was begun", async () => {
    const own = new Runtime({ threadCount: 1 });
    const task = own.run(spin(20));
    const closing = own.close({ drain: true });
    await own[Symbol.asyncDispose]();
    expect(own.isClosed).toBe(true);
    expect(task.state).toBe("done");
    await closing;
    await own[Symbol.asyncDispose]();
  });

  it("takes an object", async () => {
    const own = new Runtime({ threadCount: 1 });
    await expect(own.close(null as unknown as object)).rejects.toBeInstanceOf(InvalidConfiguration);
    await own.close();
  });

  it("happens at the end of an `await using` block", async () => {
    let kept: Runtime;
    {
      await using own = new Runtime({ threadCount: 1 });
      kept = own;
      await own.run(empty);
    }
    expect(kept.isClosed).toBe(true);
  });
});
