import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  Crystal,
  Lattice,
  type PrismError,
  powderPattern,
  ResourceExhausted,
  Runtime,
  TaskCancelled,
  TaskFailed,
} from "prism-lab";
import { interruptCounters } from "prism-lab/internal";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { childrenOf, isRunning, registerAll, runner, until } from "./remote.js";

const runtime = new Runtime({ threadCount: 2 });
const run = runner(runtime, { isolation: "process" });
const inThread = runner(runtime);
afterAll(() => runtime.close());

registerAll(
  "sum",
  "pid",
  "echo",
  "signals",
  "failsOnce",
  "endless",
  "polite",
  "later",
  "increment",
);

const quartz = Crystal.create({
  lattice: Lattice.cubic(4),
  species: ["Si", "O"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.4],
});

async function failureOf(task: PromiseLike<unknown>): Promise<PrismError> {
  try {
    await task;
  } catch (error) {
    return error as PrismError;
  }
  throw new Error("it did not fail");
}

const codes = (ends: readonly PromiseSettledResult<unknown>[]) =>
  ends.map((end) => (end.status === "fulfilled" ? "done" : end.reason.code));

describe("isolation: process", () => {
  it("computes what the pool computes, bit for bit", async () => {
    const options = { wavelength: "CuKa1", twoTheta: [10, 120], runtime } as const;
    const own = await powderPattern(quartz, options);
    const task = powderPattern(quartz, { ...options, isolation: "process" });
    const isolated = await task;
    expect(isolated.intensity.length).toBeGreaterThan(10);
    expect([...isolated.intensity]).toEqual([...own.intensity]);
    expect([...isolated.twoTheta]).toEqual([...own.twoTheta]);
  });

  it("keeps a record of its steps, in their order, and stats", async () => {
    const task = run("test.spin", { params: [2, 4] });
    await task;
    const { submitted, evaluated, scheduled, allocated, executed, returned, freed } =
      task.record.steps;
    const steps = [submitted, evaluated, scheduled, allocated, executed, returned, freed];
    expect(steps.every((step) => step !== undefined)).toBe(true);
    expect([...steps].sort((a, b) => a! - b!)).toEqual(steps);
    expect(task.stats?.runMs).toBeGreaterThan(3);
    const mine = runtime.timeline().filter(({ name }) => name === "test.spin");
    expect(mine).toMatchObject([{ worker: -1, state: "done", helper: false }]);
  });

  it.each([
    ["test.panic", { params: [0] }, {}],
    ["test.alloc", { params: [100, 1e6] }, { memoryLimit: 5e6 }],
    ["test.alloc", { params: [100, 1e15] }, {}],
    ["test.sum", {}, {}],
    ["empty", {}, { memoryLimit: 1e15 }],
    ["test.spin", { params: [1000, 64] }, { timeoutMs: 1000 }],
  ])("fails in %s as without it", async (kernel, given, options) => {
    const [there, here] = await Promise.all(
      [run, inThread].map((each) => failureOf(each(kernel, given, options))),
    );
    expect(there).toBeInstanceOf(here.constructor);
    expect(there).toMatchObject({ name: here.name, code: here.code, message: here.message });
    const any = { queuedMs: expect.any(Number), runMs: expect.any(Number) };
    const times = "queuedMs" in (here.data as object) ? any : {};
    expect(there.data).toEqual({ ...(here.data as object), ...times });
  });

  it("refuses at the call what the pool refuses there", () => {
    expect(() => run("no such kernel")).toThrow(/no kernel "no such kernel"/);
    const inputs = [new Uint8Array(new SharedArrayBuffer(2 ** 31))];
    expect(() => run("test.sum", { inputs })).toThrow(ResourceExhausted);
  });

  it("copies shared memory, and an array as it was at the call", async () => {
    const shared = new Float64Array(new SharedArrayBuffer(16));
    await run("increment", { inputs: [shared] });
    expect([...shared]).toEqual([0, 0]);
    const input = Float64Array.of(1);
    const tasks = [0, 1, 2, 3].map((i) => {
      input[0] = i;
      return run("test.sum", { inputs: [input] }, { memoryLimit: 1e6 });
    });
    input[0] = 100;
    expect(await Promise.all(tasks)).toEqual([[[0]], [[1]], [[2]], [[3]]]);
  });

  it("reports the progress of the engine", async () => {
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => fractions.push(fraction);
    await run("test.spin", { params: [10, 64] }, { onProgress });
    expect(fractions.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
  });
});

describe("a process that dies", () => {
  it.each([
    ["SIGSEGV", 11, /a bug of the kernel/],
    ["SIGABRT", 6, /last words are on the standard error/],
    ["SIGKILL", 9, /for want of memory/],
  ])("of %s takes its task with it, and nothing else", async (signal, number, hint) => {
    const other = run("later", { params: [300] });
    const error = await failureOf(run("signals", { params: [number] }));
    expect(error).toBeInstanceOf(TaskFailed);
    expect(error.data).toMatchObject({
      task: "signals",
      reason: "crashed",
      signal,
      exitCode: null,
    });
    expect(error.message).toContain(`its process was ended by ${signal}`);
    expect(error.message).toMatch(hint);
    expect(await other).toEqual([[300]]);
    expect(await run("sum", { inputs: [Float64Array.of(1, 2)] })).toEqual([[3]]);
  });

  it("is a reason for another attempt, without being asked", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "prism-retry-"));
    const inputs = [new TextEncoder().encode(path.join(folder, "failed"))];
    const task = run("failsOnce", { inputs }, { retry: { attempts: 3, backoffMs: 1 } });
    expect(await task).toEqual([[2]]);
    expect(task.record.attempts).toBe(2);
    rmSync(folder, { recursive: true });
  });
});

