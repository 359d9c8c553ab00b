import { readFileSync } from "node:fs";
import { fromPrototype, slab, slabTerminations } from "prism-lab";
import { describe, expect, it } from "vitest";

const golden = JSON.parse(
  readFileSync(new URL("./slabs.json", import.meta.url), "utf8"),
) as readonly { name: string; hkl: number[]; terminations: number; area: number }[];

describe("slabs", () => {
  it.each(golden)("$name $hkl", ({ name, hkl, terminations, area }) => {
    const crystal = fromPrototype(name);
    expect(slabTerminations(crystal, { hkl })).toHaveLength(terminations);
    for (const each of slab(crystal, { hkl, layers: 3, vacuum: 15, termination: "all" })) {
      expect(each.formula).toBe(crystal.formula);
      const { a, b, gamma } = each.lattice.parameters;
      expect(a * b * Math.sin((gamma * Math.PI) / 180)).toBeCloseTo(area, 3);
      expect(nearest(each)).toBeCloseTo(nearest(crystal.supercell([2, 2, 2])), 6);
    }
  });
});

function nearest(crystal: ReturnType<typeof fromPrototype>): number {
  let shortest = Number.POSITIVE_INFINITY;

  for (let i = 0; i < crystal.siteCount; i++) {
    for (let j = 0; j < i; j++) {
      shortest = Math.min(shortest, crystal.distance(i, j));
    }
  }
  return shortest;
}
