import type { SiteProperty } from "../../crystal/site-properties.js";
import type { Lines } from "../lines.js";
import { clip } from "../source.js";

/** One entry of `Properties=`: "forces:R:3". */
export interface Column {
  readonly name: string;
  /** Text, real number, whole number, logical. */
  readonly type: "S" | "R" | "I" | "L";
  readonly width: number;
}

export const plainColumns: readonly Column[] = [
  { name: "species", type: "S", width: 1 },
  { name: "pos", type: "R", width: 3 },
];

/** @throws {ParseError} not "name:type:width" throughout. */
export function parseColumns(lines: Lines, text: string, offset: number): readonly Column[] {
  const parts = text.split(":");
  const columns: Column[] = [];
  for (let i = 0; i < parts.length; i += 3) {
    const [name, type, width] = parts.slice(i, i + 3);
    const isColumn =
      name !== "" && /^[SRIL]$/.test(type ?? "") && /^[1-9]\d{0,3}$/.test(width ?? "");
    if (!isColumn) {
      const expected = 'Properties=species:S:1:pos:R:3 and more of "name:S|R|I|L:width"';
      throw lines.error(
        `expected ${expected}, got ${clip(parts.slice(i, i + 3).join(":"))}`,
        {},
        offset,
      );
    }
    columns.push({ name, type: type as Column["type"], width: Number(width) });
  }
  return columns;
}

/** Words that stand for a number that is not known. */
const unknown = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/** The values of one column, filled line by line. */
export class ColumnValues {
  readonly column: Column;
  readonly numbers: Float64Array;
  readonly texts: string[];
  /** Line of the first value that is not finite. */
  unknownAt: number | undefined;

  constructor(column: Column, siteCount: number) {
    this.column = column;
    const isText = column.type === "S";
    this.numbers = new Float64Array(isText ? 0 : siteCount * column.width);
    this.texts = isText ? new Array<string>(siteCount).fill("") : [];
  }

  read(lines: Lines, site: number): void {
    const { type, width, name } = this.column;
    if (type === "S") {
      this.texts[site] = lines.takeWord(name);
      for (let k = 1; k < width; k++) this.texts[site] += ` ${lines.takeWord(name)}`;
      return;
    }
    const { numbers } = this;
    const end = width * (site + 1);
    for (let at = width * site; at < end; at++) {
      at += lines.fillNumbers(numbers, at, end - at);
      if (at < end) numbers[at] = this.other(lines);
    }
  }

  get property(): SiteProperty {
    return this.column.type === "S" ? this.texts : this.numbers;
  }

  private other(lines: Lines): number {
    const { word } = lines;
    if (word === "") throw lines.error(`expected ${this.column.name}, but the line ends`);
    if (this.column.type === "L" && /^(t|true)$/i.test(word)) return 1;
    if (this.column.type === "L" && /^(f|false)$/i.test(word)) return 0;
    if (this.column.name !== "pos" && unknown.test(word)) {
      this.unknownAt ??= lines.lineNumber;
      return 0;
    }
    const expected = this.column.type === "L" ? "T or F" : "a finite number";
    throw lines.error(`expected ${expected} for ${this.column.name}, got ${clip(word)}`);
  }
}
