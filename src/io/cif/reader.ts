import { show } from "../../base/check.js";
import { InvalidConfiguration, type ParseError } from "../../base/errors.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { ReadOptions } from "../../crystal/formats.js";
import { clip, type Source } from "../source.js";
import type { CifBlock, CifColumn } from "./document.js";

/** What the reader of a CIF may be told. */
export type CifOptions = Pick<ReadOptions, "disorder" | "occupancyTolerance">;

/** @throws {InvalidConfiguration} an option of another value. */
export function checkedOptions({ disorder, occupancyTolerance }: CifOptions): CifOptions {
  if (disorder !== undefined && disorder !== "all" && disorder !== "major") {
    throw new InvalidConfiguration(`disorder must be "all" or "major", got ${show(disorder)}`, {
      disorder,
    });
  }
  const isTolerance = typeof occupancyTolerance === "number" && occupancyTolerance >= 1;
  if (occupancyTolerance !== undefined && !isTolerance) {
    throw new InvalidConfiguration(
      `occupancyTolerance must be a number of 1 or more, such as 1.05, got ${show(occupancyTolerance)}`,
      { occupancyTolerance },
    );
  }
  return {
    ...(disorder === undefined ? {} : { disorder }),
    ...(occupancyTolerance === undefined ? {} : { occupancyTolerance }),
  };
}

/** One block being turned into a crystal: where to look, and where remarks go. */
export interface Reader {
  readonly source: Source;
  readonly block: CifBlock;
  readonly warnings: CrystalWarning[];
  readonly options: CifOptions;
}

/** Warnings of one code beyond this many say nothing new. */
const warningsOfOneCode = 20;

export function warn(reader: Reader, code: string, message: string, offset: number): void {
  const known = reader.warnings.filter((warning) => warning.code === code).length;
  if (known >= warningsOfOneCode) return;
  const more = known === warningsOfOneCode - 1 ? " (more of these are not listed)" : "";
  reader.warnings.push({ code, message: message + more, line: reader.source.lineOf(offset) });
}

/** An error at a value, which it names. */
export function errorAt(
  reader: Reader,
  column: CifColumn,
  row: number,
  message: string,
): ParseError {
  const value = row < column.rowCount ? column.text(row).slice(0, 100) : undefined;
  return reader.source.error(message, column.offsetOf(row), { tag: column.tag, value });
}

// Digits before the point and after it cannot match the same text twice: matching is linear.
const digits = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const plainNumber = new RegExp(`^${digits.source}$`);
const uncertainNumber = new RegExp(`^(${digits.source})\\([\\d.]{0,20}\\)?$`);

/**
 * The number in a row, without its standard uncertainty: "1.234(5)" is 1.234.
 *
 * @throws {ParseError} missing, or no finite number.
 */
export function numberAt(reader: Reader, column: CifColumn, row: number): number {
  const plain = column.decimal(row);
  return Number.isNaN(plain) ? otherNumber(reader, column, row) : plain;
}

/** The same, or undefined where there is none. */
export function numberIn(column: CifColumn, row: number): number | undefined {
  const plain = column.decimal(row);
  return Number.isNaN(plain) ? numberOf(column.text(row).trim()) : plain;
}

/** One with an exponent, many digits or white space around it. */
function otherNumber(reader: Reader, column: CifColumn, row: number): number {
  const text = column.text(row).trim();
  const number = numberOf(text);
  if (number !== undefined) return number;
  const comma = /^[+-]?\d+,\d+/.test(text) ? "; the decimal sign of a CIF is a point" : "";
  throw errorAt(
    reader,
    column,
    row,
    `${column.tag} must be a finite number such as 1.234 or 1.234(5), got ${clip(text)}${comma}`,
  );
}

/** The number that a text is, without its standard uncertainty. */
export function numberOf(text: string): number | undefined {
  const number = plainNumber.test(text) ? text : uncertainNumber.exec(text)?.[1];
  return number !== undefined && Number.isFinite(Number(number)) ? Number(number) : undefined;
}

/** The text of the first tag that has one, with white space around it taken off. */
export function textOf(
  reader: Reader,
  ...tags: readonly string[]
): { readonly text: string; readonly column: CifColumn } | undefined {
  const column = reader.block.findValue(...tags);
  if (column === undefined) return undefined;
  const text = column.text(0).trim();
  return text === "" || text === "?" || text === "." ? undefined : { text, column };
}
