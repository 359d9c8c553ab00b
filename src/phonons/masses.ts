import { requireObject, requirePositive } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";

/** Mass of each site's atom in u. */
export function massesOf(
  crystal: Crystal,
  given: Readonly<Record<string, number>> = {},
): Float64Array {
  requireObject("masses", given, "{ Cu: 63.546 }");
  for (const [symbol, mass] of Object.entries(given)) {
    requirePositive(`the mass of ${symbol}`, mass, "u");
  }
  return Float64Array.from(crystal.kindOfSite, (kind) => {
    const { species } = crystal.kinds[kind][0];
    const mass = given[species.symbol] ?? species.mass;
    if (mass !== undefined) return mass;
    throw new DomainError(
      `${species.symbol} has no standard mass; give one as masses: { ${species.symbol}: ... } in u`,
      { symbol: species.symbol },
    );
  });
}
