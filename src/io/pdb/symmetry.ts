import { SymmetryError } from "../../base/errors.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { SpeciesOccupancy } from "../../crystal/species.js";
import type { Lattice } from "../../lattice/lattice.js";
import { cellTolerance, settingOfSites } from "../../symmetry/choose-setting.js";
import { type AsymmetricAtoms, type Expansion, expandSites } from "../../symmetry/expand-sites.js";
import { fitsCell } from "../../symmetry/fits-cell.js";
import { operationsFromHall } from "../../symmetry/hall-symbol.js";
import { parseOperation, type SymmetryOperation } from "../../symmetry/operation.js";
import { type SpaceGroup, spaceGroupSettings } from "../../symmetry/space-group.js";
import { hallOfUnlistedCell } from "../../symmetry/symbols.js";
import { Kinds } from "../draft.js";
import { joinedShares, roundedFull } from "../shares.js";
import type { ExpandedCell } from "../site-tensors.js";

/** No group has more operations in its conventional cell. */
const mostOperations = 192;

/** What a file says of its symmetry. */
export interface PdbSymmetry {
  /** Of CRYST1, columns 56 to 66; "" where it gives none. */
  readonly symbol: string;
  /** Coordinate triplets of REMARK 290. */
  readonly triplets: readonly string[];
}

/** The triplet of a line of REMARK 290, "   2555   -X,-Y,Z+1/2"; its other lines are none. */
export function tripletOf(line: string): string | undefined {
  return /^REMARK 290 {1,12}\d{1,3}555 {1,6}([-+XYZxyz0-9/,]{5,40}) *$/.exec(line)?.[1];
}

/** Whether a file lists all atoms of the cell. */
export function isWholeCell({ symbol, triplets }: PdbSymmetry): boolean {
  return /^(P\s*1)?$/i.test(symbol) && triplets.length <= 1;
}

/** Settings that the symbol of CRYST1 may stand for; none if it is unknown. */
function settingsOf(symbol: string): readonly SpaceGroup[] {
  try {
    return spaceGroupSettings(symbol);
  } catch (error) {
    if (error instanceof SymmetryError) return [];
    throw error;
  }
}

/** Of the symbol; undefined if it is unknown. */
export function spaceGroupNumber({ symbol }: PdbSymmetry): number | undefined {
  return settingsOf(symbol)[0]?.number;
}

/** Sites of the asymmetric unit, each with its kind. */
export interface PdbSites {
  readonly fracPositions: Float64Array;
  readonly kinds: Kinds;
  readonly kindOfSite: Int32Array;
}

/** Those of the whole cell. */
export interface PdbCellSites {
  readonly sites: PdbSites;
  /** Of each the listed one that it is an image of. */
  readonly sources: Int32Array;
  readonly cell: ExpandedCell;
}

/**
 * All sites of the cell, by the operations that REMARK 290 lists or else those of CRYST1's symbol;
 * undefined, with a warning, where neither is known.
 *
 * An atom on a special position counts once for each operation that keeps it there, as refinement
 * programs of the field have it: two halves on a twofold axis are one atom.
 */
export function expandedSites(
  sites: PdbSites,
  lattice: Lattice,
  symmetry: PdbSymmetry,
  warnings: CrystalWarning[],
): PdbCellSites | undefined {
  const atoms = asymmetricAtoms(sites);
  const operations =
    listedOperations(symmetry) ?? operationsOfSymbol(symmetry.symbol, lattice, atoms, warnings);
  if (operations === undefined) return undefined;
  if (!fitsCell(operations, lattice, cellTolerance)) {
    const message = `the symmetry does not fit the cell ${lattice}: equivalent sites will differ`;
    warnings.push({ code: "SYMMETRY_CELL_MISMATCH", message });
  }
  const expansion = expandSites(atoms, operations, lattice);
  const { kinds, kindOfSite } = kindsOfSites(sites, expansion, warnings);
  const { length } = expansion.atomOfSite;
  warnings.push({
    code: "SYMMETRY_APPLIED",
    message:
      `${operations.length} operations of ${JSON.stringify(symmetry.symbol)} made ${length} sites of the ` +
      `${atoms.count} that the file lists; { expandSymmetry: false } leaves them as they are`,
  });
  return {
    sites: { fracPositions: expansion.positions, kinds, kindOfSite },
    sources: expansion.atomOfSite,
    cell: { expansion, operations, lattice },
  };
}

