import type { Crystal } from "../crystal/crystal.js";
import { inverse, multiply, transpose } from "../math/mat3.js";
import { analyze } from "./analysis.js";
import { fromMoyo, rowMajor } from "./moyo.js";
import { applyRotation, type SymmetryOperation, wrapUnit } from "./operation.js";
import { type CrystalSystem, hallSetting } from "./space-group.js";
import type { Reduction } from "./translations.js";

export interface SymmetryOptions {
  /**
   * Distance in Å within which a site and the image of another count as one; default 0.01, as in
   * pymatgen (spglib: 1e-5). Published coordinates have three to five digits, which 1e-5 is too
   * strict for.
   */
  readonly symprec?: number;
}

/** The symmetry of a crystal. Sites are in the order of the crystal's. */
export interface SymmetryDataset {
  /** 1 to 230, International Tables A. */
  readonly spaceGroupNumber: number;
  /** Short Hermann-Mauguin symbol, "P3_221", "Fm-3m", "P4_2/mnm". */
  readonly internationalSymbol: string;
  /** 1 to 530: the setting of the standardised cell (origin choice 1, hexagonal axes). */
  readonly hallNumber: number;
  readonly hallSymbol: string;
  readonly crystalSystem: CrystalSystem;
  /** "m-3m" */
  readonly pointGroup: string;
  /** "cF8": Bravais lattice and sites of the conventional cell. */
  readonly pearsonSymbol: string;
  /**
   * [n]. Where axes or origin of the setting can be chosen in several ways, so can the letters: f and
   * g of P4_2/mnm change places with a and b.
   */
  readonly wyckoffLetters: readonly string[];
  /** Oriented site-symmetry symbols, "m-3m", ".2.", [n]. */
  readonly siteSymmetries: readonly string[];
  /** For each site the first one that is equivalent to it by symmetry, [n]. */
  readonly orbits: Int32Array;
  /**
   * Operations of the given cell, pure translations included, the identity first. A supercell whose
   * shape breaks a rotation of the crystal has only those that leave its lattice as it is.
   */
  readonly operations: readonly SymmetryOperation[];
  readonly transformation: CellTransformation;
  /** Å; below the one asked for where that led to no consistent group. */
  readonly symprec: number;
}

/**
 * From the given cell to the standardised conventional one (International Tables A, 1.5.1):
 * (a_s, b_s, c_s) = (a, b, c) P and x_s = P⁻¹ (x − p).
 */
export interface CellTransformation {
  /** P, nine numbers, row-major; its columns are the standardised vectors in terms of a, b, c. */
  readonly matrix: readonly number[];
  /** p, in fractions of the given cell. */
  readonly originShift: readonly [number, number, number];
}

/**
 * Space group, operations, Wyckoff letters and orbits of a crystal. Sites are of one kind if they
 * have the same species, oxidation states and occupancies.
 *
 * @throws {SymmetryError} symprec not in (0, 1] Å or too large for the cell; a crystal that is not
 *   periodic in three directions; a cell longer than 10,000 Å; no symmetry found, as when sites
 *   overlap.
 * @see Shinohara, K., Togo, A. & Tanaka, I., moyo: https://github.com/spglib/moyo
 * @example symmetry(quartz).internationalSymbol // "P3_221"
 */
export function symmetry(crystal: Crystal, options: SymmetryOptions = {}): SymmetryDataset {
  const { raw, reduction } = analyze(crystal, options);
  const setting = hallSetting(raw.hall_number);
  const perSite = <T>(values: readonly T[]): T[] =>
    Array.from(reduction.primitiveSite, (site) => values[site]);
  return {
    spaceGroupNumber: raw.number,
    internationalSymbol: raw.hm_symbol.replaceAll(" ", ""),
    hallNumber: raw.hall_number,
    hallSymbol: setting.hallSymbol,
    crystalSystem: setting.crystalSystem,
    pointGroup: setting.pointGroup,
    pearsonSymbol: raw.pearson_symbol,
    wyckoffLetters: perSite(raw.wyckoffs),
    siteSymmetries: perSite(raw.site_symmetry_symbols),
    orbits: reduction.primitiveSite.map((site) => reduction.firstSite[raw.orbits[site]]),
    operations: operationsOfCell(raw.operations.map(fromMoyo), reduction),
    transformation: toGivenCell(raw.std_linear, raw.std_origin_shift, reduction),
    symprec: raw.symprec,
  };
}

/** Operations of the primitive cell in the given one's coordinates, times its pure translations. */
function operationsOfCell(
  primitive: readonly SymmetryOperation[],
  { basis, translations }: Reduction,
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
  { basis }: Reduction,
): CellTransformation {
  const toGiven = transpose(basis);
  return {
    matrix: Array.from(multiply(toGiven, rowMajor(linear))),
    originShift: applyRotation(toGiven, originShift),
  };
}
