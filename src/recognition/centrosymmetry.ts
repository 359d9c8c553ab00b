import { DomainError } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { neighborhoodInputs, requireCount } from "./neighborhood.js";

export interface CentrosymmetryOptions extends TaskOptions {
  /** Even, at most 32: 12 in fcc (default), 8 in bcc. */
  readonly neighborCount?: number;
}

/**
 * Centrosymmetry parameter of every atom,
 *
 *   P = Σ |Rᵢ + Rⱼ|²   over the N/2 pairs of the N nearest neighbours with the smallest values,
 *
 * in Å², [n]: 0 where each neighbour has its opposite, about the squared shift of an atom beside
 * stacking faults and surfaces. NaN for an atom of a molecule with fewer than N neighbours.
 *
 * @throws {DomainError} neighborCount not an even number from 2 to 32.
 * @see Kelchner, Plimpton & Hamilton, Phys. Rev. B 58, 11085 (1998).
 * @example (await centrosymmetry(copper))[0] // 0
 */
export function centrosymmetry(
  crystal: Crystal,
  options: CentrosymmetryOptions = {},
): Task<Float64Array> {
  requireCrystal(crystal);
  requireTaskOptions("centrosymmetry", options, ["neighborCount"], "{ neighborCount: 12 }");
  const runtime = Runtime.of(options);
  const count = requireCount("neighborCount", options.neighborCount ?? 12, 2, 32);
  if (count % 2 !== 0) {
    throw new DomainError(
      `neighborCount must be even, as neighbours are taken in opposite pairs, got ${count}`,
      { neighborCount: count },
    );
  }
  return runtime.run(
    {
      kernel: "centrosymmetry",
      inputs: neighborhoodInputs(crystal),
      params: [count],
      decode: ([values]) => new Float64Array(values),
    },
    options,
  );
}
