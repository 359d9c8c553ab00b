import { show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { explainedFailure } from "./failure.js";
import { siteClasses } from "./kinds.js";
import { analyzeCell } from "./moyo.js";
import { planeSpacings } from "./position-index.js";
import { analyzeBySearch, type CellAnalysis } from "./searched-cell.js";
import { withStandardAxes } from "./standard-axes.js";
import {
  composed,
  hasOverlap,
  indexSites,
  type Reduction,
  reduceToPrimitive,
} from "./translations.js";

export interface SymmetryOptions {
  /**
   * Distance in Å within which a site and the image of another count as one; default 0.01, as in
   * pymatgen (spglib: 1e-5). Published coordinates have three to five digits, which 1e-5 is too
   * strict for.
   */
  readonly symprec?: number;
}

/** What the search found, for the dataset and for standardising. */
export interface Analysis {
  readonly raw: CellAnalysis;
  readonly reduction: Reduction;
  /** Class of the site kinds, as `numbers` of the standardised cells name it -> kind. */
  readonly kindOfClass: readonly number[];
}

/** Å. Beyond it the search can take minutes to find that rounding errors decide. */
const longestCell = 10_000;

/** With fewer sites in the primitive cell, moyo's own search is as fast. */
const fewestSearchedSites = 64;

/** The search itself, on the primitive cell. */
export function analyze(crystal: Crystal, options: SymmetryOptions): Analysis {
  const symprec = searchTolerance(crystal, options);
  const { classOfSite, kindOfClass } = siteClasses(crystal);
  const { lattice, fracPositions } = crystal;
  const reduction = reduceToPrimitive({ lattice, fracPositions, kindOfSite: classOfSite }, symprec);
  try {
    return { ...analyzeReduced(reduction, symprec), kindOfClass };
  } catch (error) {
    if (!(error instanceof SymmetryError)) throw error;
    throw explainedFailure(crystal, classOfSite, symprec, (smaller) => {
      return analyzePrimitive(reduction, smaller).hm_symbol.replaceAll(" ", "");
    });
  }
}

/** In a distorted crystal, moyo can take for a pure translation what was none before: once more. */
function analyzeReduced(
  reduction: Reduction,
  symprec: number,
): { raw: CellAnalysis; reduction: Reduction } {
  const raw = analyzePrimitive(reduction, symprec);
  if (isPrimitive(raw)) return { raw: withStandardAxes(raw, reduction.lattice), reduction };
  const further = composed(reduction, reduceToPrimitive(reduction, 2 * symprec));
  const again = analyzePrimitive(further, symprec);
  if (isPrimitive(again))
    return { raw: withStandardAxes(again, further.lattice), reduction: further };
  throw new SymmetryError(`no primitive cell was found within symprec = ${symprec} Å`, { symprec });
}

function isPrimitive({ operations }: CellAnalysis): boolean {
  const rotations = new Set(operations.map(({ rotation }) => rotation.join()));
  return rotations.size === operations.length;
}

function analyzePrimitive(reduction: Reduction, symprec: number): CellAnalysis {
  const { lattice, fracPositions, kindOfSite } = reduction;
  const isSearched = kindOfSite.length >= fewestSearchedSites || isShared(reduction, symprec);
  const searched = isSearched ? analyzeBySearch(reduction, symprec) : undefined;
  if (searched) return searched;
  if (hasOverlap(reduction, indexSites(reduction, within(reduction, symprec)))) {
    throw new SymmetryError(`sites are closer than symprec = ${symprec} Å`, { symprec });
  }
  return analyzeCell({ cell: lattice.matrix, fracPositions, kinds: kindOfSite }, symprec);
}

/** Whether sites of two kinds are in one place: moyo takes one for the other and loses operations. */
function isShared(reduction: Reduction, symprec: number): boolean {
  const ofOneKind = { ...reduction, kindOfSite: reduction.kindOfSite.map(() => 0) };
  return hasOverlap(ofOneKind, indexSites(ofOneKind, within(reduction, 4 * symprec)));
}

/** A distance that is short beside the cell, so that each image is found. */
function within({ lattice }: Reduction, distance: number): number {
  return Math.min(distance, 0.45 * Math.min(...planeSpacings(lattice)));
}

/**
 * The symprec to search with, in Å.
 *
 * @throws {SymmetryError} the crystal can have no space group, or `symprec` does not fit it.
 */
export function searchTolerance(crystal: Crystal, options: SymmetryOptions): number {
  requireCrystal(crystal);
  requireOptions("a search of symmetry", options, ["symprec"], "{ symprec: 0.01 }");
  const { symprec = 0.01 } = options;
  const limit = largestSymprec(crystal);
  if (typeof symprec === "number" && symprec > 0 && symprec <= limit) return symprec;
  throw new SymmetryError(
    `symprec must lie above 0 and at most at ${Number(limit.toPrecision(3))} Å (1 Å or a quarter of the ` +
      `smallest plane spacing of the cell), got ${show(symprec)}; usual are 1e-5 to 0.1 Å`,
    { reason: "symprec", symprec, limit },
  );
}

/**
 * Å.
 *
 * @throws {SymmetryError} not periodic in three directions, or too long a cell.
 */
export function largestSymprec(crystal: Crystal): number {
  if (!crystal.periodic.every(Boolean)) {
    throw new SymmetryError(
      `a space group needs a crystal periodic along a, b and c; this one has periodic = ` +
        `[${crystal.periodic.join(", ")}]`,
      { reason: "not-periodic", periodic: crystal.periodic },
    );
  }
  const { a, b, c } = crystal.lattice.parameters;
  if (Math.max(a, b, c) > longestCell) {
    throw new SymmetryError(
      `symmetry is searched in cells up to ${longestCell} Å; this one has lengths ${a}, ${b}, ${c} Å`,
      { reason: "cell-too-long", a, b, c, longestCell },
    );
  }
  return Math.min(1, ...planeSpacings(crystal.lattice).map((spacing) => spacing / 4));
}
