import { readFileSync } from "node:fs";
import { Crystal, slab } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly slabs: readonly {
    readonly name: string;
    readonly hkl: number[];
    readonly thickness: number;
    readonly matrix: number[][];
    readonly species: string[];
    readonly frac: number[];
    readonly found: readonly { extent: number; perArea: [string, number][] }[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("./symmetric-slabs.json", import.meta.url), "utf8"),
) as Golden;

interface Summary {
  readonly extent: number;
  readonly perArea: readonly (readonly [string, number])[];
}

/** Å from the lowest to the highest site, and sites per Å² of each element. */
function summaryOf(piece: Crystal): Summary {
  const heights = Array.from(piece.numbers, (_, i) => piece.cartPositions[3 * i + 2]);
  const { a, b, gamma } = piece.lattice.parameters;
  const area = a * b * Math.sin((gamma * Math.PI) / 180);
  const perArea = Array.from(piece.composition, ([symbol, n]) => [symbol, n / area] as const);
  return {
    extent: Math.max(...heights) - Math.min(...heights),
    perArea: perArea.sort(([p], [q]) => (p < q ? -1 : 1)),
  };
}

function isSame(p: Summary, q: Summary): boolean {
  if (Math.abs(p.extent - q.extent) > 2e-3 || p.perArea.length !== q.perArea.length) return false;
  return p.perArea.every(([symbol, n], k) => {
    const [other, m] = q.perArea[k];
    return symbol === other && Math.abs(n - m) < 2e-4;
  });
}

describe("slabs with two equal surfaces", () => {
  it.each(golden.slabs.map((each) => [`${each.name} ${each.hkl}`, each] as const))(
    "of %s are pymatgen's",
    (_, { hkl, thickness, matrix, species, frac, found }) => {
      const crystal = Crystal.create({ lattice: matrix, species, fracPositions: frac });
      const slabs = slab(crystal, { hkl, thickness, termination: "all", symmetric: true });
      const own = slabs.map(summaryOf);
      for (const each of found) expect(own.some((other) => isSame(each, other))).toBe(true);
      for (const each of own) expect(found.some((other) => isSame(each, other))).toBe(true);
    },
  );
});
