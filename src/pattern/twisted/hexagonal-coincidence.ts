import { greatestCommonDivisor } from "../../math/integer-matrix.js";
import { type SearchBounds, tooManyMatches } from "./search-bounds.js";

/**
 * Coincidence of two hexagonal lattices. A lattice vector i a + j b with the angle 120° between a and b
 * is the Eisenstein integer i + j ζ, ζ = exp(2πi/3), times a. A common cell is spanned by u in the
 * bottom layer and v in the top layer, and by both times ζ; the top layer is turned by arg u − arg v.
 */
export interface HexagonalMatch {
  readonly u: Eisenstein;
  readonly v: Eisenstein;
  /** Degrees. */
  readonly angle: number;
  /** Of the top layer relative to the bottom one: a₁|u|/(a₂|v|) − 1. */
  readonly strain: number;
}

/** i + j ζ, ζ² = −1 − ζ. */
export type Eisenstein = readonly [number, number];

function norm([i, j]: Eisenstein): number {
  return i * i - i * j + j * j;
}

function times([a, b]: Eisenstein, [c, d]: Eisenstein): Eisenstein {
  return [a * c - b * d, a * d + b * c - b * d];
}

/** ζ̄ = −1 − ζ */
function conjugate([a, b]: Eisenstein): Eisenstein {
  return [a - b, -b];
}

/** Quotient rounded to a nearby Eisenstein integer, so that the rest is smaller than the divisor. */
function quotient(a: Eisenstein, b: Eisenstein): Eisenstein {
  const [x, y] = times(a, conjugate(b));
  const n = norm(b);
  return [Math.round(x / n), Math.round(y / n)];
}

function commonDivisor(a: Eisenstein, b: Eisenstein): Eisenstein {
  let [larger, smaller] = [a, b];
  while (norm(smaller) > 0) {
    const [x, y] = times(quotient(larger, smaller), smaller);
    [larger, smaller] = [smaller, [larger[0] - x, larger[1] - y]];
  }
  return larger;
}

/** arg of a/b in degrees, [0, 360). */
function argument(a: Eisenstein, b: Eisenstein): number {
  const [x, y] = times(a, conjugate(b));
  const degrees = (Math.atan2((y * Math.sqrt(3)) / 2, x - y / 2) * 180) / Math.PI;
  return degrees < 0 ? degrees + 360 : degrees;
}

/** One of the six a times a power of −ζ², whose argument differs from that of b by 0 to below 60°. */
function turnedTo(a: Eisenstein, b: Eisenstein): Eisenstein {
  let turned = a;
  // A turn by −60°: times −ζ.
  while (argument(turned, b) >= 60 - 1e-9) turned = times(turned, [0, -1]);
  return turned;
}

/** u and v without common divisors, and the angle. */
function reduced(u: Eisenstein, v: Eisenstein, a1: number, a2: number): HexagonalMatch {
  const divisor = commonDivisor(u, v);
  const small = turnedTo(quotient(v, divisor), [1, 0]);
  const large = turnedTo(quotient(u, divisor), small);
  const strain = (a1 * Math.sqrt(norm(large))) / (a2 * Math.sqrt(norm(small))) - 1;
  return { u: large, v: small, angle: argument(large, small), strain };
}

/**
 * The commensurate cell (m, r) of two equal lattices: m a + (m + r) b of one on (m + r) a + m b of the
 * other, with 60° between a and b.
 *
 * @see J. M. B. Lopes dos Santos, N. M. R. Peres & A. H. Castro Neto, Phys. Rev. B 86, 155449 (2012).
 */
export function commensurate(m: number, r: number, a: number): HexagonalMatch {
  // With 60° between them b is −ζ², 1 + ζ.
  return reduced([2 * m + r, m + r], [2 * m + r, m], a, a);
}

/**
 * m and r of a match of equal norms, undefined where there is no twist: tan(θ/2) = r/(√3 (2m + r)),
 * and with u v̄ = x + yζ it is √3 y/(2|u|² + 2x − y).
 */
export function indicesOf({ u, v, angle }: HexagonalMatch): { m: number; r: number } | undefined {
  if (norm(u) !== norm(v) || norm(u) === 1 || angle < 0 || angle >= 60) return undefined;
  const [x, y] = times(u, conjugate(v));
  const part = 3 * y;
  const rest = 2 * norm(u) + 2 * x - y - part;
  const divisor = greatestCommonDivisor(2 * part, rest);
  return { m: rest / divisor, r: (2 * part) / divisor };
}

const mostMatches = 3_000_000;

/**
 * Every match within the bounds; `counts` are the atoms in the cells of both layers.
 *
 * @throws {ResourceExhausted} too many matches for the bounds.
 */
export function hexagonalMatches(
  a1: number,
  a2: number,
  counts: readonly [number, number],
  { angle, maxStrain, maxAtoms }: SearchBounds,
): HexagonalMatch[] {
  let tried = 0;
  const largest = maxAtoms / counts[0];
  const tops = byNorm(maxAtoms / counts[1]);
  const found = new Map<string, HexagonalMatch>();
  for (const u of byNorm(largest)) {
    const equal = norm(u) * (a1 / a2) ** 2;
    const low = equal / (1 + maxStrain + 1e-12) ** 2;
    const high = equal / Math.max(1e-9, 1 - maxStrain - 1e-12) ** 2;
    for (let i = firstOfNorm(tops, low); i < tops.length && norm(tops[i]) <= high; i++) {
      if (counts[0] * norm(u) + counts[1] * norm(tops[i]) > maxAtoms) break;
      if (++tried > mostMatches) throw tooManyMatches(maxAtoms);
      const match = reduced(u, tops[i], a1, a2);
      for (const one of turns(match, angle)) found.set(`${one.u} ${one.v}`, one);
    }
  }
  return [...found.values()];
}

/**
 * A match and those that a turn of the top lattice by 60° makes of it, within a range of angles; of a
 * range that holds all from 0 to 60° the ones from 0 to below 60°, where every lattice is once.
 */
function turns(match: HexagonalMatch, [low, high]: readonly [number, number]): HexagonalMatch[] {
  if (low <= 0 && high >= 60) return [match];
  const found: HexagonalMatch[] = [];
  const last = Math.floor((high - match.angle + 1e-9) / 60);
  for (let sixth = Math.ceil((low - match.angle - 1e-9) / 60); sixth <= last; sixth++) {
    let { v } = match;
    // A turn of v by −60°, times −ζ: the top layer is turned by 60° more.
    for (let left = ((sixth % 6) + 6) % 6; left > 0; left--) v = times(v, [0, -1]);
    found.push({ ...match, v, angle: match.angle + 60 * sixth });
  }
  return found;
}

/** Eisenstein integers in one sixth of the plane, by norm. */
function byNorm(largest: number): Eisenstein[] {
  const found: Eisenstein[] = [];
  const reach = Math.floor(Math.sqrt((4 * largest) / 3));
  for (let i = 1; i <= reach; i++) {
    for (let j = 0; j < i; j++) if (norm([i, j]) <= largest) found.push([i, j]);
  }
  return found.sort((a, b) => norm(a) - norm(b) || a[1] - b[1]);
}

function firstOfNorm(sorted: readonly Eisenstein[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (norm(sorted[middle]) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
