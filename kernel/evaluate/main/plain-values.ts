import { inspect, types } from "node:util";
import { table } from "prism-lab";
import type { MimeBundle } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Date, Number, Object } from "../intrinsics.js";

type Row = Readonly<Record<string, unknown>>;

const MAX_COLUMNS = 30;
/** Rows that are looked at; a table shows fewer. */
const MAX_ROWS_READ = 1000;
/** So many elements of a typed array are shown. */
const SHOWN_ELEMENTS = 12;
/** The summary of a longer one would be felt. */
const MAX_SUMMARISED = 20_000_000;

/** What values of the language itself show beside, or instead of, what Node prints. */
export function plainBundle(value: unknown): MimeBundle | undefined {
  if (types.isProxy(value)) return undefined;
  if (Array.isArray(value)) {
    const columns = columnsOf(value);
    return columns && tableBundle(value, columns);
  }
  if (types.isTypedArray(value)) return { "text/plain": typedArrayText(value) };
  return undefined;
}

/** Of two rows or more, all of them plain objects whose members are plain themselves; else undefined. */
function columnsOf(value: readonly unknown[]): readonly string[] | undefined {
  if (value.length < 2) return undefined;
  const columns: Record<string, true> = Object.create(null);
  for (const row of value.slice(0, MAX_ROWS_READ)) {
    const members = membersOf(row);
    if (members === undefined) return undefined;
    for (const [name, { value: member, get }] of members) {
      if (get !== undefined || !isCell(member)) return undefined;
      columns[name] = true;
    }
  }
  const names = Object.keys(columns);
  return names.length > 0 && names.length <= MAX_COLUMNS ? names : undefined;
}

/** Runs no code of the object's. */
function membersOf(row: unknown): readonly [string, PropertyDescriptor][] | undefined {
  if (typeof row !== "object" || row === null || types.isProxy(row)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(row);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  if (Object.getOwnPropertySymbols(row).length > 0) return undefined;
  return Object.entries(Object.getOwnPropertyDescriptors(row)).filter(
    ([, each]) => each.enumerable,
  );
}

function isCell(value: unknown): boolean {
  if (value === null || value instanceof Date) return true;
  return typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol";
}

function tableBundle(rows: readonly unknown[], columns: readonly string[]): MimeBundle {
  const shown = table(rows as readonly Row[], { columns });
  return { "text/plain": shown.toString(), "text/html": shown.toHtml() };
}

/** Length, the first elements, and what the numbers are like. */
function typedArrayText(array: NodeJS.TypedArray): string {
  const text = inspect(array, { colors: true, maxArrayLength: SHOWN_ELEMENTS });
  if (array.length <= SHOWN_ELEMENTS || array.length > MAX_SUMMARISED) return text;
  if (typeof array[0] === "bigint") return text;
  return `${text}\n${summary(array as Float64Array)}`;
}

function summary(numbers: Float64Array): string {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let unknown = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i] as number;
    if (x < min) min = x;
    if (x > max) max = x;
    if (Number.isNaN(x)) unknown += 1;
    else sum += x;
  }
  const known = numbers.length - unknown;
  if (known === 0) return "all NaN";
  const digits = (x: number): string => String(Number(x.toPrecision(6)));
  const range = `from ${digits(min)} to ${digits(max)}, mean ${digits(sum / known)}`;
  return unknown === 0 ? range : `${range}, ${unknown} NaN`;
}
