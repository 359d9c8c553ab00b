import { requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { pickProperties, type SiteProperties } from "../crystal/site-properties.js";
import { propertyDropped, transformOf, turnedProperties } from "../crystal/turned-properties.js";
import type { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import { evenProperties } from "../symmetry/carried-properties.js";
import type { Reduction } from "../symmetry/translations.js";

/** A piece cut out of a crystal: site i was site `sources[i]` of it. */
export interface Piece {
  readonly lattice: Lattice;
  /** Å, [n, 3], in the frame of the new lattice. */
  readonly cartPositions: Float64Array;
  readonly sources: ArrayLike<number>;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Q of v' = v Q on rows, from the frame of the crystal to that of the piece; default none. */
  readonly rotation?: ArrayLike<number> | undefined;
  /** Where the piece was cut from the primitive cell. */
  readonly reduction?: Pick<Reduction, "primitiveSite" | "firstSite"> | undefined;
  /** Whether its parts stand in different directions, so that only scalars have a meaning. */
  readonly isTwinned?: boolean;
}

/**
 * The piece as a crystal, with species, labels, properties and rules of the one it was cut from; but
 * not its `systemType`, which is of a crystal in three directions. Properties turn with the crystal;
 * those that the piece cannot have are left out with a warning.
 */
export function crystalOfPiece(parent: Crystal, piece: Piece): Crystal {
  const { lattice, cartPositions, sources, periodic } = piece;
  const siteCount = sources.length;
  requireNodes("the piece", siteCount, parent.config);
  const { siteProperties, warnings } = propertiesOfPiece(parent, piece);
  return Crystal.fromParts({
    lattice,
    fracPositions: rowsTimes(cartPositions, inverse(lattice.matrix)),
    kinds: parent.kinds,
    kindOfSite: Int32Array.from(sources, (site) => parent.kindOfSite[site]),
    periodic,
    labels: Array.from(sources, (site) => parent.labels[site]),
    siteProperties,
    warnings: [...parent.warnings, ...warnings],
    config: { ...parent.config, systemType: undefined },
  });
}

function propertiesOfPiece(
  { siteProperties: given, siteCount, lattice }: Crystal,
  piece: Piece,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  const { reduction, sources } = piece;
  if (piece.isTwinned === true) return scalarsOfPiece(given, siteCount, sources);
  const { even, lost } = reduction
    ? evenProperties(given, siteCount, reduction)
    : { even: given, lost: [] };
  const change = { from: lattice, to: piece.lattice, rotation: piece.rotation };
  const { properties, dropped } = turnedProperties(even, siteCount, change);
  return {
    siteProperties: pickProperties(properties, siteCount, sources.length, (site) => sources[site]),
    warnings: [...lost, ...dropped].map(propertyDropped),
  };
}

function scalarsOfPiece(
  given: SiteProperties,
  siteCount: number,
  sources: ArrayLike<number>,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  const isScalar = (name: string) => transformOf(name, given[name], siteCount) === "scalar";
  const [scalars, others] = [true, false].map((wanted) =>
    Object.keys(given).filter((name) => isScalar(name) === wanted),
  );
  const reason = "the parts of a twinned particle stand in different directions";
  const kept = Object.fromEntries(scalars.map((name) => [name, given[name]]));
  return {
    siteProperties:
      scalars.length === 0
        ? undefined
        : pickProperties(kept, siteCount, sources.length, (site) => sources[site]),
    warnings: others.map((name) => propertyDropped({ name, reason })),
  };
}
