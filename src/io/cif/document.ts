import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import { clip, type Source } from "../source.js";
import { decimalOf } from "./decimal.js";
import { Lexer, Quoting, type TokenKind } from "./lexer.js";
import { unfolded } from "./text-field.js";

const fullStop = 46;
const questionMark = 63;

/** A CIF as blocks of columns. Values stay where they are in the text until someone asks for them. */
export interface CifDocument {
  readonly source: Source;
  readonly blocks: readonly CifBlock[];
  /** What was read over. */
  readonly warnings: readonly CrystalWarning[];
}

/** One data block: its columns by tag. A single value is a column of one row. */
export class CifBlock {
  readonly name: string;
  /** Of its `data_` in the text. */
  readonly offset: number;
  /** @internal Filled by the parser. */
  readonly columns: Map<string, CifColumn> = new Map();

  constructor(name: string, offset: number) {
    this.name = name;
    this.offset = offset;
  }

  /** The first of the tags that occurs. Tags are as `normalTag` gives them. */
  find(...tags: readonly string[]): CifColumn | undefined {
    for (const tag of tags) {
      const column = this.columns.get(tag);
      if (column) return column;
    }
    return undefined;
  }

  /** The first of the tags that has a value other than "?" and "." in its first row. */
  findValue(...tags: readonly string[]): CifColumn | undefined {
    const present = tags.map((tag) => this.columns.get(tag));
    return present.find((column) => column !== undefined && !column.isMissing(0));
  }
}

/** The values of one tag: every `stride`-th value of a loop. */
export class CifColumn {
  /** As written. */
  readonly tag: string;
  /** Of the tag in the text. */
  readonly offset: number;
  readonly rowCount: number;
  private readonly values: ValueTable;
  private readonly first: number;
  private readonly stride: number;

  constructor(
    tag: string,
    offset: number,
    values: ValueTable,
    rows: { first: number; stride: number; rowCount: number },
  ) {
    this.tag = tag;
    this.offset = offset;
    this.values = values;
    this.first = rows.first;
    this.stride = rows.stride;
    this.rowCount = rows.rowCount;
  }

  /** "" beyond the last row. */
  text(row: number): string {
    return row < this.rowCount ? this.values.text(this.first + row * this.stride) : "";
  }

  /** A row's value as a plain decimal number, or NaN. */
  decimal(row: number): number {
    return row < this.rowCount ? this.values.decimal(this.first + row * this.stride) : Number.NaN;
  }

  /** Of a row's value in the text: for errors. */
  offsetOf(row: number): number {
    return row < this.rowCount ? this.values.offset(this.first + row * this.stride) : this.offset;
  }

  /** No such row, or a bare "?" (unknown) or "." (does not apply). */
  isMissing(row: number): boolean {
    return row >= this.rowCount || this.values.isMissing(this.first + row * this.stride);
  }
}

/** Where each value of the document begins and ends. */
class ValueTable {
  count = 0;
  private spans = new Int32Array(3 * 64);
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  add(start: number, end: number, quoting: number): void {
    const at = 3 * this.count++;
    if (at === this.spans.length) {
      const spans = new Int32Array(2 * at);
      spans.set(this.spans);
      this.spans = spans;
    }
    this.spans[at] = start;
    this.spans[at + 1] = end;
    this.spans[at + 2] = quoting;
  }

  text(index: number): string {
    const text = this.source.slice(this.spans[3 * index], this.spans[3 * index + 1]);
    return this.spans[3 * index + 2] === Quoting.textField ? unfolded(text) : text;
  }

  decimal(index: number): number {
    return decimalOf(this.source, this.spans[3 * index], this.spans[3 * index + 1]);
  }

  /** Of the value's first character, without its quote. */
  offset(index: number): number {
    return this.spans[3 * index];
  }

  isMissing(index: number): boolean {
    const start = this.spans[3 * index];
    if (this.spans[3 * index + 2] !== Quoting.bare || this.spans[3 * index + 1] !== start + 1) {
      return false;
    }
    const code = this.source.charCodeAt(start);
    return code === questionMark || code === fullStop;
  }
}

/** Tags compare without case; mmCIF and the newer dictionaries write a dot after the category. */
function normalTag(tag: string): string {
  return tag.toLowerCase().replaceAll(".", "_");
}

/**
 * @throws {ParseError} text before the first `data_`, a quote or text field without end, a loop
 *   without tags or with an incomplete last row.
 */
export function parseDocument(source: Source): CifDocument {
  return new DocumentParser(source).parse();
}

/** One data block of a text, and where the next one begins. */
export interface BlockInText {
  readonly block: CifBlock;
  readonly warnings: readonly CrystalWarning[];
  /** Of the next block, or the end of the text. */
  readonly end: number;
  /** Whether the text ended before another block began. */
  readonly isLast: boolean;
}

/**
 * The data block that begins at an offset; undefined where only comments are left.
 *
 * @throws {ParseError} as `parseDocument`.
 */
export function parseBlock(
  source: Source,
  start: number,
  version2: boolean,
): BlockInText | undefined {
  return new DocumentParser(source, new Lexer(source, start, version2)).parseBlock();
}

class DocumentParser {
  private readonly source: Source;
  private readonly lexer: Lexer;
  private readonly values: ValueTable;
  private readonly blocks: CifBlock[] = [];
  private readonly warnings: CrystalWarning[] = [];
  private block = new CifBlock("", 0);
  private strayCount = 0;
  private strayOffset = 0;

  constructor(source: Source, lexer: Lexer = new Lexer(source)) {
    this.source = source;
    this.lexer = lexer;
    this.values = new ValueTable(source.text);
  }

