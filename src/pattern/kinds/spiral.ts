import { requireFinite, requireOneOf, requirePositive } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { cosDegrees, sinDegrees } from "../affine.js";
import type { PatternKind } from "../pattern-kind.js";
import type { PatternParts } from "../pattern-parts.js";
import { requireCount } from "./cell-size.js";

/** A spiral of `symmetry` arms. */
export interface SpiralOptions {
  /** "archimedean", whose turns are equally far apart (the default), or "fermat", of equal areas. */
  readonly form?: "archimedean" | "fermat";
  /** Points of all arms, the one in the middle included. Give this or `radius`. */
  readonly count?: number;
  /** Å: the points within. */
  readonly radius?: number;
  /** Degrees from a point of a Fermat spiral to the next; default the golden angle over the arms. */
  readonly divergence?: number;
  /** Arms; default 1. */
  readonly symmetry?: number;
}

/** 360° (1 − 1/τ) = 180° (3 − √5). */
const goldenAngle: number = 180 * (3 - Math.sqrt(5));

/**
 * Archimedean, r = n s θ / 2π with n arms: neighbouring arms are the spacing s apart, and so are the
 * points along each. Fermat (Vogel), r = s √(k/π), θ = kδ: one point on each s² of the plane; with n
 * arms r = s √(n j/π), θ = jδ + 360° m/n for j = 1, 2, ... and m < n.
 *
 * @see H. Vogel, Math. Biosci. 44, 179 (1979).
 */
export const spiral: PatternKind<SpiralOptions> = {
  patternType: "spiral",
  fields: ["form", "count", "radius", "divergence"],
  lengths: ["radius"],
  ownsSymmetry: true,
  pointEstimate: (options) => planOf(options).count,
  generate(options, watch) {
    const plan = planOf(options);
    const positions = new Float64Array(3 * plan.count);
    const kindOfPoint = new Int32Array(plan.count);
    const place = plan.form === "fermat" ? fermat(plan) : archimedean(plan);
    let at = 0;
    // Point 0 is the middle, and every arm goes on from there.
    for (let step = 1; at < plan.count - 1; step++) {
      if (step % 4096 === 0) watch?.(at, plan.count);
      const { radius, angle } = place(step);
      for (let arm = 0; arm < plan.arms && at < plan.count - 1; arm++) {
        const turned = angle + (360 * arm) / plan.arms;
        kindOfPoint[++at] = arm;
        positions[3 * at] = radius * cosDegrees(turned);
        positions[3 * at + 1] = radius * sinDegrees(turned);
      }
    }
    return finished(plan, positions, kindOfPoint);
  },
};

interface Plan {
  readonly form: "archimedean" | "fermat";
  readonly arms: number;
  readonly count: number;
  readonly divergence: number;
}

interface Polar {
  readonly radius: number;
  readonly angle: number;
}

function planOf(options: SpiralOptions): Plan {
  const { count, radius, symmetry = 1, divergence } = options;
  const form = requireOneOf("form", options.form ?? "archimedean", ["archimedean", "fermat"]);
  const arms = requireCount("symmetry", symmetry);
  if ((count === undefined) === (radius === undefined)) {
    throw new InvalidConfiguration(
      "a spiral needs either count or radius, such as count: 500; got " +
        (count === undefined ? "neither" : "both"),
      { count, radius },
    );
  }
  if (form === "archimedean" && divergence !== undefined) {
    throw new InvalidConfiguration(
      'divergence belongs to form: "fermat"; the points of an Archimedean spiral are `spacing` apart',
      { form, divergence },
    );
  }
  const points =
    count === undefined
      ? countWithin(form, arms, requirePositive("radius", radius, "Å"))
      : requireCount("count", count);
  const turn = requireFinite("divergence", divergence ?? goldenAngle / arms, "degrees");
  return { form, arms, count: points, divergence: turn };
}

function countWithin(form: Plan["form"], arms: number, radius: number): number {
  const perArm =
    form === "fermat"
      ? (Math.PI * radius * radius) / arms
      : arcLength((2 * Math.PI * radius) / arms) * (arms / (2 * Math.PI));
  return 1 + arms * Math.floor(perArm + 1e-9);
}

function fermat({ arms, divergence }: Plan): (step: number) => Polar {
  return (step) => ({
    radius: Math.sqrt((arms * step) / Math.PI),
    // As a remainder: sine and cosine of large angles lose digits.
    angle: (step * divergence) % 360,
  });
}

/** Along r = bθ the arc has the length b s(θ) with b = arms/2π; points are at whole lengths. */
function archimedean({ arms }: Plan): (step: number) => Polar {
  const pitch = arms / (2 * Math.PI);
  let theta = 0;
  return (step) => {
    const wanted = step / pitch;
    theta = Math.max(theta, Math.sqrt(2 * wanted) * 0.5);
    for (let round = 0; round < 60; round++) {
      const change = (wanted - arcLength(theta)) / Math.sqrt(1 + theta * theta);
      theta += change;
      if (Math.abs(change) <= 1e-14 * theta) break;
    }
    return { radius: pitch * theta, angle: (theta * 180) / Math.PI };
  };
}

/** Of r = θ from the middle to θ. */
function arcLength(theta: number): number {
  return (theta * Math.sqrt(1 + theta * theta) + Math.asinh(theta)) / 2;
}

function finished(
  { arms, form, divergence }: Plan,
  positions: Float64Array,
  kindOfPoint: Int32Array,
): PatternParts {
  const kindNames = Array.from({ length: arms }, (_, arm) => `arm ${arm + 1}`);
  return {
    positions,
    dimension: 2,
    ...(arms > 1 ? { kindOfPoint, kindNames } : {}),
    facts: { density: 1, ...(form === "fermat" ? { divergence } : {}) },
  };
}
