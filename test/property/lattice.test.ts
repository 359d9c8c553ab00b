import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lattice } from "../../src/lattice/lattice.js";
import { determinant } from "../../src/math/mat3.js";

// One seed, so that a failure on another machine is the same failure here.
fc.configureGlobal({ seed: 20_240_611 });

// Without the bias to simple numbers: two equal lengths would make another Bravais type.
const uniform = (min: number, max: number) =>
  fc.noBias(fc.integer({ min: 1e4 * min, max: 1e4 * max })).map((n) => n / 1e4);
const length = uniform(2, 15);
const centrings = {
  P: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  C: [0.5, 0.5, 0, -0.5, 0.5, 0, 0, 0, 1],
  I: [-0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5],
  F: [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  R: [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3],
};
const bravaisTypes = [
  ...["cP", "cI", "cF", "tP", "tI", "oP", "oC", "oI", "oF", "hP", "hR", "mP", "mC", "aP"],
] as const;

const triclinic = fc
  .tuple(length, length, length, ...[0, 1, 2].map(() => uniform(62, 115)))
  .map(([a, b, c, alpha, beta, gamma]) => Lattice.fromParameters(a, b, c, alpha, beta, gamma));

const conventional = {
  c: length.map((a) => Lattice.cubic(a)),
  t: fc.tuple(length, length).map(([a, c]) => Lattice.tetragonal(a, c)),
  o: fc.tuple(length, length, length).map(([a, b, c]) => Lattice.orthorhombic(a, b, c)),
  h: fc.tuple(length, length).map(([a, c]) => Lattice.hexagonal(a, c)),
  m: fc
    .tuple(length, length, length, uniform(90.5, 130))
    .map(([a, b, c, beta]) => Lattice.monoclinic(a, b, c, beta)),
  a: triclinic,
};

/** Primitive cells of all Bravais types. */
const typed = fc.constantFrom(...bravaisTypes).chain((symbol) =>
  conventional[symbol[0] as keyof typeof conventional].map((cell) => ({
    symbol,
    lattice: cell.transformed(centrings[symbol[1] as keyof typeof centrings]),
  })),
);

/** Random shears as long as no entry passes the bound: determinant 1. */
const unimodular = (largest: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -5, max: 5 })), {
      minLength: 4,
      maxLength: 30,
    })
    .map((shears) =>
      shears.reduce(
        (matrix, [pair, factor]) => {
          const i = pair % 3;
          const j = (i + 1 + Math.floor(pair / 3)) % 3;
          const next = matrix.map((value, at) =>
            Math.floor(at / 3) === i ? value + factor * matrix[3 * j + (at % 3)] : value,
          );
          return Math.max(...next.map(Math.abs)) > largest ? matrix : next;
        },
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
      ),
    );

const valuesOf = ({ parameters: p }: Lattice) => [p.a, p.b, p.c, p.alpha, p.beta, p.gamma];
const reductions = ["niggli", "delaunay", "lll"] as const;

