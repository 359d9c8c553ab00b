import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { SymmetryOperation } from "./operation.js";
import { type CrystalSystem, hallSetting, type SpaceGroup } from "./space-group.js";

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

/** The arrays behind a dataset. */
export interface DatasetParts {
  readonly crystal: Crystal;
  readonly hallNumber: number;
  readonly pearsonSymbol: string;
  readonly wyckoffLetters: readonly string[];
  readonly siteSymmetries: readonly string[];
  readonly orbits: Int32Array;
  readonly operations: () => readonly SymmetryOperation[];
  readonly transformation: CellTransformation;
  readonly symprec: number;
}

/** The symmetry of a crystal. Sites are in the order of the crystal's. */
export class SymmetryDataset {
  /** The crystal that was asked about. */
  readonly crystal: Crystal;
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
  readonly transformation: CellTransformation;
  /** Å; below the one asked for where that led to no consistent group. */
  readonly symprec: number;

  private readonly makeOperations: () => readonly SymmetryOperation[];
  private operationList: readonly SymmetryOperation[] | undefined;

  /** @internal Made by `symmetry`. */
  constructor(parts: DatasetParts) {
    const setting = hallSetting(parts.hallNumber);
    this.crystal = parts.crystal;
    this.spaceGroupNumber = setting.number;
    this.internationalSymbol = setting.internationalSymbol;
    this.hallNumber = parts.hallNumber;
    this.hallSymbol = setting.hallSymbol;
    this.crystalSystem = setting.crystalSystem;
    this.pointGroup = setting.pointGroup;
    this.pearsonSymbol = parts.pearsonSymbol;
    this.wyckoffLetters = parts.wyckoffLetters;
    this.siteSymmetries = parts.siteSymmetries;
    this.orbits = parts.orbits;
    this.transformation = parts.transformation;
    this.symprec = parts.symprec;
    this.makeOperations = parts.operations;
  }

  /**
   * Operations of the given cell, pure translations included, the identity first; an exact group,
   * whatever the noise in the positions. A supercell whose shape breaks a rotation of the crystal has
   * only those that leave its lattice as it is.
   */
  get operations(): readonly SymmetryOperation[] {
    this.operationList ??= this.makeOperations();
    return this.operationList;
  }

  /** The sites of each orbit, in the order of their first ones. */
  get equivalentSites(): readonly (readonly number[])[] {
    const groups = new Map<number, number[]>();
    this.orbits.forEach((first, site) => {
      const group = groups.get(first);
      if (group) group.push(site);
      else groups.set(first, [site]);
    });
    return [...groups.values()];
  }

  /** The setting of the standardised cell. */
  get spaceGroup(): SpaceGroup {
    return hallSetting(this.hallNumber);
  }

  /** "Fm-3m (225), cubic, cF8, symprec 0.01 Å" */
  toString(): string {
    const { internationalSymbol, spaceGroupNumber, crystalSystem, pearsonSymbol, symprec } = this;
    return `${internationalSymbol} (${spaceGroupNumber}), ${crystalSystem}, ${pearsonSymbol}, symprec ${symprec} Å`;
  }
}

inspectAsText(SymmetryDataset);
