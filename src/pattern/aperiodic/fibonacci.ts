import { requireFinite, requireObject, requirePositive, requireWhole } from "../../base/check.js";
import { DomainError, InvalidConfiguration } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { PatternParts } from "../pattern-parts.js";
import { requirePointCount } from "./planar-options.js";

export interface FibonacciOptions {
  /** Å; points no farther than this from the origin. This or `generations`. */
  readonly radius?: number;
  /** The word of L that this many substitutions L → LᵐS, S → L give, from the origin to the right. */
  readonly generations?: number;
  /** Length of the short interval S in Å; L is λ times as long; default 1. */
  readonly spacing?: number;
  /** m of the metallic mean λ = (m + √(m² + 4))/2: 1 golden (default), 2 silver, 3 bronze; up to 20. */
  readonly mean?: number;
  /** φ of the cut in [0, 1); default 0. */
  readonly phase?: number;
}

const fields = ["radius", "generations", "spacing", "mean", "phase"];

/**
 * Fibonacci chain, or that of another metallic mean λ: long and short intervals L and S, λ : 1 in
 * length and in number.
 *
 * With `radius` by projection of ℤ² through a strip: interval n, to the right of point n, is long where
 *
 *   ⌊(n + 1) f + φ⌋ − ⌊n f + φ⌋ = 1,   f = λ/(1 + λ),
 *
 * decided exactly for φ taken to multiples of 1/720720; point 0 is the origin. With `generations` the
 * same by substitution.
 *
 * @returns Points on the x axis, whose kind is that of the interval to the right, and the intervals as
 *   tiles of two points. `facts.density` is in points/Å.
 * @throws {DomainError} radius or spacing not above 0, mean or generations not whole or out of range,
 *   phase outside [0, 1). @throws {InvalidConfiguration} radius and generations, or neither.
 * @throws {ResourceExhausted} more than 50 million points.
 * @see M. Baake & U. Grimm, Aperiodic Order 1 (2013), sections 4.4 and 7.1.
 * @example fibonacciChain({ generations: 5 }).positions.length / 3 // 14 points: LSLLSLSLLSLLS
 */
export function fibonacciChain(options: FibonacciOptions): PatternParts {
  const { spacing, mean, lambda } = checked(options);
  requirePointCount(fibonacciPointEstimate(options), "give a smaller radius or fewer generations");
  const chain =
    options.generations === undefined
      ? projectedWord(options, mean, lambda, spacing)
      : substitutedWord(options, mean);
  const { isLong, origin } = chain;
  const count = isLong.length;
  const positions = new Float64Array(3 * count);
  const kindOfPoint = new Int32Array(count);
  let [longs, shorts] = [-chain.longsBefore, chain.longsBefore - origin];
  for (let i = 0; i < count; i++) {
    positions[3 * i] = spacing * (longs * lambda + shorts);
    kindOfPoint[i] = isLong[i] === 1 ? 0 : 1;
    if (isLong[i] === 1) longs++;
    else shorts++;
  }
  const tileCount = Math.max(0, count - 1);
  return {
    positions,
    dimension: 1,
    kindOfPoint,
    kindNames: ["L", "S"],
    tiles: {
      offsets: Int32Array.from({ length: tileCount + 1 }, (_, tile) => 2 * tile),
      vertices: Int32Array.from({ length: 2 * tileCount }, (_, i) => (i >> 1) + (i & 1)),
      kind: kindOfPoint.slice(0, tileCount),
      kindNames: ["L", "S"],
    },
    facts: { density: (1 + lambda) / (1 + lambda * lambda) / spacing, ratio: lambda },
  };
}

/** About how many points the chain will have. */
export function fibonacciPointEstimate(options: FibonacciOptions): number {
  const { spacing, mean, lambda } = checked(options);
  if (options.generations !== undefined) return wordLength(mean, options.generations) + 1;
  const radius = options.radius === undefined ? 0 : requirePositive("radius", options.radius, "Å");
  return (2 * radius * (1 + lambda)) / (1 + lambda * lambda) / spacing;
}

