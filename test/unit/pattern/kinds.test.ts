import {
  type BravaisPatternSymbol,
  DomainError,
  generatePattern,
  InvalidConfiguration,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const { sqrt, PI } = Math;

describe("lines, circles and spirals", () => {
  it("a line has its points a spacing apart from the origin along x", () => {
    const line = generatePattern({ patternType: "line", count: 4, spacing: 2.5 });
    expect([...line.positions]).toEqual([0, 0, 0, 2.5, 0, 0, 5, 0, 0, 7.5, 0, 0]);
    expect(line.dimension).toBe(1);
    expect(generatePattern({ patternType: "line", length: 7.5, spacing: 2.5 }).pointCount).toBe(4);
    const centered = generatePattern({ patternType: "line", count: 4, centered: true });
    expect([...centered.bounds.low]).toEqual([-1.5, 0, 0]);
  });

  it("a circle has its points at equal angles and the same radius", () => {
    const ring = generatePattern({ patternType: "circle", radius: 3, count: 7 });
    const angles = Array.from({ length: 7 }, (_, i) =>
      Math.atan2(ring.positions[3 * i + 1], ring.positions[3 * i]),
    );
    for (let i = 0; i < 7; i++) {
      expect(Math.hypot(ring.positions[3 * i], ring.positions[3 * i + 1])).toBeCloseTo(3, 12);
      expect((angles[i] + 2 * PI) % (2 * PI)).toBeCloseTo((2 * PI * i) / 7, 12);
    }
    expect(generatePattern({ patternType: "circle", radius: 3, spacing: 0.5 }).pointCount).toBe(38);
  });

  it("a filled circle has 3m(m + 1) + 1 points, of which 6k are on ring k", () => {
    const disc = generatePattern({ patternType: "circle", rings: 5, spacing: 2 });
    expect(disc.pointCount).toBe(91);
    expect(disc.ofKind("ring 4").pointCount).toBe(24);
    expect(disc.metrics.nearestDistance.min).toBeCloseTo(2, 12);
    const same = generatePattern({ patternType: "circle", radius: 10, filled: true, spacing: 2 });
    expect(same.hash).toBe(disc.hash);
  });

  it("a Fermat spiral has r = s √(k/π), θ = k · 137.508° and one point on each s²", () => {
    const spiral = generatePattern({
      patternType: "spiral",
      form: "fermat",
      count: 1500,
      spacing: 2,
    });
    const k = 700;
    const [x, y] = spiral.positions.subarray(3 * k);
    expect(Math.hypot(x, y)).toBeCloseTo(2 * sqrt(k / PI), 10);
    const turn = (k * 137.50776405003785) % 360;
    expect((Math.atan2(y, x) * 180) / PI + 360).toBeCloseTo(turn < 180 ? turn + 360 : turn, 6);
    expect(spiral.metrics.density).toBeCloseTo(0.25, 3);
  });

  it("neighbouring turns of an Archimedean spiral are as far apart as the points along it", () => {
    const spiral = generatePattern({ patternType: "spiral", count: 900, spacing: 1.5 });
    const radius = (i: number) => Math.hypot(spiral.positions[3 * i], spiral.positions[3 * i + 1]);
    const angle = (i: number) => Math.atan2(spiral.positions[3 * i + 1], spiral.positions[3 * i]);
    for (const i of [300, 600, 898]) {
      // r = s θ/2π, whatever whole turns are in θ.
      const turns = radius(i) / 1.5 - angle(i) / (2 * PI);
      expect(turns).toBeCloseTo(Math.round(turns), 9);
      const chord = Math.hypot(
        spiral.positions[3 * i + 3] - spiral.positions[3 * i],
        spiral.positions[3 * i + 4] - spiral.positions[3 * i + 1],
      );
      expect(chord).toBeCloseTo(1.5, 2);
    }
  });

  it("symmetry is the number of arms, and the pattern has that rotation", () => {
    for (const form of ["archimedean", "fermat"] as const) {
      const arms = generatePattern({ patternType: "spiral", form, count: 301, symmetry: 3 });
      expect(arms.kindNames).toEqual(["arm 1", "arm 2", "arm 3"]);
      const turned = arms.rotated({ axis: [0, 0, 1], angle: 120 });
      const both = [...arms.positions, ...turned.positions];
      expect(countDistinct(both)).toBe(301);
    }
  });

  it("says what is missing or contradicts itself", () => {
    expect(() => generatePattern({ patternType: "line" })).toThrow(/count or length.*neither/);
    expect(() => generatePattern({ patternType: "line", count: 2.5 })).toThrow(DomainError);
    expect(() => generatePattern({ patternType: "circle", rings: 3, count: 5 })).toThrow(
      InvalidConfiguration,
    );
    expect(() => generatePattern({ patternType: "spiral", count: 9, divergence: 10 })).toThrow(
      /divergence belongs to form: "fermat"/,
    );
  });
});

describe("grids", () => {
  it("have one, two or three dimensions, by their counts", () => {
    expect(generatePattern({ patternType: "grid", counts: [7] }).dimension).toBe(1);
    const planar = generatePattern({
      patternType: "grid",
      counts: [3, 4],
      steps: [1, 1.5],
      spacing: 2,
    });
    expect(planar.pointCount).toBe(12);
    expect([...planar.bounds.high]).toEqual([4, 9, 0]);
    expect(planar.cell?.lattice.parameters).toMatchObject({ a: 6, b: 12 });
    expect(planar.cell?.periodic).toEqual([true, true, false]);
    expect(generatePattern({ patternType: "grid", counts: [2, 3, 4] }).pointCount).toBe(24);
  });

  it("cut by a radius hold the points within, border included", () => {
    // Gauss' circle problem: 81 points within 5 of the origin, 515 in the ball.
    expect(generatePattern({ patternType: "grid", radius: 5 }).pointCount).toBe(81);
    const ball = generatePattern({ patternType: "grid", dimension: 3, radius: 5 });
    expect(ball.pointCount).toBe(515);
    expect(ball.cell).toBeUndefined();
  });

  it("cut by an extent hold what lies in the half-open box", () => {
    const box = generatePattern({ patternType: "grid", extent: [4, 6], spacing: 0.5 });
    expect(box.pointCount).toBe(8 * 12);
    const typed = { patternType: "grid", extent: Float64Array.of(4, 6) as never } as const;
    expect(generatePattern({ ...typed, spacing: 0.5 }).pointCount).toBe(8 * 12);
    expect([...box.bounds.low]).toEqual([-2, -3, 0]);
    expect([...box.bounds.high]).toEqual([1.5, 2.5, 0]);
  });

  it("refuse sizes that say nothing or too much", () => {
    expect(() => generatePattern({ patternType: "grid" })).toThrow(
      /one of counts, radius and extent/,
    );
    expect(() => generatePattern({ patternType: "grid", counts: [2, 2], radius: 3 })).toThrow(
      /counts and radius/,
    );
    expect(() => generatePattern({ patternType: "grid", counts: [2, 0] })).toThrow(DomainError);
    expect(() => generatePattern({ patternType: "grid", counts: [2, 2], dimension: 3 })).toThrow(
      /each of the 3 directions/,
    );
  });
});

/** Points a conventional cell and the volume of the cell, a = 1 and the documented defaults. */
const lattices: Record<string, [points: number, volume: number]> = {
  aP: [1, 1.2 * 1.5 * triclinic(75, 80, 85)],
  mP: [1, 1.2 * 1.5 * sine(105)],
  mC: [2, 1.2 * 1.5 * sine(105)],
  oP: [1, 1.8],
  oC: [2, 1.8],
  oI: [2, 1.8],
  oF: [4, 1.8],
  tP: [1, 1.5],
  tI: [2, 1.5],
  hP: [1, (1.5 * sqrt(3)) / 2],
  hR: [3, (1.5 * sqrt(3)) / 2],
  cP: [1, 1],
  cI: [2, 1],
  cF: [4, 1],
};

describe("Bravais lattices", () => {
  it.each(Object.entries(lattices))(
    "%s has its points and its density",
    (lattice, [points, volume]) => {
      const config = {
        patternType: "bravais",
        lattice: lattice as BravaisPatternSymbol,
        a: 3,
      } as const;
      const periodic = generatePattern({ ...config, counts: [3, 4, 2] });
      expect(periodic.pointCount).toBe(24 * points);
      expect(periodic.metrics.density).toBeCloseTo(points / (27 * volume), 10);
      const cut = generatePattern({ ...config, radius: 24 });
      expect(cut.metrics.density).toBeCloseTo(points / (27 * volume), 4);
      // Every point of a lattice has the same surroundings.
      const { min, max } = periodic.metrics.nearestDistance;
      expect(max - min).toBeLessThan(1e-9);
      const { counts } = periodic.metrics.coordination({ cutoff: 2.01 * min });
      expect(counts.filter((count) => count > 0)).toHaveLength(1);
    },
  );

  it.each([
    ["mp", 1, 1.2 * sine(105)],
    ["op", 1, 1.2],
    ["oc", 2, 1.2],
    ["tp", 1, 1],
    ["hp", 1, sqrt(3) / 2],
  ] as const)("%s, of the plane", (lattice, points, area) => {
    const pattern = generatePattern({ patternType: "bravais", lattice, counts: [3, 3] });
    expect(pattern.dimension).toBe(2);
    expect(pattern.metrics.density).toBeCloseTo(points / area, 10);
  });

  it("cubic packings touch as the books say", () => {
    // Conway & Sloane, Sphere Packings, Lattices and Groups (1999), table 1.2 and chapter 1.
    const packing = (lattice: BravaisPatternSymbol) =>
      generatePattern({ patternType: "bravais", lattice, counts: 3 }).metrics;
    expect(packing("cP").packingFraction()).toBeCloseTo(PI / 6, 10);
    expect(packing("cI").packingFraction()).toBeCloseTo((PI * sqrt(3)) / 8, 10);
    expect(packing("cF").packingFraction()).toBeCloseTo(PI / sqrt(18), 10);
    expect(packing("cF").coordination().mean).toBe(12);
    expect(packing("cI").nearestDistance.min).toBeCloseTo(sqrt(3) / 2, 10);
  });

  it("a rhombohedral cell of 60° is the face-centred cubic lattice", () => {
    const primitive = generatePattern({
      patternType: "bravais",
      lattice: "hR",
      alpha: 60,
      counts: 4,
    });
    expect(primitive.pointCount).toBe(64);
    expect(primitive.metrics.packingFraction()).toBeCloseTo(PI / sqrt(18), 10);
    const hexagonal = { patternType: "bravais", lattice: "hR", c: sqrt(6), counts: 3 } as const;
    expect(generatePattern(hexagonal).metrics.packingFraction()).toBeCloseTo(PI / sqrt(18), 10);
  });

  it("refuses a parameter that the lattice fixes, and unknown symbols", () => {
    const config = { patternType: "bravais", counts: 2 } as const;
    expect(() => generatePattern({ ...config, lattice: "cF", b: 4 })).toThrow(
      /leaves a free; b is fixed/,
    );
    expect(() => generatePattern({ ...config, lattice: "tI", gamma: 100 })).toThrow(
      InvalidConfiguration,
    );
    expect(() => generatePattern({ ...config, lattice: "fcc" as "cF" })).toThrow(
      /must be one of aP/,
    );
    expect(() => generatePattern({ ...config, lattice: "aP", alpha: 10, beta: 20 })).toThrow(
      /no cell has the angles/,
    );
    expect(() => generatePattern({ ...config, lattice: "cP", a: -1 })).toThrow(/greater than 0/);
  });
});

function sine(degrees: number): number {
  return Math.sin((degrees * PI) / 180);
}

/** √(1 − cos²α − cos²β − cos²γ + 2 cosα cosβ cosγ) */
function triclinic(...angles: [number, number, number]): number {
  const [a, b, c] = angles.map((angle) => Math.cos((angle * PI) / 180));
  return sqrt(1 - a * a - b * b - c * c + 2 * a * b * c);
}

function countDistinct(positions: readonly number[]): number {
  const keys = new Set<string>();
  for (let i = 0; i < positions.length; i += 3) {
    keys.add([0, 1, 2].map((k) => Math.round(1e6 * positions[i + k]) + 0).join());
  }
  return keys.size;
}
