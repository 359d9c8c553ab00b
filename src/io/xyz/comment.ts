import type { Info, InfoValue } from "../../crystal/info.js";
import type { Lines } from "../lines.js";
import { numberText, parseNumber } from "../numbers.js";
import { clip } from "../source.js";

/** A value of the comment line of extended XYZ, and where it stands. */
export interface CommentValue {
  readonly value: InfoValue;
  readonly offset: number;
}

const deepest = 50;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["T", "TRUE", "True", "true"].map((word) => [word, true] as const),
  ...["F", "FALSE", "False", "false"].map((word) => [word, false] as const),
]);

/**
 * The values of a comment line by key: `key=value`, `key="a b"`, `key={1 2}`, `key=[[1, 2], [3, 4]]`,
 * `key="_JSON {...}"` (ASE) and a bare `key`, which is true.
 *
 * @throws {ParseError} a quote or bracket without an end.
 */
export function parseComment(lines: Lines): Map<string, CommentValue> {
  const values = new Map<string, CommentValue>();
  const cursor = new Cursor(lines);
  for (cursor.skipSpace(); !cursor.isAtEnd; cursor.skipSpace()) {
    const start = cursor.at;
    const key = cursor.isQuote() ? cursor.quoted() : cursor.until(/[\s=]/y);
    if (key === "") throw lines.error("expected key=value", {}, start);
    cursor.skipSpace();
    if (cursor.take("=")) {
      cursor.skipSpace();
      const offset = cursor.at;
      values.set(key, { value: cursor.value(), offset });
    } else values.set(key, { value: true, offset: start });
  }
  return values;
}

class Cursor {
  at: number;
  private readonly lines: Lines;
  private readonly text: string;
  private readonly end: number;

  constructor(lines: Lines) {
    this.lines = lines;
    this.text = lines.text;
    this.at = lines.lineStart;
    this.end = lines.lineEnd;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  skipSpace(): void {
    while (!this.isAtEnd && /\s/.test(this.text[this.at])) this.at++;
  }

  take(character: string): boolean {
    if (this.isAtEnd || this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  isQuote(): boolean {
    return !this.isAtEnd && (this.text[this.at] === '"' || this.text[this.at] === "'");
  }

  until(stop: RegExp): string {
    const start = this.at;
    for (; !this.isAtEnd; this.at++) {
      stop.lastIndex = this.at;
      if (stop.test(this.text)) break;
    }
    return this.text.slice(start, this.at);
  }

  value(): InfoValue {
    if (this.isQuote()) return valueOfQuoted(this.quoted());
    const first = this.text[this.at];
    if (!this.isAtEnd && first === "{") return this.inBraces();
    if (!this.isAtEnd && first === "[") return this.inBrackets();
    return scalar(this.until(/\s/y));
  }

  /** A text in quotes, with backslashes before what would end it. */
  quoted(): string {
    const start = this.at;
    const quote = this.text[this.at++];
    let out = "";
    for (; !this.isAtEnd; this.at++) {
      let character = this.text[this.at];
      if (character === quote) {
        this.at++;
        return out;
      }
      if (character === "\\" && this.at + 1 < this.end) character = this.text[++this.at];
      out += character;
    }
    throw this.lines.error(`expected ${quote} at the end of the value`, {}, start);
  }

  private inBraces(): InfoValue {
    const start = this.at;
    const close = this.text.indexOf("}", start);
    if (close < 0 || close >= this.end) throw this.lines.error('expected "}"', {}, start);
    this.at = close + 1;
    const words = this.text
      .slice(start + 1, close)
      .trim()
      .split(/[\s,]+/);
    return sameKind(words) ?? words;
  }

  private inBrackets(): InfoValue {
    const start = this.at;
    const open: InfoValue[][] = [];
    for (;;) {
      this.skipSpace();
      if (this.isAtEnd) throw this.lines.error('expected "]"', {}, start);
      if (this.take(",")) continue;
      if (this.take("[")) {
        open.push([]);
        if (open.length > deepest) {
          throw this.lines.error(`expected at most ${deepest} brackets in each other`, {}, start);
        }
      } else if (this.take("]")) {
        const done = open.pop()!;
        const outer = open.at(-1);
        if (outer === undefined) return done;
        outer.push(done);
      } else open.at(-1)!.push(this.isQuote() ? this.quoted() : scalar(this.until(/[\s,\]]/y)));
    }
  }
}

/** Several numbers or several booleans in quotes are an array: the older way to write one. */
function valueOfQuoted(text: string): InfoValue {
  if (text.startsWith("_JSON ")) {
    try {
      return JSON.parse(text.slice(6)) as InfoValue;
    } catch {
      return text;
    }
  }
  const words = text.trim().split(/[\s,]+/);
  return (words.length > 1 ? sameKind(words) : undefined) ?? text;
}

function sameKind(words: readonly string[]): number[] | boolean[] | undefined {
  const numbers = words.map((word) => parseNumber(word, 0, word.length));
  if (numbers.every(Number.isFinite)) return numbers;
  const flags = words.map((word) => booleans.get(word));
  return flags.every((flag) => flag !== undefined) ? flags : undefined;
}

function scalar(word: string): InfoValue {
  const number = parseNumber(word, 0, word.length);
  return Number.isFinite(number) ? number : (booleans.get(word) ?? word);
}

/** `key=value` for every value, read back as the same by `parseComment` and by ASE. */
export function infoText(info: Info): string[] {
  return Object.entries(info).map(([key, value]) => {
    const name = /^[A-Za-z_][\w-]*$/.test(key) ? key : quotedText(key);
    return `${name}=${valueText(value)}`;
  });
}

function valueText(value: InfoValue): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "string" && !needsJson(value)) return quotedText(value);
  if (Array.isArray(value) && value.length > 1) {
    if (value.every((item) => typeof item === "number")) {
      return `"${value.map(numberText).join(" ")}"`;
    }
    if (value.every((item) => typeof item === "boolean")) {
      return `"${value.map((item) => (item ? "T" : "F")).join(" ")}"`;
    }
  }
  return quotedText(`_JSON ${JSON.stringify(value)}`);
}

/** A text that would be read as an array or whose characters no line can hold. */
function needsJson(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return true;
  return text === "" || valueOfQuoted(text) !== text;
}

function quotedText(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** The numbers of a value, as many as are expected. @throws {ParseError} anything else. */
export function numbersOf(
  lines: Lines,
  name: string,
  { value, offset }: CommentValue,
  count: number,
): number[] {
  const list = Array.isArray(value) ? (value as readonly InfoValue[]).flat(1) : [value];
  if (list.length === count && list.every((item) => typeof item === "number")) return list;
  const found = clip(lines.text.slice(offset, Math.min(offset + 60, lines.lineEnd)));
  throw lines.error(`expected ${count} numbers in ${name}="...", got ${found}`, {}, offset);
}
