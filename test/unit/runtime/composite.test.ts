import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Runtime, Task, TaskCancelled, TaskTimeout } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { empty, spin, sum } from "./calls.js";

const runtime = new Runtime({ threadCount: 2 });
afterAll(() => runtime.close());

const broken = sum(Int32Array.of(1));
const numbers = (count: number) => Float64Array.from({ length: count }, (_, index) => index);

describe("runtime.all", () => {
  it("gives the results in order, as one task", async () => {
    const all = runtime.all([runtime.run(sum(numbers(4))), runtime.run(spin(1)), 7]);
    expect(all).toBeInstanceOf(Task);
    expect(all.state).toBe("running");
    const [total, word, plain] = await all;
    expect([total, word, plain]).toEqual([6, "done", 7]);
    expect(all.state).toBe("done");
    expect(await runtime.all([])).toEqual([]);
  });

  it("cancels the others when one fails, and rejects with its failure", async () => {
    const long = runtime.run(spin(60_000));
    const all = runtime.all([long, runtime.run(broken)]);
    await expect(all).rejects.toMatchObject({ code: "DOMAIN_ERROR" });
    await expect(long).rejects.toBeInstanceOf(TaskCancelled);
    expect(all.state).toBe("failed");
  });

  it("covers all of them with cancel, signal and timeoutMs", async () => {
    const parts = () => [runtime.run(spin(60_000)), runtime.run(spin(60_000))];
    const cancelled = parts();
    const first = runtime.all(cancelled);
    first.cancel();
    await expect(first).rejects.toBeInstanceOf(TaskCancelled);
    const aborted = new AbortController();
    const second = runtime.all(parts(), { signal: aborted.signal });
    aborted.abort("enough");
    await expect(second).rejects.toMatchObject({ code: "TASK_CANCELLED", cause: "enough" });
    const third = runtime.all(parts(), { timeoutMs: 20 });
    await expect(third).rejects.toMatchObject({ code: "TASK_TIMEOUT", data: { timeoutMs: 20 } });
    expect(third.state).toBe("timedOut");
    for (const part of cancelled) expect(part.state).toBe("cancelled");
  });

  it("reports the progress of all", async () => {
    const fractions: number[] = [];
    const tasks = [runtime.run(spin(150, 30)), runtime.run(spin(50, 10))];
    await runtime.all(tasks, { onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
  });
});

describe("parts that are no tasks", () => {
  const never = new Promise<never>(() => {});

  it("do not have to end for the whole to be cancelled or timed out", async () => {
    const all = runtime.all([never, runtime.run(spin(60_000))]);
    all.cancel();
    await expect(all).rejects.toBeInstanceOf(TaskCancelled);
    await expect(runtime.all([never], { timeoutMs: 1 })).rejects.toBeInstanceOf(TaskTimeout);
    const signal = AbortSignal.timeout(20);
    await expect(runtime.run(empty).pipe(() => never, { signal })).rejects.toMatchObject({
      code: "TASK_CANCELLED",
    });
  });

  it("are not asked to stop, whatever methods they have", async () => {
    const stranger = {
      cancel: () => {
        throw new Error("not yours to cancel");
      },
    };
    const task = runtime.run(spin(60_000));
    const all = runtime.all([stranger, task]);
    expect(all.measure().fraction).toBe(0);
    all.cancel();
    await expect(all).rejects.toBeInstanceOf(TaskCancelled);
    await expect(task).rejects.toBeInstanceOf(TaskCancelled);
  });
});

it("runtime.all has the tasks that were in the array at the call", async () => {
  const tasks = [runtime.run(spin(60_000))];
  const [task] = tasks;
  const all = runtime.all(tasks);
  tasks.length = 0;
  all.cancel();
  await expect(all).rejects.toBeInstanceOf(TaskCancelled);
  expect(task?.state).toBe("cancelled");
});

describe("task.pipe", () => {
  it("stops the second part when the step between cancels the whole", async () => {
    let second: Task<string> | undefined;
    const chain: Task<string> = runtime.run(empty).pipe(() => {
      chain.cancel();
      second = runtime.run(spin(60_000));
      return second;
    });
    await expect(chain).rejects.toBeInstanceOf(TaskCancelled);
    expect(second?.state).toBe("cancelled");
  });

  it("goes on with the result, as one task", async () => {
    const chain = runtime
      .run(sum(numbers(4)))
      .pipe((total) => runtime.run(sum(numbers(total))))
      .pipe((total) => total + 1);
    expect(chain).toBeInstanceOf(Task);
    expect(await chain).toBe(16);
  });

  it("cancels whichever part runs", async () => {
    const first = runtime.run(spin(60_000));
    const early = first.pipe(() => runtime.run(empty));
    early.cancel();
    await expect(early).rejects.toBeInstanceOf(TaskCancelled);
    expect(first.state).toBe("cancelled");
    let second: Task<string> | undefined;
    const late = runtime.run(empty).pipe(() => {
      second = runtime.run(spin(60_000));
      return second;
    });
    while (second === undefined) await new Promise((resolve) => setImmediate(resolve));
    late.cancel();
    await expect(late).rejects.toBeInstanceOf(TaskCancelled);
    expect(second.state).toBe("cancelled");
  });

  it("fails with what fails, and what is thrown between", async () => {
    await expect(runtime.run(broken).pipe(() => 1)).rejects.toMatchObject({
      code: "DOMAIN_ERROR",
    });
    const mine = new Error("mine");
    const thrown = runtime.run(empty).pipe(() => {
      throw mine;
    });
    await expect(thrown).rejects.toBe(mine);
    expect(thrown.state).toBe("failed");
  });

  it("lets the first result go while the second part runs", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let kept: WeakRef<Float64Array> | undefined;
    let next: Task<string> | undefined;
    const chain = runtime
      .run({ ...sum(numbers(10)), decode: () => new Float64Array(1e6) })
      .pipe((values) => {
        kept = new WeakRef(values);
        next = runtime.run(spin(60_000));
        return next;
      });
    while (next === undefined) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
    expect(kept?.deref()).toBeUndefined();
    chain.cancel();
    await expect(chain).rejects.toBeInstanceOf(TaskCancelled);
  });
});
