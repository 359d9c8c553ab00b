import { OutOfMemory, PrismError, Runtime, RuntimeClosed } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { Retry } from "../../../src/runtime/retry.js";
import { empty, spin, sum, take, untilRunning } from "./calls.js";

const runtime = new Runtime({ threadCount: 2, memoryLimit: 50e6 });
afterAll(() => runtime.close());

describe("retry", () => {
  it("runs a task again that found no memory, until it is there", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: 45e6 });
    await untilRunning(holder);
    const task = runtime.run(take(10, 1e6), { retry: { attempts: 20, backoffMs: 1 } });
    while (task.record.attempts < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    holder.cancel();
    expect(await task).toBe("taken");
    const { attempts } = task.record;
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect(runtime.stats().tasks.retried).toBe(attempts - 1);
    expect(runtime.stats().tasks.rejectedByQuota).toBe(attempts - 1);
  });

  it("gives up with the last failure, and says how often it tried", async () => {
    const task = runtime.run(take(100, 1e6), { retry: { attempts: 3, backoffMs: 1 } });
    await expect(task).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect(task.record.attempts).toBe(3);
    expect(task.state).toBe("failed");
  });

  it("doubles its wait", async () => {
    const begin = performance.now();
    const task = runtime.run(take(100, 1e6), { retry: { attempts: 4, backoffMs: 20 } });
    await expect(task).rejects.toBeInstanceOf(PrismError);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(20 + 40 + 80 - 3);
  });

  it("does not repeat what cannot pass, unless it is told to", async () => {
    const broken = { ...sum(Int32Array.of(1)) };
    const once = runtime.run(broken, { retry: { attempts: 5, backoffMs: 1 } });
    await expect(once).rejects.toMatchObject({ code: "DOMAIN_ERROR" });
    expect(once.record.attempts).toBe(1);
    const named = runtime.run(broken, {
      retry: { attempts: 3, backoffMs: 1, on: ["DOMAIN_ERROR"] },
    });
    await expect(named).rejects.toMatchObject({ code: "DOMAIN_ERROR" });
    expect(named.record.attempts).toBe(3);
    const seen: string[] = [];
    const asked = runtime.run(broken, {
      retry: { attempts: 9, backoffMs: 1, on: ({ code }) => seen.push(code) < 2 },
    });
    await expect(asked).rejects.toMatchObject({ code: "DOMAIN_ERROR" });
    expect(seen).toEqual(["DOMAIN_ERROR", "DOMAIN_ERROR"]);
  });

  it("rejects with what the caller's own judgement throws", async () => {
    const on = () => {
      throw new Error("no judgement");
    };
    const task = runtime.run(sum(Int32Array.of(1)), { retry: { attempts: 3, on } });
    await expect(task).rejects.toThrow("no judgement");
    expect(task.record.attempts).toBe(1);
  });

  it("judges errors without data", async () => {
    const decode = () => {
      throw new OutOfMemory("no data", null);
    };
    const options = { retry: { attempts: 2, backoffMs: 1 } };
    const task = runtime.run({ ...empty, decode }, options);
    await expect(task).rejects.toThrow("no data");
    expect(task.record.attempts).toBe(2);
  });

  it("does not follow when the judgement itself stops the task", async () => {
    const on = (): boolean => {
      task.cancel();
      return true;
    };
    const task = runtime.run(sum(Int32Array.of(1)), {
      retry: { attempts: 9, backoffMs: 1, on },
    });
    await expect(task).rejects.toMatchObject({ code: "DOMAIN_ERROR" });
    expect(task.record.attempts).toBe(1);
  });

  it("never waits longer than a timer can", () => {
    const retry = new Retry({ attempts: 100, backoffMs: 1e9, on: () => true });
    const waits = Array.from({ length: 99 }, () => {
      const wait = retry.next(new OutOfMemory("", {}));
      retry.count();
      return wait;
    });
    expect(waits[0]).toBe(1e9);
    expect(Math.max(...waits.map(Number))).toBe(2 ** 31 - 1);
  });

  it("uses the inputs of the call in every attempt", async () => {
    const holder = runtime.run(spin(60_000), { memoryLimit: 50e6 });
    await untilRunning(holder);
    const values = Float64Array.of(1, 2, 3);
    const task = runtime.run(sum(values), { retry: { attempts: 50, backoffMs: 1 } });
    values.fill(100);
    while (task.record.attempts < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    holder.cancel();
    expect(await task).toBe(6);
  });

  it("stops between two attempts", async () => {
    const options = { retry: { attempts: 2, backoffMs: 60_000 } };
    const cancelled = runtime.run(take(100, 1e6), options);
    const late = runtime.run(take(100, 1e6), { ...options, timeoutMs: 20 });
    const other = new Runtime({ threadCount: 1, memoryLimit: 1e6 });
    const closed = other.run(take(2, 1e6), options);
    while (cancelled.state !== "submitted" || closed.state !== "submitted") {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    cancelled.cancel();
    expect(cancelled.state).toBe("cancelled");
    await expect(late).rejects.toMatchObject({ code: "TASK_TIMEOUT" });
    await other.close();
    expect(closed.state).toBe("cancelled");
    expect(() => other.run(empty)).toThrow(RuntimeClosed);
  });

  it.each([
    [{ attempts: 0 }, /retry.attempts must lie between 1 and 100/],
    [{ attempts: 1.5 }, /retry.attempts must be a whole number/],
    [{ attempts: 2, backoffMs: -1 }, /retry.backoffMs/],
    [{ attempts: 2, backoffMs: Number.NaN }, /retry.backoffMs/],
    [{ attempts: 2, on: "OUT_OF_MEMORY" }, /retry.on must be a list of error codes/],
    [3, /retry must be an object such as/],
  ])("refuses %j", (retry, message) => {
    expect(() => runtime.run(empty, { retry: retry as { attempts: number } })).toThrow(message);
  });
});
