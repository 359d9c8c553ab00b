import { expect } from "vitest";
import type { PatternParts } from "../../../src/pattern/pattern-parts.js";

/** The polygons of a planar pattern as lists of vertex indexes. */
export function polygons({ tiles }: PatternParts): number[][] {
  if (tiles === undefined) return [];
  return Array.from(tiles.kind, (_, t) =>
    Array.from(tiles.vertices.subarray(tiles.offsets[t], tiles.offsets[t + 1])),
  );
}

export function at({ positions }: PatternParts, point: number): [number, number] {
  return [positions[3 * point], positions[3 * point + 1]];
}

export function area(parts: PatternParts, polygon: readonly number[]): number {
  let twice = 0;
  polygon.forEach((vertex, i) => {
    const [x, y] = at(parts, vertex);
    const [u, v] = at(parts, polygon[(i + 1) % polygon.length]);
    twice += x * v - y * u;
  });
  return twice / 2;
}

/** Interior angle at each corner of a counterclockwise polygon, degrees in (0, 360). */
export function angles(parts: PatternParts, polygon: readonly number[]): number[] {
  return polygon.map((vertex, i) => {
    const [x, y] = at(parts, vertex);
    const [px, py] = at(parts, polygon.at(i - 1) ?? vertex);
    const [nx, ny] = at(parts, polygon[(i + 1) % polygon.length]);
    const turn = Math.atan2(py - y, px - x) - Math.atan2(ny - y, nx - x);
    const degrees = (turn * 180) / Math.PI;
    return degrees <= 1e-9 ? degrees + 360 : degrees;
  });
}

/**
 * Proves that the tiles neither overlap nor leave a gap within `radius`: they turn counterclockwise, no
 * directed edge occurs twice, the angles at every inner vertex add up to 360° and every edge there is
 * shared by two tiles, and each of many points lies in exactly one tile.
 */
export function expectTiling(parts: PatternParts, radius: number): void {
  const tiles = polygons(parts);
  expect(tiles.length).toBeGreaterThan(0);
  const edges = new Set<string>();
  const angleSum = new Float64Array(parts.positions.length / 3);
  for (const tile of tiles) {
    expect(area(parts, tile)).toBeGreaterThan(1e-6);
    angles(parts, tile).forEach((angle, i) => {
      angleSum[tile[i]] += angle;
      const edge = `${tile[i]} ${tile[(i + 1) % tile.length]}`;
      expect(edges.has(edge), `edge ${edge} is used twice`).toBe(false);
      edges.add(edge);
    });
  }
  const isInner = (point: number) => Math.hypot(...at(parts, point)) < radius;
  angleSum.forEach((sum, point) => {
    if (isInner(point)) expect(sum).toBeCloseTo(360, 6);
  });
  for (const edge of edges) {
    const [from, to] = edge.split(" ");
    if (isInner(Number(from)) && isInner(Number(to))) expect(edges.has(`${to} ${from}`)).toBe(true);
  }
  expectCovered(parts, tiles, radius);
}

/** Points of a spiral with the golden angle, which fills the disc evenly. */
function expectCovered(parts: PatternParts, tiles: readonly number[][], radius: number): void {
  const count = 200;
  for (let i = 0; i < count; i++) {
    const r = radius * Math.sqrt((i + 0.37) / count);
    const [x, y] = [r * Math.cos(2.39996 * i), r * Math.sin(2.39996 * i)];
    const holding = tiles.filter((tile) => {
      const [u, v] = at(parts, tile[0]);
      return Math.hypot(u - x, v - y) < 20 && contains(parts, tile, x, y);
    });
    expect(holding.length, `tiles over (${x}, ${y})`).toBe(1);
  }
}

function contains(parts: PatternParts, polygon: readonly number[], x: number, y: number): boolean {
  let inside = false;
  polygon.forEach((vertex, i) => {
    const [ax, ay] = at(parts, vertex);
    const [bx, by] = at(parts, polygon[(i + 1) % polygon.length]);
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** Positions as sorted text, to compare sets of points. */
export function pointKeys({ positions }: PatternParts): Set<string> {
  const keys = new Set<string>();
  for (let i = 0; i < positions.length; i += 3) {
    keys.add(`${positions[i]} ${positions[i + 1]} ${positions[i + 2]}`);
  }
  return keys;
}

/** How many points or tiles are of each kind, by name. */
export function kindCounts(kind: Int32Array, names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const k of kind) counts[names[k]] = (counts[names[k]] ?? 0) + 1;
  return counts;
}
