import { show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import {
  enantiomorphOf,
  isCentrosymmetric,
  isExtinct,
  isPolar,
  isSohncke,
  laueClassOf,
} from "./group-properties.js";
import { operationsFromHall } from "./hall-symbol.js";
import { hallEntry, operationsOfSetting, spaceGroupType } from "./moyo.js";
import { formatOperation, identity, operationKey, type SymmetryOperation } from "./operation.js";
import { parseSymbol, symbolKeys } from "./symbols.js";
import { type WyckoffPosition, wyckoffPositionsOf } from "./wyckoff-positions.js";

export type CrystalSystem =
  | "triclinic"
  | "monoclinic"
  | "orthorhombic"
  | "tetragonal"
  | "trigonal"
  | "hexagonal"
  | "cubic";

/** What the tables say of a setting. */
interface SettingEntry {
  readonly number: number;
  readonly hallNumber: number;
  readonly internationalSymbol: string;
  readonly internationalFull: string;
  readonly hallSymbol: string;
  readonly setting: string;
  readonly centring: string;
  readonly crystalSystem: CrystalSystem;
  readonly pointGroup: string;
  readonly bravaisLattice: string;
}

/**
 * One of the 530 settings of the 230 space groups: what International Tables A says of it, most of it
 * computed from the operations.
 *
 * @example spaceGroup("Pnma").isExtinct([0, 0, 1]) // true: 00l is there for even l only
 */
export class SpaceGroup {
  /** 1 to 230. */
  readonly number: number;
  /** 1 to 530. */
  readonly hallNumber: number;
  /** Short Hermann-Mauguin symbol of the group, "P2_1/c". */
  readonly internationalSymbol: string;
  /** Full symbol of this setting, "P 1 2_1/n 1". */
  readonly internationalFull: string;
  readonly hallSymbol: string;
  /** Unique axis, cell choice, axes or origin: "b1", "2", "H", "cab"; "" for the only or first one. */
  readonly setting: string;
  /** Letter of the conventional cell: P, A, B, C, I, F or R. */
  readonly centring: string;
  readonly crystalSystem: CrystalSystem;
  /** "2/m" */
  readonly pointGroup: string;
  /** The point group of its diffraction pattern: one of the eleven with an inversion. */
  readonly laueClass: string;
  /** "aP", "mC", "oS", ..., "cF"; S stands for centring of one face, whichever it is. */
  readonly bravaisLattice: string;

  private operationList: readonly SymmetryOperation[] | undefined;
  private positionList: readonly WyckoffPosition[] | undefined;
  private centringList: readonly (readonly [number, number, number])[] | undefined;

  /** @internal Made by `spaceGroup`. */
  constructor(entry: SettingEntry) {
    this.number = entry.number;
    this.hallNumber = entry.hallNumber;
    this.internationalSymbol = entry.internationalSymbol;
    this.internationalFull = entry.internationalFull;
    this.hallSymbol = entry.hallSymbol;
    this.setting = entry.setting;
    this.centring = entry.centring;
    this.crystalSystem = entry.crystalSystem;
    this.pointGroup = entry.pointGroup;
    this.laueClass = laueClassOf(entry.pointGroup);
    this.bravaisLattice = entry.bravaisLattice;
  }

  /** Of the conventional cell of this setting, centring included, the identity first. */
  get operations(): readonly SymmetryOperation[] {
    this.operationList ??= frozen(operationsOfSetting(this.number, this.hallNumber));
    return this.operationList;
  }

  /** The operations as coordinate triplets: "-x,y+1/2,-z+1/2". */
  get triplets(): readonly string[] {
    return this.operations.map(formatOperation);
  }

  /** Operations in the conventional cell, centring included: the largest multiplicity of a site. */
  get order(): number {
    return this.operations.length;
  }

  /** Fractions of the conventional cell, [0, 0, 0] first. */
  get centringVectors(): readonly (readonly [number, number, number])[] {
    this.centringList ??= this.operations
      .filter(({ rotation }) => rotation.join() === identity.rotation.join())
      .map(({ translation }) => translation);
    return this.centringList;
  }

  /** The general position first. */
  get wyckoffPositions(): readonly WyckoffPosition[] {
    this.positionList ??= wyckoffPositionsOf(this.hallNumber, this.operations);
    return this.positionList;
  }

  /** All settings of this group, in the order of Hall numbers: unique axes, cells, axes, origins. */
  get settings(): readonly SpaceGroup[] {
    return settingsOfNumber(this.number);
  }

  get isCentrosymmetric(): boolean {
    return isCentrosymmetric(this.operations);
  }

  /** Whether it holds rotations and screws only, as a chiral crystal's group does: 65 of the 230. */
  get isSohncke(): boolean {
    return isSohncke(this.operations);
  }

  /** Number of the mirror image's group where that is another one, as for P4_1 and P4_3; or undefined. */
  get enantiomorph(): number | undefined {
    return enantiomorphOf(this.number);
  }

  /** Whether a direction is left as it is by all operations, so that a crystal may have a dipole. */
  get isPolar(): boolean {
    return isPolar(this.operations);
  }

  /** Whether some site has the whole point group for its symmetry, as in 73 of the 230. */
  get isSymmorphic(): boolean {
    const smallest = this.wyckoffPositions.map(({ multiplicity }) => multiplicity);
    return Math.min(...smallest) === this.centringVectors.length;
  }

  /**
   * Whether a reflection is absent in every crystal of this group and setting: an operation (W, w) with
   * h W = h shifts its phase by h·w, which is no whole number.
   *
   * @param hkl Miller indices in the conventional cell.
   * @throws {ShapeError} not three whole numbers.
   * @see International Tables A (2016), 1.6.3.
   */
  isExtinct(hkl: ArrayLike<number>): boolean {
    return isExtinct(this.operations, hkl);
  }

  /** "P2_1/c (14), P 1 2_1/n 1, monoclinic, 4 operations" */
  toString(): string {
    const { internationalSymbol, number, internationalFull, crystalSystem, order } = this;
    const count = order === 1 ? "1 operation" : `${order} operations`;
    return `${internationalSymbol} (${number}), ${internationalFull}, ${crystalSystem}, ${count}`;
  }
}

inspectAsText(SpaceGroup);

/** A group by number or symbol, or a setting by Hall number or Hall symbol. */
export type SpaceGroupKey = number | string | { readonly hall: number | string };

const settingCount = 530;
/** Longer than any symbol with its change of basis: a longer text is not worth taking apart. */
const longestSymbol = 100;
const settings: (SpaceGroup | undefined)[] = [];
type GroupType = Pick<SettingEntry, "crystalSystem" | "pointGroup" | "bravaisLattice">;
const groupTypes = new Map<number, GroupType>();
let settingsBySymbol: ReadonlyMap<string, readonly number[]> | undefined;
let settingsByOperations: ReadonlyMap<string, number> | undefined;

/**
 * A space group by its number, a Hermann-Mauguin symbol (short, full or old; with or without spaces;
 * "P 21/n", "P21/c", "P 1 21/c 1", "Fd-3m:2", "R -3 m :R", "Cmca") or a Hall symbol ("-P 2ybc"). Where
 * several settings fit, the first in the order of Hall numbers: unique axis b, hexagonal axes, origin
 * choice 1.
 *
 * `{ hall }` names one setting by Hall number (1 to 530) or Hall symbol.
 *
 * @throws {SymmetryError} no such group.
 * @see Hall, S. R. & Grosse-Kunstleve, R. W., International Tables B (2001), A1.4.2.
 * @example spaceGroup("P 32 2 1").number // 154
 */
export function spaceGroup(key: SpaceGroupKey): SpaceGroup {
  return typeof key === "object" && key !== null ? settingOfHall(key) : spaceGroupSettings(key)[0];
}

/** The 230 space groups in order, each in its first setting; their `settings` are the 530. */
export function spaceGroups(): readonly SpaceGroup[] {
  const seen = new Set<number>();
  return allSettings().filter(({ number }) => !seen.has(number) && seen.add(number));
}

/**
 * All settings that a number or symbol may stand for, the preferred one first: "P 21/a" is one of
 * unique axis b or of unique axis c, "Fd-3m" one of two origins.
 *
 * @throws {SymmetryError} none.
 */
export function spaceGroupSettings(key: number | string): readonly SpaceGroup[] {
  const found = typeof key === "number" ? settingsOfNumber(key) : settingsOfSymbol(String(key));
  if (found.length > 0) return found;
  throw unknownGroup(key);
}

function settingOfHall({ hall }: { readonly hall: number | string }): SpaceGroup {
  const isNumber = Number.isInteger(hall) && Number(hall) >= 1 && Number(hall) <= settingCount;
  const hallNumber =
    typeof hall === "string" && hall.length <= longestSymbol
      ? hallNumberOf(hall)
      : isNumber
        ? Number(hall)
        : undefined;
  if (hallNumber === undefined) throw unknownGroup({ hall });
  return hallSetting(hallNumber);
}

function unknownGroup(key: unknown): SymmetryError {
  const shown = typeof key === "string" && key.length > 60 ? `${key.slice(0, 57)}...` : key;
  return new SymmetryError(
    `${show(shown)} is no space group: expected a number from 1 to 230, a Hermann-Mauguin symbol such ` +
      'as "P 21/c" or "Fd-3m:2", a Hall symbol such as "-P 2ybc", or { hall } with a Hall number from ' +
      `1 to ${settingCount} or a Hall symbol`,
    { key: shown },
  );
}

/** @param hallNumber 1 to 530. */
export function hallSetting(hallNumber: number): SpaceGroup {
  settings[hallNumber] ??= readSetting(hallNumber);
  return settings[hallNumber];
}

function readSetting(hallNumber: number): SpaceGroup {
  const entry = hallEntry(hallNumber);
  return new SpaceGroup({
    number: entry.number,
    hallNumber,
    internationalSymbol: entry.hm_short.replaceAll(" ", ""),
    internationalFull: entry.hm_full,
    // The table writes the double prime of Hall's notation as "=".
    hallSymbol: entry.hall_symbol.replaceAll("=", '"'),
    setting: entry.setting,
    centring: entry.hm_full[0],
    ...groupTypeOf(entry.number),
  });
}

function groupTypeOf(number: number): GroupType {
  const known = groupTypes.get(number);
  if (known) return known;
  const { crystal_system, geometric_crystal_class, bravais_class } = spaceGroupType(number);
  const found = {
    crystalSystem: crystal_system.toLowerCase() as CrystalSystem,
    pointGroup: geometric_crystal_class,
    bravaisLattice: bravais_class,
  };
  groupTypes.set(number, found);
  return found;
}

function allSettings(): SpaceGroup[] {
  return Array.from({ length: settingCount }, (_, i) => hallSetting(i + 1));
}

function settingsOfNumber(number: number): SpaceGroup[] {
  return allSettings().filter((setting) => setting.number === number);
}

function settingsOfSymbol(text: string): SpaceGroup[] {
  if (text.length > longestSymbol) return [];
  const { key, setting } = parseSymbol(text);
  settingsBySymbol ??= indexSymbols();
  const found = (settingsBySymbol.get(key) ?? []).map(hallSetting);
  const chosen = setting === "" ? found : found.filter((group) => isSetting(group, setting));
  if (chosen.length > 0) return chosen;
  const hallNumber = hallNumberOf(text);
  return hallNumber === undefined ? [] : [hallSetting(hallNumber)];
}

/** "1" and "2" also name the origin choice in "1cab", "2cab". */
function isSetting(group: SpaceGroup, setting: string): boolean {
  return group.setting === setting || (/^[12]$/.test(setting) && group.setting.startsWith(setting));
}

function indexSymbols(): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const { hallNumber, internationalSymbol, internationalFull, number } of allSettings()) {
    for (const key of symbolKeys({ hallNumber, number, internationalSymbol, internationalFull })) {
      const known = index.get(key);
      if (known) known.push(hallNumber);
      else index.set(key, [hallNumber]);
    }
  }
  return index;
}

/** By the operations a Hall symbol generates: one setting has several Hall symbols. */
function hallNumberOf(text: string): number | undefined {
  let key: string;
  try {
    key = operationsKey(operationsFromHall(text));
  } catch (error) {
    if (error instanceof SymmetryError) return undefined;
    throw error;
  }
  settingsByOperations ??= new Map(
    allSettings()
      .map(({ hallNumber, hallSymbol }) => {
        return [operationsKey(operationsFromHall(hallSymbol)), hallNumber] as const;
      })
      .reverse(),
  );
  return settingsByOperations.get(key);
}

function operationsKey(operations: readonly SymmetryOperation[]): string {
  return operations.map(operationKey).sort().join(" ");
}

/** All who ask for a group share one list, the search of symmetry too. */
function frozen(operations: readonly SymmetryOperation[]): readonly SymmetryOperation[] {
  for (const operation of operations) {
    Object.freeze(operation.rotation);
    Object.freeze(operation.translation);
    Object.freeze(operation);
  }
  return Object.freeze(operations);
}
