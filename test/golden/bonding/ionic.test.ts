import { readFileSync } from "node:fs";
import { bonds, Crystal } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly structures: readonly {
    readonly name: string;
    readonly lattice: number[][];
    readonly species: string[];
    readonly oxidation: Record<string, number>;
    readonly frac: number[];
    readonly sites: readonly {
      readonly site: number;
      readonly symbols: string;
      readonly weights: number[];
    }[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("ionic.json", import.meta.url), "utf8")) as Golden;

describe("CrystalNN of ions", () => {
  it.each(golden.structures.map((each) => [each.name, each] as const))(
    "has pymatgen's neighbours and weights in %s",
    async (_, given) => {
      const crystal = Crystal.create({
        lattice: given.lattice,
        species: given.species,
        fracPositions: given.frac,
      }).withOxidationStates(given.oxidation);
      const found = await bonds(crystal);
      for (const { site, symbols, weights } of given.sites) {
        const own = found.of(site);
        const elements = own.map((bond) => given.species[bond.site]);
        expect(elements.sort().join("")).toBe(symbols);
        const sorted = own.map((bond) => bond.weight).sort((a, b) => b - a);
        for (const [n, weight] of sorted.entries()) {
          expect(Math.abs(weight - weights[n])).toBeLessThan(2e-3);
        }
      }
    },
  );

  it.each(["stretched halite", "stretched magnetite", "stretched rutile"])(
    "is another one than that of atoms in %s",
    async (name) => {
      const given = golden.structures.find((each) => each.name === name)!;
      const { lattice, species, frac, oxidation } = given;
      const atoms = Crystal.create({ lattice, species, fracPositions: frac });
      const [a, b] = await Promise.all([bonds(atoms), bonds(atoms.withOxidationStates(oxidation))]);
      expect([...a.weight]).not.toEqual([...b.weight]);
    },
  );
});
