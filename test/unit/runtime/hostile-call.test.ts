import {
  InvalidConfiguration,
  type KernelCall,
  PrismError,
  Runtime,
  type TaskOptions,
} from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { empty, spin } from "./calls.js";

let runtime: Runtime;

beforeEach(() => {
  runtime = new Runtime({ threadCount: 1 });
});
/** Hangs, and fails by that, when a refused task still counts as one that runs. */
afterEach(() => runtime.close());

describe("A call", () => {
  it("is an object whose kernel and name are texts", () => {
    for (const call of [
      undefined,
      null,
      5,
      { ...empty, kernel: 5 },
      { ...empty, name: Symbol("n") },
    ]) {
      expect(() => runtime.run(call as unknown as KernelCall<unknown>)).toThrow(
        InvalidConfiguration,
      );
    }
  });

  it("has its kernel's name unless it has one of its own", async () => {
    const { name: _, ...nameless } = spin(1000);
    const task = runtime.run(nameless);
    task.cancel();
    await expect(task).rejects.toThrow("test.spin was cancelled");
  });

  it("is taken as it is when it is made", async () => {
    const params = [1, 1];
    const holder = runtime.run(spin(50), { memoryLimit: runtime.memoryLimit });
    const waiting = runtime.run({ ...spin(1), params }, { memoryLimit: 1000 });
    params.fill(7e4).push(...new Array<number>(26).fill(7));
    await holder;
    expect(await waiting).toBe("done");
  });

  it("is read once", async () => {
    const lengths = [2, 28];
    const call = {
      ...spin(1),
      get params() {
        return new Array<number>(lengths.shift() ?? 28).fill(1);
      },
    };
    expect(await runtime.run(call)).toBe("done");
  });
});

describe("Options", () => {
  it("are an object", () => {
    for (const options of [null, 5, "background"]) {
      expect(() => runtime.run(empty, options as TaskOptions)).toThrow(InvalidConfiguration);
      expect(() => runtime.all([], options as TaskOptions)).toThrow(InvalidConfiguration);
      const task = runtime.run(empty);
      expect(() => task.pipe((x) => x, options as TaskOptions)).toThrow(InvalidConfiguration);
    }
    expect(() => runtime.run(empty).pipe(5 as unknown as () => void)).toThrow(InvalidConfiguration);
    expect(() => runtime.run(empty, { retry: null } as unknown as TaskOptions)).toThrow(PrismError);
  });

  it("are read once", async () => {
    const priorities = ["normal", "no priority"];
    const limits = [1000, Number.NaN];
    const changing = {
      get priority() {
        return priorities.shift();
      },
      get memoryLimit() {
        return limits.shift();
      },
    };
    await runtime.run(empty, changing as TaskOptions);
  });

  it("that are refused leave no task behind", () => {
    const signal = Object.create(AbortSignal.prototype) as AbortSignal;
    expect(() => runtime.run(empty, { signal })).toThrow(InvalidConfiguration);
    const throwing = {
      get priority(): never {
        throw new Error("no priority");
      },
    };
    expect(() => runtime.run(empty, throwing)).toThrow("no priority");
    expect(runtime.stats().tasks.submitted).toBe(0);
  });

  it("whose signal takes no listener leave no task behind", () => {
    const { signal } = new AbortController();
    signal.addEventListener = () => {
      throw new RangeError("no more listeners");
    };
    expect(() => runtime.run(empty, { signal })).toThrow("no more listeners");
    expect(runtime.stats()).toMatchObject({ queued: 0, running: 0, waiting: 0 });
  });
});
