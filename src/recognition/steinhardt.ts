import { requireOneOf, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { openEdgeOf } from "../bonding/voronoi.js";
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
  /**
   * Or all across a face of the atom's Voronoi cell, weighted by the area of the face; nothing is to
   * be chosen then, and the results change smoothly with the positions (Mickel et al.).
   */
  readonly weights?: "voronoi";
  /** Of open Voronoi cells, as `voronoiCells` takes it. */
  readonly openEdge?: number;
  /** Whether w_l is computed too; default false. */
  readonly wl?: boolean;
  /** Averages q_lm over an atom and its neighbours before q_l and w_l are taken; default false. */
  readonly averaged?: boolean;
}

/** Bond-orientational order of every atom, a row a site. Buffers belong to the caller. */
export class SteinhardtParameters {
  readonly crystal: Crystal;
  readonly l: readonly number[];
  /** q_l, [n, l.length]. */
  readonly q: Float64Array;
  /** w_l, [n, l.length]; empty unless asked for. */
  readonly w: Float64Array;

  /** @internal Made by `steinhardt`. */
  constructor(crystal: Crystal, l: readonly number[], q: Float64Array, w: Float64Array) {
    this.crystal = crystal;
    this.l = l;
    this.q = q;
    this.w = w;
  }

  /** q_l of every site, [n]: what `show(crystal, { colorBy })` takes. @throws {DomainError} no such l. */
  of(l: number): Float64Array {
    const column = this.l.indexOf(l);
    if (column < 0) {
      throw new DomainError(`q was computed for l = ${this.l.join(", ")}, not for ${show(l)}`, {
        l,
      });
    }
    return Float64Array.from(
      { length: this.q.length / this.l.length },
      (_, site) => this.q[site * this.l.length + column],
    );
  }

  /** "q4 0.1909, q6 0.5745, means of 4 sites" */
  toString(): string {
    const means = this.l.map((l) => {
      const values = this.of(l);
      return `q${l} ${(values.reduce((sum, q) => sum + q, 0) / values.length).toFixed(4)}`;
    });
    return `${means.join(", ")}, means of ${this.q.length / this.l.length} sites`;
  }
}

inspectAsText(SteinhardtParameters);

const highestDegree = 12;
const fields = ["l", "cutoff", "neighborCount", "weights", "openEdge", "wl", "averaged"] as const;

/**
 * Bond-orientational order parameters of Steinhardt, Nelson and Ronchetti,
 *
 *   q_lm = (1/N) Σⱼ Y_lm(r̂ᵢⱼ),   q_l = √(4π/(2l + 1) Σₘ |q_lm|²),
 *   w_l = Σ (l l l; m₁ m₂ m₃) q_lm₁ q_lm₂ q_lm₃ / (Σₘ |q_lm|²)^{3/2}   over m₁ + m₂ + m₃ = 0,
 *
 * over the N neighbours of each atom, or q_lm = Σ_f A_f Y_lm(r̂_f)/Σ_f A_f over the faces of its Voronoi
 * cell; with `averaged` q_lm is first averaged over the atom and its
 * neighbours (Lechner and Dellago). An atom without neighbours has 0.
 *
 * Twelve nearest neighbours: fcc q₄ = 0.19094, q₆ = 0.57452; hcp 0.09722, 0.48476. Fourteen in bcc:
 * 0.03637, 0.51069. Six in simple cubic: 0.76376, 0.35355. Faces of equal area give what equal
 * neighbours give.
 *
 * @throws {DomainError} a degree, a count or a cutoff out of range.
 * @throws {InvalidConfiguration} more than one of cutoff, count and weights, no degree or one given
 *   twice, `averaged` with weights.
 * @see Steinhardt et al., Phys. Rev. B 28, 784 (1983); Lechner & Dellago, J. Chem. Phys. 129, 114707
 *   (2008); Mickel et al., J. Chem. Phys. 138, 044501 (2013).
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
  const { cutoff, neighborCount, weights } = options;
  const given = { cutoff, neighborCount, weights };
  if (Object.values(given).filter((value) => value !== undefined).length > 1) {
    throw new InvalidConfiguration(
      "neighbours are those within a cutoff, a number of nearest ones, or those of the Voronoi cell: " +
        "give one of cutoff, neighborCount and weights",
      given,
    );
  }
  const [wl, averaged] = [options.wl ?? false, options.averaged ?? false];
  for (const [name, value] of Object.entries({ wl, averaged })) {
    if (typeof value === "boolean") continue;
    throw new InvalidConfiguration(`${name} must be true or false, got ${show(value)}`, { value });
  }
  const symbols = wl ? degrees.flatMap((l) => Array.from(threeJTable(l))) : [];
  const order = [Int32Array.from(degrees), Float64Array.from(symbols)];
  const decode = ([q, w]: readonly ArrayBuffer[]) =>
    new SteinhardtParameters(crystal, degrees, new Float64Array(q), new Float64Array(w));
  const inputs = [...neighborhoodInputs(crystal), ...order];
  if (weights !== undefined) {
    requireOneOf("weights", weights, ["voronoi"]);
    requireNoAverage(averaged);
    const params = [openEdgeOf(options)];
    return runtime.run(
      { kernel: "voronoiOrder", name: "steinhardt", inputs, params, decode },
      options,
    );
  }
  const count =
    cutoff === undefined ? requireCount("neighborCount", neighborCount ?? 12, 1, 64) : 0;
  const params = [count, cutoff === undefined ? 0 : requireCutoff(cutoff), Number(averaged)];
  return runtime.run({ kernel: "bondOrder", name: "steinhardt", inputs, params, decode }, options);
}

/** A mean over the atoms behind the faces would jump where a face of no area comes or goes. */
function requireNoAverage(averaged: boolean): void {
  if (!averaged) return;
  throw new InvalidConfiguration(
    "weights by Voronoi faces have no average over neighbours; leave out averaged, or give a cutoff or " +
      "a neighborCount in place of weights",
    { averaged },
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