describe("stopping an isolated task", () => {
  it("reaches a kernel that listens, whose process goes on", async () => {
    const [[pid]] = await run("pid");
    for (const kernel of ["test.spin", "polite"]) {
      const task = run(kernel, { params: [1e5, 64] });
      await until(() => task.measure().total > 0);
      task.cancel();
      await expect(task).rejects.toBeInstanceOf(TaskCancelled);
    }
    expect(await run("pid")).toEqual([[pid]]);
  });

  it("works by signal, timeout and stop button, also on a kernel that does not listen", async () => {
    const controller = new AbortController();
    const tasks = [
      run("endless", {}, { signal: controller.signal }),
      run("endless", {}, { timeoutMs: 150 }),
      run("endless"),
    ];
    setTimeout(() => controller.abort("enough"), 100);
    const settled = Promise.allSettled(tasks);
    await until(() => tasks[2].state === "running");
    Atomics.add(interruptCounters, 0, 1);
    const ends = await settled;
    expect(codes(ends)).toEqual(["TASK_CANCELLED", "TASK_TIMEOUT", "TASK_CANCELLED"]);
    expect(ends[0]).toMatchObject({ reason: { cause: "enough" } });
    expect(interruptCounters[1]).toBe(0);
  });

  it("is not done by an interrupt of the whole process group", async () => {
    const [[pid]] = await run("pid");
    process.kill(pid as number, "SIGINT");
    expect(await run("later", { params: [50] })).toEqual([[50]]);
    expect(await run("pid")).toEqual([[pid]]);
  });

  it("ends those that wait at once", async () => {
    const running = [run("later", { params: [1000] }), run("later", { params: [1000] })];
    const waiting = Array.from({ length: 100 }, () => run("endless"));
    expect(runtime.stats()).toMatchObject({ running: 2, queued: 100 });
    expect(interruptCounters[1]).toBe(102);
    for (const task of waiting) task.cancel();
    expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(["cancelled"]));
    expect(running.map(({ state }) => state)).toEqual(["running", "running"]);
    await Promise.all(running);
  });
});

describe("the line for processes", () => {
  it("lets higher priorities go first, and equal ones in turn", async () => {
    await using single = new Runtime({ threadCount: 1 });
    const order: string[] = [];
    const call = runner(single, { isolation: "process" });
    const first = call("later", { params: [100] });
    const tasks = (["background", "normal", "critical", "normal"] as const).map((priority, i) =>
      call("empty", {}, { priority }).then(() => order.push(`${priority} ${i}`)),
    );
    await Promise.all([first, ...tasks]);
    expect(order).toEqual(["critical 2", "normal 1", "normal 3", "background 0"]);
  });

  it("holds declared memory from the call to the end, however it ends", async () => {
    await using small = new Runtime({ threadCount: 2, memoryLimit: 2 ** 27 });
    const call = runner(small, { isolation: "process", memoryLimit: 2 ** 26 + 1 });
    const tasks = [call("later", { params: [50] }), call("signals", { params: [9] }), call("pid")];
    expect(small.stats()).toMatchObject({ bytesInUse: 2 ** 26 + 1, waiting: 2, running: 1 });
    expect(codes(await Promise.allSettled(tasks))).toEqual(["done", "TASK_FAILED", "done"]);
    const stopped = call("endless");
    stopped.cancel();
    await expect(stopped).rejects.toBeInstanceOf(TaskCancelled);
    expect(small.stats()).toMatchObject({ bytesInUse: 0, waiting: 0, running: 0, queued: 0 });
  });

  it("loses and doubles nothing among crashes and cancels", async () => {
    let state = 12345;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state / 2 ** 31;
    };
    const before = runtime.stats().tasks;
    const tasks = Array.from({ length: 200 }, (_, i) => {
      const fate = random();
      if (fate < 0.1) return run("signals", { params: [fate < 0.05 ? 11 : 9] });
      const task = run("echo", { inputs: [Float64Array.of(i)] });
      if (fate < 0.3) setTimeout(() => task.cancel(), random() * 500);
      return task;
    });
    const ends = await Promise.allSettled(tasks);
    ends.forEach((end, i) => {
      if (end.status === "fulfilled") expect(end.value).toEqual([[i]]);
    });
    const count = (code: string) => codes(ends).filter((each) => each === code).length;
    const [done, failed] = [count("done"), count("TASK_FAILED")];
    const cancelled = count("TASK_CANCELLED");
    expect(done + failed + cancelled).toBe(200);
    expect(done).toBeGreaterThan(100);
    expect(failed).toBeGreaterThan(5);
    const after = runtime.stats().tasks;
    expect(after.submitted - before.submitted).toBe(200);
    expect(after.done - before.done).toBe(done);
    expect(after.failed - before.failed).toBe(failed);
    expect(after.cancelled - before.cancelled).toBe(cancelled);
    expect(runtime.stats()).toMatchObject({ running: 0, queued: 0, waiting: 0 });
    expect(interruptCounters[1]).toBe(0);
  }, 60_000);
});

