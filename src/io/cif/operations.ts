import { SymmetryError } from "../../base/errors.js";
import type { Lattice } from "../../lattice/lattice.js";
import { cellTolerance, settingOfSites } from "../../symmetry/choose-setting.js";
import { fitsCell } from "../../symmetry/fits-cell.js";
import { operationsFromHall } from "../../symmetry/hall-symbol.js";
import { identity, type SymmetryOperation } from "../../symmetry/operation.js";
import { type SpaceGroup, spaceGroupSettings } from "../../symmetry/space-group.js";
import { hallOfUnlistedCell } from "../../symmetry/symbols.js";
import type { Atoms } from "./atoms.js";
import type { CifColumn } from "./document.js";
import { operationReader, ordersOfSymbol } from "./known-symmetry.js";
import { errorAt, numberAt, type Reader, textOf, warn } from "./reader.js";

const operationTags = ["_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz"] as const;
const hallTags = ["_space_group_name_hall", "_symmetry_space_group_name_hall"] as const;
const symbolTags = [
  "_space_group_name_h-m_alt",
  "_symmetry_space_group_name_h-m",
  "_space_group_name_h-m_full",
  "_symmetry_space_group_name_h-m_full",
] as const;
const numberTags = ["_space_group_it_number", "_symmetry_int_tables_number"] as const;

/**
 * The operations of the cell: those the file lists, else those of its Hall symbol, its
 * Hermann-Mauguin symbol, its number; without any of them, the identity with a warning.
 *
 * @throws {ParseError} an operation that cannot be read, a symbol or number of no space group.
 */
export function readOperations(
  reader: Reader,
  lattice: Lattice,
  atoms: Atoms,
): readonly SymmetryOperation[] {
  const listed = listedOperations(reader);
  if (listed) {
    checkAgainstSymbol(reader, listed.operations, listed.column);
    checkAgainstCell(reader, listed.operations, lattice, listed.column.offset);
    return listed.operations;
  }
  const operations = hallOperations(reader) ?? namedOperations(reader, lattice, atoms);
  if (operations) {
    checkAgainstCell(reader, operations, lattice, reader.block.offset);
    return operations;
  }
  warn(
    reader,
    "NO_SYMMETRY",
    "the file gives no symmetry operations and no space group: its atoms are taken as the whole cell (P1)",
    reader.block.offset,
  );
  return [identity];
}

function listedOperations(
  reader: Reader,
): { operations: SymmetryOperation[]; column: CifColumn } | undefined {
  const column = reader.block.findValue(...operationTags);
  if (column === undefined) return undefined;
  const read = operationReader();
  const operations = new Set([identity]);
  let hasIdentity = false;
  for (let row = 0; row < column.rowCount; row++) {
    const operation = operationAt(reader, column, row, read);
    hasIdentity ||= operation === identity;
    operations.add(operation);
  }
  if (!hasIdentity) {
    warn(reader, "NO_IDENTITY", `${column.tag} lacks "x,y,z", which was added`, column.offset);
  }
  return { operations: [...operations], column };
}

function operationAt(
  reader: Reader,
  column: CifColumn,
  row: number,
  read: (text: string) => SymmetryOperation,
): SymmetryOperation {
  try {
    return read(column.text(row));
  } catch (error) {
    if (!(error instanceof SymmetryError)) throw error;
    throw errorAt(reader, column, row, error.message);
  }
}

function hallOperations(reader: Reader): readonly SymmetryOperation[] | undefined {
  const hall = textOf(reader, ...hallTags);
  if (hall === undefined) return undefined;
  try {
    return operationsFromHall(hall.text);
  } catch (error) {
    if (!(error instanceof SymmetryError)) throw error;
    warn(reader, "HALL_SYMBOL_UNKNOWN", `${error.message}; it was ignored`, hall.column.offset);
    return undefined;
  }
}

function namedOperations(
  reader: Reader,
  lattice: Lattice,
  atoms: Atoms,
): readonly SymmetryOperation[] | undefined {
  const unlisted = hallOfUnlistedCell(textOf(reader, ...symbolTags)?.text ?? "");
  if (unlisted !== undefined) return operationsFromHall(unlisted);
  const named = settingsOfSymbol(reader) ?? settingsOfNumber(reader);
  if (named === undefined) return undefined;
  const { settings, column } = named;
  const { group, assumedOrigin } = settingOfSites(settings, lattice, atoms);
  if (assumedOrigin === undefined) return group.operations;
  warn(
    reader,
    "ORIGIN_CHOICE_ASSUMED",
    `${column.tag} does not say which origin of ${group.internationalSymbol} it means: choice ` +
      `${group.setting[0]} was taken, with a shortest distance of ${assumedOrigin.distance.toFixed(2)} Å`,
    column.offset,
  );
  return group.operations;
}

function settingsOfSymbol(
  reader: Reader,
): { settings: readonly SpaceGroup[]; column: CifColumn } | undefined {
  const symbol = textOf(reader, ...symbolTags);
  if (symbol === undefined) return undefined;
  const code = textOf(reader, "_space_group_it_coordinate_system_code")?.text;
  const withCode = code && !symbol.text.includes(":") ? `${symbol.text}:${code}` : symbol.text;
  for (const text of [withCode, symbol.text]) {
    try {
      return { settings: spaceGroupSettings(text), column: symbol.column };
    } catch (error) {
      if (!(error instanceof SymmetryError)) throw error;
    }
  }
  const byNumber = settingsOfNumber(reader);
  const message = `"${symbol.text.slice(0, 40)}" in ${symbol.column.tag} is no known space group`;
  if (byNumber === undefined) {
    throw errorAt(
      reader,
      symbol.column,
      0,
      `${message}; list the operations (_space_group_symop_operation_xyz) or give the Hall symbol`,
    );
  }
  warn(reader, "SYMBOL_UNKNOWN", `${message}: the number is used`, symbol.column.offset);
  return byNumber;
}

function settingsOfNumber(
  reader: Reader,
): { settings: readonly SpaceGroup[]; column: CifColumn } | undefined {
  const found = textOf(reader, ...numberTags);
  if (found === undefined) return undefined;
  const number = numberAt(reader, found.column, 0);
  if (!Number.isInteger(number) || number < 1 || number > 230) {
    const message = `${found.column.tag} must be a whole number from 1 to 230, got ${number}`;
    throw errorAt(reader, found.column, 0, message);
  }
  return { settings: spaceGroupSettings(number), column: found.column };
}

function checkAgainstCell(
  reader: Reader,
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
  offset: number,
): void {
  if (fitsCell(operations, lattice, cellTolerance)) return;
  const message = `the symmetry does not fit the cell ${lattice}: equivalent sites will differ`;
  warn(reader, "SYMMETRY_CELL_MISMATCH", message, offset);
}

/** Operations outrank the symbol; but a list that was cut short shows as another order. */
function checkAgainstSymbol(
  reader: Reader,
  operations: readonly SymmetryOperation[],
  column: CifColumn,
): void {
  const symbol = textOf(reader, ...symbolTags);
  if (symbol === undefined) return;
  const orders = ordersOfSymbol(symbol.text);
  if (orders.length === 0 || orders.includes(operations.length)) return;
  warn(
    reader,
    "SYMMETRY_CONFLICT",
    `${column.tag} lists ${operations.length} operations, but the space group "${symbol.text}" has ` +
      `${orders[0]}: those listed are used`,
    column.offset,
  );
}