function asymmetricAtoms({ fracPositions, kinds, kindOfSite }: PdbSites): AsymmetricAtoms {
  const totals = kinds.list.map((kind) => kind.reduce((sum, { occupancy }) => sum + occupancy, 0));
  return {
    count: kindOfSite.length,
    positions: fracPositions,
    occupancies: Float64Array.from(kindOfSite, (kind) => totals[kind]),
  };
}

function listedOperations({ triplets }: PdbSymmetry): SymmetryOperation[] | undefined {
  if (triplets.length < 2 || triplets.length > mostOperations) return undefined;
  try {
    const operations = triplets.map(parseOperation);
    const hasIdentity = operations.some(({ rotation, translation }) =>
      [...rotation, ...translation].every((value, i) => value === (i < 9 && i % 4 === 0 ? 1 : 0)),
    );
    return hasIdentity ? operations : undefined;
  } catch (error) {
    if (error instanceof SymmetryError) return undefined;
    throw error;
  }
}

function operationsOfSymbol(
  symbol: string,
  lattice: Lattice,
  atoms: AsymmetricAtoms,
  warnings: CrystalWarning[],
): readonly SymmetryOperation[] | undefined {
  const unlisted = hallOfUnlistedCell(symbol);
  if (unlisted !== undefined) return operationsFromHall(unlisted);
  const settings = settingsOf(symbol);
  if (settings.length === 0) {
    const message = `${JSON.stringify(symbol)} in CRYST1 is no known space group`;
    warnings.push({ code: "SYMBOL_UNKNOWN", message });
    return undefined;
  }
  const { group, assumedOrigin } = settingOfSites(settings, lattice, atoms);
  if (assumedOrigin) {
    const message =
      `CRYST1 does not say which origin of ${group.internationalSymbol} it means: choice ` +
      `${group.setting[0]} was taken, with a shortest distance of ${assumedOrigin.distance.toFixed(2)} Å`;
    warnings.push({ code: "ORIGIN_CHOICE_ASSUMED", message });
  }
  return group.operations;
}

function kindsOfSites(
  sites: PdbSites,
  { atomOfSite, sharing, siteOrders }: Expansion,
  warnings: CrystalWarning[],
): Pick<PdbSites, "kinds" | "kindOfSite"> {
  const kinds = new Kinds();
  let raised = 0;
  let crowded = 0;
  const kindOfAtom = Array.from(siteOrders, (order, atom) => {
    const listed = sites.kinds.list[sites.kindOfSite[atom]];
    const whole = wholeOccupants(listed, order);
    if (whole !== listed) raised++;
    return kinds.of(whole);
  });
  const kindOfSite = Int32Array.from(atomOfSite, (atom, site) => {
    const sharers = sharing.get(site);
    if (sharers === undefined) return kindOfAtom[atom];
    const { occupants, total } = joinedShares(
      sharers.flatMap((one) => kinds.list[kindOfAtom[one]]),
    );
    if (total > roundedFull) crowded++;
    return kinds.of(occupants);
  });
  if (raised > 0) {
    const message = `${raised} atoms on special positions were listed with a part of their occupancy, which was made whole`;
    warnings.push({ code: "SPECIAL_POSITION_OCCUPANCY", message });
  }
  if (crowded > 0) {
    const message = `${crowded} sites are shared with a total occupancy above 1`;
    warnings.push({ code: "OCCUPANCY_ABOVE_ONE", message });
  }
  return { kinds, kindOfSite };
}

/** The images of an atom on its site together, where they make no more than one. */
function wholeOccupants(
  occupants: readonly SpeciesOccupancy[],
  order: number,
): readonly SpeciesOccupancy[] {
  const total = occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
  if (order === 1 || order * total > roundedFull) return occupants;
  return occupants.map(({ species, occupancy }) => ({
    species,
    occupancy: Math.min(1, order * occupancy),
  }));
}
