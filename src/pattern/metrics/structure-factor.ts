import { inspectAsText } from "../../base/inspect.js";
import type { Vec3 } from "../../math/mat3.js";
import { type PointCloud, periodFrame } from "./point-cloud.js";

/** Axes of the plane through 0 with this normal: x, or y where that is the normal, turned into it. */
export function axesOfSection([x, y, z]: Vec3): [Vec3, Vec3] {
  const helper: Vec3 = Math.abs(x) > 1 - 1e-9 ? [0, 1, 0] : [1, 0, 0];
  const along = helper[0] * x + helper[1] * y;
  const rest: Vec3 = [helper[0] - along * x, helper[1] - along * y, 0 - along * z];
  const length = Math.hypot(...rest);
  const right: Vec3 = [rest[0] / length, rest[1] / length, rest[2] / length];
  const up: Vec3 = [
    y * right[2] - z * right[1],
    z * right[0] - x * right[2],
    x * right[1] - y * right[0],
  ];
  return [right, up];
}

/** Coordinates along the axes: S in a plane of k is that of the points projected onto it. */
export function projectedOnto(
  [right, up]: readonly [Vec3, Vec3],
  positions: Float64Array,
): Float64Array {
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i], positions[i + 1], positions[i + 2]];
    out[i] = right[0] * x + right[1] * y + right[2] * z;
    out[i + 1] = up[0] * x + up[1] * y + up[2] * z;
  }
  return out;
}

type MapParts = Pick<StructureFactorMap, "k" | "values" | "pointCount" | "axes">;

/** S(k) on a square grid in a plane of k through 0. */
export class StructureFactorMap {
  /** 1/Å along either axis of the map, [size]. */
  readonly k: Float64Array;
  /** S at (k[i], k[j]) = values[j · size + i], [size²]; the unscattered beam at k = 0 is included. */
  readonly values: Float64Array;
  /** Of the pattern: S at k = 0. */
  readonly pointCount: number;
  /** Unit vectors of the map's axes: of a planar pattern its own x and y. */
  readonly axes: readonly [Vec3, Vec3];

  /** @internal Made by `PatternMetrics.structureFactor`. */
  constructor({ k, values, pointCount, axes }: MapParts) {
    this.k = k;
    this.values = values;
    this.pointCount = pointCount;
    this.axes = axes;
  }

  /** "S(k) of 741 points, 201 × 201 values up to 2.5 1/Å" */
  toString(): string {
    const size = this.k.length;
    const reach = Number(this.k[size - 1].toPrecision(4));
    return `S(k) of ${this.pointCount} points, ${size} × ${size} values up to ${reach} 1/Å`;
  }
}

inspectAsText(StructureFactorMap);

const ownAxes: StructureFactorMap["axes"] = [
  [1, 0, 0],
  [0, 1, 0],
];

/** Weights of the points: 1, or a window that fades towards the border of a finite pattern. */
export interface Taper {
  readonly weights: Float64Array | undefined;
  /** Sum of the squares of the weights; the number of points without them. */
  readonly power: number;
}

/**
 * |Σ w e^{2πi k·r}|² / Σ w² on the grid, by multiplying phases: one complex product a point and k.
 * Half of the grid is computed, S(−k) = S(k).
 */
export function structureFactorMap(
  { positions }: Pick<PointCloud, "positions">,
  { weights, power }: Taper,
  kMax: number,
  half: number,
  axes: StructureFactorMap["axes"] = ownAxes,
): StructureFactorMap {
  const size = 2 * half + 1;
  const k = Float64Array.from({ length: size }, (_, i) => (kMax * (i - half)) / half);
  const rows = half + 1;
  const re = new Float64Array(rows * size);
  const im = new Float64Array(rows * size);
  const step = (2 * Math.PI * kMax) / half;
  for (let p = 0; 3 * p < positions.length; p++) {
    const x = positions[3 * p] * step;
    const y = positions[3 * p + 1] * step;
    const [stepRe, stepIm] = [Math.cos(x), Math.sin(x)];
    const weight = weights === undefined ? 1 : weights[p];
    for (let row = 0; row < rows; row++) {
      // Restarted in each row: errors of the products do not grow beyond one row's.
      const phase = row * y - half * x;
      let a = weight * Math.cos(phase);
      let b = weight * Math.sin(phase);
      for (let at = row * size; at < (row + 1) * size; at++) {
        re[at] += a;
        im[at] += b;
        const next = a * stepRe - b * stepIm;
        b = a * stepIm + b * stepRe;
        a = next;
      }
    }
  }
  const values = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) {
      const value = (re[row * size + i] ** 2 + im[row * size + i] ** 2) / power;
      values[(half + row) * size + i] = value;
      values[(half - row) * size + (size - 1 - i)] = value;
    }
  }
  return new StructureFactorMap({ k, values, pointCount: positions.length / 3, axes });
}

/** S(k → 0) by extrapolation. */
export interface Hyperuniformity {
  /** S(0) of the fit S(0) + c k²; may come out slightly below 0. */
  readonly s0: number;
  /** c of the fit, Å². */
  readonly curvature: number;
  /** |k| in 1/Å and the mean S at this length, both [m], by increasing |k|; the values that were fitted. */
  readonly k: Float64Array;
  readonly s: Float64Array;
}

