import { requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import { pickProperties } from "../crystal/site-properties.js";
import type { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";

/** A piece cut out of a crystal: site i was site `sources[i]` of it. */
export interface Piece {
  readonly lattice: Lattice;
  /** Å, [n, 3], in the frame of the new lattice. */
  readonly cartPositions: Float64Array;
  readonly sources: ArrayLike<number>;
  readonly periodic: readonly [boolean, boolean, boolean];
}

/**
 * The piece as a crystal, with species, labels, properties and rules of the one it was cut from; but
 * not its `systemType`, which is of a crystal in three directions.
 */
export function crystalOfPiece(parent: Crystal, piece: Piece): Crystal {
  const { lattice, cartPositions, sources, periodic } = piece;
  const siteCount = sources.length;
  requireNodes("the piece", siteCount, parent.config);
  const source = (site: number) => sources[site];
  return Crystal.fromParts({
    lattice,
    fracPositions: rowsTimes(cartPositions, inverse(lattice.matrix)),
    kinds: parent.kinds,
    kindOfSite: Int32Array.from(sources, (site) => parent.kindOfSite[site]),
    periodic,
    labels: Array.from(sources, (site) => parent.labels[site]),
    siteProperties:
      Object.keys(parent.siteProperties).length === 0
        ? undefined
        : pickProperties(parent.siteProperties, parent.siteCount, siteCount, source),
    warnings: parent.warnings,
    config: { ...parent.config, systemType: undefined },
  });
}
