import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { SpeciesOccupancy } from "../../crystal/species.js";
import { determinant, inverse, rowsTimes } from "../../math/mat3.js";
import { type Arrangement, wrapped } from "./arrangement.js";
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
 * Niggli cell and, if asked for, a primitive one.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions.
 */
export function matchCell(
  crystal: Crystal,
  primitive: boolean,
  compare: SpeciesComparison,
): MatchCell {
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      "structures are matched by their lattices, so both must be periodic along a, b and c; this " +
        `one has periodic = [${crystal.periodic.join(", ")}]`,
      { periodic: crystal.periodic },
    );
  }
  const { kinds, kindOfSite } = namedKinds(crystal, compare);
  const niggli = crystal.lattice.niggli();
  const basis = Float64Array.from(niggli.transformation);
  const reduced: Arrangement = {
    matrix: niggli.lattice.matrix,
    fracPositions: wrapped(rowsTimes(crystal.fracPositions, inverse(basis))),
    kinds,
    kindOfSite,
    basis,
  };
  const found = primitive ? primitiveCell(reduced) : reduced;
  return {
    ...found,
    kindOfCrystalSite: kindOfSite,
    volume: Math.abs(determinant(found.matrix)),
    isMerged: found.kindOfSite.length !== crystal.siteCount,
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