const directions = 24;
const shells = 12;
/** Of 1/d with d = ρ^(−1/D): far below the first peak of any pattern. */
const longest = 0.35;
/** Of 1/R: nearer to k = 0 the mean density shows through the window. */
const resolution = 3;
const mostVectors = 300;
/** Indices along each reciprocal direction, by the number of directions. */
const mostIndices = [300, 40, 8];

/**
 * Periodic: the k of the reciprocal lattice up to 0.35/d, the 300 shortest of them. Finite: twelve
 * lengths from 3/R, where the Gaussian window of the radius R has faded, in 24 directions.
 *
 * @returns undefined where the pattern is too small to have such k.
 */
export function hyperuniformityOf(
  cloud: PointCloud,
  density: number,
  taper: Taper & { readonly radius: number },
): Hyperuniformity | undefined {
  const distance = density ** (-1 / spaceOf(cloud));
  const kMax = longest / distance;
  const vectors =
    cloud.periods.length > 0
      ? latticeVectors(cloud, kMax)
      : radialVectors(cloud.dimension, resolution / taper.radius, kMax);
  if (vectors.length === 0) return undefined;
  const sums = new Map<number, { s: number; k: number; count: number }>();
  for (const vector of vectors) {
    const length = Math.hypot(...vector);
    const key = Math.round((length * distance) / 1e-6);
    const sum = sums.get(key) ?? { s: 0, k: length, count: 0 };
    sum.s += structureFactorAt(cloud.positions, taper, vector);
    sum.count++;
    sums.set(key, sum);
  }
  const list = [...sums.values()].sort((a, b) => a.k - b.k);
  const k = Float64Array.from(list, (entry) => entry.k);
  const s = Float64Array.from(list, (entry) => entry.s / entry.count);
  const { intercept, slope } = leastSquares(
    k.map((value) => value * value),
    s,
    list.map((entry) => entry.count),
  );
  return { s0: intercept, curvature: slope, k, s };
}

function spaceOf({ periods, dimension }: PointCloud): number {
  return periods.length > 0 ? periods.length : dimension;
}

function structureFactorAt(
  positions: Float64Array,
  { weights, power }: Taper,
  [kx, ky, kz]: readonly number[],
): number {
  let [re, im] = [0, 0];
  for (let p = 0; 3 * p < positions.length; p++) {
    const phase =
      2 * Math.PI * (kx * positions[3 * p] + ky * positions[3 * p + 1] + kz * positions[3 * p + 2]);
    const weight = weights === undefined ? 1 : weights[p];
    re += weight * Math.cos(phase);
    im += weight * Math.sin(phase);
  }
  return (re * re + im * im) / power;
}

/** Half of the reciprocal vectors up to a length: S is the same for the other half. */
function latticeVectors(cloud: PointCloud, kMax: number): number[][] {
  const { toFrac } = periodFrame(cloud.periods);
  const count = cloud.periods.length;
  const reach = cloud.periods.map((row) =>
    Math.min(mostIndices[count - 1], Math.floor(kMax * Math.hypot(...row))),
  );
  const [n0, n1 = 0, n2 = 0] = reach;
  const found: number[][] = [];
  for (let h = 0; h <= n0; h++) {
    for (let k = -n1; k <= n1; k++) {
      for (let l = -n2; l <= n2; l++) {
        if (h === 0 && (k < 0 || (k === 0 && l <= 0))) continue;
        const index = [h, k, l].slice(0, count);
        const vector = [0, 1, 2].map((axis) =>
          index.reduce((sum, value, row) => sum + value * toFrac[3 * axis + row], 0),
        );
        if (Math.hypot(...vector) <= kMax) found.push(vector);
      }
    }
  }
  return found.sort((a, b) => Math.hypot(...a) - Math.hypot(...b)).slice(0, mostVectors);
}

function radialVectors(dimension: number, kMin: number, kMax: number): number[][] {
  if (kMax < 1.5 * kMin) return [];
  const units = unitVectors(dimension);
  return Array.from({ length: shells }, (_, shell) => {
    const k = kMin + ((kMax - kMin) * shell) / (shells - 1);
    return units.map((unit) => unit.map((part) => k * part));
  }).flat();
}

/** Over half of the circle or the sphere. */
function unitVectors(dimension: number): number[][] {
  if (dimension === 1) return [[1, 0, 0]];
  const turn = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: directions }, (_, i) => {
    if (dimension === 2) {
      const angle = (Math.PI * (i + 0.5)) / directions;
      return [Math.cos(angle), Math.sin(angle), 0];
    }
    const z = (i + 0.5) / directions;
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(turn * i), r * Math.sin(turn * i), z];
  });
}

/** Weighted least squares. */
function leastSquares(
  x: Float64Array,
  y: Float64Array,
  weights: readonly number[],
): { intercept: number; slope: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  weights.forEach((weight, i) => {
    w += weight;
    wx += weight * x[i];
    wy += weight * y[i];
    wxx += weight * x[i] * x[i];
    wxy += weight * x[i] * y[i];
  });
  const spread = w * wxx - wx * wx;
  const slope = spread > 1e-9 * w * wxx ? (w * wxy - wx * wy) / spread : 0;
  return { intercept: (wy - slope * wx) / w, slope };
}
