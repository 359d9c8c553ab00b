import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import { attachDisplay, type MimeBundle } from "./mime.js";
import { escapeXml } from "./svg.js";
import { textTable } from "./text-table.js";

export interface TableOptions {
  /** Which members to show, in this order; default all, in the order of their first appearance. */
  readonly columns?: readonly string[];
  readonly title?: string;
  /** Digits after the point of numbers that are no integers; default 4. */
  readonly digits?: number;
  /** Rows to show; the rest is counted below the table. Default 100. */
  readonly maxRows?: number;
}

/** Rows on display: an HTML table, and its text twin. */
export class Table {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly columns: readonly string[];
  readonly title: string | undefined;
  private readonly digits: number;
  private readonly maxRows: number;

  /** @internal Made by `table`. */
  constructor(rows: readonly Readonly<Record<string, unknown>>[], options: TableOptions) {
    this.rows = rows;
    this.columns = options.columns ?? [...new Set(rows.flatMap(Object.keys))];
    this.title = options.title;
    this.digits = options.digits ?? 4;
    this.maxRows = options.maxRows ?? 100;
  }

  toHtml(): string {
    const cell = (tag: "th" | "td", text: string, right: boolean) =>
      `<${tag} style="text-align:${right ? "right" : "left"};padding:0.2em 0.9em">${escapeXml(text)}</${tag}>`;
    const right = this.columns.map((column) => this.isNumeric(column));
    const body = this.cells().map(
      (cells) => `<tr>${cells.map((text, k) => cell("td", text, right[k])).join("")}</tr>`,
    );
    return [
      '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">',
      this.title === undefined
        ? ""
        : `<caption style="text-align:left;padding:0.2em 0.9em;font-weight:600">${escapeXml(this.title)}</caption>`,
      `<thead style="border-bottom:1px solid currentColor"><tr>${this.columns.map((text, k) => cell("th", text, right[k])).join("")}</tr></thead>`,
      `<tbody>${body.join("")}</tbody></table>`,
      this.rest === "" ? "" : `<div style="padding:0.2em 0.9em;opacity:0.7">${this.rest}</div>`,
    ].join("");
  }

  toString(): string {
    const right = this.columns.map((column) => this.isNumeric(column));
    return [
      ...(this.title === undefined ? [] : [this.title]),
      textTable(this.columns, this.cells(), right),
      ...(this.rest === "" ? [] : [this.rest]),
    ].join("\n");
  }

  toMimeBundle(): MimeBundle {
    return { "text/html": this.toHtml(), "text/plain": this.toString() };
  }

  private get rest(): string {
    const hidden = this.rows.length - this.maxRows;
    return hidden > 0 ? `… and ${hidden} more rows` : "";
  }

  private isNumeric(column: string): boolean {
    return this.rows.every((row) => row[column] === undefined || typeof row[column] === "number");
  }

  private cells(): string[][] {
    return this.rows
      .slice(0, this.maxRows)
      .map((row) => this.columns.map((column) => this.cellText(row[column])));
  }

  private cellText(value: unknown): string {
    if (value === undefined || value === null) return "";
    if (typeof value === "number") {
      const text = Number.isInteger(value) ? String(value) : numberText(value, this.digits);
      return text.replaceAll("-", "−");
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return this.cellText(Array.from(value as unknown as ArrayLike<number>));
    }
    if (Array.isArray(value)) return value.map((item) => this.cellText(item)).join(" ");
    const isPlain = typeof value === "object" && value.toString === Object.prototype.toString;
    return isPlain ? show(value) : String(value);
  }
}

attachDisplay(Table, (shown) => shown.toMimeBundle());

/** Fixed digits, unless those would hide the number or flood the column. */
function numberText(value: number, digits: number): string {
  const size = Math.abs(value);
  const fits = size >= 10 ** -digits && size < 1e7;
  return fits || !Number.isFinite(value) ? value.toFixed(digits) : value.toExponential(digits);
}

/**
 * Shows rows as a table.
 *
 * @param rows Objects with the same members; numbers are aligned on the right.
 * @throws {InvalidConfiguration} `rows` is not an array of objects.
 * @example table([{ pair: "Si1-O1", distance: 1.6053 }, { pair: "Si1-O2", distance: 1.6137 }])
 */
export function table(rows: readonly object[], options: TableOptions = {}): Table {
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== "object" || row === null)) {
    throw new InvalidConfiguration(
      `table(rows) needs an array of objects, such as [{ pair: "Si-O", distance: 1.61 }], got ${show(rows)}`,
      { rows: typeof rows },
    );
  }
  const fields = ["columns", "title", "digits", "maxRows"] as const;
  requireOptions("table", options, fields, '{ columns: ["pair", "distance"] }');
  return new Table(rows as readonly Readonly<Record<string, unknown>>[], options);
}
