import {
  DomainError,
  InvalidConfiguration,
  type KernelCall,
  Runtime,
  ShapeError,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { empty, sum } from "./calls.js";

const runtime = new Runtime({ threadCount: 1 });
afterAll(() => runtime.close());

describe("a call", () => {
  it("refuses an input whose buffer was transferred away, and takes an empty one", async () => {
    const values = new Float64Array(4);
    structuredClone(values.buffer, { transfer: [values.buffer] });
    expect(() => runtime.run(sum(values))).toThrow(InvalidConfiguration);
    expect(() => runtime.run(sum(values))).toThrow(/inputs\[0\].*was transferred away/);
    expect(await runtime.run(sum(new Float64Array(0)))).toBe(0);
  });

  it.each<[string, Partial<KernelCall<unknown>>, new (...args: never[]) => Error, RegExp]>([
    ["an unknown kernel", { kernel: "none" }, InvalidConfiguration, /no kernel "none"/],
    [
      "a kernel that is no text",
      { kernel: 5 as never },
      InvalidConfiguration,
      /kernel must be a text/,
    ],
    [
      "no decode",
      { decode: undefined as never },
      InvalidConfiguration,
      /decode must be a function/,
    ],
    ["inputs that are no array", { inputs: {} as never }, ShapeError, /at most 8 typed arrays/],
    ["nine inputs", { inputs: Array(9).fill(new Float64Array(1)) }, ShapeError, /at most 8/],
    [
      "a plain array",
      { inputs: [[1]] as never },
      InvalidConfiguration,
      /inputs\[0\] must be a typed/,
    ],
    [
      "a DataView",
      { inputs: [new DataView(new ArrayBuffer(8))] },
      InvalidConfiguration,
      /typed array/,
    ],
    ["17 parameters", { params: Array(17).fill(0) }, ShapeError, /at most 16 numbers/],
    ["a parameter that is text", { params: ["1"] as never }, DomainError, /params\[0\] must be a/],
  ])("refuses %s", (_, change, type, message) => {
    const call = { ...empty, ...change } as KernelCall<unknown>;
    expect(() => runtime.run(call)).toThrow(type);
    expect(() => runtime.run(call)).toThrow(message);
  });

  it("leaves nothing behind when it is refused", async () => {
    const { tasks } = runtime.stats();
    expect(() => runtime.run(empty, { timeoutMs: -1 })).toThrow(DomainError);
    expect(() => runtime.run({ ...empty, kernel: "none" })).toThrow(InvalidConfiguration);
    expect(() => runtime.all(5 as never)).toThrow(InvalidConfiguration);
    await expect(runtime.run(empty, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      TaskCancelled,
    );
    expect(runtime.stats()).toMatchObject({ queued: 0, running: 0, waiting: 0, bytesInUse: 0 });
    expect(runtime.stats().tasks.submitted).toBe(tasks.submitted + 1);
  });

  it("fails with what its decode throws, and goes on", async () => {
    const mine = new Error("mine");
    const task = runtime.run({
      ...empty,
      decode: () => {
        throw mine;
      },
    });
    await expect(task).rejects.toBe(mine);
    expect(task.state).toBe("failed");
    expect(await runtime.run(sum(Float64Array.of(1, 2)))).toBe(3);
  });
});
