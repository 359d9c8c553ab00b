import type { Crystal } from "../crystal/crystal.js";
import type { SpeciesOccupancy } from "../crystal/species.js";

/**
 * Puts the kinds of site that symmetry cannot tell apart into classes 1, 2, ...: the same species and
 * oxidation states in the same shares, whatever their order.
 */
export function siteClasses(crystal: Crystal): {
  classOfSite: Int32Array;
  /** Class -> one of its kinds. */
  kindOfClass: readonly number[];
} {
  const classes = new Map<string, number>();
  const kindOfClass = [-1];
  const classOfKind = crystal.kinds.map((occupants, kind) => {
    const key = occupancyKey(occupants);
    const known = classes.get(key);
    if (known !== undefined) return known;
    classes.set(key, kindOfClass.length);
    return kindOfClass.push(kind) - 1;
  });
  return { classOfSite: crystal.kindOfSite.map((kind) => classOfKind[kind]), kindOfClass };
}

/** Shares to four digits: files round a third in different ways. */
function occupancyKey(occupants: readonly SpeciesOccupancy[]): string {
  return occupants
    .map(({ species, occupancy }) => `${species} ${occupancy.toFixed(4)}`)
    .sort()
    .join(",");
}
