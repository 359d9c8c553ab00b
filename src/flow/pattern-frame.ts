import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requirePlane } from "../builders/surface-cell.js";
import type { Crystal } from "../crystal/crystal.js";
import { determinant, inverse, rowsTimes } from "../math/mat3.js";
import { cross, dot, norm } from "../math/vec3.js";
import type { Pattern } from "../pattern/pattern.js";
import type { PlacementOptions } from "./placement-options.js";

type Vector = readonly [number, number, number];

/** Indices of lattice vectors that are looked at for the shortest one in a plane. */
const mostIndex = 12;
/** Copies of the pattern's cell in that of the crystal. */
const mostCopies = 1e6;
/** Of a lattice vector's length, out of a plane in which it lies. */
const flatness = 1e-4;

/** How a pattern lies in a crystal. */
export interface PatternFrame {
  /** Of the points, in fractions of the crystal's cell, [n, 3]; not wrapped. */
  readonly fracPositions: Float64Array;
  /** Translations that repeat them through the cell, in its fractions, [m, 3]; the first is 0. */
  readonly translations: Float64Array;
}

/**
 * The points in fractions of the crystal's cell.
 *
 * @throws {InvalidConfiguration} a pattern that repeats, and not in this cell. @throws {DomainError} uvw
 *   outside of hkl, or a plane in which no short direction is found.
 */
export function framed(
  crystal: Crystal,
  pattern: Pattern,
  positions: Float64Array,
  options: PlacementOptions,
): PatternFrame {
  const { lattice } = crystal;
  const { fracOrigin, cartOrigin = [0, 0, 0] } = options;
  const origin = fracOrigin ?? lattice.toFractional(cartOrigin);
  const axes = axesOf(crystal, options);
  const toFrac = inverse(lattice.matrix);
  const fracPositions = rowsTimes(rowsTimes(positions, axes), toFrac);
  for (let i = 0; i < fracPositions.length; i++) fracPositions[i] += origin[i % 3];
  const { cell } = pattern;
  if (cell === undefined) return { fracPositions, translations: new Float64Array(3) };
  const rows = rowsTimes(rowsTimes(cell.lattice.matrix, axes), toFrac);
  const steps = [0, 1, 2]
    .filter((k) => cell.periodic[k])
    .map((k): Vector => [rows[3 * k], rows[3 * k + 1], rows[3 * k + 2]]);
  return { fracPositions, translations: translationsOf(crystal, steps, options) };
}

/** Rows: where the pattern's x, y and z point, Cartesian. */
function axesOf(crystal: Crystal, { hkl, uvw }: PlacementOptions): number[] {
  if (hkl === undefined) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const plane = requirePlane(hkl);
  const { lattice } = crystal;
  const z = unit(rowsTimes(Float64Array.from(plane), transposed(inverse(lattice.matrix))));
  const direction = uvw ?? shortestIn(crystal, plane);
  const along = rowsTimes(Float64Array.from(direction), lattice.matrix);
  if (Math.abs(dot(unit(along), z)) > 1e-6) {
    throw new DomainError(
      `[${Array.from(direction).join(" ")}] does not lie in the plane (${plane.join(" ")}): hu + kv + lw must be 0`,
      { hkl: plane, uvw: direction },
    );
  }
  const x = unit(along);
  return [...x, ...cross(z, x), ...z];
}

/** The shortest lattice vector in a plane. */
function shortestIn(crystal: Crystal, plane: readonly number[]): number[] {
  const most = Math.min(mostIndex, Math.max(3, ...plane.map(Math.abs)));
  const [first] = latticeVectors(
    crystal,
    most,
    [true, true, true],
    (indices) => dot(indices, plane) === 0,
  );
  if (first !== undefined) return first;
  throw new DomainError(
    `no short direction was found in the plane (${plane.join(" ")}); give uvw, with hu + kv + lw = 0`,
    { hkl: plane },
  );
}

/** Indices of lattice vectors, the shortest first; of equal ones that of the largest indices. */
function latticeVectors(
  { lattice }: Crystal,
  most: number,
  axes: readonly boolean[],
  isWanted: (indices: readonly number[]) => boolean,
): number[][] {
  const [u0, v0, w0] = axes.map((isFree) => (isFree ? most : 0));
  const found: { indices: number[]; length: number }[] = [];
  for (let u = u0; u >= -u0; u--) {
    for (let v = v0; v >= -v0; v--) {
      for (let w = w0; w >= -w0; w--) {
        if ((u === 0 && v === 0 && w === 0) || !isWanted([u, v, w])) continue;
        const length = norm(lattice.toCartesian([u, v, w]));
        found.push({ indices: [u, v, w], length: Math.round(length * 1e6) });
      }
    }
  }
  return found.sort((p, q) => p.length - q.length).map(({ indices }) => indices);
}

/**
 * The pattern's translations, one of all that differ by a translation of the crystal. Along the pattern's
 * own directions the crystal must repeat by sums of its steps, within the tolerance.
 */
