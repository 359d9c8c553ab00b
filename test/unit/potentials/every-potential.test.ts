import { Crystal, type Potential, Runtime } from "prism-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference, moved, speciesOf, strained } from "./differences.js";
import { registered, triclinic } from "./registry.js";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

describe.each(registered)("$name", (entry) => {
  const tolerance = entry.tolerance ?? 1e-7;
  let potential: Potential;
  beforeAll(async () => {
    potential = await entry.make();
  });
  const energyOf = async (crystal: Crystal) => (await potential.evaluate(crystal)).energy;

  it("has forces that are the slopes of its energy", async () => {
    const crystal = triclinic(entry);
    const { forces } = await potential.evaluate(crystal);
    const scale = 1 + Math.max(...forces.map(Math.abs));
    for (let index = 0; index < forces.length; index++) {
      const slope = await difference((x) => energyOf(moved(crystal, index, x)));
      expect(Math.abs(forces[index] + slope) / scale).toBeLessThan(tolerance);
    }
  });

  it("has a stress that is the slope of its energy with strain", async () => {
    const crystal = triclinic(entry);
    const { stress } = await potential.evaluate(crystal);
    const volume = crystal.lattice.volume;
    const scale = 1 + Math.max(...stress.map(Math.abs)) * volume;
    for (let voigt = 0; voigt < 6; voigt++) {
      const slope = await difference((x) => energyOf(strained(crystal, voigt, x)));
      expect(Math.abs(stress[voigt] * volume - slope) / scale).toBeLessThan(tolerance);
    }
  });

  it("pulls nothing away, and shares its energy among the sites", async () => {
    const { energy, energies, forces } = await potential.evaluate(triclinic(entry, 9));
    const scale = 1 + Math.max(...forces.map(Math.abs));
    for (let k = 0; k < 3; k++) {
      const sum = forces.reduce((total, force, index) => total + (index % 3 === k ? force : 0), 0);
      expect(Math.abs(sum) / scale).toBeLessThan(1e-11);
    }
    const sum = energies.reduce((total, each) => total + each, 0);
    expect(Math.abs(sum - energy)).toBeLessThan(1e-11 * (1 + Math.abs(energy)));
  });

  it("says the same of a supercell", async () => {
    const crystal = triclinic(entry);
    const one = await potential.evaluate(crystal);
    const many = await potential.evaluate(
      crystal.supercell([
        [2, 1, 0],
        [0, 2, 0],
        [0, 1, 2],
      ]),
    );
    expect(Math.abs(many.energy - 8 * one.energy)).toBeLessThan(
      1e-10 * (1 + Math.abs(many.energy)),
    );
    for (let k = 0; k < 6; k++) expect(many.stress[k]).toBeCloseTo(one.stress[k], 11);
  });

  it("does not depend on the number of threads, to the bit", async () => {
    const crystal = triclinic(entry, 300);
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => potential.evaluate(crystal, { runtime })),
    );
    expect(three).toEqual(one);
  });

  it("works along fewer directions", async () => {
    const crystal = triclinic(entry, 9);
    for (const periodic of [
      [true, true, false],
      [false, true, false],
      [false, false, false],
    ] as const) {
      if (entry.noRods && periodic.filter(Boolean).length === 1) continue;
      const open = Crystal.create({
        lattice: crystal.lattice,
        species: crystal.kinds.length === 0 ? [] : speciesOf(crystal),
        fracPositions: crystal.fracPositions,
        periodic,
      });
      const { forces } = await potential.evaluate(open);
      const slope = await difference((x) => energyOf(moved(open, 4, x)));
      const scale = 1 + Math.max(...forces.map(Math.abs));
      expect(Math.abs(forces[4] + slope) / scale).toBeLessThan(tolerance);
    }
  });
});
