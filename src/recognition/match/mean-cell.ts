import { matrixFromParameters } from "../../lattice/cell-parameters.js";
import { lllChange } from "../../lattice/lll.js";
import { inverse, multiply } from "../../math/mat3.js";

/** The cell between two that are compared, and the bounds that its shape gives. */
export interface MeanCell {
  /** aᵢ·aⱼ of the cell as x², y², z², 2xy, 2xz, 2yz stand in a squared length, Å². */
  readonly form: Float64Array;
  readonly shape: CellShape;
  /** (n/V)^{1/3}: distances are given in units of its inverse. */
  readonly perLength: number;
  /** How far a fractional coordinate may be off. */
  readonly room: Float64Array;
  /** Squared, Å²: below it the nearest image is the one of rounded coordinates, and within `room`. */
  readonly certain: number;
}

/** a, b, c in Å and α, β, γ in radians. */
export type CellShape = readonly [number, number, number, number, number, number];

export function shapeOf(m: Float64Array): CellShape {
  const a = Math.sqrt(scalarProduct(m, 0, 0));
  const b = Math.sqrt(scalarProduct(m, 3, 3));
  const c = Math.sqrt(scalarProduct(m, 6, 6));
  return [
    a,
    b,
    c,
    angleOf(scalarProduct(m, 3, 6) / (b * c)),
    angleOf(scalarProduct(m, 0, 6) / (a * c)),
    angleOf(scalarProduct(m, 0, 3) / (a * b)),
  ];
}

function scalarProduct(m: Float64Array, i: number, j: number): number {
  return m[i] * m[j] + m[i + 1] * m[j + 1] + m[i + 2] * m[j + 2];
}

function angleOf(cosine: number): number {
  return Math.acos(Math.max(-1, Math.min(1, cosine)));
}

/** Of the mean lengths and angles, as pymatgen does. */
export function meanCell(
  first: CellShape,
  second: CellShape,
  siteCount: number,
  siteTolerance: number,
): MeanCell {
  const shape = first.map((value, k) => (value + second[k]) / 2) as unknown as CellShape;
  const [a, b, c, alpha, beta, gamma] = shape;
  const [x, y, z] = [Math.cos(alpha), Math.cos(beta), Math.cos(gamma)];
  const share = Math.sqrt(1 - x * x - y * y - z * z + 2 * x * y * z);
  const perLength = Math.cbrt(siteCount / (a * b * c * share));
  const reciprocal = [
    Math.sin(alpha) / (a * share),
    Math.sin(beta) / (b * share),
    Math.sin(gamma) / (c * share),
  ];
  const halfSpacing = 0.5 / Math.max(...reciprocal);
  return {
    form: Float64Array.of(a * a, b * b, c * c, 2 * a * b * z, 2 * a * c * y, 2 * b * c * x),
    shape,
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
  const [a, b, c, ...angles] = mean.shape;
  const [alpha, beta, gamma] = angles.map((angle) => (180 / Math.PI) * angle);
  const cell = matrixFromParameters({ a, b, c, alpha, beta, gamma });
  const change = lllChange(cell);
  const matrix = multiply(change, cell);
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