function translationsOf(
  crystal: Crystal,
  steps: readonly Vector[],
  { tolerance = 0.1 }: PlacementOptions,
): Float64Array {
  const { lattice } = crystal;
  const cartSteps = steps.map((step) => lattice.toCartesian(step));
  const common = commonVectors(crystal, steps, cartSteps);
  const counts = common.map((indices) => wholeSteps(lattice.toCartesian(indices), cartSteps));
  common.forEach((indices, row) => {
    const rest = lattice.toCartesian(indices).map(
      (value, k) =>
        value -
        dot(
          counts[row],
          cartSteps.map((step) => step[k]),
        ),
    );
    if (norm(rest) > tolerance) throw unfitting(cartSteps, indices, norm(rest));
  });
  return cosets(counts, common);
}

/** A basis of the crystal's translations along the pattern's directions. */
function commonVectors(
  crystal: Crystal,
  steps: readonly Vector[],
  cartSteps: readonly (readonly number[])[],
): number[][] {
  const { lattice, periodic } = crystal;
  if (steps.length === 3) {
    if (periodic.includes(false)) throw unfitting(cartSteps);
    return [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
  }
  const [one, other] = cartSteps;
  const normal = other === undefined ? undefined : unit(cross(one, other));
  const vectors = latticeVectors(crystal, mostIndex, periodic, (indices) => {
    const direction = unit(lattice.toCartesian(indices));
    if (normal !== undefined) return Math.abs(dot(direction, normal)) < flatness;
    return norm(cross(direction, unit(one))) < flatness;
  });
  const [first] = vectors;
  if (first === undefined) throw unfitting(cartSteps);
  if (normal === undefined) return [first];
  const along = unit(lattice.toCartesian(first));
  const second = vectors.find(
    (indices) => norm(cross(unit(lattice.toCartesian(indices)), along)) > flatness,
  );
  if (second === undefined) throw unfitting(cartSteps);
  return [first, second];
}

/** How many of each step come nearest to a vector that is a sum of them: by least squares. */
function wholeSteps(vector: ArrayLike<number>, steps: readonly (readonly number[])[]): number[] {
  const metric = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) =>
      i < steps.length && j < steps.length ? dot(steps[i], steps[j]) : Number(i === j),
    ),
  );
  const along = [0, 1, 2].map((i) => (i < steps.length ? dot(steps[i], vector) : 0));
  return Array.from(rowsTimes(Float64Array.from(along), inverse(metric)), Math.round).slice(
    0,
    steps.length,
  );
}

/** Sums of steps that differ by no sum of `common` vectors, in fractions of the crystal's cell. */
function cosets(
  counts: readonly (readonly number[])[],
  common: readonly (readonly number[])[],
): Float64Array {
  const rank = counts.length;
  const whole = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => (i < rank && j < rank ? counts[i][j] : Number(i === j))),
  );
  const order = Math.round(Math.abs(determinant(whole)));
  if (order === 0 || order > mostCopies) {
    throw new InvalidConfiguration(
      `the pattern's cell goes ${order} times into the crystal's; give a pattern with a larger cell`,
      { copies: order },
    );
  }
  const back = inverse(whole);
  const keyOf = (sum: readonly number[]) =>
    [0, 1, 2].map((k) => {
      const share = Math.round(
        order * (sum[0] * back[k] + sum[1] * back[3 + k] + sum[2] * back[6 + k]),
      );
      return ((share % order) + order) % order;
    });
  const found = new Map([["0,0,0", [0, 0, 0]]]);
  const queue = [[0, 0, 0]];
  for (let at = 0; at < queue.length; at++) {
    for (let axis = 0; axis < rank; axis++) {
      const next = queue[at].map((value, k) => value + Number(k === axis));
      const key = keyOf(next);
      if (found.has(key.join())) continue;
      found.set(key.join(), key);
      queue.push(next);
    }
  }
  return Float64Array.from(
    [...found.values()].flatMap((shares) =>
      [0, 1, 2].map((k) => common.reduce((sum, row, i) => sum + (shares[i] / order) * row[k], 0)),
    ),
  );
}

function unfitting(
  steps: readonly (readonly number[])[],
  indices?: readonly number[],
  rest?: number,
): InvalidConfiguration {
  const list = steps.map((step) => `(${step.map((value) => value.toFixed(3)).join(", ")})`);
  const cause =
    indices === undefined || rest === undefined
      ? "the crystal does not repeat along these directions"
      : `its [${indices.join(" ")}] is ${rest.toFixed(3)} Å off every sum of them`;
  return new InvalidConfiguration(
    `the pattern repeats by ${list.join(", ")} Å, which does not fit the crystal: ${cause}; take a supercell ` +
      "or a spacing that fits, or the points alone: pattern.withoutCell()",
    { steps: list, ...(rest === undefined ? {} : { rest }) },
  );
}

function transposed(m: ArrayLike<number>): number[] {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
}

function unit(v: ArrayLike<number>): [number, number, number] {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
