import {
  type Approximant,
  Crystal,
  DomainError,
  type IcosahedralOptions,
  InvalidConfiguration,
  ResourceExhausted,
  ShapeError,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { icosahedralQuasicrystal } from "../../../src/pattern/aperiodic/icosahedral.js";
import type { PatternParts } from "../../../src/pattern/pattern-parts.js";
import { kindCounts, pointKeys } from "./aperiodic-checks.js";

const tau = (1 + Math.sqrt(5)) / 2;

/** Volumes of rhombohedra with edge 1: their angles have cosines ±1/√5. */
const volumes = { prolate: 2 * tau ** 2, oblate: 2 * tau };
const unit = (tau + 2) ** 1.5;

function corner({ positions }: PatternParts, point: number): number[] {
  return Array.from(positions.subarray(3 * point, 3 * point + 3));
}

function tilesOf(parts: PatternParts): number[][] {
  const { kind, offsets, vertices } = parts.tiles!;
  return Array.from(kind, (_, t) => Array.from(vertices.subarray(offsets[t], offsets[t + 1])));
}

/** Each face between inner points belongs to two tiles, one on either side. */
function expectFilled(parts: PatternParts, radius: number): void {
  const faces = new Map<string, number>();
  for (const tile of tilesOf(parts)) {
    for (const face of [
      [0, 1, 2, 3],
      [0, 1, 4, 5],
      [0, 2, 4, 6],
      [1, 3, 5, 7],
      [2, 3, 6, 7],
      [4, 5, 6, 7],
    ]) {
      const points = face.map((bits) => tile[bits]);
      const key = points.toSorted((a, b) => a - b).join(" ");
      faces.set(key, (faces.get(key) ?? 0) + 1);
    }
  }
  expect(faces.size).toBeGreaterThan(100);
  for (const [key, count] of faces) {
    const isInner = key
      .split(" ")
      .every((point) => Math.hypot(...corner(parts, Number(point))) < radius);
    expect(count).toBe(isInner ? 2 : Math.min(count, 2));
  }
}

/** Solid angle at each vertex of a tile, by the formula of A. Van Oosterom and J. Strackee (1983). */
function solidAngles(parts: PatternParts, tile: number[]): number[] {
  return tile.map((vertex, bits) => {
    const [a, b, c] = [1, 2, 4].map((bit) => {
      const [p, q] = [corner(parts, tile[bits ^ bit]), corner(parts, vertex)];
      const edge = p.map((value, i) => value - q[i]);
      return edge.map((value) => value / Math.hypot(...edge));
    });
    const dot = (u: number[], v: number[]) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    const triple =
      a[0] * (b[1] * c[2] - b[2] * c[1]) +
      a[1] * (b[2] * c[0] - b[0] * c[2]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
    return 2 * Math.atan2(Math.abs(triple), 1 + dot(a, b) + dot(b, c) + dot(c, a));
  });
}

const cases: [string, IcosahedralOptions][] = [
  ["window through lattice points", { radius: 7 }],
  ["generic window", { radius: 7, shift: [0.11, -0.23, 0.31] }],
  [
    "small phason strain",
    {
      radius: 7,
      phasonStrain: [
        [0.02, 0, 0.01],
        [0, -0.03, 0],
        [0, 0.01, 0],
      ],
    },
  ],
  [
    "large phason strain",
    {
      radius: 7,
      phasonStrain: [
        [0.1, 0.05, 0],
        [0, 0.15, 0],
        [0.1, 0, -0.1],
      ],
    },
  ],
];

describe.each(cases)("icosahedralQuasicrystal, %s", (_, options) => {
  const parts = icosahedralQuasicrystal({ ...options, tiles: true });

  it("is filled by prolate and oblate rhombohedra", () => {
    expectFilled(parts, 5);
    const sums = new Float64Array(parts.positions.length / 3);
    tilesOf(parts).forEach((tile, t) => {
      const [o, a, b, c] = [0, 1, 2, 4].map((bits) => corner(parts, tile[bits]));
      const [u, v, w] = [a, b, c].map((p) => p.map((value, i) => value - o[i]));
      for (const edge of [u, v, w]) expect(Math.hypot(...edge)).toBeCloseTo(1, 12);
      const volume = Math.abs(
        u[0] * (v[1] * w[2] - v[2] * w[1]) +
          u[1] * (v[2] * w[0] - v[0] * w[2]) +
          u[2] * (v[0] * w[1] - v[1] * w[0]),
      );
      const name = parts.tiles!.kindNames[parts.tiles!.kind[t]] as keyof typeof volumes;
      expect(volume).toBeCloseTo(volumes[name] / unit, 12);
      solidAngles(parts, tile).forEach((angle, bits) => {
        sums[tile[bits]] += angle;
      });
    });
    sums.forEach((sum, point) => {
      if (Math.hypot(...corner(parts, point)) < 4.5) expect(sum).toBeCloseTo(4 * Math.PI, 9);
    });
  });

  it("has no point twice", () => {
    expect(pointKeys(parts).size).toBe(parts.positions.length / 3);
  });
});

describe("icosahedralQuasicrystal", () => {
  it("has τ prolate rhombohedra to an oblate one and so its density", () => {
    const parts = icosahedralQuasicrystal({ radius: 22, tiles: true });
    const { prolate, oblate } = kindCounts(parts.tiles!.kind, parts.tiles!.kindNames);
    expect(prolate / oblate).toBeCloseTo(tau, 1);
    const mean = (tau * volumes.prolate + volumes.oblate) / (tau + 1) / unit;
    expect(parts.facts!.density).toBeCloseTo(1 / mean, 12);
    const density = parts.positions.length / 3 / ((4 / 3) * Math.PI * 22 ** 3);
    expect(density * mean).toBeCloseTo(1, 2);
  });

  it.each([
    ["F", 0.5],
    ["I", 2],
  ] as const)("has %s lattices of %d times the density", (lattice, factor) => {
    const [other, primitive] = [
      { radius: 25, lattice, spacing: 2 },
      { radius: 25, spacing: 2 },
    ].map(icosahedralQuasicrystal);
    expect(Number(other.facts!.density) / Number(primitive.facts!.density)).toBeCloseTo(factor, 12);
    const density = other.positions.length / 3 / ((4 / 3) * Math.PI * 25 ** 3);
    expect(density / Number(other.facts!.density)).toBeCloseTo(1, 1.5);
  });

  it("has the even points of the primitive lattice as the face-centred one", () => {
    const primitive = icosahedralQuasicrystal({ radius: 6 });
    const even = new Set<string>();
    primitive.kindOfPoint!.forEach((kind, i) => {
      if (primitive.kindNames![kind] === "even") even.add(corner(primitive, i).join(" "));
    });
    expect(pointKeys(icosahedralQuasicrystal({ radius: 6, lattice: "F" }))).toEqual(even);
  });

  it("is as short as the oblate rhombohedron's diagonal", () => {
    const { positions } = icosahedralQuasicrystal({ radius: 5 });
    let shortest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < positions.length; i += 3) {
      for (let j = 0; j < i; j += 3) {
        const d = [0, 1, 2].map((k) => positions[i + k] - positions[j + k]);
        shortest = Math.min(shortest, Math.hypot(...d));
      }
    }
    // |e₁ + e₂ + e₃|² = 3 − 6/√5 for three edges with cosines −1/√5.
    expect(shortest).toBeCloseTo(Math.sqrt(3 - 6 / Math.sqrt(5)), 12);
  });

  it("only adds points when the radius grows, with strain too", () => {
    for (const options of [
      {},
      { lattice: "I" },
      {
        phasonStrain: [
          [0.05, 0, 0],
          [0, 0, 0],
          [0, 0, 0.02],
        ],
      },
    ]) {
      const small = icosahedralQuasicrystal({ radius: 5, ...options } as IcosahedralOptions);
      const large = icosahedralQuasicrystal({ radius: 11, ...options } as IcosahedralOptions);
      const keys = pointKeys(large);
      expect([...pointKeys(small)].every((key) => keys.has(key))).toBe(true);
    }
  });

  it("has Bragg peaks of fivefold symmetry", () => {
    const { positions } = icosahedralQuasicrystal({ radius: 12, shift: [0.1, 0.2, 0.05] });
    const count = positions.length / 3;
    const intensity = ([x, y, z]: number[]) => {
      let [re, im] = [0, 0];
      for (let i = 0; i < positions.length; i += 3) {
        const phase =
          2 * Math.PI * (x * positions[i] + y * positions[i + 1] + z * positions[i + 2]);
        re += Math.cos(phase);
        im += Math.sin(phase);
      }
      return Math.hypot(re, im) / count;
    };
    // Σ eᵢ eᵢᵀ = 2 (τ + 2): the reciprocal module is spanned by eᵢ/(2 (τ + 2)), and τ³ eᵢ is a vector of it.
    const length = tau ** 3 / 2;
    const axes = [
      [1, tau, 0],
      [-1, tau, 0],
      [0, 1, tau],
      [0, -1, tau],
      [tau, 0, 1],
      [tau, 0, -1],
    ];
    const peaks = axes.map((axis) => intensity(axis.map((c) => (c * length) / Math.sqrt(tau + 2))));
    const off = axes.map((axis) =>
      intensity(axis.map((c) => (c * length * 1.13) / Math.sqrt(tau + 2))),
    );
    for (const peak of peaks) expect(peak).toBeGreaterThan(5 * Math.max(...off));
    expect(Math.max(...peaks) / Math.min(...peaks)).toBeLessThan(1.1);
  });

  it("refuses what means nothing", () => {
    expect(() => icosahedralQuasicrystal({})).toThrow(/radius .* got undefined/);
    expect(() => icosahedralQuasicrystal({ radius: 5, lattice: "C" as never })).toThrow(/P, F, I/);
    expect(() => icosahedralQuasicrystal({ radius: 5, shift: [1] as never })).toThrow(ShapeError);
    expect(() =>
      icosahedralQuasicrystal({
        radius: 5,
        phasonStrain: [
          [1, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
      }),
    ).toThrow(DomainError);
    expect(() => icosahedralQuasicrystal({ radius: 5, phasonStrain: [1, 2] as never })).toThrow(
      ShapeError,
    );
    expect(() => icosahedralQuasicrystal({ radius: 5, lattice: "F", tiles: true })).toThrow(
      InvalidConfiguration,
    );
    expect(() => icosahedralQuasicrystal({ tiles: true, approximant: "1/1" })).toThrow(
      /give a radius for a piece with its tiles/,
    );
    expect(() => icosahedralQuasicrystal({ approximant: "1/1", radius: 0 })).toThrow(DomainError);
    expect(() => icosahedralQuasicrystal({ approximant: "1/1", radius: 1e4 })).toThrow(
      ResourceExhausted,
    );
    expect(() => icosahedralQuasicrystal({ approximant: "4/3" as never })).toThrow(/1\/1, 2\/1/);
    expect(() => icosahedralQuasicrystal({ radius: 1e4 })).toThrow(ResourceExhausted);
  });
});

/** Points and rhombohedra of the 1/1: V. Elser & C. L. Henley, Phys. Rev. Lett. 55, 2883 (1985). */
const approximantCells: [Approximant, number, string][] = [
  ["1/1", 32, "I2_13"],
  ["2/1", 136, "Pa-3"],
  ["3/2", 576, "Pa-3"],
];

describe.each(approximantCells)("approximant %s", (approximant, count, spaceGroup) => {
  const parts = icosahedralQuasicrystal({ approximant, spacing: 4.6 });
  const { lattice } = parts.cell!;

  it("comes as a piece with its rhombohedra, which fill it and repeat with the cell", () => {
    const radius = approximant === "3/2" ? 9 : 7;
    const piece = icosahedralQuasicrystal({ approximant, radius, tiles: true });
    expect(piece.cell).toBeUndefined();
    expectFilled(piece, radius - 3);
    // The points are those of the cell and its images, no more and no fewer.
    const cell = icosahedralQuasicrystal({ approximant });
    const { a } = cell.cell!.lattice.parameters;
    const folded = ({ positions }: PatternParts) => {
      const steps = positions.map((x) => {
        const step = Math.round((1e6 * x) / a);
        return ((step % 1e6) + 1e6) % 1e6;
      });
      return pointKeys({ ...piece, positions: steps });
    };
    expect(folded(piece).size).toBe(count);
    expect(folded(piece)).toEqual(folded(cell));
    const expected = (cell.positions.length / 3 / a ** 3) * (4 / 3) * Math.PI * radius ** 3;
    expect(piece.positions.length / 3 / expected).toBeCloseTo(1, 1);
    // Their numbers are in the ratio that the cell has.
    const { prolateCount, oblateCount } = cell.facts as Record<string, number>;
    const oblate = piece.tiles!.kind.reduce((sum, kind) => sum + kind, 0);
    const ratio = (piece.tiles!.kind.length - oblate) / oblate;
    expect(ratio / (prolateCount / oblateCount)).toBeGreaterThan(0.75);
    expect(ratio / (prolateCount / oblateCount)).toBeLessThan(1.25);
  });

  it("is a cubic crystal whose rhombohedra fill the cell", () => {
    const [g, f] = approximant.split("/").map(Number);
    expect(parts.positions.length / 3).toBe(count);
    expect(lattice.parameters.a).toBeCloseTo((2 * 4.6 * (f + g * tau)) / Math.sqrt(tau + 2), 10);
    const { prolateCount, oblateCount } = parts.facts as Record<string, number>;
    expect(prolateCount + oblateCount).toBe(count);
    const filled = (prolateCount * volumes.prolate + oblateCount * volumes.oblate) / unit;
    expect(filled * 4.6 ** 3).toBeCloseTo(lattice.volume, 6);
    if (approximant === "1/1") expect([prolateCount, oblateCount]).toEqual([20, 12]);
  });

  it("has its space group and no shorter distance than the quasicrystal", async () => {
    const crystal = Crystal.create({
      lattice,
      species: new Array(count).fill("Al"),
      cartPositions: parts.positions,
    });
    expect(symmetry(crystal).internationalSymbol).toBe(spaceGroup);
    const { distance } = await crystal.neighborList(5);
    const shortest = distance.reduce((least, d) => Math.min(least, d), 10);
    expect(shortest).toBeGreaterThan(4.6 * Math.sqrt(3 - 6 / Math.sqrt(5)) - 1e-9);
  });

  it.each([
    [0, 0, 0],
    [0.1, 0.2, 0.3],
  ])("has as many points with the window at %j, through lattice points or not", (...shift) => {
    const moved = icosahedralQuasicrystal({ approximant, shift });
    expect(moved.positions.length / 3).toBe(count);
    expect(pointKeys(moved).size).toBe(count);
  });

  it("has half or twice as many points with the other lattices", () => {
    const size = (lattice: "F" | "I") =>
      icosahedralQuasicrystal({ approximant, lattice }).positions.length / 3;
    expect([size("F"), size("I")]).toEqual([count / 2, 2 * count]);
  });
});
