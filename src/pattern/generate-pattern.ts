import { DomainError } from "../base/errors.js";
import { applied, linearPart } from "./affine.js";
import { type Plan, planOf } from "./generate-parts.js";
import { Pattern } from "./pattern.js";
import type { PatternConfig } from "./pattern-config.js";
import type { GenerationWatch } from "./pattern-kind.js";
import { requireSyncSize } from "./size-limit.js";
import { mappedCell } from "./transforms.js";

/**
 * Generates a pattern of points: `patternType` says of which kind, `spacing` (Å) how large it is, and
 * the options of the kind how much of it. Every kind is described where its options are.
 *
 *   finished = R_z R_y R_x · scale · spacing · (what the kind makes)
 *
 * | patternType | options |
 * |---|---|
 * | "line" | `count` or `length` |
 * | "circle" | `radius`, `count`, `filled`, or `rings` |
 * | "spiral" | `form`, `count` or `radius`, `symmetry` arms |
 * | "grid" | `dimension`, `steps`, and a size |
 * | "bravais" | `lattice` such as "cF", its parameters, and a size |
 * | "honeycomb", "kagome", "triangular" | a size |
 * | "archimedean" | `vertex` such as "4.8.8", and a size |
 * | "penrose" | `tiling` "P2" or "P3", `offsets`, `radius` |
 * | "ammannBeenker", "hat" | `radius` |
 * | "multigrid" | `symmetry` of the grid, `offsets`, `radius` |
 * | "fibonacci" | `generations` or `radius` |
 * | "icosahedral" | `lattice`, `phasonStrain`, `approximant`, `tiles`, `radius` |
 * | "twistedBilayer" | `layers`, and `m` and `r`, an `angle` or a `cell` |
 *
 * A size is one of `counts` (cells along each direction; the pattern is then periodic), `radius` and
 * `extent` (Å; a finite cut about the origin).
 *
 * @throws {InvalidConfiguration} unknown type or option, or options that contradict each other.
 * @throws {DomainError | ShapeError} a value out of range or of a wrong shape, or a size without a point.
 * @throws {ResourceExhausted} more than 2,000,000 points; `generatePatternAsync` makes them.
 * @example
 * generatePattern({ patternType: "kagome", spacing: 2.5, radius: 20 })
 * @example
 * generatePattern({ patternType: "bravais", lattice: "cF", a: 3.615, counts: [4, 4, 4] })
 *   .metrics.packingFraction(); // 0.7405, π/√18
 */
export function generatePattern(config: PatternConfig): Pattern {
  const plan = planOf(config);
  const { patternType } = plan.config;
  requireSyncSize(patternType, plan.pointEstimate);
  const pattern = finishedPattern(plan);
  requireSyncSize(patternType, pattern.pointCount);
  return pattern;
}

/** @internal Generates what a checked configuration says. */
export function finishedPattern(plan: Plan, watch?: GenerationWatch): Pattern {
  const { config, transform } = plan;
  const parts = plan.generate(watch);
  if (parts.positions.length === 0) {
    throw new DomainError(
      `this ${config.patternType} pattern has no point within the size it was given; give a larger one`,
      { config },
    );
  }
  return Pattern.fromData({
    ...parts,
    positions: applied(transform, parts.positions),
    ...(parts.cell ? { cell: mappedCell(parts.cell, linearPart(transform)) } : {}),
    transform,
    config,
  });
}
