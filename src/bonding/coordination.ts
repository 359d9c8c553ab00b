import type { Crystal } from "../crystal/crystal.js";
import { type Bonds, requireBonds } from "./bonds.js";

/** One line of a coordination table. */
export interface Coordination {
  readonly site: string;
  /** Number of bonds. */
  readonly number: number;
  /** "O6", "O4 F2" */
  readonly neighbors: string;
  /** Å */
  readonly shortest: number;
  readonly mean: number;
  readonly longest: number;
}

/**
 * What each site is bonded to, one row a site; distances are NaN without bonds.
 *
 * @throws {InvalidConfiguration} bonds of another crystal.
 * @example table(coordination(rutile, await bonds(rutile)))
 */
export function coordination(crystal: Crystal, found: Bonds): Coordination[] {
  requireBonds(crystal, found);
  const { kinds, kindOfSite, labels } = crystal;
  return labels.map((site, index) => {
    const own = found.of(index);
    const counts = new Map<string, number>();
    for (const bond of own) {
      const { symbol } = kinds[kindOfSite[bond.site]][0].species;
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    const distances = own.map(({ distance }) => distance);
    return {
      site,
      number: own.length,
      neighbors: [...counts].map(([symbol, count]) => `${symbol}${count}`).join(" "),
      shortest: distances[0] ?? Number.NaN,
      mean: distances.reduce((sum, distance) => sum + distance, 0) / distances.length,
      longest: distances.at(-1) ?? Number.NaN,
    };
  });
}
