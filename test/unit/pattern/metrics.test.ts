import fc from "fast-check";
import {
  DomainError,
  generatePattern,
  InvalidConfiguration,
  Lattice,
  Pattern,
  ResourceExhausted,
} from "prism-lab";
import { describe, expect, it } from "vitest";

/** All neighbours by trying every image; shifts far enough for the cutoffs used here. */
function naiveDistances(pattern: Pattern, i: number, cutoff: number): number[] {
  const { positions, cell } = pattern;
  const reach = [0, 1, 2].map((k) => (cell?.periodic[k] ? [-4, -3, -2, -1, 0, 1, 2, 3, 4] : [0]));
  const m = cell?.lattice.matrix ?? new Float64Array(9);
  const found: number[] = [];
  for (let j = 0; j < pattern.pointCount; j++) {
    for (const a of reach[0]) {
      for (const b of reach[1]) {
        for (const c of reach[2]) {
          if (i === j && a === 0 && b === 0 && c === 0) continue;
          const [x, y, z] = [0, 1, 2].map(
            (k) =>
              positions[3 * j + k] - positions[3 * i + k] + a * m[k] + b * m[3 + k] + c * m[6 + k],
          );
          const distance = Math.hypot(x, y, z);
          if (distance <= cutoff) found.push(distance);
        }
      }
    }
  }
  return found;
}

/** Thousandths of an ångström: points are at the same place or well apart. */
const coordinate = fc.integer({ min: -9000, max: 9000 }).map((value) => value / 1000);
const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), {
  minLength: 2,
  maxLength: 40,
});
const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
const run = { seed: 11, numRuns: 60 };

describe("distances", () => {
  it("of nearest neighbours and coordination agree with trying all pairs and images", () => {
    fc.assert(
      fc.property(points, flags, (rows, periodic) => {
        const cell = { lattice: Lattice.fromParameters(5, 6, 7, 70, 80, 100), periodic };
        const pattern = Pattern.fromPositions(rows, periodic.some(Boolean) ? { cell } : {});
        const { numbers } = pattern.metrics.coordination({ cutoff: 4 });
        pattern.metrics.nearestDistances.forEach((distance, i) => {
          const all = naiveDistances(pattern, i, 40);
          expect(distance).toBeCloseTo(Math.min(...all), 9);
          // Points at the same place are not neighbours.
          const near = all.filter((value) => value <= 4 && value > 1e-8);
          expect(numbers[i]).toBe(near.length);
        });
      }),
      run,
    );
  });

  it("far outliers and points at the same place do no harm", () => {
    const grid = generatePattern({ patternType: "grid", counts: [60, 60] });
    const far = Pattern.fromPositions([1e7, 0, 0, 1e7, 3, 0, 5, 5, 0]);
    const all = Pattern.merge([grid.withoutCell(), far], { tolerance: 0 });
    const { nearestDistances } = all.metrics;
    expect(nearestDistances[0]).toBe(1);
    expect([...nearestDistances.subarray(3600)]).toEqual([3, 3, 0]);
  });

  it("the nearest may lie beyond the bins in which a farther one is seen", () => {
    // Pairs 5/6 apart make the first bins 1 wide; the point at 0.05 sees the one at 1.99 in the next
    // bin, and not the one at −1.06 in the bin after the next.
    const pairs = Array.from({ length: 60 }, (_, i) => [
      -10 - 7 * i,
      0,
      0,
      -10 - 7 * i + 5 / 6,
      0,
      0,
    ]);
    const pattern = Pattern.fromPositions([
      ...pairs.reverse().flat(),
      0.05,
      0,
      0,
      1.99,
      0,
      0,
      -1.06,
      0,
      0,
    ]);
    expect(pattern.metrics.nearestDistances[120]).toBeCloseTo(1.11, 9);
  });

  it("their histogram counts every point once", () => {
    const spiral = generatePattern({ patternType: "spiral", form: "fermat", count: 500 });
    const { edges, counts } = spiral.metrics.nearestDistanceHistogram({ bins: 20 });
    const { min, max } = spiral.metrics.nearestDistance;
    expect(counts.reduce((a, b) => a + b)).toBe(500);
    expect([edges[0], edges[20]]).toEqual([min, max]);
    const part = spiral.metrics.nearestDistanceHistogram({ bins: 4, range: [0, min / 2] });
    expect([...part.counts]).toEqual([0, 0, 0, 0]);
  });
});

