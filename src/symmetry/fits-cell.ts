import type { Lattice } from "../lattice/lattice.js";
import type { SymmetryOperation } from "./operation.js";

/**
 * Whether every rotation leaves the metric tensor of the cell as it is: Wᵀ G W = G.
 *
 * @param tolerance Relative: of |aᵢ||aⱼ|.
 */
export function fitsCell(
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
  tolerance: number,
): boolean {
  const metric = lattice.metricTensor;
  const scale = [0, 4, 8].map((k) => Math.sqrt(metric[k]));
  return operations.every(({ rotation }) => keepsMetric(rotation, metric, scale, tolerance));
}

function keepsMetric(
  w: readonly number[],
  g: ArrayLike<number>,
  scale: readonly number[],
  tolerance: number,
): boolean {
  for (let j = 0; j < 3; j++) {
    const x = g[0] * w[j] + g[1] * w[3 + j] + g[2] * w[6 + j];
    const y = g[3] * w[j] + g[4] * w[3 + j] + g[5] * w[6 + j];
    const z = g[6] * w[j] + g[7] * w[3 + j] + g[8] * w[6 + j];
    for (let i = 0; i <= j; i++) {
      const turned = w[i] * x + w[3 + i] * y + w[6 + i] * z;
      if (Math.abs(turned - g[3 * i + j]) > tolerance * scale[i] * scale[j]) return false;
    }
  }
  return true;
}