describe("reductions", () => {
  it("give one Niggli cell for all cells of a lattice, with entries up to 1000", () => {
    fc.assert(
      fc.property(typed, unimodular(1000), ({ lattice }, matrix) => {
        const expected = valuesOf(lattice.niggli().lattice);
        valuesOf(lattice.transformed(matrix).niggli().lattice).forEach((value, i) => {
          // The given vectors are rounded, and lose up to six digits in the reduction.
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 400 },
    );
  });

  it("are unimodular, keep the volume, and change nothing the second time", () => {
    fc.assert(
      fc.property(
        typed,
        unimodular(1000),
        fc.constantFrom(...reductions),
        ({ lattice }, matrix, name) => {
          const { lattice: reduced, transformation } = lattice.transformed(matrix)[name]();
          expect(determinant(transformation)).toBe(1);
          expect(Math.abs(reduced.volume / lattice.volume - 1)).toBeLessThan(1e-5);
          const again = reduced[name]().transformation;
          expect(Array.from(again)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("find the shortest vectors: no lattice vector is shorter", () => {
    fc.assert(
      fc.property(typed, unimodular(30), ({ lattice }, matrix) => {
        const cell = lattice.transformed(matrix);
        for (const { lattice: reduced } of [cell.niggli(), cell.delaunay()]) {
          const { a, b, c } = reduced.parameters;
          for (const vector of smallVectors) {
            const size = Math.hypot(...reduced.toCartesian(vector)) * (1 + 1e-5);
            if (vector[2] !== 0) expect(size).toBeGreaterThanOrEqual(c);
            else if (vector[1] !== 0) expect(size).toBeGreaterThanOrEqual(b);
            else expect(size).toBeGreaterThanOrEqual(a);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

const span = [-2, -1, 0, 1, 2];
const smallVectors = span
  .flatMap((u) => span.flatMap((v) => span.map((w) => [u, v, w])))
  .filter((vector) => vector.some((index) => index !== 0));

describe("Bravais types", () => {
  it("agree with the table of the 44 characters, all of which occur", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(typed, unimodular(20), ({ symbol, lattice }, matrix) => {
        const cell = lattice.transformed(matrix);
        const character = cell.niggliCharacter();
        seen.add(character.number);
        expect(character.symbol).toBe(symbol);
        expect(cell.bravais({ tolerance: 1e-6 }).symbol).toBe(symbol);
      }),
      { numRuns: 4000 },
    );
    expect(seen.size).toBe(44);
  });
});

describe("minimum images", () => {
  it("are the shortest of all, in any cell and for any periodicity", () => {
    const delta = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    const periodic = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(triclinic, unimodular(3), delta, periodic, (lattice, matrix, x, directions) => {
        const cell = lattice.transformed(matrix);
        const found = cell.minimumImage(x, { periodic: directions });
        expect(found.shift.every((shift, k) => directions[k] || shift === 0)).toBe(true);
        expect(found.distance).toBeLessThanOrEqual(shortest(cell, x, directions) + 1e-9);
      }),
      { numRuns: 150 },
    );
  });

  it("do not depend on the cell, however skewed", () => {
    const delta = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(typed, unimodular(1000), delta, ({ lattice }, matrix, x) => {
        const skewed = lattice.transformed(matrix);
        const same = skewed.toFractional(lattice.toCartesian(x));
        const expected = lattice.minimumImage(x).distance;
        expect(Math.abs(skewed.minimumImage(same).distance - expected)).toBeLessThan(1e-4);
      }),
      { numRuns: 300 },
    );
  });
});

/** By trying: the coordinates of x rounded, and 8 cells to every side. */
function shortest(cell: Lattice, x: readonly number[], periodic: readonly boolean[]): number {
  const range = (k: number) =>
    periodic[k] ? Array.from({ length: 17 }, (_, i) => i - 8 - Math.round(x[k])) : [0];
  let best = Number.POSITIVE_INFINITY;
  for (const u of range(0)) {
    for (const v of range(1)) {
      for (const w of range(2)) {
        const [p, q, r] = cell.toCartesian([x[0] + u, x[1] + v, x[2] + w]);
        best = Math.min(best, Math.hypot(p, q, r));
      }
    }
  }
  return best;
}

describe("Wigner-Seitz cells", () => {
  it("have the volume of the cell, and faces that close", () => {
    fc.assert(
      fc.property(typed, unimodular(50), ({ lattice }, matrix) => {
        for (const cell of [lattice, lattice.transformed(matrix)]) {
          const { vertices, edges, faces, volume, areas, normals } = cell.wignerSeitzCell();
          expect(Math.abs(volume / lattice.volume - 1)).toBeLessThan(1e-7);
          expect(vertices.length / 3 - edges.length + faces.length).toBe(2);
          // A closed surface has no net area in any direction.
          for (let k = 0; k < 3; k++) {
            const net = areas.reduce((sum, area, i) => sum + area * normals[3 * i + k], 0);
            expect(Math.abs(net)).toBeLessThan(1e-6 * areas.reduce((sum, area) => sum + area, 0));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("mappings", () => {
  it("lead back to a lattice from any of its cells", () => {
    const angle = fc.double({ min: 0, max: 180, noNaN: true });
    fc.assert(
      fc.property(typed, unimodular(50), angle, ({ lattice }, matrix, turn) => {
        const other = lattice.rotated([1, 2, -1], turn).transformed(matrix);
        expect(other.isEquivalent(lattice)).toBe(true);
        expect(lattice.isEquivalent(other)).toBe(true);
        expect(lattice.isEquivalent(other.scaledToVolume(1.01 * other.volume))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
