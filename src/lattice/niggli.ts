import { type Mat3, multiply } from "../math/mat3.js";
import { lllChange } from "./lll.js";
import { identity, isIdentity, metricOf, verified } from "./reduction.js";

/** The Niggli parameters: A = a·a, ξ = 2 b·c and so on, Å². */
interface Parameters {
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly xi: number;
  readonly eta: number;
  readonly zeta: number;
}

const mostSteps = 2000;
const mostPasses = 10;

/**
 * The change of basis to the Niggli cell, determinant +1.
 *
 * The steps are those of Křivý & Gruber (1976), numbered N1 to N8, with every comparison within a
 * tolerance as in Grosse-Kunstleve, Sauter & Adams (2004). The tolerance is relative to what bounds
 * the compared numbers in a reduced cell (|ξ| ≤ B, |η| ≤ A, |ζ| ≤ A), so that the unit does not
 * matter.
 *
 * @see Acta Cryst. A32, 297 (1976); A60, 1 (2004); International Tables A (2016), 3.1.3.
 */
export function niggliTransformation(matrix: Mat3, tolerance: number): Int32Array {
  const change = niggliFault(metricOf(matrix), tolerance)
    ? niggliChange(matrix, tolerance)
    : identity;
  return verified("Niggli", matrix, change, (reduced) => niggliFault(metricOf(reduced), tolerance));
}

function niggliChange(matrix: Mat3, tolerance: number): Float64Array {
  let change = lllChange(matrix);
  for (let pass = 0; pass < mostPasses; pass++) {
    const step = steps(multiply(change, matrix), tolerance);
    if (isIdentity(step)) break;
    change = multiply(step, change);
  }
  return change;
}

function steps(rows: Float64Array, tolerance: number): Float64Array {
  let change = identity;
  for (let count = 0; count < mostSteps; count++) {
    const now = parametersOf(metricOf(multiply(change, rows)));
    const next = exchange(now, tolerance);
    if (next) {
      change = multiply(next, change);
      continue;
    }
    change = multiply(signs(now, tolerance), change);
    const shorter = shorten(parametersOf(metricOf(multiply(change, rows))), tolerance);
    if (!shorter) break;
    change = multiply(shorter, change);
  }
  return change;
}

function parametersOf(metric: Mat3): Parameters {
  return {
    A: metric[0],
    B: metric[4],
    C: metric[8],
    xi: 2 * metric[5],
    eta: 2 * metric[2],
    zeta: 2 * metric[1],
  };
}

/** N1 and N2: lengths in ascending order. */
function exchange({ A, B, C, xi, eta, zeta }: Parameters, tolerance: number): Mat3 | undefined {
  const ab = tolerance * Math.max(A, B);
  const bc = tolerance * Math.max(B, C);
  if (A > B + ab || (A >= B - ab && Math.abs(xi) > Math.abs(eta) + ab)) {
    return [0, -1, 0, -1, 0, 0, 0, 0, -1];
  }
  if (B > C + bc || (B >= C - bc && Math.abs(eta) > Math.abs(zeta) + tolerance * A)) {
    return [-1, 0, 0, 0, 0, -1, 0, -1, 0];
  }
  return undefined;
}

/** N3 and N4: all three angles acute (type I), or none (type II). */
function signs({ A, B, xi, eta, zeta }: Parameters, tolerance: number): Mat3 {
  const sign = (value: number, bound: number) =>
    Math.abs(value) <= tolerance * bound ? 0 : Math.sign(value);
  const given = [sign(xi, B), sign(eta, A), sign(zeta, A)];
  const isTypeI = given[0] * given[1] * given[2] === 1;
  const turned = given.map((value) => (value === (isTypeI ? -1 : 1) ? -1 : 1));
  if (turned[0] * turned[1] * turned[2] < 0) turned[given.lastIndexOf(0)] = -1;
  return [turned[0], 0, 0, 0, turned[1], 0, 0, 0, turned[2]];
}

