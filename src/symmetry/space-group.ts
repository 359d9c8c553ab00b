import { show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { operationsFromHall } from "./hall-symbol.js";
import { hallEntry, operationsOfSetting, spaceGroupType } from "./moyo.js";
import { operationKey, type SymmetryOperation } from "./operation.js";
import { parseSymbol, symbolKeys } from "./symbols.js";

export type CrystalSystem =
  | "triclinic"
  | "monoclinic"
  | "orthorhombic"
  | "tetragonal"
  | "trigonal"
  | "hexagonal"
  | "cubic";

/** One of the 530 settings of the 230 space groups. */
export interface SpaceGroup {
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
  readonly crystalSystem: CrystalSystem;
  /** "2/m" */
  readonly pointGroup: string;
  /** Of the conventional cell of this setting, centring included, the identity first. */
  readonly operations: readonly SymmetryOperation[];
}

const settingCount = 530;
/** Longer than any symbol with its change of basis: a longer text is not worth taking apart. */
const longestSymbol = 100;
const settings: (SpaceGroup | undefined)[] = [];
const pointGroups = new Map<number, { crystalSystem: CrystalSystem; pointGroup: string }>();
let settingsBySymbol: ReadonlyMap<string, readonly number[]> | undefined;
let settingsByOperations: ReadonlyMap<string, number> | undefined;

/**
 * A space group by its number, a Hermann-Mauguin symbol (short, full or old; with or without spaces;
 * "P 21/n", "P21/c", "P 1 21/c 1", "Fd-3m:2", "R -3 m :R", "Cmca") or a Hall symbol ("-P 2ybc"). Where
 * several settings fit, the first in the order of Hall numbers: unique axis b, hexagonal axes, origin
 * choice 1.
 *
 * @throws {SymmetryError} no such group.
 * @see Hall, S. R. & Grosse-Kunstleve, R. W., International Tables B (2001), A1.4.2.
 * @example spaceGroup("P 32 2 1").number // 154
 */
export function spaceGroup(key: number | string): SpaceGroup {
  return spaceGroupSettings(key)[0];
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
  const shown = typeof key === "string" && key.length > 60 ? `${key.slice(0, 57)}...` : key;
  throw new SymmetryError(
    `${show(shown)} is no space group: expected a number from 1 to 230, a Hermann-Mauguin symbol such ` +
      'as "P 21/c" or "Fd-3m:2", or a Hall symbol such as "-P 2ybc"',
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
  let operations: readonly SymmetryOperation[] | undefined;
  return {
    number: entry.number,
    hallNumber,
    internationalSymbol: entry.hm_short.replaceAll(" ", ""),
    internationalFull: entry.hm_full,
    // The table writes the double prime of Hall's notation as "=".
    hallSymbol: entry.hall_symbol.replaceAll("=", '"'),
    setting: entry.setting,
    ...pointGroupOf(entry.number),
    get operations() {
      operations ??= operationsOfSetting(entry.number, hallNumber);
      return operations;
    },
  };
}

function pointGroupOf(number: number): { crystalSystem: CrystalSystem; pointGroup: string } {
  const known = pointGroups.get(number);
  if (known) return known;
  const { crystal_system, geometric_crystal_class } = spaceGroupType(number);
  const found = {
    crystalSystem: crystal_system.toLowerCase() as CrystalSystem,
    pointGroup: geometric_crystal_class,
  };
  pointGroups.set(number, found);
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
