import { fileURLToPath } from "node:url";
import {
  InvalidConfiguration,
  Runtime,
  registerKernel,
  TaskCancelled,
  TaskTimeout,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { empty, spin, sum } from "./calls.js";

const runtime = new Runtime({ threadCount: 1 });
afterAll(() => runtime.close());

describe("misspelt options", () => {
  it.each([
    [
      "priorty",
      () => runtime.run(empty, { priorty: "critical" } as object),
      /did you mean priority/,
    ],
    ["timeout", () => runtime.run(empty, { timeout: 5 } as object), /did you mean timeoutMs/],
    [
      "backoff",
      () => runtime.run(empty, { retry: { attempts: 2, backoff: 1 } as never }),
      /backoffMs/,
    ],
    [
      "all",
      () => runtime.all([], { priority: "critical" } as object),
      /no field "priority"; the fields/,
    ],
    ["pipe", () => runtime.run(empty).pipe(() => 1, { retrys: 1 } as object), /no field "retrys"/],
    ["threads", () => new Runtime({ threads: 4 } as object), /did you mean threadCount/],
  ])("%s are refused, with what was meant", (_, call, message) => {
    expect(call).toThrow(InvalidConfiguration);
    expect(call).toThrow(message);
  });

  it("of close are refused, and the runtime stays open", async () => {
    await expect(runtime.close({ drian: true } as object)).rejects.toThrow(/did you mean drain/);
    await runtime.run(empty);
  });

  it("do not keep functions from having options of their own", async () => {
    await runtime.run(empty, { wavelength: "CuKa1", twoTheta: [10, 90] } as object);
  });
});

describe("kernels", () => {
  it("that nobody knows are compared with those that are known", () => {
    registerKernel({ name: "radialDistribution", module: "node:fs" });
    const wrong = { ...empty, kernel: "radialDistributoin" };
    expect(() => runtime.run(wrong)).toThrow(/did you mean "radialDistribution"\?/);
    expect(() => runtime.run({ ...empty, kernel: "xyz" })).toThrow(
      /register it with registerKernel/,
    );
    try {
      runtime.run({ ...empty, kernel: "xyz" });
    } catch (error) {
      const { known } = (error as InvalidConfiguration).data as { known: string[] };
      expect(known).toContain("radialDistribution");
      expect(known.some((name) => name.startsWith("test."))).toBe(false);
    }
  });

  it.each([
    [{ name: "a" }],
    [{ name: "a", lib: "b" }],
    [{ name: "a", module: "node:fs", library: "b", symbol: "c" }],
  ])("are of a library or of a module: %j", (registration) => {
    expect(() => registerKernel(registration as never)).toThrow(InvalidConfiguration);
  });
});

describe("a task that was told to stop", () => {
  it("is done when it had ended before, though nobody had heard of it", async () => {
    const task = runtime.run(sum(Float64Array.of(1, 2)));
    const begin = performance.now();
    while (performance.now() - begin < 50); // it ends while this thread is busy
    task.cancel();
    expect(await task).toBe(3);
  });

  it("is stopped when its kernel does not listen and ends well", async () => {
    const deaf = { ...spin(100), kernel: "deaf" };
    registerKernel({
      name: "deaf",
      module: fileURLToPath(new URL("kernels/deaf.mjs", import.meta.url)),
      export: "deaf",
    });
    const cancelled = runtime.run(deaf);
    const late = runtime.run(deaf, { timeoutMs: 5 });
    cancelled.cancel();
    await Promise.all([
      expect(cancelled).rejects.toBeInstanceOf(TaskCancelled),
      expect(late).rejects.toBeInstanceOf(TaskTimeout),
    ]);
  });
});
