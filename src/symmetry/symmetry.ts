import type { Crystal } from "../crystal/crystal.js";
import { inverse, multiply, transpose } from "../math/mat3.js";
import { analyze, type SymmetryOptions } from "./analysis.js";
import { type CellTransformation, SymmetryDataset } from "./dataset.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, type SymmetryOperation, wrapUnit } from "./operation.js";
import { operationsInFrame } from "./standard-group.js";
import type { Reduction } from "./translations.js";

/**
 * Space group, operations, Wyckoff letters and orbits of a crystal. Sites are of one kind if they
 * have the same species, oxidation states and occupancies.
 *
 * Runs on the JavaScript thread: below a millisecond for a hundred sites, 50 ms for about five
 * thousand, half a second to one for fifty thousand; `symmetryAsync` does not.
 *
 * @throws {SymmetryError} symprec not in (0, 1] Å or too large for the cell; a crystal that is not
 *   periodic in three directions; a cell longer than 10,000 Å; no symmetry found, as when sites
 *   of one kind are closer than symprec: `data.reason` says why, and the message names the sites.
 * @see Shinohara, K., Togo, A. & Tanaka, I., moyo: https://github.com/spglib/moyo
 * @example symmetry(quartz).internationalSymbol // "P3_221"
 */
export function symmetry(crystal: Crystal, options: SymmetryOptions = {}): SymmetryDataset {
  return datasetOf(crystal, findSymmetry(crystal, options));
}

/** What the search found, of the sites of the primitive cell; travels between threads. */
export interface FoundSymmetry {
  readonly hallNumber: number;
  readonly pearsonSymbol: string;
  readonly wyckoffLetters: readonly string[];
  readonly siteSymmetries: readonly string[];
  readonly orbits: readonly number[];
  readonly linear: readonly number[];
  readonly originShift: readonly number[];
  readonly symprec: number;
  readonly reduction: Pick<Reduction, "basis" | "translations" | "primitiveSite" | "firstSite">;
}

/** Errors as of `symmetry`. */
export function findSymmetry(crystal: Crystal, options: SymmetryOptions): FoundSymmetry {
  const { raw, reduction } = analyze(crystal, options);
  const { basis, translations, primitiveSite, firstSite } = reduction;
  return {
    hallNumber: raw.hall_number,
    pearsonSymbol: raw.pearson_symbol,
    wyckoffLetters: raw.wyckoffs,
    siteSymmetries: raw.site_symmetry_symbols,
    orbits: raw.orbits,
    linear: rowMajor(raw.std_linear),
    originShift: raw.std_origin_shift,
    symprec: raw.symprec,
    reduction: { basis, translations, primitiveSite, firstSite },
  };
}

export function datasetOf(crystal: Crystal, found: FoundSymmetry): SymmetryDataset {
  const { hallNumber, linear, originShift, orbits, reduction } = found;
  const perSite = <T>(values: readonly T[]): T[] =>
    Array.from(reduction.primitiveSite, (site) => values[site]);
  return new SymmetryDataset({
    crystal,
    hallNumber,
    pearsonSymbol: found.pearsonSymbol,
    wyckoffLetters: perSite(found.wyckoffLetters),
    siteSymmetries: perSite(found.siteSymmetries),
    orbits: reduction.primitiveSite.map((site) => reduction.firstSite[orbits[site]]),
    operations: () =>
      operationsOfCell(operationsInFrame(hallNumber, linear, originShift), reduction),
    transformation: toGivenCell(linear, originShift, reduction),
    symprec: found.symprec,
  });
}

/** Operations of the primitive cell in the given one's coordinates, times its pure translations. */
function operationsOfCell(
  primitive: readonly SymmetryOperation[],
  { basis, translations }: Pick<Reduction, "basis" | "translations">,
): SymmetryOperation[] {
  // x = B y on columns, so that W becomes B W B⁻¹ and w becomes B w.
  const toGiven = transpose(basis);
  const toPrimitive = inverse(toGiven);
  const compatible: SymmetryOperation[] = [];
  for (const { rotation, translation } of primitive) {
    const turned = multiply(multiply(toGiven, rotation), toPrimitive);
    if (turned.some((value) => Math.abs(value - Math.round(value)) > 1e-6)) continue;
    compatible.push({
      // Adding 0 turns -0 into 0.
      rotation: Array.from(turned, (value) => Math.round(value) + 0),
      translation: applyRotation(toGiven, translation),
    });
  }
  return translations.flatMap(([u, v, w]) =>
    compatible.map(({ rotation, translation: [x, y, z] }) => ({
      rotation,
      translation: [wrapUnit(x + u), wrapUnit(y + v), wrapUnit(z + w)] as const,
    })),
  );
}

/** moyo's transformation starts from the primitive cell: put the reduction before it. */
function toGivenCell(
  linear: readonly number[],
  originShift: readonly number[],
  { basis }: Pick<Reduction, "basis">,
): CellTransformation {
  const toGiven = transpose(basis);
  return {
    matrix: Array.from(multiply(toGiven, linear)),
    originShift: applyRotation(toGiven, originShift),
  };
}
