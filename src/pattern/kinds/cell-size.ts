import { requireObject, requirePositive, show } from "../../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../../base/errors.js";

/** How much of a periodic arrangement is made: exactly one of the three. */
export interface CellSize {
  /**
   * Repetitions along each cell vector, from the origin. The pattern is then periodic, its cell being
   * all of them.
   */
  readonly counts?: number | readonly number[];
  /** Å: the points in the ball (disc, segment) about the origin, its border included. */
  readonly radius?: number;
  /**
   * Å: the points in the box of these edges about the origin, −e/2 ≤ x < e/2; a number for equal
   * edges.
   */
  readonly extent?: number | readonly number[];
}

export const sizeFields = ["counts", "radius", "extent"] as const;
export const sizeLengths = ["radius", "extent"] as const;

/** A checked size, lengths in units of `spacing`. */
export type Region =
  | { readonly shape: "cells"; readonly counts: readonly number[] }
  | { readonly shape: "ball"; readonly radius: number }
  | { readonly shape: "box"; readonly half: readonly number[] };

/**
 * @throws {InvalidConfiguration} none or several of the three. @throws {DomainError} a size not above
 *   0, or a count that is no whole number. @throws {ShapeError} not one number for each direction.
 */
export function regionOf(patternType: string, size: CellSize, dimension: 1 | 2 | 3): Region {
  requireObject("options", size, "{ counts: [10, 10] }");
  const given = sizeFields.filter((field) => size[field] !== undefined);
  if (given.length !== 1) {
    const sample = Array<number>(dimension).fill(10).join(", ");
    throw new InvalidConfiguration(
      `a ${patternType} pattern needs one of counts, radius and extent, such as ` +
        `counts: [${sample}] or radius: 20; got ${given.length === 0 ? "none" : given.join(" and ")}`,
      { given },
    );
  }
  if (size.radius !== undefined) {
    return { shape: "ball", radius: requirePositive("radius", size.radius, "Å") };
  }
  if (size.extent !== undefined) {
    const edges = perDirection("extent", size.extent, dimension);
    return { shape: "box", half: edges.map((edge) => requirePositive("extent", edge, "Å") / 2) };
  }
  const counts = perDirection("counts", size.counts, dimension);
  for (const count of counts) requireCount("counts", count);
  return { shape: "cells", counts };
}

/** A whole number of at least 1. */
export function requireCount(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1) return value;
  throw new DomainError(`${name} must be a whole number of at least 1, got ${show(value)}`, {
    name,
    value,
  });
}

function perDirection(name: string, value: unknown, dimension: number): number[] {
  if (typeof value === "number") return Array<number>(dimension).fill(value);
  const list =
    typeof value === "object" && value !== null ? Array.from(value as ArrayLike<number>) : [];
  if (list.length === dimension) return list;
  throw new ShapeError(
    `${name} must be a number or one number for each of the ${dimension} directions, got ${show(value)}`,
    { name, value, dimension },
  );
}
