import { InvalidConfiguration, OutOfMemory, PluginError, Runtime, TaskFailed } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { registerModuleKernel } from "../../../src/runtime/remote/module-kernels.js";
import { modules, registerAll, runner } from "./remote.js";

const runtime = new Runtime({ threadCount: 2, memoryLimit: 2 ** 26 });
afterAll(() => runtime.close());

registerAll(
  "sum",
  "pid",
  "nothing",
  "same",
  "twice",
  "wasm",
  "zeros",
  "increment",
  "later",
  "stray",
);
registerAll("wrongOutput", "noOutput", "throws", "throwsText", "polite", "endless", "exits");
registerAll("hoards", "sleeps", "missing", "chatty");

const kernelFile = (name: string) => new URL(`./kernels/${name}`, import.meta.url);

describe.each(["thread", "process"] as const)("a kernel in JavaScript, in a %s", (isolation) => {
  const run = runner(runtime, { isolation });

  it("computes from inputs and params", async () => {
    const inputs = [Float64Array.of(1, 2), Int32Array.of(3)];
    expect(await run("sum", { inputs, params: [10] })).toEqual([[60]]);
    expect(await run("nothing")).toEqual([]);
    expect(await run("later", { params: [3] })).toEqual([[3]]);
    const [[pid]] = await run("pid");
    expect(pid === process.pid).toBe(isolation === "thread");
  });

  it("leaves the caller's arrays alone, and gets just what the views show", async () => {
    const whole = Float64Array.from({ length: 1000 }, (_, i) => i);
    const part = whole.subarray(10, 13);
    expect(await run("same", { inputs: [part, part] })).toEqual([
      [10, 11, 12],
      [10, 11, 12],
    ]);
    await run("increment", { inputs: [part] });
    expect([...part]).toEqual([10, 11, 12]);
    expect(whole.length).toBe(1000);
  });

  it("sees the arrays as they were at the call", async () => {
    const input = Float64Array.of(1);
    const tasks = Array.from({ length: 5 }, (_, i) => {
      input[0] = i;
      return run("sum", { inputs: [input] });
    });
    input[0] = 100;
    expect(await Promise.all(tasks)).toEqual([[[0]], [[1]], [[2]], [[3]], [[4]]]);
  });

  it("returns buffers that cannot be transferred twice, or at all", async () => {
    const inputs = [Float64Array.of(1, 2)];
    expect(await run("twice", { inputs })).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const [zeros] = await run("wasm");
    expect(zeros.length).toBe(65536 / 8);
  });

  it("may post messages of its own, which are ignored", async () => {
    expect(await run("chatty")).toEqual([[1]]);
  });

  it("rejects with what it throws as the cause", async () => {
    const error = await run("throws").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TaskFailed);
    expect(error).toMatchObject({
      code: "TASK_FAILED",
      message: expect.stringMatching(/^throws failed in throws of file:.*Odd: this is odd$/),
      data: { task: "throws", reason: "thrown" },
      cause: { name: "Odd", code: "ODD", message: "this is odd" },
    });
    const { cause } = error as { cause: Error };
    expect(cause.stack).toMatch(/kernels\.mjs/);
    expect(cause.cause).toBeInstanceOf(TypeError);
    await expect(run("throwsText")).rejects.toMatchObject({ cause: "just text" });
  });

  it.each([
    [
      "wrongOutput",
      { index: 1 },
      /output 1 .* must be a typed array such as a Float64Array, got "two"/,
    ],
    ["noOutput", {}, /must return an array of typed arrays, got undefined/],
  ])("refuses the outputs of %s", async (kernel, data, message) => {
    const error = await run(kernel).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({
      code: "PLUGIN_ERROR",
      data: { reason: "badOutput", ...data },
      message: expect.stringMatching(message),
    });
  });

  it("reports its progress", async () => {
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => fractions.push(fraction);
    expect(await run("polite", { params: [400] }, { onProgress })).toEqual([[400]]);
    expect(fractions.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  });

  it("keeps to the limit of its task", async () => {
    const call = { params: [3e6] };
    await expect(run("zeros", call, { memoryLimit: 1e6 })).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      data: { scope: "task", memoryLimit: 1e6, task: "zeros" },
    });
    expect((await run("zeros", call, { memoryLimit: 4e6 }))[0].length).toBe(3e6 / 8);
    expect(runtime.stats().bytesInUse).toBe(0);
  });

  it("fails alone when its heap is full", async () => {
    const error = await run("hoards").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutOfMemory);
    expect(await run("sum", { inputs: [Float64Array.of(1)] })).toEqual([[1]]);
  });

  it.each([
    ["exits", { params: [3] }, /ended itself with exit code 3/],
    ["stray", {}, /an error that nothing caught \(nobody caught this\)/],
  ])("fails alone when %s ends its thread", async (kernel, given, message) => {
    await expect(run(kernel, given)).rejects.toMatchObject({
      code: "TASK_FAILED",
      data: { reason: "crashed", task: kernel },
      message: expect.stringMatching(message),
    });
  });

  it("can be stopped, whether it listens or not", async () => {
    for (const kernel of ["polite", "endless", "later"]) {
      const task = run(kernel, { params: [1e6] });
      const limited = run(kernel, { params: [1e6] }, { timeoutMs: 50 });
      setTimeout(() => task.cancel(), 50);
      const ends = await Promise.allSettled([task, limited]);
      expect(ends[0]).toMatchObject({ reason: { code: "TASK_CANCELLED" } });
      expect(ends[1]).toMatchObject({ reason: { code: "TASK_TIMEOUT", data: { timeoutMs: 50 } } });
    }
    expect(await run("later", { params: [1] })).toEqual([[1]]);
  });
});

