import { determinant, type Mat3, multiply, transpose } from "../math/mat3.js";
import { latticeRotations } from "./lattice-rotations.js";
import { metricOf } from "./reduction.js";

/** Of the point group of a lattice; a rhombohedral lattice is trigonal. */
export type LatticeSymmetry =
  | "triclinic"
  | "monoclinic"
  | "orthorhombic"
  | "tetragonal"
  | "trigonal"
  | "hexagonal"
  | "cubic";

export interface Holohedry {
  readonly crystalSystem: LatticeSymmetry;
  /** W with W G Wᵀ = G, whole numbers, determinant +1; row n of indices turns to n · W. */
  readonly rotations: readonly Int32Array[];
}

/** Proper rotations, and how many of them are by 180°. */
const groups: readonly (readonly [number, number, LatticeSymmetry])[] = [
  [1, 0, "triclinic"],
  [2, 1, "monoclinic"],
  [4, 3, "orthorhombic"],
  [6, 3, "trigonal"],
  [8, 5, "tetragonal"],
  [12, 7, "hexagonal"],
  [24, 9, "cubic"],
];

/**
 * The point group of a lattice within a tolerance: the largest group among the rotations that change
 * the metric by no more than it, |ΔGᵢⱼ| ≤ 2 t |aᵢ||aⱼ|.
 *
 * Near the tolerance the rotations that pass need not form a group. Then the worst of them go, until
 * those that are left do; the identity always does.
 */
export function holohedry(matrix: Mat3, tolerance: number): Holohedry {
  const metric = metricOf(matrix);
  // Wider, since they are looked for in another basis.
  const candidates = latticeRotations(matrix, (length) => (6 * tolerance + 1e-7) * length)
    .filter((rotation) => determinant(rotation) === 1)
    .map((rotation) => ({ rotation, change: relativeChange(metric, rotation) }))
    .sort((p, q) => p.change - q.change);
  let count = candidates.findIndex(({ change }) => change > tolerance + 1e-12);
  if (count < 0) count = candidates.length;
  for (; count > 1; count--) {
    const rotations = candidates.slice(0, count).map(({ rotation }) => rotation);
    const crystalSystem = groupOf(rotations);
    if (crystalSystem) return { crystalSystem, rotations };
  }
  return { crystalSystem: "triclinic", rotations: [Int32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)] };
}

export function traceOf(rotation: Mat3): number {
  return rotation[0] + rotation[4] + rotation[8];
}

function relativeChange(metric: Mat3, rotation: Int32Array): number {
  const turned = multiply(multiply(rotation, metric), transpose(rotation));
  return turned.reduce((worst, value, i) => {
    const scale = Math.sqrt(metric[4 * Math.floor(i / 3)] * metric[4 * (i % 3)]);
    return Math.max(worst, Math.abs(value - metric[i]) / (2 * scale));
  }, 0);
}

function groupOf(rotations: readonly Int32Array[]): LatticeSymmetry | undefined {
  const twofold = rotations.filter((rotation) => traceOf(rotation) === -1).length;
  const group = groups.find(
    ([order, twofoldCount]) => order === rotations.length && twofoldCount === twofold,
  );
  return group && isClosed(rotations) ? group[2] : undefined;
}

function isClosed(rotations: readonly Int32Array[]): boolean {
  const keys = new Set(rotations.map((rotation) => rotation.join()));
  return rotations.every((a) => rotations.every((b) => keys.has(multiply(a, b).join())));
}
