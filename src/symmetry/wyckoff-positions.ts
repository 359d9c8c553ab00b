import {
  applyRotation,
  compose,
  formatOperation,
  type SymmetryOperation,
  wrapUnit,
} from "./operation.js";
import { wyckoffForms } from "./wyckoff-forms.js";

/** A Wyckoff position of a space group's setting, as International Tables A lists it. */
export interface WyckoffPosition {
  readonly letter: string;
  /** Sites of the orbit in the conventional cell. */
  readonly multiplicity: number;
  /** Oriented symbol of the site symmetry, "2.mm"; a dot stands for a direction without elements. */
  readonly siteSymmetry: string;
  /**
   * Coordinate triplets of all its sites in the conventional cell, the centring's included; the first
   * one as the tables write it: "x,2x,1/4".
   */
  readonly coordinates: readonly string[];
}

/** No operation of any setting takes this point to one that the triplets of another would give. */
const generic = [0.1374, 0.2618, 0.4142] as const;

/** The general position first. */
export function wyckoffPositionsOf(
  hallNumber: number,
  operations: readonly SymmetryOperation[],
): WyckoffPosition[] {
  return wyckoffForms(hallNumber).map(({ letter, multiplicity, siteSymmetry, affine }) => {
    const known = new Set<string>();
    const coordinates: string[] = [];
    for (const operation of operations) {
      const image = compose(operation, affine);
      const point = applyRotation(image.rotation, generic).map((value, k) =>
        Math.round(wrapUnit(value + image.translation[k]) * 1e6),
      );
      if (known.has(point.join())) continue;
      known.add(point.join());
      coordinates.push(formatOperation(image));
    }
    return { letter, multiplicity, siteSymmetry, coordinates };
  });
}
