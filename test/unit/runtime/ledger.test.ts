import { describe, expect, it } from "vitest";
import { durationBoundsUs, TaskLedger } from "../../../src/runtime/ledger.js";

/** Index of the bucket that one task of the duration is counted in. */
function bucketOf(durationMs: number): number {
  const ledger = new TaskLedger();
  ledger.settled("spin", "done", 0, durationMs);
  return ledger.kernels()[0].run.counts.indexOf(1);
}

describe("TaskLedger", () => {
  it("starts with nothing", () => {
    const ledger = new TaskLedger();
    expect(ledger.kernels()).toEqual([]);
    expect(ledger.totals()).toEqual({
      submitted: 0,
      done: 0,
      failed: 0,
      cancelled: 0,
      timedOut: 0,
      retried: 0,
      rejectedByQuota: 0,
    });
  });

  it("counts by kernel and by how a task ended", () => {
    const ledger = new TaskLedger();
    for (const kernel of ["powder", "bonds", "powder", "powder"]) ledger.submitted(kernel);
    ledger.settled("powder", "done", 1, 2);
    ledger.settled("powder", "failed", 1, 2);
    ledger.settled("bonds", "timedOut", 1, 2);
    ledger.settled("powder", "cancelled", 1, undefined);
    ledger.retried("powder");
    ledger.rejectedByQuota("bonds");
    ledger.rejectedByQuota("bonds");

    const [powder, bonds] = ledger.kernels();
    expect(powder).toMatchObject({
      kernel: "powder",
      submitted: 3,
      done: 1,
      failed: 1,
      cancelled: 1,
      timedOut: 0,
      retried: 1,
      rejectedByQuota: 0,
    });
    expect(bonds).toMatchObject({ kernel: "bonds", submitted: 1, timedOut: 1, rejectedByQuota: 2 });
    expect(ledger.totals()).toEqual({
      submitted: 4,
      done: 1,
      failed: 1,
      cancelled: 1,
      timedOut: 1,
      retried: 1,
      rejectedByQuota: 2,
    });
  });

  it("adds up wait and run times, the latter of tasks that ran", () => {
    const ledger = new TaskLedger();
    ledger.settled("powder", "done", 0.5, 20);
    ledger.settled("powder", "done", 1.5, 30);
    ledger.settled("powder", "cancelled", 8, undefined);
    const [{ wait, run }] = ledger.kernels();
    expect([wait.count, wait.sumMs]).toEqual([3, 10]);
    expect([run.count, run.sumMs]).toEqual([2, 50]);
  });

  it("has bounds from a microsecond to a thousand seconds, four apart", () => {
    expect(durationBoundsUs.slice(0, 4)).toEqual([1, 4, 16, 64]);
    expect(durationBoundsUs.at(-1)! / 1e6).toBeGreaterThan(1000);
  });

  it("counts a duration under the first bound that is not below it", () => {
    durationBoundsUs.forEach((bound, i) => {
      expect(bucketOf(bound / 1000)).toBe(i);
      expect(bucketOf((bound * 1.01) / 1000)).toBe(i + 1);
      expect(bucketOf((bound * 3.99) / 1000)).toBe(i + 1);
    });
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(1e-9)).toBe(0);
    expect(bucketOf(1e300)).toBe(durationBoundsUs.length);
  });

  it("is not spoilt by a time that is negative or no number", () => {
    const ledger = new TaskLedger();
    for (const time of [-1, Number.NaN, 3]) ledger.settled("spin", "done", time, time);
    const [{ wait, run }] = ledger.kernels();
    for (const { counts, count, sumMs } of [wait, run]) {
      expect([counts[0], count, sumMs]).toEqual([2, 3, 3]);
    }
  });

  it("counts kernels beyond its capacity together", () => {
    const ledger = new TaskLedger();
    for (let i = 0; i < 100_000; i++) ledger.submitted(`plugin ${i}`);
    ledger.submitted("plugin 0");
    ledger.settled("plugin 99999", "done", 1, 1);
    const kernels = ledger.kernels();
    expect(kernels.length).toBe(128);
    expect(kernels[0]).toMatchObject({ kernel: "plugin 0", submitted: 2 });
    expect(kernels.at(-1)).toMatchObject({ kernel: "other", submitted: 100_000 - 127, done: 1 });
    expect(ledger.totals().submitted).toBe(100_001);
  });

  it("does not mistake names of Object's own properties", () => {
    const ledger = new TaskLedger();
    for (const kernel of ["__proto__", "constructor", "toString"]) ledger.submitted(kernel);
    expect(ledger.kernels().map(({ submitted }) => submitted)).toEqual([1, 1, 1]);
  });

  it("remembers the last 2048 tasks", () => {
    const ledger = new TaskLedger();
    expect(ledger.nameOf(0)).toBeUndefined();
    for (let serial = 0; serial < 5000; serial++) {
      ledger.remember(serial, `task ${serial}`, serial % 2 === 0 ? "done" : "failed");
    }
    expect(ledger.nameOf(4999)).toEqual({ name: "task 4999", state: "failed" });
    expect(ledger.nameOf(5000 - 2048)).toEqual({ name: "task 2952", state: "done" });
    expect(ledger.nameOf(5000 - 2049)).toBeUndefined();
    expect(ledger.nameOf(5000)).toBeUndefined();
    ledger.remember(4999, "task 4999", "cancelled");
    expect(ledger.nameOf(4999)?.state).toBe("cancelled");
  });

  it("keeps up with far more tasks than the engine runs", () => {
    const ledger = new TaskLedger();
    const started = performance.now();
    for (let serial = 0; serial < 200_000; serial++) {
      ledger.submitted("spin");
      ledger.settled("spin", "done", 0.002, 0.003);
      ledger.remember(serial, "spin", "done");
    }
    // Some 10 ms when nothing else runs.
    expect(performance.now() - started).toBeLessThan(1000);
    expect(ledger.totals().done).toBe(200_000);
  });
});
