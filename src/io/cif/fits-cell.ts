import type { Lattice } from "../../lattice/lattice.js";
import type { SymmetryOperation } from "../../symmetry/operation.js";

const tolerance = 0.02;

/** Whether every rotation leaves the lengths and angles of the cell as they are, to 2%. */
export function fitsCell(operations: readonly SymmetryOperation[], lattice: Lattice): boolean {
  const metric = lattice.metricTensor;
  const scale = [0, 4, 8].map((k) => Math.sqrt(metric[k]));
  return operations.every(({ rotation }) => keepsMetric(rotation, metric, scale));
}

/** Wᵀ G W = G. */
function keepsMetric(
  w: readonly number[],
  g: ArrayLike<number>,
  scale: readonly number[],
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
