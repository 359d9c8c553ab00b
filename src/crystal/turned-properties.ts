import type { Lattice } from "../lattice/lattice.js";
import { inverse, multiply, rowsTimes, transpose } from "../math/mat3.js";
import type { CrystalWarning } from "./crystal-parts.js";
import { reciprocalLengths, turnedDisplacement } from "./displacement-tensor.js";
import type { SiteProperties, SiteProperty } from "./site-properties.js";

/** How the numbers of a site change with the frame and the cell. */
export type Transform =
  | "scalar"
  | "vector"
  | "tensor"
  | "stress"
  | "displacement"
  | "directions"
  | "cells";

/** Properties whose name says more than their width: [values a site, transform]. */
const named: Readonly<Record<string, readonly [number, Transform]>> = {
  uAniso: [6, "displacement"],
  selectiveDynamics: [3, "directions"],
  image: [3, "cells"],
  stress: [6, "stress"],
  stresses: [6, "stress"],
  color: [3, "scalar"],
  colour: [3, "scalar"],
};

/**
 * One value or text is a scalar, three are a Cartesian vector, nine a Cartesian tensor by rows, unless
 * the name says otherwise; of others it is not known.
 */
export function transformOf(
  name: string,
  values: SiteProperty,
  siteCount: number,
): Transform | undefined {
  const width = values.length / siteCount;
  const known = Object.hasOwn(named, name) ? named[name] : undefined;
  if (known?.[0] === width) return known[1];
  return { 1: "scalar", 3: "vector", 9: "tensor" }[width] as Transform | undefined;
}

/** From one cell of a crystal to another, and from one Cartesian frame to another. */
export interface CellChange {
  readonly from: Lattice;
  readonly to: Lattice;
  /** Q of v' = v Q on rows; undefined where the crystal is not turned. */
  readonly rotation?: ArrayLike<number> | undefined;
}

/** A property in the new cell, or the reason why it has no meaning there. */
type TurnedProperty = { readonly values: SiteProperty } | { readonly reason: string };

/**
 * A site property in another cell and frame: vectors v' = v Q and tensors T' = Qᵀ T Q are turned with
 * the crystal, displacement tensors by the change of the basis.
 */
function turnedProperty(
  name: string,
  values: SiteProperty,
  siteCount: number,
  change: CellChange,
): TurnedProperty {
  const transform = transformOf(name, values, siteCount);
  if (!(values instanceof Float64Array) || transform === "scalar") return { values };
  const { rotation } = change;
  switch (transform) {
    case "vector":
    case "tensor":
    case "stress":
      return { values: rotation ? rotated(transform, values, rotation) : values };
    case "displacement":
      return { values: turnedDisplacements(values, change) };
    case "directions":
      if (keepsDirections(change) || isIsotropic(values)) return { values };
      return { reason: "it refers to the directions of the old cell's vectors" };
    case "cells":
      if (values.every((value) => value === 0)) return { values };
      return { reason: "it counts cells that the new one is not made of" };
    default: {
      if (!rotation) return { values };
      const width = values.length / siteCount;
      return { reason: `it has ${width} values a site, of which it is not known how they turn` };
    }
  }
}

/** v' = v Q on rows, T' = Qᵀ T Q; Q may be improper. */
export function rotated(
  transform: "vector" | "tensor" | "stress",
  values: Float64Array,
  q: ArrayLike<number>,
): Float64Array {
  if (transform === "vector") return rowsTimes(values, q);
  return transform === "tensor" ? turnedTensors(values, q) : turnedStresses(values, q);
}

/** Δx' = Δx B on rows of fractional coordinates. */
function basisChange({ from, to, rotation }: CellChange): Float64Array {
  const turned = rotation ? multiply(from.matrix, rotation) : from.matrix;
  return multiply(turned, inverse(to.matrix));
}

/** Whether each vector of the new cell is along that of the old one. */
function keepsDirections(change: CellChange): boolean {
  return basisChange(change).every((value, i) =>
    i % 4 === 0 ? value > 0 : Math.abs(value) < 1e-12,
  );
}

function isIsotropic(values: Float64Array): boolean {
  return values.every((value, i) => value === values[i - (i % 3)]);
}

function turnedDisplacements(values: Float64Array, change: CellChange): Float64Array {
  if (keepsDirections(change)) return values;
  const w = transpose(basisChange(change));
  const [from, to] = [reciprocalLengths(change.from), reciprocalLengths(change.to)];
  return eachOf(values, 6, (tensor) => turnedDisplacement(tensor, w, from, to));
}

function turnedTensors(values: Float64Array, q: ArrayLike<number>): Float64Array {
  const back = transpose(q);
  return eachOf(values, 9, (tensor) => multiply(multiply(back, tensor), q));
}

/** In Voigt's order xx, yy, zz, yz, xz, xy. */
function turnedStresses(values: Float64Array, q: ArrayLike<number>): Float64Array {
  const back = transpose(q);
  return eachOf(values, 6, ([xx, yy, zz, yz, xz, xy]) => {
    const full = multiply(multiply(back, [xx, xy, xz, xy, yy, yz, xz, yz, zz]), q);
    return [full[0], full[4], full[8], full[5], full[2], full[1]];
  });
}

function eachOf(
  values: Float64Array,
  width: number,
  turn: (one: Float64Array) => ArrayLike<number>,
): Float64Array {
  const turned = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += width) {
    turned.set(turn(values.subarray(at, at + width)), at);
  }
  return turned;
}

export interface DroppedProperty {
  readonly name: string;
  readonly reason: string;
}

export function propertyDropped({ name, reason }: DroppedProperty): CrystalWarning {
  const message = `the site property "${name}" was left out of the new cell: ${reason}`;
  return { code: "SITE_PROPERTY_DROPPED", message };
}

/** All of a crystal's properties in a new cell, and those that are left out. */
export function turnedProperties(
  properties: SiteProperties | undefined,
  siteCount: number,
  change: CellChange,
): {
  readonly properties: SiteProperties | undefined;
  readonly dropped: readonly DroppedProperty[];
} {
  const kept: [string, SiteProperty][] = [];
  const dropped: DroppedProperty[] = [];
  for (const [name, values] of Object.entries(properties ?? {})) {
    const turned = turnedProperty(name, values, siteCount, change);
    if ("values" in turned) kept.push([name, turned.values]);
    else dropped.push({ name, reason: turned.reason });
  }
  return {
    properties: kept.length === 0 ? undefined : Object.freeze(Object.fromEntries(kept)),
    dropped,
  };
}
