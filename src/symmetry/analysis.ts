import { requireObject, show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { siteClasses } from "./kinds.js";
import { analyzeCell } from "./moyo.js";
import { planeSpacings } from "./position-index.js";
import { analyzeBySearch, type CellAnalysis } from "./searched-cell.js";
import type { SymmetryOptions } from "./symmetry.js";
import { type Reduction, reduceToPrimitive } from "./translations.js";

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
const fewestSearchedSites = 16;

/** The search itself, on the primitive cell. */
export function analyze(crystal: Crystal, options: SymmetryOptions): Analysis {
  requireCrystal(crystal);
  requireObject("options", options, "{ symprec: 0.01 }");
  const symprec = checkedSymprec(crystal, options.symprec ?? 0.01);
  const { classOfSite, kindOfClass } = siteClasses(crystal);
  const reduction = reduceToPrimitive(
    { lattice: crystal.lattice, fracPositions: crystal.fracPositions, kindOfSite: classOfSite },
    symprec,
  );
  return { raw: analyzePrimitive(reduction, symprec), reduction, kindOfClass };
}

/** Each search takes what the other cannot: moyo's refuses sites of two kinds in one place. */
function analyzePrimitive(reduction: Reduction, symprec: number): CellAnalysis {
  const { lattice, fracPositions, kindOfSite } = reduction;
  const isLarge = kindOfSite.length >= fewestSearchedSites;
  const searched = isLarge ? analyzeBySearch(reduction, symprec) : undefined;
  if (searched) return searched;
  try {
    return analyzeCell({ cell: lattice.matrix, fracPositions, kinds: kindOfSite }, symprec);
  } catch (error) {
    const other = isLarge ? undefined : analyzeBySearch(reduction, symprec);
    if (other) return other;
    throw error;
  }
}

function checkedSymprec(crystal: Crystal, symprec: number): number {
  if (!crystal.periodic.every(Boolean)) {
    throw new SymmetryError(
      `a space group needs a crystal periodic along a, b and c; this one has periodic = ` +
        `[${crystal.periodic.join(", ")}]`,
      { periodic: crystal.periodic },
    );
  }
  const { a, b, c } = crystal.lattice.parameters;
  if (Math.max(a, b, c) > longestCell) {
    throw new SymmetryError(
      `symmetry is searched in cells up to ${longestCell} Å; this one has lengths ${a}, ${b}, ${c} Å`,
      { a, b, c, longestCell },
    );
  }
  const limit = Math.min(1, ...planeSpacings(crystal.lattice).map((spacing) => spacing / 4));
  if (typeof symprec === "number" && symprec > 0 && symprec <= limit) return symprec;
  throw new SymmetryError(
    `symprec must lie above 0 and at most at ${Number(limit.toFixed(3))} Å (1 Å or a quarter of the ` +
      `smallest plane spacing of the cell), got ${show(symprec)}; usual are 1e-5 to 0.1 Å`,
    { symprec, limit },
  );
}
