import { DomainError, InvalidConfiguration, ResourceExhausted, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";
import {
  ammannBeenkerTiling,
  multigridTiling,
} from "../../../src/pattern/aperiodic/multigrid-tiling.js";
import {
  angles,
  area,
  at,
  expectTiling,
  kindCounts,
  pointKeys,
  polygons,
} from "./aperiodic-checks.js";

const orders = Array.from({ length: 28 }, (_, i) => i + 3);

describe("multigridTiling", () => {
  it.each(orders)("of order %i leaves no gap and no overlap", (symmetry) => {
    expectTiling(multigridTiling({ symmetry, radius: 9 }), 6);
  });

  it.each(orders)("of order %i with all lines through one point, too", (symmetry) => {
    expectTiling(multigridTiling({ symmetry, radius: 9, offsets: 0 }), 6);
  });

  it.each([5, 7, 8, 9, 12, 15])("takes any offsets: order %i", (symmetry) => {
    const families = symmetry % 2 === 1 ? symmetry : symmetry / 2;
    const offsets = Array.from({ length: families }, (_, j) => Math.sin(3 * j + 1));
    expectTiling(multigridTiling({ symmetry, radius: 9, offsets }), 6);
    // Offsets that differ by less than doubles resolve at the crossings, but are not equal.
    const close = offsets.map((_, j) => 1e-8 * Math.round(3 * Math.cos(j)));
    expectTiling(multigridTiling({ symmetry, radius: 9, offsets: close }), 6);
  });

  it.each([5, 7, 8, 10, 12, 14])("of order %i has that order about the origin", (symmetry) => {
    const { positions } = multigridTiling({ symmetry, radius: 8 });
    const [cos, sin] = [Math.cos((2 * Math.PI) / symmetry), Math.sin((2 * Math.PI) / symmetry)];
    const key = (x: number, y: number) => `${Math.round(x * 1e6)} ${Math.round(y * 1e6)}`;
    const keys = new Set<string>();
    for (let i = 0; i < positions.length; i += 3) keys.add(key(positions[i], positions[i + 1]));
    // Points at the very rim may differ in the last bit.
    for (let i = 0; i < positions.length; i += 3) {
      const [x, y] = [positions[i], positions[i + 1]];
      if (Math.hypot(x, y) > 7.999) continue;
      const turned = [cos * x - sin * y, sin * x + cos * y].map((c) => Math.round(c * 1e6));
      const isThere = [-1, 0, 1].some((dx) =>
        [-1, 0, 1].some((dy) => keys.has(`${turned[0] + dx} ${turned[1] + dy}`)),
      );
      expect(isThere).toBe(true);
    }
  });

  it("names the tiles by their acute angle and has edges of the spacing", () => {
    const tiling = multigridTiling({ symmetry: 7, radius: 12, spacing: 1.5 });
    const { tiles } = tiling;
    expect(tiles!.kindNames).toEqual(["25.714°", "51.429°", "77.143°"]);
    polygons(tiling).forEach((tile, t) => {
      const acute = Math.min(...angles(tiling, tile));
      expect(acute).toBeCloseTo(Number.parseFloat(tiles!.kindNames[tiles!.kind[t]]), 2);
      const [[x, y], [u, v]] = [at(tiling, tile[0]), at(tiling, tile[1])];
      expect(Math.hypot(x - u, y - v)).toBeCloseTo(1.5, 12);
    });
  });

  it("has the density that it says", () => {
    for (const symmetry of [3, 5, 7, 8, 11, 12, 30]) {
      const { positions, facts } = multigridTiling({ symmetry, radius: 60, spacing: 2 });
      const density = positions.length / 3 / (Math.PI * 60 * 60);
      expect(density / Number(facts!.density)).toBeCloseTo(1, 1.5);
    }
  });

  it("only adds points when the radius grows", () => {
    for (const offsets of [0, 0.3, 0.5]) {
      const small = pointKeys(multigridTiling({ symmetry: 12, radius: 7, offsets }));
      const large = pointKeys(multigridTiling({ symmetry: 12, radius: 40, offsets }));
      expect([...small].every((key) => large.has(key))).toBe(true);
    }
  });

  it("refuses what means nothing", () => {
    expect(() => multigridTiling({ symmetry: 2, radius: 5 })).toThrow(DomainError);
    expect(() => multigridTiling({ symmetry: 5.5, radius: 5 })).toThrow(/3 to 30, got 5.5/);
    expect(() => multigridTiling({ symmetry: 5, radius: -1 })).toThrow(/radius .* got -1/);
    expect(() => multigridTiling({ symmetry: 5, radius: 5, spacing: 0 })).toThrow(DomainError);
    expect(() => multigridTiling({ symmetry: 5, radius: 5, offsets: [0, 1] })).toThrow(ShapeError);
    expect(() => multigridTiling({ symmetry: 5, radius: 5, offsets: 1e9 })).toThrow(DomainError);
    expect(() => multigridTiling({ symmetry: 5, radius: 5, ofsets: 0 } as never)).toThrow(
      /did you mean offsets/,
    );
    expect(() => multigridTiling(undefined as never)).toThrow(InvalidConfiguration);
    expect(() => multigridTiling({ symmetry: 5, radius: 1e5 })).toThrow(ResourceExhausted);
  });
});

describe("ammannBeenkerTiling", () => {
  // Areas of the parts of the octagonal window: M. Baake & U. Grimm, Aperiodic Order 1 (2013), 7.3.
  const r = Math.SQRT2;
  const frequencies: Record<string, number> = {
    3: r - 1,
    4: 6 - 4 * r,
    5: 10 * r - 14,
    6: 34 - 24 * r,
    7: 29 * r - 41,
    8: 17 - 12 * r,
  };

  it.each([0, 0.5, [0.1, 0.3, 0.77, -0.2]])("has √2 rhombi to a square, offsets %j", (offsets) => {
    const tiling = ammannBeenkerTiling({ radius: 150, offsets: offsets as number });
    const tiles = kindCounts(tiling.tiles!.kind, tiling.tiles!.kindNames);
    expect(tiles.rhombus / tiles.square).toBeCloseTo(r, 1.5);
    for (const tile of polygons(tiling).slice(0, 200)) {
      const acute = Math.min(...angles(tiling, tile));
      expect([45, 90].some((angle) => Math.abs(angle - acute) < 1e-9)).toBe(true);
      expect(area(tiling, tile)).toBeCloseTo(Math.sin((acute * Math.PI) / 180), 10);
    }
    const points = kindCounts(tiling.kindOfPoint!, tiling.kindNames!);
    const count = tiling.kindOfPoint!.length;
    expect(Object.keys(points).toSorted()).toEqual(Object.keys(frequencies));
    for (const [name, frequency] of Object.entries(frequencies)) {
      expect(points[name] / count).toBeCloseTo(frequency, 2.3);
    }
  });

  it("has (1 + √2)/2 points on the square of the edge", () => {
    const { facts } = ammannBeenkerTiling({ radius: 5 });
    expect(facts!.density).toBeCloseTo((1 + r) / 2, 12);
  });
});
