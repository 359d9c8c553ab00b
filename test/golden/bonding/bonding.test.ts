import { readFileSync } from "node:fs";
import { bonds, Crystal, voronoiCells } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly structures: readonly {
    readonly name: string;
    readonly lattice: number[][];
    readonly species: string[];
    readonly frac: number[];
    readonly sites: readonly {
      readonly site: number;
      readonly crystalNN: number;
      readonly symbols: string;
      readonly weights: number[];
      readonly volume: number;
    }[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("neighbours.json", import.meta.url), "utf8"),
) as Golden;

describe.each(golden.structures.map((each) => [each.name, each] as const))("%s", (_, given) => {
  const crystal = Crystal.create({
    lattice: given.lattice,
    species: given.species,
    fracPositions: given.frac,
  });

  it("has the neighbours of CrystalNN", async () => {
    const found = await bonds(crystal);
    for (const { site, crystalNN, symbols } of given.sites) {
      expect(found.coordinationNumbers[site]).toBe(crystalNN);
      const own = found.of(site).map((bond) => given.species[bond.site]);
      expect(own.sort().join("")).toBe(symbols);
    }
  });

  it("has the solid angles and volumes of VoronoiNN", async () => {
    const cells = await voronoiCells(crystal);
    for (const { site, weights, volume } of given.sites) {
      const angles = cells.solidAngle.filter((_, n) => cells.i[n] === site);
      const largest = Math.max(...angles);
      const own = [...angles].map((angle) => angle / largest).filter((weight) => weight > 1e-3);
      own.sort((a, b) => b - a);
      expect(own).toHaveLength(weights.length);
      for (const [n, weight] of own.entries()) {
        expect(Math.abs(weight - weights[n])).toBeLessThan(2e-4);
      }
      expect(Math.abs(cells.volume[site] - volume)).toBeLessThan(1e-4);
    }
  });
});
