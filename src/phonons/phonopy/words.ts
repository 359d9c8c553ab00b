import type { ParseError } from "../../base/errors.js";
import { parseNumber } from "../../io/numbers.js";
import { clip, type Source } from "../../io/source.js";
import { Pause } from "./pause.js";

/**
 * Keys and numbers of a part of a YAML text in their order, whatever the style of its lists. Only for lists that are
 * too long for trees of values.
 */
export class Words {
  private readonly source: Source;
  private readonly end: number;
  private at: number;
  /** Of the current word. */
  private start: number;
  private readonly pause = new Pause();
  /** "key", "number" or "text" of the current word; "end" after the last. */
  kind: "key" | "number" | "text" | "end" = "end";
  word: string = "";
  value: number = Number.NaN;

  constructor(source: Source, start: number, end: number) {
    this.source = source;
    this.at = start;
    this.start = start;
    this.end = end;
    this.next();
  }

  /** Goes to the next word. */
  next(): void {
    const { text } = this.source;
    for (;;) {
      while (this.at < this.end && isFiller(text, this.at)) this.at++;
      if (text.charCodeAt(this.at) !== 35) break;
      const lineEnd = text.indexOf("\n", this.at);
      this.at = lineEnd < 0 ? this.end : lineEnd;
    }
    this.start = this.at;
    while (this.at < this.end && !isEnd(text.charCodeAt(this.at))) this.at++;
    this.word = text.slice(this.start, this.at);
    if (this.word === "") {
      this.kind = "end";
      if (this.at < this.end)
        throw this.error(`expected a number or a key, got ${clip(text[this.at])}`);
      return;
    }
    if (text[this.at] === ":") {
      this.at++;
      this.kind = "key";
      return;
    }
    this.value = parseNumber(text, this.start, this.at);
    this.kind = Number.isNaN(this.value) ? "text" : "number";
  }

  /** Whether the current word is this key, which is then taken. */
  takeKey(key: string): boolean {
    if (this.kind !== "key" || this.word !== key) return false;
    this.next();
    return true;
  }

  /** Leaves out a key and its numbers and texts. */
  skipEntry(): void {
    do this.next();
    while (this.kind === "number" || this.kind === "text");
  }

  expectKey(key: string): void {
    if (!this.takeKey(key)) throw this.expected(`"${key}:"`);
  }

  number(what: string): number {
    if (this.kind !== "number") throw this.expected(`${what}, a finite number`);
    const { value } = this;
    this.next();
    return value;
  }

  integer(what: string, least: number, most: number): number {
    if (this.kind === "number" && Number.isInteger(this.value)) {
      if (this.value >= least && this.value <= most) return this.number(what);
    }
    throw this.expected(`${what}, a whole number from ${least} to ${most}`);
  }

  vector(what: string): [number, number, number] {
    return [this.number(what), this.number(what), this.number(what)];
  }

  /** Numbers that fill an array from `at` on. */
  async fill(out: Float64Array, at: number, count: number, what: string): Promise<void> {
    for (let i = 0; i < count; i++) {
      out[at + i] = this.number(what);
      if (i % 256 === 0) await this.pause.rest();
    }
  }

  /** Makes sure that so many numbers can follow before an array is made for them. */
  requireRoom(count: number, what: string): void {
    if (2 * count - 1 <= this.end - this.start) return;
    throw this.error(
      `expected ${count} ${what}, but only ${this.end - this.start} characters follow`,
    );
  }

  expected(what: string): ParseError {
    const found =
      this.kind === "end" ? "the end" : clip(this.kind === "key" ? `${this.word}:` : this.word);
    return this.error(`expected ${what}, got ${found}`);
  }

  error(message: string): ParseError {
    return this.source.error(message, this.start);
  }
}

/** Spaces, brackets, commas, quotes, and the dash of a list. */
function isFiller(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code <= 32 || code === 44 || code === 91 || code === 93 || code === 34 || code === 39)
    return true;
  return code === 45 && text.charCodeAt(at + 1) <= 32;
}

function isEnd(code: number): boolean {
  return (
    code <= 32 ||
    code === 44 ||
    code === 91 ||
    code === 93 ||
    code === 34 ||
    code === 39 ||
    code === 58
  );
}
