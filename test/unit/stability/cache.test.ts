import {
  DomainError,
  fromPrototype,
  Lattice,
  lennardJones,
  Runtime,
  stability,
  stabilityCache,
  stillingerWeber,
  TaskCancelled,
  TaskTimeout,
} from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { argon, argonPotential } from "./crystals.js";

const silicon = fromPrototype("diamond", { species: ["Si"], a: 5.431 });
const potential = stillingerWeber({ element: "Si" });
const quick = { checks: ["energetic"] } as const;

beforeEach(() => stabilityCache.clear());
afterEach(() => {
  stabilityCache.limit = 64;
  stabilityCache.byteLimit = 2 ** 28;
});

function counts(): [number, number, number] {
  return [stabilityCache.size, stabilityCache.hits, stabilityCache.misses];
}

describe("the cache of stability", () => {
  it("answers by content, not by object", async () => {
    const first = await stability(argon, argonPotential);
    const again = await stability(
      fromPrototype("fcc", { species: ["Ar"], a: 5.26 }),
      lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5, smoothFrom: 7 }),
    );
    expect(counts()).toEqual([1, 1, 1]);
    expect(again.phonons).toBe(first.phonons);
    expect(again.verdicts).toEqual(first.verdicts);
  });

  it("knows other crystals, potentials, thresholds and references apart", async () => {
    const runs = [
      () => stability(argon, argonPotential, quick),
      () => stability(argon.strained([1e-9, 0, 0, 0, 0, 0]), argonPotential, quick),
      () =>
        stability(argon, lennardJones({ epsilon: 0.0104, sigma: 3.4000001, cutoff: 8.5 }), quick),
      () => stability(argon, argonPotential, { ...quick, thresholds: { fmax: 0.01 } }),
      () => stability(argon, argonPotential, { ...quick, references: { Ar: -0.08 } }),
      () => stability(argon, argonPotential, { ...quick, references: { Ar: argon } }),
      () => stability(argon, argonPotential, { ...quick, relax: true }),
      () => stability(argon, argonPotential, { checks: ["energetic", "geometric"] }),
    ];
    for (const run of runs) await run();
    expect(counts()).toEqual([runs.length, 0, runs.length]);
    for (const run of runs) await run();
    expect(counts()).toEqual([runs.length, runs.length, runs.length]);
  });

  it("keeps what was asked for, whatever becomes of the options meanwhile", async () => {
    const asked = () => ({ supercell: [1, 1, 1], mesh: [2, 2, 2], radii: { Ar: 1 } });
    const options = asked();
    const task = stability(argon, argonPotential, options);
    options.supercell[0] = 2;
    options.mesh[0] = 3;
    options.radii.Ar = 2;
    await task;
    const kept = await stability(argon, argonPotential, asked());
    const anew = await stability(argon, argonPotential, { ...asked(), cache: false });
    expect(counts()).toEqual([1, 1, 1]);
    expect(kept.verdicts).toEqual(anew.verdicts);
  });

  it("gives verdicts that who has one cannot change for others", async () => {
    const first = await stability(argon, argonPotential, quick);
    const { reasons, values } = first.energetic;
    expect(() => (reasons as string[]).push("mine")).toThrow(TypeError);
    expect(() => Object.assign(values, { energyPerAtom: 0 })).toThrow(TypeError);
    expect(() => Object.assign(first.energetic, { score: 0 })).toThrow(TypeError);
    (first.warnings as unknown[]).push({ code: "MINE", message: "" });
    Object.assign(first.thresholds, { fmax: 9 });
    const again = await stability(argon, argonPotential, quick);
    expect(again.warnings).toEqual([]);
    expect(again.thresholds.fmax).toBeLessThan(0.05);
  });

  it("answers for other configs, labels and orders of checks, with the crystal of the caller", async () => {
    await stability(argon, argonPotential, { checks: ["geometric", "energetic"], relax: true });
    const other = argon.withConfig({
      stabilityThreshold: 1,
      optimizationLevel: "none",
      maxNodes: 9,
    });
    const found = await stability(other, argonPotential, {
      checks: ["energetic", "geometric"],
      relax: true,
    });
    expect(counts()).toEqual([1, 1, 1]);
    expect(found.crystal.config).toEqual(other.config);
    expect(found.crystal.lattice.parameters.a).not.toBe(argon.lattice.parameters.a);
  });

  it("drops the least recently used, and keeps to its bytes", async () => {
    stabilityCache.limit = 2;
    const judge = (a: number) =>
      stability(argon.withLattice(Lattice.cubic(a)), argonPotential, quick);
    await judge(5.2);
    await judge(5.3);
    await judge(5.2);
    await judge(5.4);
    expect(counts()).toEqual([2, 1, 3]);
    await judge(5.2);
    await judge(5.3);
    expect(counts()).toEqual([2, 2, 4]);
    const before = stabilityCache.bytes;
    expect(before).toBeGreaterThan(0);
    stabilityCache.limit = 1;
    expect(stabilityCache.size).toBe(1);
    expect(stabilityCache.bytes).toBeLessThan(before);
    stabilityCache.byteLimit = 0;
    expect([stabilityCache.size, stabilityCache.bytes]).toEqual([0, 0]);
    await judge(5.2);
    expect(stabilityCache.size).toBe(0);
    expect(() => {
      stabilityCache.limit = -1;
    }).toThrow(DomainError);
    expect(String(stabilityCache)).toMatch(/^0 of 1 runs, 0\.0 of 0\.0 MiB/);
  });

  it("is left alone by cache: false", async () => {
    await stability(argon, argonPotential, { ...quick, cache: false });
    expect(counts()).toEqual([0, 0, 0]);
  });

  it("keeps no run that was cancelled, timed out or refused", async () => {
    const cancelled = stability(silicon, potential);
    cancelled.cancel();
    await expect(cancelled).rejects.toBeInstanceOf(TaskCancelled);
    const late = stability(silicon, potential, { timeoutMs: 0.001 });
    await expect(late).rejects.toBeInstanceOf(TaskTimeout);
    const aborted = stability(silicon, potential, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toBeInstanceOf(TaskCancelled);
    expect(stabilityCache.size).toBe(0);
    expect(() => stability(argon, potential)).toThrow(DomainError);
    expect(counts()).toEqual([0, 0, 3]);
  });

  it("has equal calls at once share a run, and each its own end", async () => {
    const first = stability(silicon, potential);
    const second = stability(silicon, potential);
    const third = stability(silicon, potential, { timeoutMs: 0.001 });
    expect(counts()).toEqual([0, 2, 1]);
    first.cancel();
    await expect(first).rejects.toBeInstanceOf(TaskCancelled);
    await expect(third).rejects.toBeInstanceOf(TaskTimeout);
    expect((await second).isStable).toBe(true);
    expect(counts()).toEqual([1, 2, 1]);
  });

  it("ends a run that nobody waits for any more, and begins it anew for the next", async () => {
    const runtime = new Runtime({ threadCount: 1 });
    try {
      const calls = [1, 2].map(() => stability(silicon, potential, { runtime }));
      for (const call of calls) call.cancel();
      await Promise.allSettled(calls);
      const next = stability(silicon, potential, { runtime });
      expect((await next).isStable).toBe(true);
      expect(counts()).toEqual([1, 1, 2]);
      expect(runtime.stats().running + runtime.stats().queued).toBe(0);
    } finally {
      await runtime.close();
    }
  });

  it("joins no run of another runtime", async () => {
    const runtime = new Runtime({ threadCount: 1 });
    try {
      await Promise.all([
        stability(silicon, potential, quick),
        stability(silicon, potential, { ...quick, runtime }),
      ]);
      expect(counts()).toEqual([1, 0, 2]);
    } finally {
      await runtime.close();
    }
  });

  it("stops in the middle, at any share of the progress", async () => {
    const jittered = silicon.perturbed({ maxDistance: 0.01, seed: 1 });
    for (const share of [0.01, 0.2, 0.4, 0.6]) {
      const task = stability(jittered, potential, {
        relax: true,
        cache: false,
        onProgress: ({ fraction }) => {
          if (fraction >= share && fraction < 1) task.cancel();
        },
      });
      const [outcome] = await Promise.allSettled([task]);
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TaskCancelled);
    }
  });
});
