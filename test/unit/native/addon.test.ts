import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addon, type Control, openPool, statusOf, type TestPool } from "./harness.js";

let pool: TestPool;
beforeAll(() => {
  pool = openPool(2);
});
afterAll(() => pool.close());

/** Resolves when the task under `control` has finished its first chunk or begun to run. */
async function untilBusy(): Promise<void> {
  while (addon.poolStats(pool.poolId).busy === 0) await new Promise(setImmediate);
}

describe("tables", () => {
  it("names every kernel and status once", () => {
    expect(addon.abiVersion).toBe(3);
    expect(["generic", "v2", "v3", "v4"]).toContain(addon.simdLevel);
    expect(addon.kernels).toEqual(
      expect.arrayContaining(["empty", "neighborList", "structureFactors", "powderLines"]),
    );
    expect(new Set(addon.kernels).size).toBe(addon.kernels.length);
    expect(addon.statuses).toEqual([
      "ok",
      "outOfMemory",
      "quotaExceeded",
      "cancelled",
      "timedOut",
      "invalidInput",
      "panicked",
    ]);
  });
});

describe("submit", () => {
  it("runs an empty task", async () => {
    const result = await pool.call("empty");
    expect(statusOf(result)).toBe("ok");
    expect(result.outputs).toEqual([]);
    expect(result.message).toBe("");
    expect(result.queuedMs).toBeGreaterThanOrEqual(0);
    expect(result.runMs).toBeGreaterThanOrEqual(0);
  });

  it("settles thousands of tasks submitted at once, more than one turn takes", async () => {
    const results = await Promise.all(Array.from({ length: 5000 }, () => pool.call("empty")));
    expect(results.every((result) => statusOf(result) === "ok")).toBe(true);
  });

  it("lets the event loop turn between batches of completions", async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(Array.from({ length: 3000 }, () => pool.call("empty")));
    isDone = true;
    expect(turns).toBeGreaterThan(1);
  });

  it("copies plain inputs at submission and reads shared ones in place", async () => {
    const plain = Float64Array.from({ length: 10_000 }, (_, index) => index);
    const copied = pool.call("test.sum", [plain]);
    plain.fill(0);
    expect(new Float64Array((await copied).outputs[0]!)).toEqual(Float64Array.of(49_995_000));

    const shared = new Float64Array(new SharedArrayBuffer(80_000)).fill(2);
    const borrowed = await pool.call("test.sum", [shared]);
    expect(new Float64Array(borrowed.outputs[0]!)[0]).toBe(20_000);
  });

  it("takes a view into the middle of its buffer", async () => {
    const whole = Float64Array.of(1, 10, 100, 1000);
    const result = await pool.call("test.sum", [whole.subarray(1, 3)]);
    expect(new Float64Array(result.outputs[0]!)[0]).toBe(110);
  });

  it("counts the chunks done and in all", async () => {
    const control: Control = {};
    await pool.call("test.sum", [new Float64Array(4096 * 7 + 1)], [], { control });
    expect(control.progress?.()).toEqual([8, 8]);
  });

  it("reports a wrong input as a status with a message", async () => {
    const wrong = await pool.call("test.sum", [Int32Array.of(1, 2)]);
    expect(statusOf(wrong)).toBe("invalidInput");
    expect(wrong.message).toMatch(/input 0 \(values\) must be float64/);
    expect(wrong.outputs).toEqual([]);
    expect(statusOf(await pool.call("test.spin", [], [Number.NaN, 1]))).toBe("invalidInput");
  });
});

