import { readFileSync } from "node:fs";
import { type Crystal, fromPrototype, slab, slabTerminations } from "prism-lab";
import { describe, expect, it } from "vitest";

const golden = JSON.parse(
  readFileSync(new URL("./slabs.json", import.meta.url), "utf8"),
) as readonly { name: string; hkl: number[]; terminations: number; area: number }[];

describe("slabs", () => {
  it.each(golden)("$name $hkl", ({ name, hkl, terminations, area }) => {
    const crystal = fromPrototype(name);
    const list = slabTerminations(crystal, { hkl });
    expect(list).toHaveLength(terminations);
    const slabs = slab(crystal, { hkl, layers: 3, vacuum: 15, termination: "all" });
    slabs.forEach((each, i) => {
      expect([outerLayer(each, 1), outerLayer(each, -1)]).toEqual([list[i].top, list[i].bottom]);
      expect(each.formula).toBe(crystal.formula);
      const { a, b, gamma } = each.lattice.parameters;
      expect(a * b * Math.sin((gamma * Math.PI) / 180)).toBeCloseTo(area, 3);
      expect(nearest(each)).toBeCloseTo(nearest(crystal.supercell([2, 2, 2])), 6);
    });
  });
});

/** Formula of the sites that follow each other from the top or the bottom within 0.1 Å. */
function outerLayer(crystal: Crystal, sign: 1 | -1): string {
  const heights = Array.from(crystal.numbers, (_, i) => sign * crystal.cartPositions[3 * i + 2]);
  const order = Array.from(heights.keys()).sort((i, j) => heights[j] - heights[i]);
  const end = order.findIndex((site, k) => k > 0 && heights[order[k - 1]] - heights[site] > 0.1);
  const layer = order.slice(0, end < 0 ? order.length : end);
  return crystal.withoutSite((_, i) => !layer.includes(i)).cellFormula;
}

function nearest(crystal: Crystal): number {
  let shortest = Number.POSITIVE_INFINITY;

  for (let i = 0; i < crystal.siteCount; i++) {
    for (let j = 0; j < i; j++) {
      shortest = Math.min(shortest, crystal.distance(i, j));
    }
  }
  return shortest;
}
