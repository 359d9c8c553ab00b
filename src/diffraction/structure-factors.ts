import { requireRows } from "../base/check.js";
import type { Crystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task, TaskOptions } from "../runtime/task.js";
import { requireFitted, scatterersOf } from "./scattering-factors.js";

export interface StructureFactors {
  /** Real part in electrons, [n]. */
  readonly re: Float64Array;
  /** Imaginary part in electrons, [n]. */
  readonly im: Float64Array;
}

/**
 * Kinematic X-ray structure factors of one cell,
 *
 *   F(h) = Σⱼ oⱼ fⱼ(s) exp(+2πi h·xⱼ),   s = sinθ/λ = 1/(2d)
 *
 * @param crystal Its sites with their occupancies oⱼ; no displacement factor is applied.
 * @param hkl Miller indices of the crystal's own cell, [n, 3].
 * @returns F in electrons, in the order of `hkl`; fresh buffers.
 * @throws {ShapeError} `hkl.length` is not a multiple of 3.
 * @throws {DomainError} s beyond 6 1/Å, where the form factors were not fitted.
 * @see D. Waasmaier & A. Kirfel, Acta Cryst. A51, 416 (1995), for f.
 * @example const { re } = await structureFactors(nacl, Int32Array.of(1, 1, 1)); // 4 (f_Na − f_Cl)
 */
export function structureFactors(
  crystal: Crystal,
  hkl: Int32Array | readonly number[],
  options: TaskOptions = {},
): Task<StructureFactors> {
  requireRows("hkl", hkl.length, 3);
  const reciprocal = crystal.lattice.reciprocal.matrix;
  for (let i = 0; i < hkl.length; i += 3) {
    requireFitted(halfLength(hkl[i], hkl[i + 1], hkl[i + 2], reciprocal));
  }
  const { fracPositions, species, occupancies, coefficients } = scatterersOf(crystal);
  return (options.runtime ?? Runtime.shared).run(
    {
      kernel: "structureFactors",
      name: "structureFactors",
      inputs: [fracPositions, species, occupancies, coefficients, reciprocal, Int32Array.from(hkl)],
      decode: ([re, im]) => ({ re: new Float64Array(re), im: new Float64Array(im) }),
    },
    options,
  );
}

function halfLength(h: number, k: number, l: number, m: Float64Array): number {
  return (
    Math.hypot(
      h * m[0] + k * m[3] + l * m[6],
      h * m[1] + k * m[4] + l * m[7],
      h * m[2] + k * m[5] + l * m[8],
    ) / 2
  );
}
