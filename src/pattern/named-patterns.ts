import type { IcosahedralOptions } from "./aperiodic/icosahedral.js";
import type { PenroseOptions } from "./aperiodic/penrose.js";
import { generatePattern } from "./generate-pattern.js";
import type { Pattern } from "./pattern.js";
import type { PatternFrame } from "./pattern-config.js";
import type { TwistedBilayerOptions } from "./twisted/twisted-bilayer.js";

/**
 * A Penrose tiling with its tiles: `generatePattern({ patternType: "penrose", ... })`.
 *
 * @throws As `generatePattern`.
 * @example penroseTiling({ spacing: 1, radius: 20 }).metrics.nearestDistance // 0.618, τ⁻¹
 */
export function penroseTiling(options: PatternFrame & PenroseOptions): Pattern {
  return generatePattern({ patternType: "penrose", ...options });
}

/**
 * An icosahedral quasicrystal by cut and projection from six dimensions:
 * `generatePattern({ patternType: "icosahedral", ... })`.
 *
 * @throws As `generatePattern`.
 * @example icosahedralQuasicrystal({ spacing: 4.6, radius: 40 })
 */
export function icosahedralQuasicrystal(options: PatternFrame & IcosahedralOptions): Pattern {
  return generatePattern({ patternType: "icosahedral", ...options });
}

/**
 * Two layers twisted against each other, periodic along a and b:
 * `generatePattern({ patternType: "twistedBilayer", ... })`. `twistedBilayerCells` lists the angles
 * there are.
 *
 * @throws As `generatePattern`.
 * @example twistedBilayer({ m: 1, r: 1 }).decorate("C").siteCount // 28, at 21.787°
 */
export function twistedBilayer(
  options: Omit<PatternFrame, "spacing"> & TwistedBilayerOptions,
): Pattern {
  return generatePattern({ patternType: "twistedBilayer", ...options });
}
