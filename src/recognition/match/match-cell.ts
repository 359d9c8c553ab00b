import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { SpeciesOccupancy } from "../../crystal/species.js";
import { determinant } from "../../math/mat3.js";
import { type Arrangement, niggliArrangement } from "./arrangement.js";
import { primitiveCell } from "./primitive-cell.js";

/** What tells the kinds of site apart. */
export type SpeciesComparison = "species" | "element";

/** A cell as the matcher compares it. */
export interface MatchCell extends Arrangement {
  readonly volume: number;
  /** Kind of each site of the crystal. */
  readonly kindOfCrystalSite: Int32Array;
  /** Whether sites of the crystal were merged, so that `fracPositions` are fewer. */
  readonly isMerged: boolean;
}

/**
 * The cell of a crystal as it was given.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions.
 */
export function givenCell(crystal: Crystal, compare: SpeciesComparison): Arrangement {
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      "structures are matched by their lattices, so both must be periodic along a, b and c; this " +
        `one has periodic = [${crystal.periodic.join(", ")}]`,
      { periodic: crystal.periodic },
    );
  }
  return {
    matrix: crystal.lattice.matrix,
    fracPositions: crystal.fracPositions,
    ...namedKinds(crystal, compare),
    basis: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  };
}

/** The Niggli cell and, if asked for, a primitive one. */
export function reducedCell(given: Arrangement, primitive: boolean): MatchCell {
  const niggli = niggliArrangement(given);
  const found = primitive ? primitiveCell(niggli) : niggli;
  return {
    ...found,
    kindOfCrystalSite: given.kindOfSite,
    volume: Math.abs(determinant(found.matrix)),
    isMerged: found.kindOfSite.length !== given.kindOfSite.length,
  };
}

function namedKinds(
  crystal: Crystal,
  compare: SpeciesComparison,
): { kinds: string[]; kindOfSite: Int32Array } {
  const kinds: string[] = [];
  const indexOf = crystal.kinds.map((occupants) => {
    const name = nameOf(occupants, compare);
    const known = kinds.indexOf(name);
    return known < 0 ? kinds.push(name) - 1 : known;
  });
  return { kinds, kindOfSite: crystal.kindOfSite.map((kind) => indexOf[kind]) };
}

/** Shares to four digits: files round a third in different ways. */
function nameOf(occupants: readonly SpeciesOccupancy[], compare: SpeciesComparison): string {
  const shares = new Map<string, number>();
  for (const { species, occupancy } of occupants) {
    const name = compare === "element" ? species.symbol : String(species);
    shares.set(name, (shares.get(name) ?? 0) + occupancy);
  }
  return [...shares]
    .map(([name, share]) => (Math.abs(share - 1) < 5e-5 ? name : `${name}:${share.toFixed(4)}`))
    .sort()
    .join(", ");
}
