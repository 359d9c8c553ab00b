import { setImmediate as nextTurn } from "node:timers/promises";
import {
  Crystal,
  DomainError,
  Lattice,
  PrismError,
  powderPattern,
  Runtime,
  RuntimeClosed,
  Task,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { interruptCounters } from "../../../src/runtime/interrupt.js";

const runtime = new Runtime({ threadCount: 2 });
afterAll(() => runtime.close());

/** 64 chunks on 2 threads. */
const spin = (milliseconds: number, options = {}) =>
  runtime.run(
    {
      kernel: "test.spin",
      name: "spin",
      inputs: [],
      params: [milliseconds / 32, 64],
      decode: () => "done",
    },
    options,
  );

describe("Task", () => {
  it("resolves with the result and then has stats", async () => {
    const task = spin(5);
    expect(task).toBeInstanceOf(Task);
    expect(["queued", "running"]).toContain(task.state);
    expect(task.stats).toBeUndefined();
    expect(await task).toBe("done");
    expect(task.state).toBe("done");
    expect(task.stats?.runMs).toBeGreaterThan(0);
  });

  it("reports progress that never falls and ends with 1", async () => {
    const fractions: number[] = [];
    await spin(200, {
      onProgress: ({ fraction }: { fraction: number }) => fractions.push(fraction),
    });
    expect(fractions.length).toBeGreaterThan(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
  });

  it("iterates over its progress until it is done", async () => {
    const task = spin(150);
    const fractions: number[] = [];
    for await (const { fraction } of task.progress) fractions.push(fraction);
    expect(fractions.at(-1)).toBe(1);
    expect(task.state).toBe("done");
  });

  it("stops when cancelled, by method, signal or interrupt", async () => {
    const controller = new AbortController();
    const tasks = [spin(10_000), spin(10_000, { signal: controller.signal })];
    tasks[0].cancel();
    controller.abort();
    for (const task of await Promise.allSettled(tasks)) {
      expect(task).toMatchObject({ status: "rejected", reason: expect.any(TaskCancelled) });
    }
    const third = spin(10_000);
    Atomics.add(interruptCounters, 0, 1);
    await expect(third).rejects.toBeInstanceOf(TaskCancelled);
    expect(tasks.map((task) => task.state)).toEqual(["cancelled", "cancelled"]);
    expect(interruptCounters[1]).toBe(0);
    expect(await spin(1)).toBe("done");
  });

  it("does not start with a signal that has aborted", async () => {
    await expect(spin(10_000, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "TASK_CANCELLED",
      message: expect.stringMatching(/already aborted/),
    });
  });

  it("keeps the reason of an abort as the cause", async () => {
    const controller = new AbortController();
    const task = spin(10_000, { signal: controller.signal });
    controller.abort("enough");
    await expect(task).rejects.toMatchObject({ code: "TASK_CANCELLED", cause: "enough" });
  });

  it("times out", async () => {
    const task = spin(10_000, { timeoutMs: 20 });
    await expect(task).rejects.toMatchObject({ code: "TASK_TIMEOUT", data: { timeoutMs: 20 } });
    expect(task.state).toBe("timedOut");
  });

  it("keeps to its memory limit", async () => {
    const greedy = runtime.run(
      { kernel: "test.alloc", name: "alloc", inputs: [], params: [100, 1e6], decode: () => 0 },
      { memoryLimit: 5e6 },
    );
    await expect(greedy).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      data: { memoryLimit: 5e6 },
    });
  });

  it("turns a panic of the engine into an error and goes on", async () => {
    for (const where of [0, 1]) {
      const broken = runtime.run({
        kernel: "test.panic",
        name: "panic",
        inputs: [],
        params: [where],
        decode: () => 0,
      });
      await expect(broken).rejects.toMatchObject({ code: "TASK_FAILED" });
    }
    expect(await spin(1)).toBe("done");
  });

  it.each([{ timeoutMs: 0 }, { timeoutMs: Number.NaN }, { memoryLimit: -1 }, { signal: {} }])(
    "refuses %j",
    (options) => {
      expect(() => spin(1, options)).toThrow(PrismError);
    },
  );
});

describe("Runtime", () => {
  it.each([
    [{ threadCount: 0 }, /threadCount must be a whole number from 1 to 1024, got 0/],
    [{ threadCount: 1.5 }, /threadCount must be a whole number from 1 to 1024, got 1.5/],
    [{ threadCount: 1e9 }, /threadCount/],
    [{ stackSize: 10 }, /stackSize/],
    [{ memoryLimit: 0 }, /memoryLimit/],
  ])("refuses %j", (options, message) => {
    expect(() => new Runtime(options)).toThrow(DomainError);
    expect(() => new Runtime(options)).toThrow(message);
  });

  it("refuses work, and a second close, after it was closed", async () => {
    const closed = new Runtime({ threadCount: 1 });
    await closed.close();
    expect(closed.isClosed).toBe(true);
    await expect(closed.close()).rejects.toBeInstanceOf(RuntimeClosed);
    expect(() => closed.run({ kernel: "empty", name: "empty", decode: () => 0 })).toThrow(
      RuntimeClosed,
    );
    expect(closed.stats()).toMatchObject({ threadCount: 1, running: 0, queued: 0 });
    expect(closed.timeline()).toEqual([]);
    expect(String(closed)).toMatch(/closed/);
    expect(() => closed.all([])).toThrow(RuntimeClosed);
  });

  it("gives equal sums on 1, 2 and 8 threads", async () => {
    const input = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
    const sums: number[] = [];
    for (const threadCount of [1, 2, 8]) {
      const own = new Runtime({ threadCount });
      const call = {
        kernel: "test.sum",
        name: "sum",
        inputs: [input],
        decode: ([sum]: readonly ArrayBuffer[]) => new Float64Array(sum)[0],
      };
      sums.push(await own.run(call));
      await own.close();
    }
    expect(sums[1]).toBe(sums[0]);
    expect(sums[2]).toBe(sums[0]);
  });

  it("may be stopped and forgotten: its rejection is nobody's duty", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const other = new Runtime({ threadCount: 1 });
    const crystal = Crystal.create({
      lattice: Lattice.cubic(60),
      species: ["Si"],
      fracPositions: [0, 0, 0],
    });
    const options = { wavelength: 1, twoTheta: [10, 90], runtime: other } as const;
    const tasks = [spin(10_000), powderPattern(crystal, options)];
    const aborted = spin(10_000, { signal: AbortSignal.abort() });
    tasks[0].cancel();
    const closing = other.close();
    for (const task of [...tasks, aborted]) {
      while (task.state === "queued" || task.state === "running") await nextTurn();
      expect(task.state).toBe("cancelled");
    }
    await nextTurn();
    await closing;
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("is cancelled and rejects with what its onProgress throws", async () => {
    const mine = new Error("mine");
    const task = spin(10_000, {
      onProgress: () => {
        throw mine;
      },
    });
    await expect(task).rejects.toBe(mine);
    expect(task.state).toBe("failed");
  });

  it("takes a memory limit with a fraction, and refuses one below a byte", async () => {
    expect(await spin(1, { memoryLimit: 1e6 + 0.5 })).toBe("done");
    for (const memoryLimit of [0.5, 1e300, Number.NaN]) {
      expect(() => spin(1, { memoryLimit })).toThrow(DomainError);
      expect(() => new Runtime({ memoryLimit })).toThrow(DomainError);
    }
    expect(() => spin(1, { onProgress: 5 })).toThrow(/must be a function/);
    expect(() => new Runtime(null as unknown as object)).toThrow(PrismError);
  });
});
