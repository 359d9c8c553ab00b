import { DomainError, InvalidConfiguration, type PenroseOptions } from "prism-lab";
import { describe, expect, it } from "vitest";
import { penroseTiling } from "../../../src/pattern/aperiodic/penrose.js";
import { angles, at, expectTiling, kindCounts, pointKeys, polygons } from "./aperiodic-checks.js";

const tau = (1 + Math.sqrt(5)) / 2;
const offsetClasses: [string, PenroseOptions["offsets"]][] = [
  ["fivefold, sum 1", 0.2],
  ["fivefold, sum 2", 0.4],
  ["all lines through one point", 0],
  ["some lines through one point", [0.5, -0.5, 0.25, -0.25, 0]],
  ["without symmetry", [0.1, 0.2, 0.33, 0.27, 0.1]],
  ["far from the origin", [17.3, -30.1, 8.25, 4.55, 0]],
];

/**
 * Areas of the parts of de Bruijn's pentagonal windows; for the method J. Mazáč, Acta Cryst. A79, 399
 * (2023). S and S5 are the two stars of five thick rhombi.
 */
const rhombusVertices: Record<string, number> = {
  D: tau ** -2,
  J: tau ** -3,
  Q: tau ** -4,
  K: tau ** -5,
  S3: tau ** -6,
  S4: tau ** -7,
  S: tau ** -5 / Math.sqrt(5),
  S5: tau ** -7 / Math.sqrt(5),
};

const kiteVertices: Record<string, number> = {
  ace: tau ** -2,
  deuce: tau ** -3,
  jack: tau ** -4,
  queen: tau ** -5,
  king: tau ** -6,
  star: tau ** -6 / Math.sqrt(5),
  sun: tau ** -4 / Math.sqrt(5),
};

describe.each(offsetClasses)("penroseTiling P3, %s", (_, offsets) => {
  it("leaves no gap and no overlap", () => {
    expectTiling(penroseTiling({ radius: 14, offsets: offsets! }), 11);
  });

  it("has τ thick rhombi to a thin one and the eight vertex types as often as they should be", () => {
    const tiling = penroseTiling({ radius: 150, offsets: offsets! });
    const { thick, thin } = kindCounts(tiling.tiles!.kind, tiling.tiles!.kindNames);
    expect(thick / thin).toBeCloseTo(tau, 1.7);
    const points = kindCounts(tiling.kindOfPoint!, tiling.kindNames!);
    expect(Object.keys(points).toSorted()).toEqual(Object.keys(rhombusVertices).toSorted());
    for (const [name, frequency] of Object.entries(rhombusVertices)) {
      expect(points[name] / tiling.kindOfPoint!.length, name).toBeCloseTo(frequency, 2.3);
    }
  });
});

describe.each(offsetClasses)("penroseTiling P2, %s", (_, offsets) => {
  it("leaves no gap and no overlap", () => {
    expectTiling(penroseTiling({ radius: 12, offsets: offsets!, tiling: "P2" }), 9);
  });

  it("has τ kites to a dart and the seven vertex types as often as they should be", () => {
    const tiling = penroseTiling({ radius: 120, offsets: offsets!, tiling: "P2" });
    const { kite, dart } = kindCounts(tiling.tiles!.kind, tiling.tiles!.kindNames);
    expect(kite / dart).toBeCloseTo(tau, 1.7);
    const points = kindCounts(tiling.kindOfPoint!, tiling.kindNames!);
    expect(Object.keys(points).toSorted()).toEqual(Object.keys(kiteVertices).toSorted());
    for (const [name, frequency] of Object.entries(kiteVertices)) {
      expect(points[name] / tiling.kindOfPoint!.length, name).toBeCloseTo(frequency, 2.3);
    }
  });
});

