import { inverse, multiply, transpose } from "../math/mat3.js";
import type { SymmetryOperation } from "./operation.js";

/** Below it a strain is a rounding error, and the cell stays as it is. */
const negligible = 1e-13;

/**
 * The cell whose metric tensor is the mean over a group, G' = (1/|P|) Σ Wᵀ G W, by a pure strain:
 * M' = M C^½ with C = M⁻¹ G' M⁻ᵀ, symmetric and near 1, so that the cell does not turn.
 *
 * @param matrix Rows a, b, c.
 */
export function symmetrizedCell(
  matrix: Float64Array,
  operations: readonly SymmetryOperation[],
): { matrix: Float64Array; maxStrain: number } {
  const metric = multiply(matrix, transpose(matrix));
  const mean = new Float64Array(9);
  for (const { rotation } of operations) {
    const turned = multiply(multiply(transpose(rotation), metric), rotation);
    for (let i = 0; i < 9; i++) mean[i] += turned[i] / operations.length;
  }
  const back = inverse(matrix);
  const stretch = squareRoot(multiply(multiply(back, mean), transpose(back)));
  const maxStrain = Math.max(...stretch.map((value, i) => Math.abs(value - (i % 4 === 0 ? 1 : 0))));
  if (maxStrain < negligible) return { matrix, maxStrain: 0 };
  return { matrix: multiply(matrix, stretch), maxStrain };
}

/**
 * Of a symmetric positive matrix near 1, by the iteration of Denman & Beavers: Y → (Y + Z⁻¹)/2,
 * Z → (Z + Y⁻¹)/2 from Y = C, Z = 1; it doubles its digits at each step.
 *
 * @see Denman, E. D. & Beavers, A. N., Appl. Math. Comput. 2, 63 (1976).
 */
function squareRoot(c: Float64Array): Float64Array {
  let y = c;
  let z = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let step = 0; step < 8; step++) {
    const [yInverse, zInverse] = [inverse(y), inverse(z)];
    y = y.map((value, i) => (value + zInverse[i]) / 2);
    z = z.map((value, i) => (value + yInverse[i]) / 2);
  }
  return y;
}