/** N5 to N8: a vector that a sum or difference with the others shortens or makes normal. */
function shorten({ A, B, xi, eta, zeta }: Parameters, tolerance: number): Mat3 | undefined {
  const [a, b] = [tolerance * A, tolerance * B];
  if (
    Math.abs(xi) > B + b ||
    (Math.abs(xi - B) <= b && 2 * eta < zeta - a) ||
    (Math.abs(xi + B) <= b && zeta < -a)
  ) {
    return [1, 0, 0, 0, 1, 0, 0, -Math.sign(xi), 1];
  }
  if (
    Math.abs(eta) > A + a ||
    (Math.abs(eta - A) <= a && 2 * xi < zeta - b) ||
    (Math.abs(eta + A) <= a && zeta < -a)
  ) {
    return [1, 0, 0, 0, 1, 0, -Math.sign(eta), 0, 1];
  }
  if (
    Math.abs(zeta) > A + a ||
    (Math.abs(zeta - A) <= a && 2 * xi < eta - b) ||
    (Math.abs(zeta + A) <= a && eta < -a)
  ) {
    return [1, 0, 0, -Math.sign(zeta), 1, 0, 0, 0, 1];
  }
  const sum = xi + eta + zeta + A + B;
  if (sum < -b || (sum <= b && 2 * (A + eta) + zeta > a)) {
    return [1, 0, 0, 0, 1, 0, 1, 1, 1];
  }
  return undefined;
}

/** Which of the conditions of a Niggli cell a metric fails, in words, or undefined. */
function niggliFault(metric: Mat3, tolerance: number): string | undefined {
  const { A, B, C, xi, eta, zeta } = parametersOf(metric);
  // An inequality may miss by what an equation of the reduction let pass, and rounding.
  const [wide, narrow] = [1.1 * tolerance, 0.9 * tolerance];
  const atMost = (x: number, y: number, bound: number) => x <= y + wide * bound + 1e-14 * bound;
  const equal = (x: number, y: number, bound: number) => Math.abs(x - y) < narrow * bound;
  const isTypeI = xi > narrow * B && eta > narrow * A && zeta > narrow * A;
  const isTypeII = atMost(xi, 0, B) && atMost(eta, 0, A) && atMost(zeta, 0, A);
  if (!isTypeI && !isTypeII) return "its angles are neither all acute nor all at least 90°";
  if (!atMost(A, B, B) || !atMost(B, C, C)) return "its lengths do not ascend";
  const [absXi, absEta, absZeta] = [Math.abs(xi), Math.abs(eta), Math.abs(zeta)];
  if (!atMost(absXi, B, B) || !atMost(absEta, A, A) || !atMost(absZeta, A, A)) {
    return "a sum or difference of two of its vectors is shorter than one of them";
  }
  if (isTypeII && !atMost(absXi + absEta + absZeta, A + B, B)) {
    return "the sum of its vectors is shorter than the longest";
  }
  const isNormal =
    (!equal(A, B, B) || atMost(absXi, absEta, B)) &&
    (!equal(B, C, C) || atMost(absEta, absZeta, A)) &&
    (isTypeI
      ? (!equal(xi, B, B) || atMost(zeta, 2 * eta, A)) &&
        (!equal(eta, A, A) || atMost(zeta, 2 * xi, B)) &&
        (!equal(zeta, A, A) || atMost(eta, 2 * xi, B))
      : (!equal(absXi, B, B) || atMost(absZeta, 0, A)) &&
        (!equal(absEta, A, A) || atMost(absZeta, 0, A)) &&
        (!equal(absZeta, A, A) || atMost(absEta, 0, A)) &&
        (!equal(absXi + absEta + absZeta, A + B, B) || atMost(2 * A, 2 * absEta + absZeta, A)));
  return isNormal ? undefined : "of several shortest bases it is not the normal one";
}
