import type { Species, SpeciesOccupancy } from "../crystal/species.js";

/** Shares of a third written with two digits add up to 0.99 or 1.01. */
export const roundedFull = 1.02;

/**
 * What shares a site, as one share of each species, with what was listed in all: an atom listed twice is
 * one atom; two shares of one species are one share.
 */
export function joinedShares(all: Iterable<SpeciesOccupancy>): {
  readonly occupants: readonly SpeciesOccupancy[];
  readonly total: number;
  readonly listed: number;
} {
  const shares = new Map<Species, number>();
  let listed = 0;
  for (const { species, occupancy } of all) {
    listed += occupancy;
    const before = shares.get(species) ?? 0;
    const sum = before + occupancy;
    shares.set(species, sum > 1.1 ? Math.max(before, occupancy) : sum);
  }
  const occupants = Array.from(shares, ([species, occupancy]) => ({ species, occupancy }));
  const total = occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
  return { occupants, total, listed };
}
