import type { CheckedLayer } from "./planar-layer.js";
import { type SearchBounds, tooManyMatches } from "./search-bounds.js";

/** A common cell of two layers: rows are its vectors in terms of a and b of each layer. */
export interface PlanarMatch {
  readonly bottom: IntegerRows;
  readonly top: IntegerRows;
  /** Rotation of the top layer in degrees. */
  readonly angle: number;
  /** The larger principal strain, by its amount, that carries the turned top layer onto the bottom one. */
  readonly strain: number;
}

export type IntegerRows = readonly [readonly [number, number], readonly [number, number]];

/** A vector of the bottom layer and one of the top layer that is about as long. */
interface Pair {
  readonly bottom: readonly [number, number];
  readonly top: readonly [number, number];
  /** Radians, the turn that makes them parallel. */
  readonly turn: number;
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

const mostVectors = 100_000;
const mostPairs = 300_000;
const mostCombinations = 5_000_000;

/**
 * Common cells of any two planar lattices: pairs of vectors of about equal length and equal turn are
 * the rows. Their vectors are no longer than twice the square root of the largest area.
 *
 * @throws {ResourceExhausted} too many pairs for the bounds.
 */
export function planarMatches(
  bottom: CheckedLayer,
  top: CheckedLayer,
  { angle, maxStrain, maxAtoms }: SearchBounds,
): PlanarMatch[] {
  const perArea = bottom.sites.length / bottom.area + top.sites.length / top.area;
  const maxArea = maxAtoms / perArea;
  const range = angle.map((degrees) => (degrees * Math.PI) / 180);
  const slack = 2 * maxStrain + 1e-9;
  const turns: [number, number] = [range[0] - slack, range[1] + slack];
  const longest = 2 * Math.sqrt(maxArea);
  const pairs = vectorPairs(bottom, top, { longest, maxStrain, turns, maxAtoms });
  pairs.sort((p, q) => p.turn - q.turn);
  const best = new Map<string, PlanarMatch>();
  let combinations = 0;
  for (let i = 0; i < pairs.length; i++) {
    for (let j = i + 1; j < pairs.length && pairs[j].turn - pairs[i].turn <= slack; j++) {
      if (++combinations > mostCombinations) throw tooManyMatches(maxAtoms);
      const match = matchOf(pairs[i], pairs[j], top, maxArea);
      if (match === undefined || match.strain > maxStrain + 1e-9) continue;
      if (match.angle < angle[0] - 1e-9 || match.angle > angle[1] + 1e-9) continue;
      keepBest(best, match);
    }
  }
  return [...best.values()];
}

/** Of cells with the same angle and strain the smallest. */
function keepBest(best: Map<string, PlanarMatch>, match: PlanarMatch): void {
  const key = `${match.angle.toFixed(6)} ${match.strain.toFixed(9)}`;
  const known = best.get(key);
  if (known === undefined || cells(match.bottom) < cells(known.bottom)) best.set(key, match);
}

export function cells([[a, b], [c, d]]: IntegerRows): number {
  return Math.abs(a * d - b * c);
}

interface PairBounds {
  readonly longest: number;
  readonly maxStrain: number;
  /** Radians. */
  readonly turns: readonly [number, number];
  readonly maxAtoms: number;
}

function vectorPairs(
  bottom: CheckedLayer,
  top: CheckedLayer,
  { longest, maxStrain, turns, maxAtoms }: PairBounds,
): Pair[] {
  const circle = Math.PI * longest * longest;
  if (circle / Math.min(bottom.area, top.area) > mostVectors) throw tooManyMatches(maxAtoms);
  const tops = latticeVectors(top, longest * (1 + maxStrain));
  tops.sort((p, q) => p.length - q.length);
  const pairs: Pair[] = [];
  for (const one of latticeVectors(bottom, longest)) {
    // One of ±v is enough: the other half of the plane gives the same cells.
    if (one.y < 0 || (one.y === 0 && one.x < 0)) continue;
    for (const two of tops) {
      if (two.length < one.length / (1 + maxStrain + 1e-12)) continue;
      if (two.length * (1 - maxStrain - 1e-12) > one.length) break;
      const turn = Math.atan2(two.x * one.y - two.y * one.x, two.x * one.x + two.y * one.y);
      if (turn < turns[0] || turn > turns[1]) continue;
      if (pairs.length === mostPairs) throw tooManyMatches(maxAtoms);
      pairs.push({
        bottom: one.indices,
        top: two.indices,
        turn,
        x: one.x,
        y: one.y,
        u: two.x,
        v: two.y,
      });
    }
  }
  return pairs;
}

function latticeVectors({ basis: [ax, ay, bx, by], area }: CheckedLayer, longest: number) {
  const found: { indices: [number, number]; x: number; y: number; length: number }[] = [];
  const maxI = Math.floor((longest * Math.hypot(bx, by)) / area);
  const maxJ = Math.floor((longest * Math.hypot(ax, ay)) / area);
  for (let i = -maxI; i <= maxI; i++) {
    for (let j = -maxJ; j <= maxJ; j++) {
      const x = i * ax + j * bx;
      const y = i * ay + j * by;
      const length = Math.hypot(x, y);
      if (length > 0 && length <= longest) found.push({ indices: [i, j], x, y, length });
    }
  }
  return found;
}

/** F carries the top vectors onto the bottom ones; F = (stretch) (turn). */
function matchOf(p: Pair, q: Pair, top: CheckedLayer, maxArea: number): PlanarMatch | undefined {
  const area = p.x * q.y - p.y * q.x;
  const topArea = p.u * q.v - p.v * q.u;
  if (area * topArea <= 0 || Math.abs(topArea) < 0.5 * top.area) return undefined;
  if (Math.abs(area) > maxArea * (1 + 1e-9)) return undefined;
  const dot = p.x * q.x + p.y * q.y;
  const [lengthP, lengthQ] = [p.x * p.x + p.y * p.y, q.x * q.x + q.y * q.y];
  // Reduced cells only: all others are spanned by other pairs.
  if (2 * Math.abs(dot) > Math.min(lengthP, lengthQ) * (1 + 1e-6)) return undefined;
  const f = [
    (p.x * q.v - q.x * p.v) / topArea,
    (q.x * p.u - p.x * q.u) / topArea,
    (p.y * q.v - q.y * p.v) / topArea,
    (q.y * p.u - p.y * q.u) / topArea,
  ];
  const turn = Math.atan2(f[2] - f[1], f[0] + f[3]);
  const mean = Math.hypot(f[0] + f[3], f[2] - f[1]) / 2;
  const spread = Math.hypot(f[0] - f[3], f[1] + f[2]) / 2;
  const [first, second] = area > 0 ? [p, q] : [q, p];
  return {
    bottom: [first.bottom, second.bottom],
    top: [first.top, second.top],
    angle: (turn * 180) / Math.PI,
    strain: Math.max(Math.abs(mean + spread - 1), Math.abs(mean - spread - 1)),
  };
}
