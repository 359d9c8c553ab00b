import {
  Crystal,
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  optimizeCrystal,
  relax,
  springs,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { argon, contentOf, copper, metals } from "./flow-crystals.js";

const shaken = copper.perturbed({ maxDistance: 0.2, seed: 1 });

describe("optimizeCrystal", () => {
  it("brings a crystal to where relax brings it, judges and checks it", async () => {
    const result = await optimizeCrystal(shaken, metals, { level: "cell" });
    expect(result.committed).toBe(true);
    const { energy } = await relax(shaken, metals, { cell: "full" });
    expect(result.after?.energy).toBeCloseTo(energy, 5);
    expect(symmetry(result.crystal, { symprec: 0.02 }).internationalSymbol).toBe("Fm-3m");
    expect(result.record.map(({ step }) => step)).toEqual([
      "evaluate",
      "strategy",
      "improve",
      "stability",
      "validate",
      "commit",
    ]);
    expect(result.stability?.dynamical.verdict).toBe("stable");
    const names = result.checks.map(({ name }) => name);
    expect(names).toEqual(["contents", "reproduced", "energy", "volume", "stability"]);
    expect(String(result)).toMatch(
      /^optimizeCrystal: committed Cu32, -3\.4\d+ eV\/atom, stability/,
    );
  });

  it("goes by the crystal's own level", async () => {
    const still = await optimizeCrystal(copper.withConfig({ optimizationLevel: "none" }), metals);
    expect(still.crystal.hash).toBe(copper.hash);
    expect(still.strategy?.descents).toEqual([]);
    expect(still.record.find(({ step }) => step === "improve")?.status).toBe("skipped");
    const positions = await optimizeCrystal(shaken, metals);
    expect(positions.crystal.lattice.matrix).toEqual(shaken.lattice.matrix);
    const free = await optimizeCrystal(shaken.withConfig({ optimizationLevel: "cell" }), metals);
    expect(free.crystal.lattice.volume).not.toBeCloseTo(shaken.lattice.volume, 2);
  });

  it("takes FIRE first where the forces are violent", async () => {
    const violent = copper.perturbed({ maxDistance: 0.8, seed: 2 });
    const { strategy, attempts, committed } = await optimizeCrystal(violent, metals);
    expect(strategy?.descents.map(({ method }) => method)).toEqual([
      "fire",
      "lbfgs",
      "fire",
      "lbfgs",
    ]);
    expect(attempts[0]).toMatchObject({ method: "fire" });
    expect(committed).toBe(true);
  });

  it("tries the next way when the first does not get there", async () => {
    const { attempts, committed } = await optimizeCrystal(shaken, metals, {
      relax: { maxSteps: 8 },
      stability: false,
    });
    expect(attempts.length).toBeGreaterThan(1);
    expect(attempts[0]).toMatchObject({ method: "lbfgs", outcome: "maxSteps" });
    expect(attempts[1].method).toBe("fire");
    const energies = attempts.map(({ energy }) => energy);
    expect(committed || energies.at(-1)! <= energies[0]).toBe(true);
  });

  it("goes down from a saddle where forces vanish", async () => {
    // Simple cubic: every site at rest by symmetry, and no minimum.
    const solid = lennardJones({ epsilon: 0.4, sigma: 2.3, cutoff: 6 });
    const saddle = fromPrototype("sc", { species: ["Cu"], a: 2.5 }).supercell([2, 2, 2]);
    const stuck = await optimizeCrystal(saddle, solid, { level: "cell", followModes: false });
    expect(stuck).toMatchObject({ committed: false, reason: { code: "UNSTABLE" } });
    expect(stuck.crystal).toBe(saddle);
    const down = await optimizeCrystal(saddle, solid, { level: "cell" });
    expect(down.committed).toBe(true);
    expect(down.attempts.some(({ method }) => method === "mode")).toBe(true);
    expect(down.after!.energy).toBeLessThan(stuck.after!.energy - 0.1);
  });

  it("searches where the level is global, and keeps what is lower", async () => {
    const cluster = Crystal.create({
      lattice: Lattice.cubic(40),
      species: Array(7).fill("Ar"),
      cartPositions: Array.from({ length: 7 }, (_, k) => [3.8 * k, 0.1 * k * k, 0.2 * k]),
      periodic: [false, false, false],
    });
    const potential = lennardJones({ epsilon: 1, sigma: 3.4, cutoff: 60 });
    const { committed, after, warnings } = await optimizeCrystal(cluster, potential, {
      level: "global",
      stability: { checks: ["geometric"] },
    });
    expect(committed).toBe(true);
    // The pentagonal bipyramid: Hoare & Pal, Adv. Phys. 20, 161 (1971).
    expect(after!.energy).toBeCloseTo(-16.505384, 4);
    expect(warnings.map(({ code }) => code)).toContain("CELL_KEPT");
  });

  it("says what it left out", async () => {
    const large = copper.supercell([2, 2, 1]).perturbed({ maxDistance: 0.1, seed: 1 });
    const { warnings } = await optimizeCrystal(large, metals);
    const codes = warnings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["SADDLE_UNCHECKED", "STABILITY_PARTIAL"]));
  });

  it("keeps to a pressure, and to fixed sites", async () => {
    const pressed = await optimizeCrystal(copper, metals, {
      level: "cell",
      relax: { pressureGPa: 20 },
    });
    expect(pressed.committed).toBe(true);
    const { stress } = await metals.evaluate(pressed.crystal);
    expect(stress[0] * 160.2176634).toBeCloseTo(-20, 2);
    const held = await optimizeCrystal(shaken, metals, { relax: { fixed: [0, 5] } });
    expect(held.committed).toBe(true);
    for (let k = 0; k < 3; k++) {
      expect(held.crystal.fracPositions[k]).toBeCloseTo(shaken.fracPositions[k], 12);
    }
  });
});

