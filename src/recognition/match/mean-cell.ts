import { matrixFromParameters, parametersFromMatrix } from "../../lattice/cell-parameters.js";
import { lllChange } from "../../lattice/lll.js";
import { determinant, inverse, multiply } from "../../math/mat3.js";

/** The cell between two that are compared, and the bounds that its shape gives. */
export interface MeanCell {
  /** aᵢ·aⱼ of the cell as x², y², z², 2xy, 2xz, 2yz stand in a squared length, Å². */
  readonly form: Float64Array;
  readonly matrix: Float64Array;
  /** (n/V)^{1/3}: distances are given in units of its inverse. */
  readonly perLength: number;
  /** How far a fractional coordinate may be off. */
  readonly room: Float64Array;
  /** Squared, Å²: below it the nearest image is the one of rounded coordinates, and within `room`. */
  readonly certain: number;
}

/** Of the mean lengths and angles, as pymatgen does. */
export function meanCell(
  first: Float64Array,
  second: Float64Array,
  siteCount: number,
  siteTolerance: number,
): MeanCell {
  const [p, q] = [parametersFromMatrix(first), parametersFromMatrix(second)];
  const matrix = matrixFromParameters({
    a: (p.a + q.a) / 2,
    b: (p.b + q.b) / 2,
    c: (p.c + q.c) / 2,
    alpha: (p.alpha + q.alpha) / 2,
    beta: (p.beta + q.beta) / 2,
    gamma: (p.gamma + q.gamma) / 2,
  });
  const perLength = Math.cbrt(siteCount / Math.abs(determinant(matrix)));
  const reciprocal = reciprocalLengths(matrix);
  const halfSpacing = 0.5 / Math.max(...reciprocal);
  return {
    form: quadraticForm(matrix),
    matrix,
    perLength,
    room: roomOf(reciprocal, siteTolerance, perLength),
    certain: (Math.min(halfSpacing, (2 * siteTolerance) / perLength) * (1 - 1e-9)) ** 2,
  };
}

/** A reduced basis of a mean cell, for distances between sites that are far apart. */
export interface ReducedMean {
  /** From fractions of the mean cell to those of this one. */
  readonly toReduced: Float64Array;
  readonly fromReduced: Float64Array;
  readonly matrix: Float64Array;
  readonly room: Float64Array;
}

export function reducedMean(mean: MeanCell, siteTolerance: number): ReducedMean {
  const change = lllChange(mean.matrix);
  const matrix = multiply(change, mean.matrix);
  const room = roomOf(reciprocalLengths(matrix), siteTolerance, mean.perLength);
  return { toReduced: inverse(change), fromReduced: change, matrix, room };
}

/** Twice the tolerance perpendicular to each face of the cell. */
function roomOf(
  reciprocal: readonly number[],
  siteTolerance: number,
  perLength: number,
): Float64Array {
  return Float64Array.from(reciprocal, (length) => (2 * length * siteTolerance) / perLength);
}

function reciprocalLengths(matrix: Float64Array): number[] {
  const m = inverse(matrix);
  return [0, 1, 2].map((k) => Math.hypot(m[k], m[3 + k], m[6 + k]));
}

function quadraticForm(m: Float64Array): Float64Array {
  const dot = (i: number, j: number) =>
    m[3 * i] * m[3 * j] + m[3 * i + 1] * m[3 * j + 1] + m[3 * i + 2] * m[3 * j + 2];
  return Float64Array.of(
    dot(0, 0),
    dot(1, 1),
    dot(2, 2),
    2 * dot(0, 1),
    2 * dot(0, 2),
    2 * dot(1, 2),
  );
}