describe("a thread for JavaScript", () => {
  const run = runner(runtime);

  it("shares shared memory", async () => {
    const view = new Int32Array(new SharedArrayBuffer(12), 4, 2);
    await run("increment", { inputs: [view] });
    expect([...view]).toEqual([1, 1]);
    expect(
      (await run("same", { inputs: [new Float64Array(new SharedArrayBuffer(8))] }))[0],
    ).toEqual([0]);
  });

  it("runs again with inputs that the attempt before was given", async () => {
    let failures = 0;
    const on = () => ++failures < 3;
    const retry = { attempts: 3, backoffMs: 1, on };
    const task = run("wrongOutput", { inputs: [Float64Array.of(1)] }, { retry });
    await expect(task).rejects.toBeInstanceOf(PluginError);
    expect(task.record.attempts).toBe(3);
  });

  it("is given up when a system call holds it", async () => {
    const started = performance.now();
    const task = run("sleeps", { params: [5] }, { timeoutMs: 300 });
    await expect(task).rejects.toMatchObject({ code: "TASK_TIMEOUT" });
    expect(performance.now() - started).toBeLessThan(4000);
    expect(await run("later", { params: [1] })).toEqual([[1]]);
  });
});

describe("registerModuleKernel", () => {
  const run = runner(runtime);

  it("takes URLs, paths and CommonJS", async () => {
    const product = { module: kernelFile("common.cjs"), export: "product" };
    registerModuleKernel({ name: "product", ...product });
    registerModuleKernel({ name: "by URL text", ...product, module: product.module.href });
    registerModuleKernel({ name: "by path", ...product, module: product.module.pathname });
    registerModuleKernel({ name: "default", module: product.module });
    const text = "data:text/javascript,export default () => [Float64Array.of(6)]";
    registerModuleKernel({ name: "by data", module: text });
    const inputs = [Float64Array.of(2, 3)];
    for (const name of ["product", "default", "by data", "by URL text", "by path"]) {
      expect(await run(name, { inputs })).toEqual([[6]]);
    }
  });

  it("gives the same kernel for the same registration", () => {
    const twice = { name: "pid", module: modules, export: "pid" };
    expect(registerModuleKernel(twice)).toBe(registerModuleKernel(twice));
  });

  it.each([
    [
      { name: "pid", module: modules, export: "nothing" },
      InvalidConfiguration,
      /is taken by pid of/,
    ],
    [{ name: "powderLines", module: modules }, InvalidConfiguration, /has a kernel "powderLines"/],
    [{ name: "", module: modules }, InvalidConfiguration, /name must be a text.*got ""/],
    [{ name: "a", module: 5 }, InvalidConfiguration, /module must be a URL or the path.*got 5/],
    [{ name: "a", module: modules, export: 1 }, InvalidConfiguration, /export must be the name/],
    [null, InvalidConfiguration, /kernel registration/],
    [{ name: "a", module: "./no-such.mjs" }, PluginError, /there is no file .*no-such\.mjs/],
    [
      { name: "a", module: "no-such-package" },
      PluginError,
      /neither a file nor an installed package/,
    ],
  ])("refuses %j", (registration, kind, message) => {
    const register = () => registerModuleKernel(registration as never);
    expect(register).toThrow(kind as typeof PluginError);
    expect(register).toThrow(message as RegExp);
  });

  it("tells of a module that does not load, or lacks the export, in the task", async () => {
    const text = "data:text/javascript,export const broken = ;";
    registerModuleKernel({ name: "broken", module: text });
    await expect(run("broken")).rejects.toMatchObject({
      code: "PLUGIN_ERROR",
      data: { reason: "notLoadable", module: text },
      cause: { name: "SyntaxError" },
    });
    await expect(run("missing")).rejects.toMatchObject({
      code: "PLUGIN_ERROR",
      data: { reason: "exportMissing", export: "missing" },
      message: expect.stringMatching(/exports no function "missing".*it exports .*increment/),
    });
  });
});