/** Each word is the last one m times and the one before it. */
function wordLength(mean: number, generations: number): number {
  const count = requireWhole("generations", generations, 0, 80);
  let [before, length] = [1, 1];
  for (let n = 0; n < count; n++) [before, length] = [length, mean * length + before];
  return length;
}

function checked(options: FibonacciOptions) {
  requireObject("options", options, "{ radius: 100 }");
  requireKnownFields("Fibonacci chain options", options, fields);
  const spacing = requirePositive("spacing", options.spacing ?? 1, "Å");
  const mean = requireWhole("mean", options.mean ?? 1, 1, 20);
  return { spacing, mean, lambda: (mean + Math.sqrt(mean * mean + 4)) / 2 };
}

interface Word {
  /** Whether the interval to the right of each point is long. */
  readonly isLong: Uint8Array;
  /** Points to the left of the origin, and how many of their intervals are long. */
  readonly origin: number;
  readonly longsBefore: number;
}

const phaseDivisor = 720_720;

function projectedWord(
  { radius, phase }: FibonacciOptions,
  mean: number,
  lambda: number,
  spacing: number,
): Word {
  if (radius === undefined) {
    throw new InvalidConfiguration(
      "a chain needs a radius in Å or a number of generations, such as { radius: 100 }",
      { radius },
    );
  }
  const reach = requirePositive("radius", radius, "Å") / spacing;
  const shift = requireFinite("phase", phase ?? 0);
  if (shift < 0 || shift >= 1) {
    throw new DomainError(`phase must be at least 0 and below 1, got ${shift}`, { phase });
  }
  const whole = Math.round(shift * phaseDivisor);
  const longs = (n: number) => floorOfCut(n, mean, whole);
  // Point n is at longs(n) λ + (n − longs(n)), less that of point 0.
  const start = longs(0);
  const at = (n: number) => (longs(n) - start) * (lambda - 1) + n;
  let [first, last] = [0, 0];
  while (at(first - 1) >= -reach) first--;
  while (at(last + 1) <= reach) last++;
  const isLong = new Uint8Array(last - first + 1);
  let before = longs(first);
  for (let n = first; n <= last; n++) {
    const after = longs(n + 1);
    isLong[n - first] = after - before;
    before = after;
  }
  return { isLong, origin: -first, longsBefore: start - longs(first) };
}

/** ⌊n f + w/phaseDivisor⌋ exactly, with f = (m − 2 + √(m² + 4))/(2m). */
function floorOfCut(n: number, mean: number, whole: number): number {
  const value = (n * (mean - 2 + Math.sqrt(mean * mean + 4))) / (2 * mean) + whole / phaseDivisor;
  const near = Math.round(value);
  if (Math.abs(value - near) > 1e-6) return Math.floor(value);
  // √(m² + 4) n ≥ rest, all whole after multiplication by phaseDivisor.
  const rest =
    BigInt(2 * mean) * (BigInt(near) * BigInt(phaseDivisor) - BigInt(whole)) -
    BigInt(n * (mean - 2)) * BigInt(phaseDivisor);
  const root = BigInt(n) * BigInt(phaseDivisor);
  const squares = root * root * BigInt(mean * mean + 4) - rest * rest;
  const isAtLeast = root >= 0n ? rest <= 0n || squares >= 0n : rest <= 0n && squares <= 0n;
  return isAtLeast ? near : near - 1;
}

function substitutedWord({ radius, phase, generations }: FibonacciOptions, mean: number): Word {
  const other = radius === undefined ? (phase === undefined ? undefined : "phase") : "radius";
  if (other !== undefined) {
    throw new InvalidConfiguration(
      `a chain by substitution has its own length and phase; leave out ${other} or generations`,
      { radius, phase, generations },
    );
  }
  const count = requireWhole("generations", generations, 0, 80);
  let word = "L";
  for (let n = 0; n < count; n++) {
    word = word
      .replaceAll("S", "s")
      .replaceAll("L", `${"L".repeat(mean)}S`)
      .replaceAll("s", "L");
  }
  // The point at the end belongs to the chain; the next interval of the infinite word is long.
  return {
    isLong: Uint8Array.from(`${word}L`, (letter) => (letter === "L" ? 1 : 0)),
    origin: 0,
    longsBefore: 0,
  };
}
