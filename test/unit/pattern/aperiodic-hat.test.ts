import { DomainError, InvalidConfiguration, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";
import { hatTiling } from "../../../src/pattern/aperiodic/hat.js";
import { area, at, expectTiling, kindCounts, pointKeys, polygons } from "./aperiodic-checks.js";

const tau = (1 + Math.sqrt(5)) / 2;

describe("hatTiling", () => {
  it.each([
    ["the hat", [1, Math.sqrt(3)], 40],
    ["the turtle", [Math.sqrt(3), 1], 40],
    ["Tile(1, 1)", [1, 1], 30],
    ["Tile(1, 0.1)", [1, 0.1], 20],
    ["Tile(0.1, 1)", [0.1, 1], 20],
  ] as const)("leaves no gap and no overlap: %s", (_, edges, radius) => {
    expectTiling(hatTiling({ radius, edges }), radius - 8 * Math.max(...edges));
  });

  it("has one reflected hat for τ⁴ others, each of eight kites", () => {
    const tiling = hatTiling({ radius: 300 });
    const { hat, "reflected hat": reflected } = kindCounts(
      tiling.tiles!.kind,
      tiling.tiles!.kindNames,
    );
    expect(hat + reflected).toBeGreaterThan(19_000);
    expect(hat / reflected / tau ** 4).toBeCloseTo(1, 2);
    // A kite of the grid has edges 1 and √3 and a right angle between them.
    for (const tile of polygons(tiling).slice(0, 50)) {
      expect(area(tiling, tile)).toBeCloseTo(8 * Math.sqrt(3), 9);
    }
  });

  it("has six points a tile", () => {
    const radius = 250;
    const tiling = hatTiling({ radius });
    const density = tiling.positions.length / 3 / (Math.PI * radius ** 2);
    expect(tiling.facts!.density).toBeCloseTo(6 / (8 * Math.sqrt(3)), 12);
    expect(density / Number(tiling.facts!.density)).toBeCloseTo(1, 2);
  });

  it("knows how many tiles meet in each point, at the rim too", () => {
    const small = hatTiling({ radius: 20 });
    const large = hatTiling({ radius: 40 });
    const meeting = new Map<string, number>();
    for (const polygon of polygons(large)) {
      for (const corner of polygon) {
        const key = at(large, corner).join(" ");
        meeting.set(key, (meeting.get(key) ?? 0) + 1);
      }
    }
    small.kindOfPoint!.forEach((kind, point) => {
      expect(small.kindNames![kind]).toBe(String(meeting.get(at(small, point).join(" "))));
    });
  });

  it("only adds points when the radius grows", () => {
    const small = pointKeys(hatTiling({ radius: 30 }));
    for (const radius of [31, 80, 200]) {
      const large = pointKeys(hatTiling({ radius }));
      expect([...small].every((key) => large.has(key))).toBe(true);
      const inside = [...large].filter((key) => {
        const [x, y] = key.split(" ").map(Number);
        return Math.hypot(x, y) < 29.99;
      });
      expect(inside.every((key) => small.has(key))).toBe(true);
    }
  });

  it("scales with the spacing", () => {
    const one = hatTiling({ radius: 20 });
    const two = hatTiling({ radius: 40, spacing: 2 });
    expect(Array.from(two.positions)).toEqual(Array.from(one.positions, (x) => 2 * x));
  });

  it("refuses what is no tile", () => {
    expect(() => hatTiling({ radius: 0 })).toThrow(DomainError);
    expect(() => hatTiling({ radius: 5, edges: [1, 0] })).toThrow(DomainError);
    expect(() => hatTiling({ radius: 5, edges: [1] as never })).toThrow(ShapeError);
    expect(() => hatTiling({ radius: 5, edge: 2 } as never)).toThrow(InvalidConfiguration);
    expect(() => hatTiling({ radius: 1e6 })).toThrow(/50000000/);
  });
});
