import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { show } from "../../base/check.js";
import type { ParseError } from "../../base/errors.js";
import type { Source } from "../../io/source.js";

/** A top-level entry of a YAML text. */
export interface Section {
  readonly key: string;
  /** Of the text, from the key to the next one. */
  readonly start: number;
  readonly end: number;
}

/**
 * The top-level entries of a text in block style, without a look at what they hold: numbers of large supercells are
 * read in their own way.
 */
export function sectionsOf(text: string): Section[] {
  const found: { key: string; start: number; end: number }[] = [];
  const pattern = /(["']?)([A-Za-z_][\w-]*)\1[ \t]*:(?=\s|$)/y;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    // Most lines begin with a space or a dash.
    if (code > 63 || code === 34 || code === 39) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      const last = found.at(-1);
      if (match !== null && last !== undefined) last.end = at;
      if (match !== null) found.push({ key: match[2], start: at, end: text.length });
    }
    const lineEnd = text.indexOf("\n", at);
    at = lineEnd < 0 ? text.length : lineEnd + 1;
  }
  return found;
}

/** Nested deeper than phonopy's files by far; what nests deeper could exhaust the stack of the reader. */
const deepest = 64;

/** A part of a YAML text, as values that know where they stand. */
export class YamlPart {
  readonly source: Source;
  private readonly start: number;
  private readonly node: unknown;
  private readonly name: string;

  private constructor(source: Source, start: number, node: unknown, name: string) {
    this.source = source;
    this.start = start;
    this.node = node;
    this.name = name;
  }

  /** @throws {ParseError} what is no YAML. */
  static of(source: Source, start: number, end: number, name: string): YamlPart {
    const text = source.text.slice(start, end);
    requireShallow(source, text, start);
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw source.error(`no YAML: ${error.message}`, start + error.pos[0]);
    return new YamlPart(source, start, document.contents, name);
  }

  /** The entry of a map; undefined where there is none. */
  get(key: string): YamlPart | undefined {
    if (!isMap(this.node)) throw this.wrong("a map");
    const value = this.node.get(key, true);
    if (value === undefined) return undefined;
    const name = this.name === "" ? key : `${this.name}.${key}`;
    return new YamlPart(this.source, this.start, value, name);
  }

  /** The entry of a map. @throws {ParseError} there is none. */
  need(key: string): YamlPart {
    const value = this.get(key);
    if (value === undefined) throw this.error(`${this.name || "it"} has no ${key}`);
    return value;
  }

  items(): YamlPart[] {
    if (!isSeq(this.node)) throw this.wrong("a list");
    return this.node.items.map(
      (item, index) => new YamlPart(this.source, this.start, item, `${this.name}[${index}]`),
    );
  }

  /** All numbers of a list of lists. @throws {ParseError} other than so many, or not finite. */
  numbers(count: number): Float64Array {
    const found: number[] = [];
    const visit = (part: YamlPart) => {
      if (isSeq(part.node)) for (const item of part.items()) visit(item);
      else found.push(part.number());
    };
    visit(this);
    if (found.length === count) return Float64Array.from(found);
    throw this.error(`expected ${count} numbers for ${this.name}, got ${found.length}`);
  }

  number(): number {
    const value = isScalar(this.node) ? this.node.value : undefined;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.wrong("a finite number");
  }

  text(): string {
    const value = isScalar(this.node) ? this.node.value : undefined;
    if (typeof value === "string") return value;
    throw this.wrong("a text");
  }

  error(message: string): ParseError {
    const [offset = 0] = (this.node as Node | undefined)?.range ?? [];
    return this.source.error(message, this.start + offset);
  }

  private wrong(expected: string): ParseError {
    const value = isScalar(this.node) ? show(this.node.value) : kindOf(this.node);
    return this.error(`expected ${expected} for ${this.name}, got ${value}`);
  }
}

function kindOf(node: unknown): string {
  return isMap(node) ? "a map" : isSeq(node) ? "a list" : "nothing that is known here";
}

function requireShallow(source: Source, text: string, start: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth--;
    if (depth > deepest) throw source.error(`brackets nest deeper than ${deepest}`, start + i);
  }
  const wide = /^ {200}|^(?:[ \t]*- ){64}/m.exec(text);
  if (wide !== null) throw source.error("lists nest too deeply", start + wide.index);
}
