import { describe, expect, it } from "vitest";
import { aperiodicGenerators } from "../../../src/pattern/aperiodic/generators.js";
import type { PatternGenerator, PatternParts } from "../../../src/pattern/pattern-parts.js";
import { twistedGenerators } from "../../../src/pattern/twisted/generators.js";

type Estimating = PatternGenerator<object> & { pointEstimate(options: object): number };
const generators = { ...aperiodicGenerators, ...twistedGenerators } as unknown as Record<
  string,
  Estimating
>;

const cases: [string, object][] = [
  ["penrose", { radius: 40 }],
  ["penrose", { radius: 60, spacing: 2, tiling: "P2" }],
  ["ammannBeenker", { radius: 40 }],
  ["multigrid", { radius: 40, symmetry: 7 }],
  ["multigrid", { radius: 40, symmetry: 18 }],
  ["hat", { radius: 80 }],
  ["hat", { radius: 120, spacing: 2, edges: [1, 0.5] }],
  ["fibonacci", { radius: 2000, mean: 2, spacing: 3 }],
  ["fibonacci", { generations: 14 }],
  ["icosahedral", { radius: 12 }],
  ["icosahedral", { radius: 24, spacing: 2, lattice: "I" }],
  [
    "icosahedral",
    {
      radius: 10,
      phasonStrain: [
        [0.1, 0, 0],
        [0, 0.1, 0],
        [0, 0, -0.1],
      ],
    },
  ],
  ["icosahedral", { approximant: "3/2", lattice: "F" }],
  ["icosahedral", { approximant: "2/1", radius: 9, tiles: true }],
  ["twistedBilayer", { m: 5, r: 2 }],
];

describe.each(cases)("generator %s, %j", (name, options) => {
  const generator = generators[name];
  const parts = generator.generate(options);

  it("knows beforehand about how many points it makes", () => {
    expect(generator.patternType).toBe(name);
    expect(generator.pointEstimate(options) / (parts.positions.length / 3)).toBeCloseTo(1, 1);
  });

  it("returns whole parts", () => {
    expectWhole(parts);
  });
});

/** Indexes within range, finite positions, one kind a point and a tile. */
function expectWhole({ positions, dimension, kindOfPoint, kindNames, tiles }: PatternParts): void {
  const count = positions.length / 3;
  expect(count).toBeGreaterThan(10);
  expect(positions.every(Number.isFinite)).toBe(true);
  if (dimension < 3 && tiles !== undefined) {
    expect(positions.every((value, i) => i % 3 !== 2 || value === 0)).toBe(true);
  }
  expect(kindOfPoint!.length).toBe(count);
  expect(kindOfPoint!.every((kind) => kind >= 0 && kind < kindNames!.length)).toBe(true);
  if (tiles === undefined) return;
  expect(tiles.offsets.length).toBe(tiles.kind.length + 1);
  expect(tiles.offsets[tiles.kind.length]).toBe(tiles.vertices.length);
  expect(tiles.vertices.every((vertex) => vertex >= 0 && vertex < count)).toBe(true);
  expect(tiles.kind.every((kind) => kind >= 0 && kind < tiles.kindNames.length)).toBe(true);
}
