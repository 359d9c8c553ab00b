import { readFileSync } from "node:fs";
import { Crystal, interstitialSites } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly crystals: readonly {
    readonly name: string;
    readonly matrix: number[][];
    readonly species: string[];
    readonly frac: number[];
    /** Distance in Å, and how many vertices of the cell have it. */
    readonly voids: readonly [number, number][];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("./voids.json", import.meta.url), "utf8")) as Golden;

describe("voids", () => {
  it.each(golden.crystals.map((each) => [each.name, each] as const))(
    "of %s are the vertices of its Voronoi cells",
    (_, { matrix, species, frac, voids }) => {
      const crystal = Crystal.create({ lattice: matrix, species, fracPositions: frac });
      const found = interstitialSites(crystal, { tolerance: 1e-3 });
      for (const [distance, count] of voids) {
        const alike = found.filter((each) => Math.abs(each.distance - distance) < 2e-4);
        expect(alike.reduce((sum, { multiplicity }) => sum + multiplicity, 0)).toBe(count);
      }
      const total = voids.reduce((sum, [, count]) => sum + count, 0);
      expect(found.reduce((sum, { multiplicity }) => sum + multiplicity, 0)).toBe(total);
      for (const { wyckoffLetter } of found) expect(wyckoffLetter).toMatch(/^[a-z]$/);
    },
  );
});