describe("arguments", () => {
  it("refuses inputs that are no typed arrays, or too many", () => {
    const view = new DataView(new ArrayBuffer(8));
    expect(() => pool.call("empty", [view])).toThrow(TypeError);
    const nine = Array.from({ length: 9 }, () => new Float64Array(1));
    expect(() => pool.call("empty", nine)).toThrow(TypeError);
  });

  it.each([
    ["an unknown kernel", addon.kernels.length, {}],
    ["a kernel below the first", -1, {}],
    ["a priority that is none", 0, { priority: 4 }],
    ["a timeout that is NaN", 0, { timeoutMs: Number.NaN }],
    ["a negative memory limit", 0, { memoryLimit: -1 }],
    ["a memory limit that is infinite", 0, { memoryLimit: Number.POSITIVE_INFINITY }],
  ])("refuses a record with %s", (_, kernel, options) => {
    expect(() => pool.call(kernel, [], [], options)).toThrow(/submit refused with/);
  });

  it("refuses a slot that is in use, unknown or no number", () => {
    for (const slot of [-1, 0.5, 2 ** 31, Number.NaN]) {
      expect(addon.submit(pool.poolId, slot)).toBeGreaterThan(0);
      expect(addon.withdraw(slot)).toBe(false);
      expect(addon.takeResult(slot)).toBeUndefined();
    }
    expect(() => addon.addRecords(new Int32Array(1))).toThrow(TypeError);
    expect(() => addon.setOnFinished(() => {}, new Int32Array(8), setImmediate)).toThrow(TypeError);
  });

  it("refuses wrong pools and counters", () => {
    expect(() => addon.openPool(-1, 0, 1)).toThrow(TypeError);
    expect(() => addon.openPool(1, 1024, 1)).toThrow(/stackSize/);
    expect(() => addon.closePool(12_345)).toThrow(TypeError);
    expect(() => addon.openPool(1, 0, -1)).toThrow(/memoryLimit/);
    expect(() => addon.poolStats(12_345)).toThrow(TypeError);
    expect(() => addon.setInterruptCounters(new Int32Array(1))).toThrow(TypeError);
  });
});

describe("cancel, timeout, interrupt", () => {
  it("cancels a running task", async () => {
    const control: Control = {};
    const task = pool.call("test.spin", [], [60_000, 2], { control });
    await untilBusy();
    control.cancel?.();
    expect(statusOf(await task)).toBe("cancelled");
  });

  it("does not run a task that was cancelled while it waited", async () => {
    const single = openPool(1, 1 << 20);
    const blocking: Control = {};
    const control: Control = {};
    const blocker = single.call("test.spin", [], [60_000, 1], { control: blocking });
    const waiting = single.call("test.panic", [], [0], { control });
    control.cancel?.();
    blocking.cancel?.();
    expect(statusOf(await blocker)).toBe("cancelled");
    const result = await waiting;
    expect(statusOf(result)).toBe("cancelled");
    expect(result.message).toBe("");
    single.close();
  });

  it("ends a task after its timeout, counted from submission", async () => {
    const result = await pool.call("test.spin", [], [60_000, 1], { timeoutMs: 20 });
    expect(statusOf(result)).toBe("timedOut");
    expect(result.queuedMs + result.runMs).toBeGreaterThanOrEqual(20);
    expect(result.queuedMs + result.runMs).toBeLessThan(2000);
  });

  it("ends a task whose timeout passed in the queue without running it", async () => {
    const single = openPool(1, 1 << 20);
    const blocker = single.call("test.spin", [], [30, 1]);
    const waiting = single.call("test.panic", [], [0], { timeoutMs: 1 });
    expect(statusOf(await blocker)).toBe("ok");
    expect(statusOf(await waiting)).toBe("timedOut");
    single.close();
  });

  it("cancels everything submitted under an older epoch, and nothing newer", async () => {
    const counters = new Int32Array(new SharedArrayBuffer(8));
    addon.setInterruptCounters(counters);
    const old = [1, 2, 3, 4].map(() => pool.call("test.spin", [], [60_000, 2]));
    await untilBusy();
    Atomics.add(counters, 0, 1);
    const fresh = pool.call("test.spin", [], [1, 2]);
    for (const task of old) expect(statusOf(await task)).toBe("cancelled");
    expect(statusOf(await fresh)).toBe("ok");
  });
});

describe("panics", () => {
  it("contains a panic in the task, with its message", async () => {
    const result = await pool.call("test.panic", [], [0]);
    expect(statusOf(result)).toBe("panicked");
    expect(result.message).toMatch(/index out of bounds: index 9, len 4/);
  });

  it("contains a panic in one chunk of a parallel loop, with its message", async () => {
    for (let round = 0; round < 50; round++) {
      const result = await pool.call("test.panic", [], [1]);
      expect(statusOf(result)).toBe("panicked");
      expect(result.message).toBe("chunk panic");
    }
  });

  it("keeps the pool alive", async () => {
    const values = new Float64Array(100_000).fill(0.5);
    const tasks = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? pool.call("test.panic", [], [1]) : pool.call("test.sum", [values]),
    );
    for (const [index, task] of tasks.entries()) {
      expect(statusOf(await task)).toBe(index % 2 === 0 ? "panicked" : "ok");
    }
  });
});

