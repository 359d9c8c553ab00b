import { requireRows, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { requireFitted, requirePeriodic, scatterersOf } from "./scattering-factors.js";

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
 * @throws {InvalidConfiguration} a crystal that is not periodic along all three cell vectors.
 * @throws {ShapeError} `hkl.length` is not a multiple of 3.
 * @throws {DomainError} indices that are no whole numbers, or s beyond 6 1/Å, where the form factors were not fitted.
 * @see D. Waasmaier & A. Kirfel, Acta Cryst. A51, 416 (1995), for f.
 * @example const { re } = await structureFactors(nacl, Int32Array.of(1, 1, 1)); // 4 (f_Na − f_Cl)
 */
export function structureFactors(
  crystal: Crystal,
  hkl: Int32Array | readonly number[],
  options: TaskOptions = {},
): Task<StructureFactors> {
  requireCrystal(crystal);
  requireTaskOptions("structureFactors", options, [], "{ timeoutMs: 5000 }");
  requirePeriodic("structure factors need", crystal);
  const runtime = Runtime.of(options);
  requireIndices(hkl);
  const reciprocal = crystal.lattice.reciprocal.matrix;
  for (let i = 0; i < hkl.length; i += 3) {
    requireFitted(halfLength(hkl[i], hkl[i + 1], hkl[i + 2], reciprocal));
  }
  const { fracPositions, species, occupancies, coefficients } = scatterersOf(crystal);
  return runtime.run(
    {
      kernel: "structureFactors",
      name: "structureFactors",
      inputs: [fracPositions, species, occupancies, coefficients, reciprocal, Int32Array.from(hkl)],
      decode: ([re, im]) => ({ re: new Float64Array(re), im: new Float64Array(im) }),
    },
    options,
  );
}

function requireIndices(hkl: ArrayLike<number>): void {
  if (!Array.isArray(hkl) && !(ArrayBuffer.isView(hkl) && "length" in hkl)) {
    throw new ShapeError(`hkl must be a flat array such as [1, 1, 1, 2, 0, 0], got ${show(hkl)}`, {
      hkl,
    });
  }
  requireRows("hkl", hkl.length, 3);
  for (let i = 0; i < hkl.length; i++) {
    if (Number.isInteger(hkl[i])) continue;
    throw new DomainError(`hkl[${i}] must be a whole number, got ${show(hkl[i])}`, {
      index: i,
      value: hkl[i],
    });
  }
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