describe("density", () => {
  it("of finite cuts, whatever their shape, comes close to that of the whole", () => {
    for (const size of [{ radius: 30 }, { extent: [50, 40] }]) {
      const cut = generatePattern({ patternType: "kagome", ...size });
      expect(cut.metrics.density).toBeCloseTo(Math.sqrt(3) / 2, 2);
    }
    const ball = generatePattern({ patternType: "bravais", lattice: "cI", radius: 9 });
    expect(ball.metrics.density / 2).toBeCloseTo(1, 2);
    expect(
      generatePattern({ patternType: "line", count: 400, spacing: 2 }).metrics.density,
    ).toBeCloseTo(0.5, 3);
  });

  it("counts the directions that repeat", () => {
    const layer = generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: [2, 2] });
    const bilayer = Pattern.stack([layer, layer], { separation: 3.35 });
    expect(bilayer.metrics.densityDimension).toBe(2);
    expect(bilayer.metrics.density).toBeCloseTo(2 * layer.metrics.density, 10);
    expect(() => bilayer.metrics.packingFraction()).toThrow(/repeats in 2/);
    expect(() => Pattern.fromPositions([0, 0, 0]).metrics.density).toThrow(DomainError);
  });

  it("packing fractions of the plane", () => {
    const packing = (config: Parameters<typeof generatePattern>[0]) =>
      generatePattern(config).metrics.packingFraction();
    expect(packing({ patternType: "triangular", counts: 3 })).toBeCloseTo(
      Math.PI / Math.sqrt(12),
      10,
    );
    expect(packing({ patternType: "grid", counts: 3 })).toBeCloseTo(Math.PI / 4, 10);
    // 0.391: the loosest of the eleven circle packings, J. Kepler's 3.12.12.
    const loosest = packing({ patternType: "archimedean", vertex: "3.12.12", counts: 2 });
    expect(loosest).toBeCloseTo(Math.PI * (7 * Math.sqrt(3) - 12), 3);
  });
});

describe("orientational order", () => {
  it("q_l of the lattices, as Steinhardt et al. (1983) and Mickel et al. (2013) give them", () => {
    const hcp = Pattern.fromPositions(
      [
        [0, 0, 0],
        [0, 1 / Math.sqrt(3), Math.sqrt(2 / 3)],
      ],
      {
        cell: { lattice: Lattice.hexagonal(1, Math.sqrt(8 / 3)), periodic: [true, true, true] },
      },
    );
    const cubic = (lattice: "cP" | "cI" | "cF") =>
      generatePattern({ patternType: "bravais", lattice, counts: 2, rotation: [12, 34, 56] });
    for (const [pattern, q4, q6] of [
      [cubic("cF"), 0.190941, 0.574524],
      [hcp, 0.097222, 0.484762],
      [cubic("cI"), 0.036366, 0.510688],
      [cubic("cP"), 0.763763, 0.353553],
    ] as const) {
      expect(pattern.metrics.steinhardt({ l: 4 }).local).toBeCloseTo(q4, 5);
      expect(pattern.metrics.steinhardt({ l: 6 }).local).toBeCloseTo(q6, 5);
    }
    // Every atom sees the same bonds, so that of all bonds is equal.
    expect(cubic("cF").metrics.steinhardt().global).toBeCloseTo(0.574524, 5);
  });

  it("ψ is 1 for the pattern's own symmetry and 0 for another", () => {
    const triangular = generatePattern({ patternType: "triangular", counts: 4 }).metrics;
    expect(triangular.bondOrder().global).toBeCloseTo(1, 12);
    expect(triangular.bondOrder({ n: 4 }).local).toBeCloseTo(0, 12);
    const square = generatePattern({ patternType: "grid", counts: 4 }).metrics;
    expect(square.bondOrder({ n: 4 }).local).toBeCloseTo(1, 12);
  });

  it("ψ tells the direction, in any plane", () => {
    const turned = generatePattern({ patternType: "grid", radius: 6, rotation: [0, 0, 10] });
    const { direction } = turned.metrics.bondOrder({ n: 4 });
    // In the pattern's own axes nothing has turned.
    expect(direction[50]).toBeCloseTo(0, 9);
    const tilted = turned.rotated({ axis: [1, 2, 3], angle: 77 }).metrics;
    expect(tilted.bondOrder({ n: 4 }).global).toBeCloseTo(
      turned.metrics.bondOrder({ n: 4 }).global,
      9,
    );
    expect(tilted.density).toBeCloseTo(turned.metrics.density, 9);
  });

  it("two grains are ordered locally and not globally", () => {
    const grain = generatePattern({ patternType: "triangular", radius: 12 });
    const other = grain.rotated([0, 0, 30]).translated([100, 0, 0]);
    const { local, global } = Pattern.merge([grain, other]).metrics.bondOrder({ cutoff: 1.1 });
    expect(local).toBeGreaterThan(0.9);
    expect(global).toBeLessThan(0.05);
  });
});

