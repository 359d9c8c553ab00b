import {
  applyPattern,
  Crystal,
  commonNeighborAnalysis,
  DomainError,
  type FlowResult,
  fromPrototype,
  generatePattern,
  InvalidConfiguration,
  Lattice,
  Pattern,
  Runtime,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { argon, contentOf, copper, corners, metals } from "./flow-crystals.js";

const substitution = { as: "substitution", species: "Au", potential: metals } as const;

describe("a pattern that is committed", () => {
  it("orders an alloy: gold on the corners makes L1₂, at rest and judged", async () => {
    const before = contentOf(copper);
    const result = await applyPattern(copper, corners, { ...substitution, level: "cell" });
    expect(result.committed).toBe(true);
    expect(result.reason).toBeUndefined();
    expect(result.crystal.formula).toBe("AuCu3");
    expect(symmetry(result.crystal).internationalSymbol).toBe("Pm-3m");
    expect(result.stability?.isStable).toBe(true);
    expect(result.after?.fmax).toBeLessThan(1e-3);
    expect(result.after!.energy).toBeLessThan(result.relaxation!.frames[0].energy);
    expect(result.checks.every(({ passed }) => passed)).toBe(true);
    expect(result.before?.crystal).toBe(copper);
    expect(contentOf(copper)).toEqual(before);
  });

  it("applies what it was given, whatever becomes of that meanwhile", async () => {
    const config = { ...corners, counts: [2, 2, 2] };
    const options = {
      as: "substitution",
      species: "Au",
      potential: metals,
      level: "cell",
      fracOrigin: [0, 0, 0],
      relax: { fmax: 0.01 },
    } as const;
    const flow = applyPattern(copper, config, options);
    config.counts[0] = 1;
    Object.assign(options.fracOrigin, [0.3, 0, 0]);
    Object.assign(options.relax, { fmax: -1 });
    const { committed, crystal } = await flow;
    expect([committed, crystal.formula]).toEqual([true, "AuCu3"]);
  });

  it("records every step in order, with times that follow each other", async () => {
    const told: string[] = [];
    const { record } = await applyPattern(copper, corners, {
      ...substitution,
      onStep: ({ step, status }) => told.push(`${step} ${status}`),
    });
    const names = ["check", "reserve", "generate", "update", "optimise", "verify", "commit"];
    expect(record.map(({ step }) => step)).toEqual(names);
    expect(record.every(({ status, detail }) => status === "done" && detail !== "")).toBe(true);
    expect(told).toEqual(names.flatMap((name) => [`${name} running`, `${name} done`]));
    record.slice(1).forEach(({ startedAt }, k) => {
      expect(startedAt).toBeGreaterThanOrEqual(record[k].startedAt + record[k].ms - 1e-6);
    });
  });

  it("takes sites away: one vacancy in each two cells", async () => {
    const config = { ...corners, a: 7.22, counts: [1, 1, 1] as const };
    const result = await applyPattern(copper, config, { as: "vacancies", potential: metals });
    expect(result.committed).toBe(true);
    expect(result.crystal.siteCount).toBe(31);
  });

  it("adds sites: an atom into the gap of a vacancy", async () => {
    const box = fromPrototype("fcc", { species: ["Ar"], a: 5.3 }).supercell([2, 2, 2]);
    const gap = box.withoutSite(0);
    const point = Pattern.fromPositions([[0, 0, 0]]);
    const result = await applyPattern(gap, point, {
      species: "Ar",
      potential: argon,
      fracOrigin: box.sites[0].fracPosition,
    });
    expect(result.committed).toBe(true);
    expect(result.crystal.siteCount).toBe(32);
    // The vacancy is filled: every atom is in fcc order again.
    const order = await commonNeighborAnalysis(result.crystal);
    expect(new Set(order.types).size).toBe(1);
  });

  it("lays a pattern into a plane: its x along the shortest direction, or along uvw", async () => {
    const { a } = copper.lattice.parameters;
    const spacing = a / 2 / Math.SQRT2;
    const row = { patternType: "line", count: 4, spacing } as const;
    const flow = (uvw?: readonly number[]) =>
      applyPattern(copper, generatePattern(row).withoutCell(), {
        as: "substitution",
        species: "Au",
        potential: metals,
        hkl: [0, 0, 1],
        ...(uvw ? { uvw } : {}),
        level: "none",
        stability: false,
      });
    const { crystal } = await flow([1, 1, 0]);
    const gold = crystal.sites.filter(({ occupants }) => occupants[0].species.symbol === "Au");
    for (const { fracPosition } of gold) {
      expect(fracPosition[0]).toBeCloseTo(fracPosition[1], 6);
      expect(fracPosition[2]).toBeCloseTo(0, 6);
    }
    expect(gold).toHaveLength(4);
    expect((await flow([1, 0, 0])).committed).toBe(false); // no atoms at that spacing along a
    await expect(flow([1, 0, 1])).resolves.toMatchObject({ reason: { code: "PATTERN" } });
  });

  it("repeats a pattern of a smaller cell through the crystal, however its cell lies", async () => {
    const once = await applyPattern(copper, { ...corners, counts: [1, 1, 1] }, substitution);
    const whole = await applyPattern(copper, corners, substitution);
    expect(once.crystal.cellFormula).toBe("Au8Cu24");
    expect(once.crystal.hash).toBe(whole.crystal.hash);
  });

  it("keeps the patterns of the flows before under names that do not change", async () => {
    const first = await applyPattern(copper, corners, substitution);
    const second = await applyPattern(
      first,
      { ...corners, a: 7.22, counts: [1, 1, 1] },
      { as: "vacancies", potential: metals },
    );
    const again = await applyPattern(copper, corners, substitution);
    expect([...second.patterns.keys()]).toEqual([first.patternId, second.patternId]);
    expect(again.patternId).toBe(first.patternId);
    expect(second.patterns.get(first.patternId!)?.pointCount).toBe(8);
    const twice = await applyPattern(first, corners, substitution);
    expect([...twice.patterns.keys()]).toEqual([first.patternId, `${first.patternId}#2`]);
    const refused = await applyPattern(second, { ...corners, a: 3 }, substitution);
    expect(refused.committed).toBe(false);
    expect(refused.patterns).toBe(second.patterns);
    expect(refused.crystal).toBe(second.crystal);
  });

  it("gives the same result, bit for bit, on any number of threads and beside another flow", async () => {
    const shaken = copper.perturbed({ maxDistance: 0.1, seed: 3 });
    const flow = (runtime: Runtime) => applyPattern(shaken, corners, { ...substitution, runtime });
    await using one = new Runtime({ threadCount: 1 });
    await using three = new Runtime({ threadCount: 3 });
    const results = await Promise.all([flow(one), flow(three), flow(three)]);
    const [hash] = results.map(({ crystal }) => crystal.hash);
    expect(results.map(({ crystal }) => crystal.hash)).toEqual([hash, hash, hash]);
    expect(results[0].crystal).not.toBe(results[1].crystal);
  });
});

describe("a pattern that is rolled back", () => {
  async function refused(
    config: Parameters<typeof applyPattern>[1],
    options: Parameters<typeof applyPattern>[2],
    crystal = copper,
  ): Promise<FlowResult> {
    const before = contentOf(crystal);
    const result = await applyPattern(crystal, config, options);
    expect(result.committed).toBe(false);
    expect(result.crystal).toBe(crystal);
    expect(contentOf(crystal)).toEqual(before);
    expect(result.record.at(-1)).toMatchObject({ step: "rollback", status: "done" });
    expect(result.record.at(-2)).toMatchObject({ status: "failed", reason: result.reason });
    expect(result.patterns.size).toBe(0);
    return result;
  }

  it("does not fit the cell", async () => {
    const { reason } = await refused({ ...corners, a: 3.4 }, substitution);
    expect(reason).toMatchObject({ step: "update", code: "PATTERN" });
    expect(reason?.message).toContain("withoutCell");
  });

  it("has points where no site is; they may be left out, with a warning", async () => {
    const points = Pattern.fromPositions([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    const { reason } = await refused(points, { ...substitution, tolerance: 0.3 });
    expect(reason).toMatchObject({ step: "update", code: "MISFIT" });
    const skipping = { ...substitution, tolerance: 0.3, misfits: "skip" } as const;
    const result = await applyPattern(copper, points, skipping);
    expect(result.crystal.cellFormula).toBe("AuCu31");
    expect(result.warnings.map(({ code }) => code)).toContain("POINTS_LEFT_OUT");
  });

  it("would put sites on top of others", async () => {
    const near = Pattern.fromPositions([[0.3, 0, 0]]);
    const { reason } = await refused(near, { species: "Au", potential: metals });
    expect(reason).toMatchObject({ step: "update", code: "MISFIT" });
    const onTop = Pattern.fromPositions([[0, 0, 0]]);
    const solid = fromPrototype("fcc", { species: ["Ar"], a: 5.3 });
    const there = await refused(onTop, { species: "Ar", potential: argon, minDistance: 0 }, solid);
    expect(there.reason).toMatchObject({ step: "update", code: "OVERLAP" });
  });

  it("has more sites than maxNodes", async () => {
    const bounded = copper.withConfig({ maxNodes: 33 });
    const two = Pattern.fromPositions([
      [1.805, 0, 0],
      [0, 1.805, 0],
    ]);
    const { reason } = await refused(two, { species: "Cu", potential: metals }, bounded);
    expect(reason).toMatchObject({ step: "update", code: "MAX_NODES" });
    const many = generatePattern({ patternType: "bravais", lattice: "cP", a: 0.5, radius: 5 });
    const early = await refused(many, { species: "Cu", potential: metals }, bounded);
    expect(early.reason).toMatchObject({ step: "check", code: "MAX_NODES" });
  });

  it("needs more memory than there is", async () => {
    const { reason } = await refused(corners, { ...substitution, memoryLimit: 20_000 });
    expect(reason).toMatchObject({ step: "reserve", code: "MEMORY" });
    await using small = new Runtime({ threadCount: 1, memoryLimit: 100_000 });
    const other = await refused(corners, { ...substitution, runtime: small });
    expect(other.reason).toMatchObject({ step: "reserve", code: "MEMORY" });
  });

  it("does not come to rest", async () => {
    const { reason, rejected, after } = await refused(
      corners,
      { ...substitution, relax: { maxSteps: 1, method: "sd" } },
      copper.perturbed({ maxDistance: 0.2, seed: 1 }),
    );
    expect(reason).toMatchObject({ step: "optimise", code: "NOT_CONVERGED" });
    expect(rejected?.cellFormula).toBe("Au8Cu24");
    expect(after?.fmax).toBeGreaterThan(1e-3);
  });

  it("is not stable, or not stable enough for the crystal's own threshold", async () => {
    const middles = Pattern.fromPositions([[1.805, 0, 0]]);
    const tight = await refused(middles, {
      species: "Au",
      potential: metals,
      stability: { thresholds: { distanceRatio: 0.9 } },
    });
    expect(tight.reason).toMatchObject({ step: "verify", code: "UNSTABLE" });
    expect(tight.stability?.isStable).toBe(false);
    const strict = copper.withConfig({ stabilityThreshold: 1 });
    const nearly = await refused(
      corners,
      { ...substitution, stability: { thresholds: { distanceRatio: 0.85 } } },
      strict,
    );
    expect(nearly.reason?.message).toContain("stabilityThreshold");
  });

  it("changes the volume, or the places of atoms, more than it may", async () => {
    const cell = { ...substitution, level: "cell" } as const;
    const { reason } = await refused(corners, { ...cell, maxVolumeRatio: 1.05 });
    expect(reason).toMatchObject({ step: "verify", code: "COLLAPSED" });
    const shaken = copper.perturbed({ maxDistance: 0.3, seed: 1 });
    const moved = await refused(corners, { ...substitution, maxDisplacement: 0.05 }, shaken);
    expect(moved.reason).toMatchObject({ step: "verify", code: "CHANGED" });
  });

  it("would break the crystal's own system", async () => {
    const long = fromPrototype("fcc", { species: ["Cu"], a: 3.61 })
      .supercell([2, 2, 2])
      .withConfig({ systemType: "cubic" });
    const layer = { ...corners, counts: [2, 2, 1] as const };
    const plane = generatePattern(layer).withoutCell();
    const { reason } = await refused(plane, { ...substitution, level: "cell" }, long);
    expect(reason).toMatchObject({ step: "optimise", code: "CONFIGURATION" });
  });

  it("says why in words", async () => {
    const result = await refused({ ...corners, a: 3.4 }, substitution);
    expect(String(result)).toMatch(/^applyPattern: rolled back at update \(PATTERN\): the pattern/);
  });
});

describe("what has no meaning", () => {
  const refusal =
    (config: unknown, options: object, crystal: unknown = copper) =>
    () =>
      applyPattern(crystal as Crystal, config as never, { ...substitution, ...options } as never);

  it("is refused at once", () => {
    expect(refusal({ ...corners, patternType: "bravaiss" }, {})).toThrow(InvalidConfiguration);
    expect(refusal({ ...corners, a: -1 }, {})).toThrow(DomainError);
    expect(refusal(corners, { species: "Xx" })).toThrow(DomainError);
    expect(refusal(corners, { species: "Fe" })).toThrow(/not for Fe/);
    expect(refusal(corners, { as: "vacancies" })).toThrow(/leave species out/);
    expect(refusal(corners, { species: undefined })).toThrow(/needs a species/);
    expect(refusal(corners, { potential: undefined })).toThrow(/potential must be/);
    expect(refusal(corners, { fracOrigin: [0, 0, 0], cartOrigin: [0, 0, 0] })).toThrow(/twice/);
    expect(refusal(corners, { uvw: [1, 0, 0] })).toThrow(/hkl/);
    expect(refusal(corners, { target: 99 })).toThrow(DomainError);
    expect(refusal(corners, { tolerance: 0 })).toThrow(DomainError);
    expect(refusal(corners, { level: "all" })).toThrow(InvalidConfiguration);
    expect(refusal(corners, { relax: { fmax: 0 } })).toThrow(DomainError);
    expect(refusal(corners, { relax: { frames: 1 } })).toThrow(/no field/);
    expect(refusal(corners, { relax: { pressureGPa: 1 } })).toThrow(/level: "cell"/);
    expect(refusal(corners, { stability: { relax: true } })).toThrow(/relaxes by itself/);
    expect(refusal(corners, { stability: { checks: ["all"] } })).toThrow(InvalidConfiguration);
    expect(refusal(corners, { retry: { attempts: 0 } })).toThrow(DomainError);
    expect(refusal(corners, {}, Promise.resolve(copper))).toThrow(/await it first/);
  });

  it("asks for the properties that new sites would lack", async () => {
    const spins = copper.withSiteProperties({ magneticMoment: Array(32).fill(1) });
    const middle = Pattern.fromPositions([[1.805, 0, 0]]);
    const add = { as: "sites", stability: false, level: "none" } as const;
    expect(refusal(middle, add, spins)).toThrow(/magneticMoment/);
    const given = { ...add, properties: { magneticMoment: -1 } };
    const { crystal } = await refusal(middle, given, spins)();
    expect(crystal.siteProperties.magneticMoment.at(-1)).toBe(-1);
    expect(crystal.labels.at(-1)).toBe("Au1");
  });
});

describe("points at the edge", () => {
  it("are taken as their images inside, or left out", async () => {
    const single = Crystal.create({
      lattice: Lattice.cubic(5),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    const two = Pattern.fromPositions([
      [2.5, 0, 0],
      [0, 7.5, 0],
    ]);
    const options = { species: "Ar", potential: argon, level: "none", stability: false } as const;
    const wrapped = await applyPattern(single, two, options);
    expect(Array.from(wrapped.crystal.fracPositions.slice(3))).toEqual([0.5, 0, 0, 0, 0.5, 0]);
    const inside = await applyPattern(single, two, { ...options, outside: "drop" });
    expect(inside.crystal.siteCount).toBe(2);
  });
});
