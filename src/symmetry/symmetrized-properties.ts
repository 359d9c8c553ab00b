import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { cartesianDisplacements, displacementsInCell } from "../crystal/displacement-tensor.js";
import type { SiteProperties, SiteProperty } from "../crystal/site-properties.js";
import { rotated, transformOf } from "../crystal/turned-properties.js";
import type { Lattice } from "../lattice/lattice.js";
import { determinant, inverse, type Mat3, multiply, transpose } from "../math/mat3.js";
import type { SiteOperation } from "./orbit-symmetry.js";
import type { Reduction } from "./translations.js";

/** A crystal whose cell and sites were made to obey a group. */
export interface SymmetrizedSites {
  /** Of the given cell, before and after. */
  readonly from: Lattice;
  readonly to: Lattice;
  readonly reduction: Pick<Reduction, "primitiveSite" | "firstSite">;
  /** Of the primitive cell, and where they take its sites. */
  readonly operations: readonly SiteOperation[];
  /** The primitive cell after. */
  readonly primitiveMatrix: Mat3;
}

/** Scalars that are measured, so that equivalent sites have the same; of others it is not known. */
const measured: readonly string[] = ["uIso", "bFactor", "charge"];

/** Relative: what differs by less is the same. */
const rounding = 1e-12;
const tolerance = 1e-6;

/**
 * Site properties that obey a group: vectors, tensors, displacement tensors and measured scalars go to
 * their mean over the group,
 *
 *   v(i) = (1/|P|) Σ R⁻¹ v(image of i),   T(i) = (1/|P|) Σ R⁻¹ T(image of i) R,
 *
 * and over the pure translations. All else is kept as it is, with a warning where it does not obey the
 * group: numbers that may count or name something, and magnetic moments, whose group is another one.
 */
export function symmetrizedProperties(
  given: SiteProperties,
  sites: SymmetrizedSites,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  const warnings: CrystalWarning[] = [];
  const turns = cartesianTurns(sites);
  const entries = Object.entries(given).map(([name, values]): [string, SiteProperty] => {
    if (!(values instanceof Float64Array)) return [name, values];
    const mean = meanOf(name, values, sites, turns);
    if (mean === "any") return [name, values];
    if (mean !== "unknown" && isAveraged(name, mean.transform)) {
      return [name, isEqual(values, mean, rounding) ? values : mean.values];
    }
    const obeys = mean !== "unknown" && isEqual(values, mean, tolerance);
    if (!obeys) warnings.push(propertyKept(name));
    return [name, values];
  });
  const siteProperties =
    entries.length === 0 ? undefined : Object.freeze(Object.fromEntries(entries));
  return { siteProperties, warnings };
}

interface Mean {
  readonly values: Float64Array;
  readonly transform: "scalar" | "vector" | "tensor" | "stress" | "displacement";
}

function isAveraged(name: string, transform: Mean["transform"]): boolean {
  if (transform === "scalar") return measured.includes(name);
  return name !== "magneticMoment";
}

/** "any" of what obeys every group, "unknown" of what it is not known of how it turns. */
function meanOf(
  name: string,
  values: Float64Array,
  sites: SymmetrizedSites,
  turns: readonly Float64Array[],
): Mean | "any" | "unknown" {
  const transform = transformOf(name, values, sites.reduction.primitiveSite.length);
  switch (transform) {
    case undefined:
      return turns.length > 1 ? "unknown" : "any";
    case "cells":
      return "any";
    case "scalar":
    case "directions":
      return { values: groupMean(values, sites, (all) => all), transform: "scalar" };
    case "displacement": {
      const cartesian = cartesianDisplacements(values, sites.from);
      const mean = groupMean(cartesian, sites, (all, g) => rotated("stress", all, turns[g]));
      return { values: displacementsInCell(mean, sites.to), transform };
    }
    default: {
      // A moment is an axial vector: a mirror turns it the other way than a force.
      const q =
        name === "magneticMoment" && transform === "vector"
          ? turns.map((turn) => turn.map((value) => value * Math.sign(determinant(turn))))
          : turns;
      const mean = groupMean(values, sites, (all, g) => rotated(transform, all, q[g]));
      return { values: mean, transform };
    }
  }
}

/** R of each operation, on columns: rows v R are R⁻¹ v. */
function cartesianTurns({ operations, primitiveMatrix }: SymmetrizedSites): Float64Array[] {
  const columns = transpose(primitiveMatrix);
  const back = inverse(columns);
  return operations.map(({ rotation }) => multiply(multiply(columns, rotation), back));
}

/** @param turn Turns the values at the images under an operation back. */
function groupMean(
  values: Float64Array,
  { reduction: { primitiveSite, firstSite }, operations }: SymmetrizedSites,
  turn: (values: Float64Array, operation: number) => Float64Array,
): Float64Array {
  const width = values.length / primitiveSite.length;
  const share = firstSite.length / primitiveSite.length;
  const primitive = new Float64Array(width * firstSite.length);
  for (let i = 0; i < values.length; i++) {
    const site = primitiveSite[Math.floor(i / width)];
    primitive[width * site + (i % width)] += share * values[i];
  }
  const mean = new Float64Array(primitive.length);
  const images = new Float64Array(primitive.length);
  operations.forEach(({ image }, g) => {
    for (let site = 0; site < firstSite.length; site++) {
      const from = width * image[site];
      images.set(primitive.subarray(from, from + width), width * site);
    }
    const turned = turn(images, g);
    for (let i = 0; i < mean.length; i++) mean[i] += turned[i] / operations.length;
  });
  return values.map((_, i) => mean[width * primitiveSite[Math.floor(i / width)] + (i % width)]);
}

function isEqual(values: Float64Array, mean: Mean, within: number): boolean {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.every((value, i) => Math.abs(value - mean.values[i]) <= within * scale);
}

function propertyKept(name: string): CrystalWarning {
  const why =
    name === "magneticMoment"
      ? "moments have a magnetic group of their own"
      : "a mean of it may mean nothing";
  return {
    code: "SITE_PROPERTY_KEPT",
    message: `the site property "${name}" was kept though it does not obey the space group: ${why}`,
  };
}