  parse(): CifDocument {
    this.lexer.next();
    this.requireBlock();
    while (this.lexer.kind !== "end") this.entry();
    this.remarkStray();
    return { source: this.source, blocks: this.blocks, warnings: this.warnings };
  }

  parseBlock(): BlockInText | undefined {
    const { lexer, warnings } = this;
    if (lexer.next() === "end") return undefined;
    this.requireBlock();
    do this.entry();
    while (lexer.kind !== "end" && lexer.kind !== "data" && lexer.kind !== "global");
    this.remarkStray();
    return { block: this.block, warnings, end: lexer.offset, isLast: lexer.kind === "end" };
  }

  private remarkStray(): void {
    if (this.strayCount === 0) return;
    this.warn(
      "VALUE_WITHOUT_TAG",
      `${this.strayCount} ${this.strayCount === 1 ? "value has" : "values have"} no tag and were ` +
        "ignored: a text with spaces must be quoted",
      this.strayOffset,
    );
  }

  private requireBlock(): void {
    const { kind } = this.lexer;
    if (kind === "data" || kind === "global") return;
    const { text } = this.source;
    if (kind === "end") {
      throw this.source.error(
        text.trim() === "" ? "the text is empty; expected a CIF" : "the CIF holds comments only",
        0,
      );
    }
    throw this.source.error(
      `expected a data block, "data_NAME", got ${clip(text.slice(this.lexer.offset, this.lexer.end))}`,
      this.lexer.offset,
    );
  }

  private entry(): void {
    const { lexer } = this;
    switch (lexer.kind) {
      case "data":
        this.openBlock(this.source.text.slice(lexer.start, lexer.end));
        break;
      case "global":
        this.openBlock("global_");
        break;
      case "tag":
        this.pair();
        break;
      case "loop":
        this.loop();
        break;
      case "save":
        this.skipSaveFrame();
        break;
      default:
        if (lexer.kind === "value" && this.strayCount++ === 0) this.strayOffset = lexer.offset;
        lexer.next();
    }
  }

  private openBlock(name: string): void {
    this.block = new CifBlock(name, this.lexer.offset);
    this.blocks.push(this.block);
    this.lexer.next();
  }

  private pair(): void {
    const { lexer, values } = this;
    const tag = this.source.text.slice(lexer.start, lexer.end);
    const { offset } = lexer;
    const first = values.count;
    const hasValue = lexer.next() === "value";
    if (hasValue) {
      this.keepValue();
      lexer.next();
    } else {
      this.warn("TAG_WITHOUT_VALUE", `${clip(tag)} has no value and was ignored`, offset);
    }
    this.addColumn(tag, offset, { first, stride: 1, rowCount: hasValue ? 1 : 0 });
  }

  private loop(): void {
    const { lexer, values } = this;
    const loopOffset = lexer.offset;
    const tags: { tag: string; offset: number }[] = [];
    while (lexer.next() === "tag") {
      tags.push({ tag: this.source.text.slice(lexer.start, lexer.end), offset: lexer.offset });
    }
    if (tags.length === 0) throw this.source.error('"loop_" is not followed by a tag', loopOffset);
    const first = values.count;
    while (lexer.kind === "value") {
      this.keepValue();
      lexer.next();
    }
    const rowCount = this.completeRows(tags.length, first, loopOffset);
    tags.forEach(({ tag, offset }, i) => {
      this.addColumn(tag, offset, { first: first + i, stride: tags.length, rowCount });
    });
    if (lexer.kind === "stop") lexer.next();
  }

  private completeRows(width: number, first: number, loopOffset: number): number {
    const valueCount = this.values.count - first;
    const rest = valueCount % width;
    if (rest === 0) return valueCount / width;
    throw this.source.error(
      `the loop that starts in line ${this.source.lineOf(loopOffset)} has ${width} tags but ` +
        `${valueCount} values: its last row has ${rest} of ${width}; the file may be cut off, or a ` +
        "text with spaces is not quoted",
      this.values.offset(this.values.count - rest),
      { tags: width, values: valueCount },
    );
  }

  private keepValue(): void {
    this.values.add(this.lexer.start, this.lexer.end, this.lexer.quoting);
  }

  private addColumn(
    tag: string,
    offset: number,
    rows: { first: number; stride: number; rowCount: number },
  ): void {
    const key = normalTag(tag);
    if (this.block.columns.has(key)) {
      this.warn(
        "TAG_REPEATED",
        `${clip(tag)} occurs again in its block; the first is used`,
        offset,
      );
      return;
    }
    this.block.columns.set(key, new CifColumn(tag, offset, this.values, rows));
  }

  /** Save frames belong to dictionaries: nothing in them describes a structure. */
  private skipSaveFrame(): void {
    const { lexer } = this;
    const { offset } = lexer;
    // A lone "save_" closes a frame that was never opened.
    if (lexer.start === lexer.end) {
      lexer.next();
      return;
    }
    let kind: TokenKind = lexer.next();
    while (kind !== "save" && kind !== "data" && kind !== "end") kind = lexer.next();
    if (kind === "save" && lexer.start === lexer.end) lexer.next();
    else this.warn("SAVE_FRAME_OPEN", 'a save frame is not closed by "save_"', offset);
  }

  /** At most 100: a broken file of megabytes could otherwise warn in every line. */
  private warn(code: string, message: string, offset: number): void {
    if (this.warnings.length >= 100) return;
    this.warnings.push({ code, message, line: this.source.lineOf(offset) });
  }
}
