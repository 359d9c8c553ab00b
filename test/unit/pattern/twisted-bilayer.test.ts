import {
  Crystal,
  DomainError,
  InvalidConfiguration,
  type PlanarLayer,
  ResourceExhausted,
  ShapeError,
  symmetry,
  twistedBilayerCells,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import type { PatternParts } from "../../../src/pattern/pattern-parts.js";
import { twistedBilayer } from "../../../src/pattern/twisted/twisted-bilayer.js";
import { kindCounts } from "./aperiodic-checks.js";

/** J. M. B. Lopes dos Santos, N. M. R. Peres & A. H. Castro Neto, Phys. Rev. B 86, 155449 (2012). */
function angleOf(m: number, r: number): number {
  const n = 3 * m * m + 3 * m * r + r * r;
  return (Math.acos((n - (r * r) / 2) / n) * 180) / Math.PI;
}

function atomsOf(m: number, r: number): number {
  return r % 3 === 0 ? 4 * (m * m + m * r + (r * r) / 3) : 4 * (3 * m * m + 3 * m * r + r * r);
}

const pairs: [number, number][] = [
  [1, 1],
  [2, 1],
  [1, 2],
  [1, 3],
  [3, 1],
  [5, 3],
  [7, 6],
  [31, 1],
];

function crystalOf(parts: PatternParts): Crystal {
  const species = Array.from(parts.kindOfPoint!, () => "C");
  return Crystal.create({
    lattice: parts.cell!.lattice,
    species,
    cartPositions: parts.positions,
    periodic: [true, true, false],
  });
}

/** Distances within one layer, periodic along a and b. */
async function bondsOf(parts: PatternParts, cutoff: number): Promise<number[]> {
  const { i, j, distance } = await crystalOf(parts).neighborList(cutoff);
  const isTop = (atom: number) => parts.kindNames![parts.kindOfPoint![atom]].startsWith("top");
  return Array.from(distance).filter((_, pair) => isTop(i[pair]) === isTop(j[pair]));
}

describe("twistedBilayer", () => {
  it.each(pairs)("(%i, %i) has the angle and the atoms of the formulae", (m, r) => {
    const { facts, positions, cell, kindOfPoint, kindNames } = twistedBilayer({ m, r });
    expect(facts!.angle).toBeCloseTo(angleOf(m, r), 9);
    expect(facts!.atomCount).toBe(atomsOf(m, r));
    expect(positions.length / 3).toBe(atomsOf(m, r));
    expect([facts!.m, facts!.r]).toEqual([m, r]);
    const { a, b, gamma } = cell!.lattice.parameters;
    expect(a).toBeCloseTo(2.46 * Math.sqrt(atomsOf(m, r) / 4), 8);
    expect(b).toBeCloseTo(a, 8);
    expect(gamma).toBeCloseTo(120, 8);
    expect(cell!.periodic).toEqual([true, true, false]);
    const quarter = atomsOf(m, r) / 4;
    expect(kindCounts(kindOfPoint!, kindNames!)).toEqual({
      "bottom A": quarter,
      "bottom B": quarter,
      "top A": quarter,
      "top B": quarter,
    });
  });

  it("has the two cells that everybody quotes", () => {
    expect(twistedBilayer({ m: 1, r: 1 }).facts).toMatchObject({ atomCount: 28 });
    expect(twistedBilayer({ m: 1, r: 1 }).facts!.angle).toBeCloseTo(21.787, 3);
    expect(twistedBilayer({ m: 31, r: 1 }).facts).toMatchObject({ atomCount: 11_908 });
    expect(twistedBilayer({ m: 31, r: 1 }).facts!.angle).toBeCloseTo(1.0501, 4);
  });

  it.each(pairs.slice(0, 6))("(%i, %i) is two whole sheets of graphene, P622", async (m, r) => {
    const parts = twistedBilayer({ m, r });
    const bonds = await bondsOf(parts, 1.6);
    expect(bonds.length).toBe(3 * atomsOf(m, r));
    for (const bond of bonds) expect(bond).toBeCloseTo(2.46 / Math.sqrt(3), 9);
    const heights = new Set(
      Array.from(parts.kindOfPoint!, (_, i) => parts.positions[3 * i + 2].toFixed(9)),
    );
    expect([...heights].map(Number).toSorted((p, q) => p - q)).toEqual([10, 13.35]);
    const { internationalSymbol } = symmetry(
      Crystal.create({
        lattice: parts.cell!.lattice,
        species: Array.from(parts.kindOfPoint!, () => "C"),
        cartPositions: parts.positions,
      }),
    );
    expect(internationalSymbol).toBe("P622");
  });

  /** Directions from each A of a layer to its nearest B. */
  const direction = (parts: ReturnType<typeof twistedBilayer>, layer: string) => {
    const find = (kind: string) =>
      Array.from(parts.kindOfPoint!, (k, i) => (parts.kindNames![k] === kind ? i : -1)).filter(
        (i) => i >= 0,
      );
    for (const a of find(`${layer} A`)) {
      for (const b of find(`${layer} B`)) {
        const [x, y] = [0, 1].map((c) => parts.positions[3 * b + c] - parts.positions[3 * a + c]);
        if (Math.hypot(x, y) < 1.5) return (Math.atan2(y, x) * 180) / Math.PI;
      }
    }
    throw new Error("no bond");
  };
  /** Modulo 120°. */
  const twistOf = (parts: ReturnType<typeof twistedBilayer>) =>
    (((direction(parts, "top") - direction(parts, "bottom")) % 120) + 120) % 120;

  it("turns the top layer by the angle, counterclockwise", () => {
    expect(twistOf(twistedBilayer({ m: 2, r: 1 }))).toBeCloseTo(angleOf(2, 1), 8);
  });

  it("turns it clockwise by a negative angle, and by any beyond 60°", () => {
    for (const angle of [-21.79, -13.17, -38.21, 81.787, -98.21, 141.79, 179.2, -179.2]) {
      const parts = twistedBilayer({ angle, angleTolerance: 0.1, maxAtoms: 20_000 });
      expect(parts.facts!.angle).toBeGreaterThan(angle - 0.1);
      expect(parts.facts!.angle).toBeLessThan(angle + 0.1);
      const expected = ((Number(parts.facts!.angle) % 120) + 120) % 120;
      expect(twistOf(parts)).toBeCloseTo(expected, 8);
    }
    const [plus, minus] = [21.79, -21.79].map((angle) => twistedBilayer({ angle }).facts!);
    expect(minus.angle).toBeCloseTo(-Number(plus.angle), 9);
    expect(minus.atomCount).toBe(plus.atomCount);
    expect(minus).not.toHaveProperty("m");
    expect(twistedBilayer({ angle: 60 }).facts).toMatchObject({ angle: 60, atomCount: 4 });
  });

  it("does not take layers without a twist for a small angle, nor radians for degrees", () => {
    const radians = () => twistedBilayer({ angle: 0.018 });
    expect(radians).toThrow(DomainError);
    expect(radians).toThrow(
      /nearest is 0\.8\d+° .*Angles are in degrees: 0\.018 rad would be 1\.0313/,
    );
    expect(() => twistedBilayer({ angle: -0.018 })).toThrow(/-0\.018 rad would be -1\.0313/);
    expect(() => twistedBilayer({ angle: 1.05, maxAtoms: 40 })).toThrow(/larger angleTolerance$/);
    const small = twistedBilayer({ angle: 1.05, angleTolerance: 2 }).facts!;
    expect(small.angle).toBeGreaterThan(0.5);
    expect(twistedBilayer({ angle: 0 }).facts).toMatchObject({ angle: 0, atomCount: 4 });
  });

  it("finds the magic angle by its value", () => {
    expect(twistedBilayer({ angle: 1.05 }).facts).toMatchObject({ m: 31, r: 1 });
    expect(twistedBilayer({ angle: 21.8 }).facts).toMatchObject({ m: 1, r: 1 });
    expect(() => twistedBilayer({ angle: 1.05, maxAtoms: 5000 })).toThrow(/no common cell within/);
    expect(() => twistedBilayer({ angle: 3.3, angleTolerance: 0.001, maxAtoms: 4000 })).toThrow(
      /the nearest is 3\.\d+° with \d+ atoms/,
    );
  });

  it("shares the strain of different layers as told", async () => {
    const layers = ["graphene", "hBN"] as const;
    const options = { layers, angle: 0, maxStrain: 0.02, interlayer: 3.4 };
    for (const [strainShare, a] of [
      [0, 2.504],
      [1, 2.46],
      [0.5, 2.482],
    ]) {
      const parts = twistedBilayer({ ...options, strainShare });
      expect(parts.cell!.lattice.parameters.a).toBeCloseTo(a, 12);
      expect(parts.facts!.strain).toBeCloseTo(1 - 2.46 / 2.504, 12);
      expect(parts.kindNames).toEqual(["bottom A", "bottom B", "top B", "top N"]);
    }
    const exact = twistedBilayer({ layers, angle: 0, maxAtoms: 20_000, maxStrain: 1e-3 });
    expect(exact.facts!.strain).toBeLessThan(1e-3);
    const bonds = await bondsOf(exact, 1.6);
    expect(bonds.length).toBe(3 * Number(exact.facts!.atomCount));
    for (const bond of bonds)
      expect(Math.min(bond - 1.4203, 1.4457 - bond)).toBeGreaterThan(-0.002);
  });

  it("stacks layers of several heights", () => {
    const parts = twistedBilayer({ layers: "MoS2", m: 1, r: 1, vacuum: 15 });
    expect(parts.positions.length / 3).toBe(42);
    const heights = Array.from({ length: 42 }, (_, i) => parts.positions[3 * i + 2]);
    expect(Math.min(...heights)).toBeCloseTo(7.5, 12);
    expect(parts.cell!.lattice.parameters.c - Math.max(...heights)).toBeCloseTo(7.5, 12);
    expect(Math.max(...heights) - Math.min(...heights)).toBeCloseTo(6.148 + 2 * 1.586, 12);
  });

  it("moves the top layer by a shift of its own cell", () => {
    const bernal = twistedBilayer({ angle: 0, shift: [1 / 3, 2 / 3] });
    const [a, b, c, d] = [0, 1, 2, 3].map((i) =>
      Array.from(bernal.positions.subarray(3 * i, 3 * i + 2), (x) => x.toFixed(6)).join(" "),
    );
    expect(new Set([a, b, c, d]).size).toBe(3);
  });

  it("refuses what means nothing", () => {
    expect(() => twistedBilayer({})).toThrow(InvalidConfiguration);
    expect(() => twistedBilayer({ m: 1, r: 1, angle: 3 })).toThrow(/either m and r, or an angle/);
    expect(() => twistedBilayer({ m: 2, r: 2 })).toThrow(/the same cell is \{ m: 1, r: 1 \}/);
    expect(() => twistedBilayer({ m: 1.5, r: 1 })).toThrow(DomainError);
    expect(() => twistedBilayer({ m: 1 })).toThrow(/r must be a whole number/);
    expect(() => twistedBilayer({ m: 1, r: 1, layers: ["graphene", "hBN"] })).toThrow(
      /two equal hexagonal layers/,
    );
    expect(() => twistedBilayer({ m: 1, r: 1, layers: "grafene" as never })).toThrow(
      /did you mean graphene/,
    );
    expect(() => twistedBilayer({ m: 1, r: 1, shift: [1] as never })).toThrow(ShapeError);
    expect(() => twistedBilayer({ m: 1, r: 1, vacuum: 0 })).toThrow(DomainError);
    const [cell] = twistedBilayerCells({ layers: "hBN" });
    expect(() => twistedBilayer({ cell, layers: "MoS2" })).toThrow(/for the same layers/);
  });
});

describe("twistedBilayerCells", () => {
  it("finds every (m, r) within the bounds, once", () => {
    const expected: string[] = [];
    const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
    for (let m = 1; m < 60; m++) {
      for (let r = 1; r < 200; r++) {
        const isIn = angleOf(m, r) >= 5 && angleOf(m, r) <= 50 && atomsOf(m, r) <= 1500;
        if (gcd(m, r) === 1 && isIn) expected.push(`${m} ${r} ${atomsOf(m, r)}`);
      }
    }
    const found = twistedBilayerCells({ angle: [5, 50], maxAtoms: 1500 });
    expect(found.map(({ m, r, atomCount }) => `${m} ${r} ${atomCount}`).toSorted()).toEqual(
      expected.toSorted(),
    );
    for (const { angle, m, r } of found) expect(angle).toBeCloseTo(angleOf(m!, r!), 9);
    for (let i = 1; i < found.length; i++) {
      expect(found[i].atomCount).toBeGreaterThanOrEqual(found[i - 1].atomCount);
    }
  });

  it("bounds angle, strain and size", () => {
    const found = twistedBilayerCells({
      layers: ["graphene", "MoS2"],
      angle: [10, 25],
      maxStrain: 0.015,
      maxAtoms: 400,
    });
    expect(found.length).toBeGreaterThan(5);
    for (const { angle, strain, atomCount } of found) {
      expect(angle).toBeGreaterThanOrEqual(10 - 1e-9);
      expect(angle).toBeLessThanOrEqual(25 + 1e-9);
      expect(strain).toBeLessThanOrEqual(0.015 + 1e-9);
      expect(atomCount).toBeLessThanOrEqual(400);
    }
  });

  const rectangular: PlanarLayer = {
    name: "phosphorene",
    a: 3.31,
    b: 4.38,
    gamma: 90,
    sites: [
      { label: "P", position: [0, 0] },
      { label: "P'", position: [0.5, 0.4], z: 2.1 },
    ],
  };

  it("finds the hexagonal cells by the way of any lattice, too", () => {
    // Written so that it does not count as hexagonal: a 120° cell with another basis.
    const skew: PlanarLayer = {
      a: 2.46,
      gamma: 60,
      sites: [
        { label: "A", position: [1 / 3, 1 / 3] },
        { label: "B", position: [2 / 3, 2 / 3] },
      ],
    };
    const found = twistedBilayerCells({ layers: skew, angle: [1, 59], maxAtoms: 130 });
    const smallest = new Map<string, number>();
    for (const { angle, atomCount } of found) {
      const key = angle.toFixed(6);
      smallest.set(key, Math.min(atomCount, smallest.get(key) ?? atomCount));
    }
    for (const { angle, atomCount } of twistedBilayerCells({ angle: [1, 59], maxAtoms: 130 })) {
      expect(smallest.get(angle.toFixed(6)), `${angle}°`).toBe(atomCount);
    }
  });

  it.each([
    ["on graphene", [rectangular, "graphene"]],
    ["on itself", [rectangular, rectangular]],
  ] as const)("strains a rectangular layer %s, whole and within the bound", async (_, layers) => {
    const found = twistedBilayerCells({
      layers,
      angle: [3, 87],
      maxStrain: 0.02,
      maxAtoms: 150,
    });
    expect(found.length).toBeGreaterThan(3);
    for (const cell of found.slice(0, 4)) {
      const parts = twistedBilayer({ layers, cell, interlayer: 6 });
      expect(parts.positions.length / 3).toBe(cell.atomCount);
      // Sites of one kind in one layer are a lattice of its unstrained spacing, to the strain.
      const bottom = Array.from(parts.kindOfPoint!, (k) => parts.kindNames![k] === "bottom P");
      const { i, j, distance } = await crystalOf(parts).neighborList(3.6);
      const near = Array.from(distance).filter((_, p) => bottom[i[p]] && bottom[j[p]]);
      expect(near.length).toBe(2 * bottom.filter(Boolean).length);
      for (const d of near) expect(Math.abs(d / 3.31 - 1)).toBeLessThan(0.0101 + 1e-3);
    }
  });

  it("refuses what means nothing", () => {
    expect(() => twistedBilayerCells({ angle: [5, 1] })).toThrow(/did you mean \[1, 5\]/);
    expect(() => twistedBilayerCells({ angle: 5 as never })).toThrow(ShapeError);
    expect(() => twistedBilayerCells({ maxStrain: 2 })).toThrow(DomainError);
    expect(() => twistedBilayerCells({ maxAtom: 5 } as never)).toThrow(/did you mean maxAtoms/);
    expect(() => twistedBilayerCells({ layers: { a: 1 } as never })).toThrow(InvalidConfiguration);
    expect(() =>
      twistedBilayerCells({ layers: rectangular, maxAtoms: 3000, maxStrain: 0.3 }),
    ).toThrow(ResourceExhausted);
  });
});
