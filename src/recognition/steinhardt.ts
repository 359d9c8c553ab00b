import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { neighborhoodInputs, requireCount, requireCutoff } from "./neighborhood.js";
import { threeJTable } from "./three-j.js";

export interface SteinhardtOptions extends TaskOptions {
  /** Degrees l, each from 0 to 12; default [4, 6]. */
  readonly l?: readonly number[];
  /** Neighbours are all atoms within this distance, Å. */
  readonly cutoff?: number;
  /** Or this many nearest ones, at most 64; 12 if neither is given. */
  readonly neighborCount?: number;
  /** Whether w_l is computed too; default false. */
  readonly wl?: boolean;
  /** Averages q_lm over an atom and its neighbours before q_l and w_l are taken; default false. */
  readonly averaged?: boolean;
}

/** Bond-orientational order of every atom, a row a site. Buffers belong to the caller. */
export interface SteinhardtParameters {
  readonly l: readonly number[];
  /** q_l, [n, l.length]. */
  readonly q: Float64Array;
  /** w_l, [n, l.length]; empty unless asked for. */
  readonly w: Float64Array;
}

const highestDegree = 12;
const fields = ["l", "cutoff", "neighborCount", "wl", "averaged"] as const;

/**
 * Bond-orientational order parameters of Steinhardt, Nelson and Ronchetti,
 *
 *   q_lm = (1/N) Σⱼ Y_lm(r̂ᵢⱼ),   q_l = √(4π/(2l + 1) Σₘ |q_lm|²),
 *   w_l = Σ (l l l; m₁ m₂ m₃) q_lm₁ q_lm₂ q_lm₃ / (Σₘ |q_lm|²)^{3/2}   over m₁ + m₂ + m₃ = 0,
 *
 * over the N neighbours of each atom; with `averaged` q_lm is first averaged over the atom and its
 * neighbours (Lechner and Dellago). An atom without neighbours has 0.
 *
 * Twelve nearest neighbours: fcc q₄ = 0.19094, q₆ = 0.57452; hcp 0.09722, 0.48476. Fourteen in bcc:
 * 0.03637, 0.51069. Six in simple cubic: 0.76376, 0.35355.
 *
 * @throws {DomainError} a degree, a count or a cutoff out of range.
 * @throws {InvalidConfiguration} both a cutoff and a count, no degree or one given twice.
 * @see Steinhardt et al., Phys. Rev. B 28, 784 (1983); Lechner & Dellago, J. Chem. Phys. 129, 114707
 *   (2008).
 * @example
 * const { q } = await steinhardt(copper, { l: [4, 6], neighborCount: 12 });
 * q.subarray(0, 2); // 0.19094, 0.57452
 */
export function steinhardt(
  crystal: Crystal,
  options: SteinhardtOptions = {},
): Task<SteinhardtParameters> {
  requireCrystal(crystal);
  requireTaskOptions("steinhardt", options, fields, "{ l: [4, 6], neighborCount: 12 }");
  const runtime = Runtime.of(options);
  const degrees = requireDegrees(options.l ?? [4, 6]);
  const { cutoff, neighborCount } = options;
  if (cutoff !== undefined && neighborCount !== undefined) {
    throw new InvalidConfiguration(
      "neighbours are those within a cutoff or a number of nearest ones: give one of cutoff and " +
        "neighborCount, not both",
      { cutoff, neighborCount },
    );
  }
  const [wl, averaged] = [options.wl ?? false, options.averaged ?? false];
  for (const [name, value] of Object.entries({ wl, averaged })) {
    if (typeof value === "boolean") continue;
    throw new InvalidConfiguration(`${name} must be true or false, got ${show(value)}`, { value });
  }
  const count =
    cutoff === undefined ? requireCount("neighborCount", neighborCount ?? 12, 1, 64) : 0;
  const symbols = wl ? degrees.flatMap((l) => Array.from(threeJTable(l))) : [];
  return runtime.run(
    {
      kernel: "bondOrder",
      name: "steinhardt",
      inputs: [
        ...neighborhoodInputs(crystal),
        Int32Array.from(degrees),
        Float64Array.from(symbols),
      ],
      params: [count, cutoff === undefined ? 0 : requireCutoff(cutoff), Number(averaged)],
      decode: ([q, w]) => ({ l: degrees, q: new Float64Array(q), w: new Float64Array(w) }),
    },
    options,
  );
}

function requireDegrees(given: readonly number[]): number[] {
  if (!Array.isArray(given) || given.length === 0 || new Set(given).size !== given.length) {
    throw new InvalidConfiguration(
      `l must be a list of different degrees such as [4, 6], got ${show(given)}`,
      { l: given },
    );
  }
  for (const degree of given) {
    if (Number.isInteger(degree) && degree >= 0 && degree <= highestDegree) continue;
    throw new DomainError(
      `l must hold whole numbers from 0 to ${highestDegree}, got ${show(degree)}`,
      { l: given },
    );
  }
  return [...given];
}