describe("optimizeCrystal, rolled back", () => {
  it("where atoms lie on top of each other", async () => {
    const twice = Crystal.create({
      lattice: Lattice.cubic(8),
      species: ["Ar", "Ar"],
      fracPositions: [0, 0, 0, 0, 0, 0],
    });
    const before = contentOf(twice);
    const result = await optimizeCrystal(twice, argon);
    expect(result).toMatchObject({
      committed: false,
      reason: { step: "evaluate", code: "OVERLAP" },
    });
    expect(result.crystal).toBe(twice);
    expect(contentOf(twice)).toEqual(before);
  });

  it("where it is not stable: gas in a box", async () => {
    const gas = Crystal.create({
      lattice: Lattice.cubic(30),
      species: ["Ar", "Ar"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
    });
    const { committed, reason } = await optimizeCrystal(gas, argon);
    expect(committed).toBe(false);
    expect(reason).toMatchObject({ step: "stability", code: "UNSTABLE" });
  });

  it("where it does not come to rest", async () => {
    const relaxing = { method: "sd", maxSteps: 2 } as const;
    const { reason, rejected } = await optimizeCrystal(shaken, metals, { relax: relaxing });
    expect(reason).toMatchObject({ step: "improve", code: "NOT_CONVERGED" });
    expect(rejected?.hash).not.toBe(shaken.hash);
  });

  it("where memory does not suffice", async () => {
    const { reason } = await optimizeCrystal(shaken, metals, { memoryLimit: 1000 });
    expect(reason).toMatchObject({ step: "evaluate", code: "MEMORY" });
  });

  it("where the volume would change too much", async () => {
    const wide = fromPrototype("fcc", { species: ["Ar"], a: 6.2 });
    const { reason } = await optimizeCrystal(wide, argon, { level: "cell" });
    expect(reason?.code).toMatch(/COLLAPSED|UNSTABLE/);
    expect(reason?.message).toContain("maxVolumeRatio");
  });
});

describe("what optimizeCrystal refuses at once", () => {
  it("names it", async () => {
    const call =
      (options: object, crystal: unknown = copper, potential: unknown = metals) =>
      () =>
        optimizeCrystal(crystal as Crystal, potential as never, options as never);
    expect(call({}, copper, null)).toThrow(InvalidConfiguration);
    expect(call({}, {})).toThrow(/expected a Crystal/);
    expect(call({}, fromPrototype("bcc", { species: ["Fe"], a: 2.87 }))).toThrow(DomainError);
    expect(call({ search: { method: "random" } })).toThrow(InvalidConfiguration);
    expect(call({ search: { seed: -1 } })).toThrow(DomainError);
    expect(call({ maxVolumeRatio: 0.5 })).toThrow(DomainError);
    expect(call({ followModes: 1 })).toThrow(InvalidConfiguration);
    expect(
      call(
        { relax: { cell: "full" } },
        Crystal.create({
          lattice: Lattice.cubic(9),
          species: ["Cu"],
          fracPositions: [0, 0, 0],
          periodic: [true, true, false],
        }),
      ),
    ).toThrow(/not periodic/);
    const other = await springs(shaken, { k: 1, cutoff: 3 });
    expect(call({}, copper.supercell([2, 1, 1]), other)).toThrow(/join 32 sites/);
  });
});
