import type { Mat3 } from "../math/mat3.js";
import type { BravaisSymbol } from "./bravais.js";
import { metricOf } from "./reduction.js";

/** A = a·a, ..., D = b·c, E = a·c, F = a·b of a Niggli cell, Å². */
interface Metric {
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly D: number;
  readonly E: number;
  readonly F: number;
}

export interface NiggliCharacter {
  /** 1 to 44. */
  readonly number: number;
  /** Bravais type of all lattices of this character; "mC" also where the table has mI. */
  readonly symbol: BravaisSymbol;
}

interface Character extends NiggliCharacter {
  /** What D, E and F must be. */
  readonly products: (metric: Metric) => readonly [number, number, number];
  /** 2 |D + E + F| = A + B; with "dagger" also |2D + F| = B. */
  readonly mark?: "star" | "dagger";
}

/** Which of the lengths are equal, and whether the angles are acute (I) or not (II). */
type Block = `${"A=B=C" | "A=B" | "B=C" | "A,B,C"} ${"I" | "II"}`;

/** International Tables A (2016), table 3.1.3.1; in each block the first that fits. */
const characters: Readonly<Record<Block, readonly Character[]>> = {
  "A=B=C I": [
    { number: 1, symbol: "cF", products: ({ A }) => [A / 2, A / 2, A / 2] },
    { number: 2, symbol: "hR", products: ({ D }) => [D, D, D] },
  ],
  "A=B=C II": [
    { number: 3, symbol: "cP", products: () => [0, 0, 0] },
    { number: 5, symbol: "cI", products: ({ A }) => [-A / 3, -A / 3, -A / 3] },
    { number: 4, symbol: "hR", products: ({ D }) => [D, D, D] },
    { number: 6, symbol: "tI", products: ({ D, F }) => [D, D, F], mark: "star" },
    { number: 7, symbol: "tI", products: ({ D, E }) => [D, E, E], mark: "star" },
    { number: 8, symbol: "oI", products: ({ D, E, F }) => [D, E, F], mark: "star" },
  ],
  "A=B I": [
    { number: 9, symbol: "hR", products: ({ A }) => [A / 2, A / 2, A / 2] },
    { number: 10, symbol: "mC", products: ({ D, F }) => [D, D, F] },
  ],
  "A=B II": [
    { number: 11, symbol: "tP", products: () => [0, 0, 0] },
    { number: 12, symbol: "hP", products: ({ A }) => [0, 0, -A / 2] },
    { number: 13, symbol: "oC", products: ({ F }) => [0, 0, F] },
    { number: 15, symbol: "tI", products: ({ A }) => [-A / 2, -A / 2, 0] },
    { number: 16, symbol: "oF", products: ({ D, F }) => [D, D, F], mark: "star" },
    { number: 14, symbol: "mC", products: ({ D, F }) => [D, D, F] },
    { number: 17, symbol: "mC", products: ({ D, E, F }) => [D, E, F], mark: "star" },
  ],
  "B=C I": [
    { number: 18, symbol: "tI", products: ({ A }) => [A / 4, A / 2, A / 2] },
    { number: 19, symbol: "oI", products: ({ A, D }) => [D, A / 2, A / 2] },
    { number: 20, symbol: "mC", products: ({ D, E }) => [D, E, E] },
  ],
  "B=C II": [
    { number: 21, symbol: "tP", products: () => [0, 0, 0] },
    { number: 22, symbol: "hP", products: ({ B }) => [-B / 2, 0, 0] },
    { number: 23, symbol: "oC", products: ({ D }) => [D, 0, 0] },
    { number: 24, symbol: "hR", products: ({ A, D }) => [D, -A / 3, -A / 3], mark: "star" },
    { number: 25, symbol: "mC", products: ({ D, E }) => [D, E, E] },
  ],
  "A,B,C I": [
    { number: 26, symbol: "oF", products: ({ A }) => [A / 4, A / 2, A / 2] },
    { number: 27, symbol: "mC", products: ({ A, D }) => [D, A / 2, A / 2] },
    { number: 28, symbol: "mC", products: ({ A, D }) => [D, A / 2, 2 * D] },
    { number: 29, symbol: "mC", products: ({ A, D }) => [D, 2 * D, A / 2] },
    { number: 30, symbol: "mC", products: ({ B, E }) => [B / 2, E, 2 * E] },
    { number: 31, symbol: "aP", products: ({ D, E, F }) => [D, E, F] },
  ],
  "A,B,C II": [
    { number: 32, symbol: "oP", products: () => [0, 0, 0] },
    { number: 40, symbol: "oC", products: ({ B }) => [-B / 2, 0, 0] },
    { number: 35, symbol: "mP", products: ({ D }) => [D, 0, 0] },
    { number: 36, symbol: "oC", products: ({ A }) => [0, -A / 2, 0] },
    { number: 33, symbol: "mP", products: ({ E }) => [0, E, 0] },
    { number: 38, symbol: "oC", products: ({ A }) => [0, 0, -A / 2] },
    { number: 34, symbol: "mP", products: ({ F }) => [0, 0, F] },
    { number: 42, symbol: "oI", products: ({ A, B }) => [-B / 2, -A / 2, 0] },
    { number: 41, symbol: "mC", products: ({ B, E }) => [-B / 2, E, 0] },
    { number: 37, symbol: "mC", products: ({ A, D }) => [D, -A / 2, 0] },
    { number: 39, symbol: "mC", products: ({ A, D }) => [D, 0, -A / 2] },
    { number: 43, symbol: "mC", products: ({ D, E, F }) => [D, E, F], mark: "dagger" },
    { number: 44, symbol: "aP", products: ({ D, E, F }) => [D, E, F] },
  ],
};

/** Of a matrix that is a Niggli cell within the tolerance; 31 and 44 fit every one. */
export function niggliCharacterOf(matrix: Mat3, tolerance: number): NiggliCharacter {
  const g = metricOf(matrix);
  const metric = { A: g[0], B: g[4], C: g[8], D: g[5], E: g[2], F: g[1] };
  const { number, symbol } = blocksOf(metric, tolerance)
    .flatMap((block) => characters[block])
    .find((each) => fits(each, metric, tolerance))!;
  return { number, symbol };
}

/** Equal lengths may be an accident: then a character of a later block fits. */
function blocksOf({ A, B, C, D, E, F }: Metric, tolerance: number): Block[] {
  const [ab, bc] = [B - A <= tolerance * B, C - B <= tolerance * C];
  const isTypeI = 2 * D > tolerance * B && 2 * E > tolerance * A && 2 * F > tolerance * A;
  const type = isTypeI ? "I" : "II";
  const all: readonly (readonly [boolean, Block])[] = [
    [ab && bc, `A=B=C ${type}`],
    [ab, `A=B ${type}`],
    [bc, `B=C ${type}`],
    [true, `A,B,C ${type}`],
  ];
  return all.filter(([holds]) => holds).map(([, block]) => block);
}

function fits({ products, mark }: Character, metric: Metric, tolerance: number): boolean {
  const { A, B, D, E, F } = metric;
  // As in the reduction: relative to what bounds 2D, 2E and 2F.
  const equal = (x: number, y: number, bound: number) => 2 * Math.abs(x - y) <= tolerance * bound;
  const [d, e, f] = products(metric);
  if (!equal(D, d, B) || !equal(E, e, A) || !equal(F, f, A)) return false;
  if (mark && !equal(Math.abs(D + E + F), (A + B) / 2, B)) return false;
  return mark !== "dagger" || equal(Math.abs(D + F / 2), B / 2, B);
}
