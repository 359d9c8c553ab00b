import { readFileSync } from "node:fs";
import { Crystal, ewald, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Case {
  readonly matrix: readonly number[];
  readonly fracPositions: readonly number[];
  readonly charges: readonly number[];
  readonly energy: number;
  readonly siteEnergies: readonly number[] | null;
  readonly forces: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL("pymatgen.json", import.meta.url), "utf8")) as {
  cases: readonly Case[];
};

describe("Ewald sums as pymatgen's", () => {
  it.each(cases)("of $charges", async (given) => {
    const crystal = Crystal.create({
      lattice: Lattice.fromMatrix(given.matrix),
      species: given.charges.map(() => "H"),
      fracPositions: given.fracPositions,
      siteProperties: { charge: given.charges },
    });
    const potential = ewald({ accuracy: 1e-11, background: true });
    const { energy, energies, forces } = await potential.evaluate(crystal);
    expect(Math.abs(energy - given.energy)).toBeLessThan(1e-8);
    for (const [index, force] of given.forces.entries()) {
      expect(Math.abs(forces[index] - force)).toBeLessThan(1e-7);
    }
    for (const [site, share] of (given.siteEnergies ?? []).entries()) {
      expect(Math.abs(energies[site] - share)).toBeLessThan(1e-8);
    }
  });
});