describe("memory", () => {
  it("ends a task at its limit and reports what it held", async () => {
    const result = await pool.call("test.alloc", [], [100, 1e6], { memoryLimit: 10e6 });
    expect(statusOf(result)).toBe("quotaExceeded");
    expect(result.peakBytes).toBe(10e6);
    expect(result.message).toBe("10000000 bytes held, 1000000 more needed, the limit is 10000000");
  });

  it("lets a task use all of its limit", async () => {
    const result = await pool.call("test.alloc", [], [10, 1e6], { memoryLimit: 10e6 });
    expect(statusOf(result)).toBe("ok");
    expect(result.peakBytes).toBe(10e6);
  });

  it("counts results against the limit", async () => {
    const values = new Float64Array(1);
    const result = await pool.call("test.sum", [values], [], { memoryLimit: 15 });
    expect(statusOf(result)).toBe("quotaExceeded");
  });

  it("reports a request that no system grants as outOfMemory", async () => {
    const result = await pool.call("test.alloc", [], [2 ** 40, 2 ** 40]);
    expect(statusOf(result)).toBe("outOfMemory");
  });

  it("hands large results over without a copy and accounts for them", async () => {
    const sites = 3000;
    const frac = Float64Array.from({ length: 3 * sites }, (_, k) => ((k * 0.618) % 1) + 0);
    const lattice = Float64Array.of(30, 0, 0, 0, 30, 0, 0, 0, 30);
    const before = process.memoryUsage().external;
    const result = await pool.call("neighborList", [frac, lattice, Int32Array.of(1, 1, 1)], [6, 0]);
    const bytes = result.outputs.reduce((sum, output) => sum + output.byteLength, 0);
    expect(bytes).toBeGreaterThan(1e6);
    // What earlier tests left may be collected meanwhile.
    expect(process.memoryUsage().external - before).toBeGreaterThan(0.9 * bytes);
  });
});

describe("pools", () => {
  it("starts the threads asked for, one a hardware thread for 0", () => {
    const three = openPool(3);
    const all = openPool(0);
    expect(three.threadCount).toBe(3);
    expect(all.threadCount).toBeGreaterThanOrEqual(1);
    three.close();
    all.close();
  });

  it("runs every kind of job on the smallest stack", async () => {
    const small = openPool(2, 65_536);
    const values = new Float64Array(100_000).fill(1);
    expect(statusOf(await small.call("test.sum", [values]))).toBe("ok");
    expect(statusOf(await small.call("test.panic", [], [1]))).toBe("panicked");
    const frac = Float64Array.from({ length: 3000 }, (_, k) => (k * 0.618) % 1);
    const lattice = Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20);
    const list = await small.call("neighborList", [frac, lattice, Int32Array.of(1, 1, 1)], [5, 0]);
    expect(statusOf(list)).toBe("ok");
    small.close();
  });

  it("throws when not one thread can be started", () => {
    expect(() => openPool(2, 2 ** 52)).toThrow(/no worker thread could be started/);
  });

  it("closing cancels its own tasks, running and queued, and no others", async () => {
    const mine = openPool(2, 2 << 20);
    const theirs = openPool(2, 2 << 20); // the same threads
    const cancelled = [1, 2, 3, 4].map(() => mine.call("test.spin", [], [60_000, 1]));
    const kept = theirs.call("test.spin", [], [1, 1]);
    mine.close();
    for (const task of cancelled) expect(statusOf(await task)).toBe("cancelled");
    expect(statusOf(await kept)).toBe("ok");
    expect(() => mine.call("empty")).toThrow(/refused/);
    theirs.close();
  });

  it("shows what is busy and what waits", async () => {
    const single = openPool(1, 3 << 20);
    const controls: Control[] = [{}, {}, {}];
    const tasks = controls.map((control) => single.call("test.spin", [], [60_000, 1], { control }));
    while (addon.poolStats(single.poolId).busy === 0) await new Promise(setImmediate);
    expect(addon.poolStats(single.poolId)).toMatchObject({ busy: 1, queued: [0, 2, 0, 0] });
    for (const control of controls) control.cancel?.();
    await Promise.all(tasks);
    expect(addon.poolStats(single.poolId).queued).toEqual([0, 0, 0, 0]);
    single.close();
  });
});
