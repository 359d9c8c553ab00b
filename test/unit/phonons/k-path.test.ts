import { Crystal, fromSpaceGroup, kPath, Lattice, primitiveMapping } from "prism-lab";
import { describe, expect, it } from "vitest";

const shapes: readonly (readonly [number, string, Record<string, number>])[] = [
  [198, "cP1", { a: 5 }],
  [221, "cP2", { a: 5 }],
  [196, "cF1", { a: 6 }],
  [225, "cF2", { a: 6 }],
  [229, "cI1", { a: 5 }],
  [99, "tP1", { a: 5, c: 6 }],
  [107, "tI1", { a: 6, c: 5 }],
  [107, "tI2", { a: 5, c: 8.5 }],
  [25, "oP1", { a: 5, b: 6, c: 7 }],
  [43, "oF1", { a: 5, b: 9, c: 11 }],
  [43, "oF2", { a: 9, b: 11, c: 5 }],
  [43, "oF3", { a: 7, b: 8, c: 9 }],
  [46, "oI1", { a: 5, b: 6, c: 7 }],
  [46, "oI2", { a: 7, b: 5, c: 6 }],
  [46, "oI3", { a: 6, b: 7, c: 5 }],
  [36, "oC1", { a: 5, b: 6, c: 7 }],
  [36, "oC2", { a: 6, b: 5, c: 7 }],
  [38, "oA1", { a: 5, b: 6, c: 7 }],
  [38, "oA2", { a: 5, b: 7, c: 6 }],
  [143, "hP1", { a: 5, c: 6 }],
  [168, "hP2", { a: 5, c: 6 }],
  [146, "hR1", { a: 5, c: 9 }],
  [146, "hR2", { a: 6, c: 5 }],
  [3, "mP1", { a: 5, b: 6, c: 7, beta: 105 }],
  [5, "mC1", { a: 9, b: 5, c: 6, beta: 105 }],
  [5, "mC2", { a: 5, b: 9, c: 8, beta: 100 }],
  [5, "mC3", { a: 8, b: 8.2, c: 4, beta: 125 }],
  [1, "aP2", { a: 5, b: 6, c: 7, alpha: 80, beta: 75, gamma: 70 }],
  [1, "aP3", { a: 5, b: 6, c: 7, alpha: 100, beta: 105, gamma: 97 }],
];

/** Jumps between two images of one point. */
const equal =
  /^(U\|K|C\|C₂|D\|D₂|I₂\|I|S\|S₀|Z\|Z₀|R\|G|.₀\|.₀|..?\|Σ₀|U₂\|Y₀|Λ₀\|G₂|Y₀\|U₀|H₂\|H₀|S₀\|S₂|P₀\|P₂)$/;

describe("kPath", () => {
  it.each(shapes)(
    "group %i as %s: all points lie on the zone's faces",
    (group, symbol, lattice) => {
      const crystal = fromSpaceGroup({
        group,
        lattice: lattice as { a: number },
        species: ["Si", "O"],
        fracPositions: [0.113, 0.237, 0.371, 0.319, 0.071, 0.193],
        minDistance: 0.1,
      });
      const path = kPath(crystal);
      expect(path.extendedBravaisSymbol).toBe(symbol);
      const lengths = distancesOf(crystal);
      for (const [label, q] of Object.entries(path.points)) {
        const [first, second] = lengths(q);
        if (label === "Γ") expect(first).toBeCloseTo(0, 9);
        else expect(second - first).toBeLessThan(1e-9);
      }
      for (let i = 1; i < path.lines.length; i++) {
        const [before, q] = path.lines[i - 1][path.lines[i - 1].length - 1];
        const [after, other] = path.lines[i][0];
        if (!equal.test(`${before}|${after}`)) continue;
        const [a, b] = [lengths(q), lengths(other)];
        a.slice(0, 40).forEach((length, k) => {
          expect(length).toBeCloseTo(b[k], 7);
        });
      }
    },
  );

  it("speaks of the given cell, whichever it is", () => {
    const cube = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Cu", "Cu", "Cu", "Cu"],
      fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
    });
    // Which of the equivalent axes are taken is the standardisation's choice.
    const sizes = (label: string) => kPath(cube).points[label].map(Math.abs).sort();
    expect(sizes("L")).toEqual([0.5, 0.5, 0.5]);
    expect(sizes("X")).toEqual([0, 0, 1]);
    expect(sizes("W")).toEqual([0, 0.5, 1]);
    expect(kPath(primitiveMapping(cube).crystal).lines[0][0]).toEqual(["Γ", [0, 0, 0]]);
  });
});

/** Of a wave vector from the points of the reciprocal lattice, ascending. */
function distancesOf(crystal: Crystal): (q: ArrayLike<number>) => number[] {
  const reduced = primitiveMapping(crystal).crystal.lattice.reciprocal.delaunay().lattice;
  const steps = Array.from({ length: 9 }, (_, i) => i - 4);
  const points = steps.flatMap((u) =>
    steps.flatMap((v) => steps.map((w) => reduced.toCartesian([u, v, w]))),
  );
  return (q) => {
    const k = crystal.lattice.reciprocal.toCartesian(q);
    return points
      .map((point) => Math.hypot(point[0] - k[0], point[1] - k[1], point[2] - k[2]))
      .sort((a, b) => a - b);
  };
}