describe("structure factor", () => {
  it("agrees with the sum over all points", () => {
    const spiral = generatePattern({
      patternType: "spiral",
      form: "fermat",
      count: 60,
      spacing: 1.3,
    });
    const { k, values } = spiral.metrics.structureFactor({ kMax: 1.2, size: 7 });
    expect([...k].map((value) => Number(value.toFixed(9)))).toEqual([
      -1.2, -0.8, -0.4, 0, 0.4, 0.8, 1.2,
    ]);
    k.forEach((ky, j) => {
      k.forEach((kx, i) => {
        let [re, im] = [0, 0];
        for (let p = 0; p < 60; p++) {
          const phase =
            2 * Math.PI * (kx * spiral.positions[3 * p] + ky * spiral.positions[3 * p + 1]);
          re += Math.cos(phase);
          im += Math.sin(phase);
        }
        expect(values[7 * j + i]).toBeCloseTo((re * re + im * im) / 60, 8);
      });
    });
  });

  it("is the number of points at a reciprocal vector, and 0 between those of the cell", () => {
    const grid = generatePattern({ patternType: "grid", counts: [10, 10], spacing: 2 });
    const { values } = grid.metrics.structureFactor({ kMax: 0.5, size: 21 });
    expect(values[0]).toBeCloseTo(100, 8);
    expect(values[10 * 21 + 20]).toBeCloseTo(100, 8);
    expect(values[10 * 21 + 11]).toBeCloseTo(0, 8);
  });
});

describe("hyperuniformity", () => {
  const random = lehmer(20260101);
  const poisson = Pattern.fromPositions(
    Array.from({ length: 4000 }, () => [80 * random(), 50 * random(), 0]),
  );

  it("random points have S(0) = 1, seen whole or as a cell", () => {
    const cell = {
      lattice: Lattice.orthorhombic(80, 50, 1),
      periodic: [true, true, false] as const,
    };
    const periodic = Pattern.fromPositions(poisson.positions, { cell });
    expect(Math.abs(periodic.metrics.hyperuniformity().s0 - 1)).toBeLessThan(0.25);
    expect(Math.abs(poisson.metrics.hyperuniformity().s0 - 1)).toBeLessThan(0.35);
  });

  it("lattices and shaken lattices have S(0) = 0", () => {
    const grid = generatePattern({ patternType: "grid", counts: [40, 40] });
    expect(Math.abs(grid.metrics.hyperuniformity().s0)).toBeLessThan(1e-9);
    const disc = generatePattern({ patternType: "triangular", radius: 40 });
    expect(Math.abs(disc.metrics.hyperuniformity().s0)).toBeLessThan(1e-3);
    const shaken = Pattern.fromPositions(
      grid.positions.map((value, i) => (i % 3 === 2 ? 0 : value + 0.2 * (random() - 0.5))),
      { cell: grid.cell },
    );
    const { s0, curvature } = shaken.metrics.hyperuniformity();
    expect(Math.abs(s0)).toBeLessThan(2e-3);
    // 1 − |⟨exp 2πi k·u⟩|² = 4π²k²⟨u²⟩ per direction, with ⟨u²⟩ = 0.2²/12.
    expect(curvature).toBeCloseTo((4 * Math.PI ** 2 * 0.04) / 12, 1);
  });

  it("needs waves longer than the points are apart", () => {
    const small = generatePattern({ patternType: "kagome", radius: 5 });
    expect(() => small.metrics.hyperuniformity()).toThrow(/make the pattern larger/);
  });
});

it("refuses what would hold the JavaScript thread, and options without meaning", () => {
  const large = generatePattern({ patternType: "grid", counts: [500, 500] });
  expect(() => large.metrics.nearestDistance).toThrow(ResourceExhausted);
  expect(() => large.metrics.coordination({ cutoff: 1.1 })).toThrow(
    /measurePattern\(pattern, "coordination"\)/,
  );
  expect(() => large.metrics.structureFactor()).toThrow(ResourceExhausted);
  expect(large.metrics.density).toBe(1);
  const small = generatePattern({ patternType: "grid", counts: [5, 5] });
  expect(() => small.metrics.coordination({ cutof: 2 } as never)).toThrow(InvalidConfiguration);
  expect(() => small.metrics.bondOrder({ n: 0 })).toThrow(DomainError);
  expect(() => small.metrics.structureFactor({ size: 10 })).toThrow(/odd/);
  const solid = generatePattern({ patternType: "grid", counts: [3, 3, 3] });
  expect(() => solid.metrics.bondOrder()).toThrow(/steinhardt/);
});

/** Park and Miller's generator. */
function lehmer(seed: number): () => number {
  let state = seed % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