describe("the end", () => {
  const programs: ChildProcess[] = [];
  afterEach(() => {
    for (const program of programs.splice(0)) program.kill("SIGKILL");
  });

  /** A program over the built library, which prints numbers; `pids` are those of its processes. */
  function program(code: string): ChildProcess {
    const built = new URL("../../../dist/src/", import.meta.url).href;
    const kernels = new URL("./kernels/kernels.mjs", import.meta.url).href;
    const text = `
      import { Runtime } from "${built}index.js";
      import { registerModuleKernel } from "${built}runtime/remote/module-kernels.js";
      for (const name of ["pid", "endless"]) {
        registerModuleKernel({ name, module: "${kernels}", export: name });
      }
      const runtime = new Runtime({ threadCount: 2 });
      const run = (kernel, isolation, params = []) => runtime.run(
        { kernel, name: kernel, params, decode: (out) => out.map((one) => new Float64Array(one)[0]) },
        { isolation },
      );
      ${code}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", text], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    });
    programs.push(child);
    return child;
  }

  it("comes for a program with idle processes and threads by itself", async () => {
    const child = program(`console.log((await run("pid", "process"))[0]); await run("pid");`);
    const [pid] = await once(child.stdout!, "data");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    await until(() => !isRunning(Number(pid)));
  });

  it("waits for a busy process", async () => {
    const child = program(`run("test.spin", "process", [100, 2]).then(() => console.log("done"));`);
    const [text] = await once(child.stdout!, "data");
    expect(String(text)).toBe("done\n");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.each(["endless", "test.spin"])(
    "of the parent is the end of a process with %s",
    async (kernel) => {
      const child = program(`
      console.log((await run("pid", "process"))[0]);
      run("${kernel}", "process", [1e6, 1]);`);
      const [pid] = await once(child.stdout!, "data");
      expect(isRunning(Number(pid))).toBe(true);
      await sleep(50);
      child.kill("SIGKILL");
      await until(() => !isRunning(Number(pid)));
    },
  );

  it("of a runtime cancels, or waits, and leaves no process behind", async () => {
    const others = childrenOf(process.pid).map(({ pid }) => pid);
    const ours = () => childrenOf(process.pid).filter(({ pid }) => !others.includes(pid));
    const closing = new Runtime({ threadCount: 2 });
    const call = runner(closing, { isolation: "process" });
    await Promise.all([call("empty"), call("empty")]);
    expect(ours().length).toBeGreaterThan(0);
    const tasks = [call("endless"), call("test.spin", { params: [1e5, 64] }), call("empty")];
    const settled = Promise.allSettled([...tasks, runner(closing)("endless")]);
    await closing.close();
    expect(new Set(codes(await settled))).toEqual(new Set(["TASK_CANCELLED"]));
    expect(ours()).toEqual([]);

    const draining = new Runtime({ threadCount: 1 });
    const last = [1, 2, 3].map((i) =>
      runner(draining, { isolation: "process" })("later", { params: [i] }),
    );
    await draining.close({ drain: true });
    expect(codes(await Promise.allSettled(last))).toEqual(["done", "done", "done"]);
    expect(ours()).toEqual([]);
    expect(interruptCounters[1]).toBe(0);
  });
});