describe("penroseTiling", () => {
  it("names frequencies that add up to one, and four edges to a point of P3", () => {
    const sum = (values: Record<string, number>) =>
      Object.values(values).reduce((total, value) => total + value, 0);
    expect(sum(rhombusVertices)).toBeCloseTo(1, 12);
    expect(sum(kiteVertices)).toBeCloseTo(1, 12);
    const edges = { D: 3, J: 5, Q: 3, K: 4, S3: 7, S4: 6, S: 5, S5: 5 };
    const mean = Object.entries(edges).reduce((m, [t, n]) => m + n * rhombusVertices[t], 0);
    expect(mean).toBeCloseTo(4, 12);
  });

  it("has kites and darts of the right shape", () => {
    const tiling = penroseTiling({ radius: 10, tiling: "P2", spacing: 3 });
    polygons(tiling).forEach((tile, t) => {
      const isKite = tiling.tiles!.kindNames[tiling.tiles!.kind[t]] === "kite";
      const corner = angles(tiling, tile).map((angle) => Math.round(angle * 1e6) / 1e6);
      expect(corner).toEqual(isKite ? [72, 72, 144, 72] : [72, 36, 216, 36]);
      const edges = tile.map((vertex, i) => {
        const [[x, y], [u, v]] = [at(tiling, vertex), at(tiling, tile[(i + 1) % 4])];
        return Math.hypot(x - u, y - v);
      });
      [3, 3 / tau, 3 / tau, 3].forEach((length, i) => {
        expect(edges[i]).toBeCloseTo(length, 11);
      });
    });
  });

  it("obeys the matching rules: no two darts or thick rhombi make a convex tile of their own", () => {
    // In P2 the only vertices are the seven; a rhombus of kite and dart would need an eighth.
    const tiling = penroseTiling({ radius: 60, tiling: "P2" });
    expect(tiling.kindOfPoint!.every((kind) => kind >= 0)).toBe(true);
  });

  it("is fivefold about the origin by default, a vertex S", () => {
    const tiling = penroseTiling({ radius: 2 });
    const middle = tiling.kindOfPoint!.findIndex((_, i) => Math.hypot(...at(tiling, i)) < 1e-9);
    expect(tiling.kindNames![tiling.kindOfPoint![middle]]).toBe("S");
  });

  it("has distances no shorter than the short diagonal of a thin rhombus", () => {
    const { positions } = penroseTiling({ radius: 12 });
    let shortest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < positions.length; i += 3) {
      for (let j = 0; j < i; j += 3) {
        const d = Math.hypot(positions[i] - positions[j], positions[i + 1] - positions[j + 1]);
        shortest = Math.min(shortest, d);
      }
    }
    expect(shortest).toBeCloseTo(1 / tau, 12);
  });

  it.each(["P2", "P3"] as const)("only adds points when the radius grows: %s", (tiling) => {
    for (const offsets of [0, 0.2]) {
      const small = penroseTiling({ radius: 9, tiling, offsets });
      const large = penroseTiling({ radius: 70, tiling, offsets });
      const keys = pointKeys(large);
      expect([...pointKeys(small)].every((key) => keys.has(key))).toBe(true);
      const typeAt = new Map(
        Array.from(large.kindOfPoint!, (kind, i) => [at(large, i).join(" "), kind]),
      );
      small.kindOfPoint!.forEach((kind, i) => {
        expect(typeAt.get(at(small, i).join(" "))).toBe(kind);
      });
    }
  });

  it("generalises to other sums, with more than eight kinds of vertices", () => {
    const tiling = penroseTiling({ radius: 14, offsets: 0.1 });
    expectTiling(tiling, 11);
    expect(tiling.facts!.offsetSum).toBe(0.5);
    expect(tiling.kindNames).toEqual(["3", "4", "5", "6", "7", "8", "9", "10"]);
    expect(() => penroseTiling({ radius: 5, offsets: 0.1, tiling: "P2" })).toThrow(DomainError);
  });

  it("refuses what means nothing", () => {
    expect(() => penroseTiling({ radius: 5, tiling: "P1" as never })).toThrow(/P2, P3; got "P1"/);
    expect(() => penroseTiling({ radius: Number.NaN })).toThrow(DomainError);
    expect(() => penroseTiling({ radius: 5, tile: "P2" } as never)).toThrow(InvalidConfiguration);
  });
});
