import { ParseError, PrismError } from "../base/errors.js";
import type { FrameText } from "../crystal/formats.js";
import { parseNumber, powersOfTen } from "./numbers.js";
import { clip } from "./source.js";

/** Characters for which it is no harm to make room in vain. */
const harmless = 100_000;

/** Thrown at the end of a text whose file goes on; caught where frames are read. */
export const moreText: Error = new Error("more text is needed");

/**
 * A cursor over the lines of a text and the words of a line, which are separated by white space.
 * Positions of words are offsets into `text`; nothing is cut out before it is asked for.
 */
export class Lines {
  readonly text: string;
  readonly file: string | undefined;
  readonly isWhole: boolean;
  /** Of the current line, 1-based. */
  lineNumber: number;
  lineStart: number;
  /** Without its line end. */
  lineEnd: number;
  /** Of the current word. */
  wordStart: number;
  wordEnd: number;
  private nextStart: number;

  constructor({ text, at, line, isWhole }: FrameText, file?: string) {
    this.text = text;
    this.file = file;
    this.isWhole = isWhole;
    this.nextStart = at === 0 && text.charCodeAt(0) === 0xfeff ? 1 : at;
    this.lineNumber = line - 1;
    this.lineStart = this.nextStart;
    this.lineEnd = this.nextStart;
    this.wordStart = this.nextStart;
    this.wordEnd = this.nextStart;
  }

  static of(text: string, file?: string): Lines {
    return new Lines({ text, at: 0, line: 1, isWhole: true }, file);
  }

  /** Where the line after the current one begins. */
  get position(): { readonly end: number; readonly line: number } {
    return { end: this.nextStart, line: this.lineNumber + 1 };
  }

  /** Characters after the current line. */
  get remaining(): number {
    return this.text.length - this.nextStart;
  }

  /** Goes to the next line; false at the end of the file. */
  next(): boolean {
    const { text, nextStart } = this;
    const end = text.indexOf("\n", nextStart);
    if (end < 0) {
      if (!this.isWhole) throw moreText;
      if (nextStart >= text.length) return false;
    }
    this.lineNumber++;
    this.lineStart = nextStart;
    this.nextStart = end < 0 ? text.length : end + 1;
    let lineEnd = end < 0 ? text.length : end;
    if (lineEnd > nextStart && text.charCodeAt(lineEnd - 1) === 13) lineEnd--;
    this.lineEnd = lineEnd;
    this.wordStart = nextStart;
    this.wordEnd = nextStart;
    return true;
  }

  /** Makes the current line the next one. */
  back(): void {
    this.nextStart = this.lineStart;
    this.lineNumber--;
    this.wordEnd = this.lineStart;
    this.lineEnd = this.lineStart;
  }

  /** Goes to the next line. @throws {ParseError} there is none. */
  expectLine(what: string): void {
    if (!this.next()) throw this.ended(what);
  }

  /** Goes to the next line that is not blank; false at the end of the file. */
  nextFilled(): boolean {
    while (this.next()) if (!this.isBlank) return true;
    return false;
  }

  /** The error of a file that ends where something should stand. */
  ended(what: string): ParseError {
    this.wordStart = this.wordEnd = this.lineEnd;
    return this.error(`the file ends where ${what} should stand`);
  }

  get isBlank(): boolean {
    const { text, lineEnd } = this;
    for (let i = this.lineStart; i < lineEnd; i++) if (!isSpace(text.charCodeAt(i))) return false;
    return true;
  }

  get line(): string {
    return this.text.slice(this.lineStart, this.lineEnd);
  }

  /** Words of the current line that have not been taken yet, at most so many. */
  words(limit: number = 1000): string[] {
    const words: string[] = [];
    while (words.length < limit && this.nextWord()) words.push(this.word);
    return words;
  }

  /** Goes to the next word of the line; false at its end. */
  nextWord(): boolean {
    const { text, lineEnd } = this;
    let i = this.wordEnd;
    while (i < lineEnd && isSpace(text.charCodeAt(i))) i++;
    this.wordStart = i;
    while (i < lineEnd && !isSpace(text.charCodeAt(i))) i++;
    this.wordEnd = i;
    return i > this.wordStart;
  }

  get word(): string {
    return this.text.slice(this.wordStart, this.wordEnd);
  }

  /** Looks at the words of the line again. */
  rewind(): void {
    this.wordStart = this.wordEnd = this.lineStart;
  }

  /** The next word. @throws {ParseError} the line ends. */
  takeWord(what: string): string {
    if (this.nextWord()) return this.word;
    throw this.error(`expected ${what}, but the line ends`);
  }

  /** The next word as a finite number. @throws {ParseError} none. */
  takeNumber(what: string): number {
    if (!this.nextWord()) throw this.error(`expected ${what}, a number, but the line ends`);
    const value = parseNumber(this.text, this.wordStart, this.wordEnd);
    if (Number.isFinite(value)) return value;
    throw this.error(`expected ${what}, a finite number, got ${clip(this.word)}`);
  }

  /** The next word as a whole number in [min, max]. @throws {ParseError} none. */
  takeInteger(what: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.takeNumber(what);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
    throw this.error(`expected ${what}, a whole number ${range}, got ${clip(this.word)}`);
  }

  /**
   * Reads the next words as finite numbers into `out` from `at` on, in one pass over their characters.
   *
   * @returns How many of `count` there were; at less, the current word is the first that is none.
   */
  fillNumbers(out: Float64Array, at: number, count: number): number {
    const { text, lineEnd } = this;
    let i = this.wordEnd;
    for (let k = 0; k < count; k++) {
      while (i < lineEnd && isSpace(text.charCodeAt(i))) i++;
      const start = i;
      const sign = text.charCodeAt(i);
      if (sign === 45 || sign === 43) i++;
      let mantissa = 0;
      let digitCount = 0;
      let point = -1;
      for (; i < lineEnd; i++) {
        const digit = text.charCodeAt(i) - 48;
        if (digit >= 0 && digit <= 9) {
          mantissa = 10 * mantissa + digit;
          digitCount++;
        } else if (digit === -2 && point < 0) point = i + 1;
        else break;
      }
      const decimals = point < 0 ? 0 : i - point;
      const isPlain = i >= lineEnd || isSpace(text.charCodeAt(i));
      let value: number;
      if (isPlain && digitCount > 0 && mantissa <= Number.MAX_SAFE_INTEGER && decimals <= 22) {
        value = mantissa / powersOfTen[decimals];
        if (sign === 45) value = -value;
      } else {
        while (i < lineEnd && !isSpace(text.charCodeAt(i))) i++;
        value = parseNumber(text, start, i);
      }
      this.wordStart = start;
      this.wordEnd = i;
      if (!Number.isFinite(value)) return k;
      out[at + k] = value;
    }
    return count;
  }

  /** The next words as numbers, into `out`. @throws {ParseError} fewer, or not finite. */
  takeNumbers(out: Float64Array, at: number, count: number, what: string): void {
    if (this.fillNumbers(out, at, count) === count) return;
    this.wordEnd = this.wordStart;
    this.takeNumber(what);
  }

  /** The next three words as numbers. */
  takeVector(what: string): [number, number, number] {
    return [this.takeNumber(what), this.takeNumber(what), this.takeNumber(what)];
  }

  /**
   * Makes sure before anything is allocated that a count from the file can be true.
   *
   * @param shortest Characters of the shortest line, its end included.
   * @throws {ParseError} fewer lines follow.
   */
  requireLines(count: number, shortest: number, what: string): void {
    // The last line may have no end. A small lie is told of better where the lines end.
    if (count * shortest <= Math.max(this.remaining + 1, harmless)) return;
    if (!this.isWhole) throw moreText;
    throw this.error(
      `expected ${count} ${what}, but only ${this.remaining} characters follow: the file is cut off, ` +
        "or the number is wrong",
      { count },
    );
  }

  /** An error at the current word, or at an offset. */
  error(
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    offset: number = this.wordStart,
  ): ParseError {
    const file = this.file === undefined ? {} : { file: this.file };
    const column = Math.max(offset - this.lineStart, 0) + 1;
    return new ParseError(message, {
      ...detail,
      ...file,
      line: Math.max(this.lineNumber, 1),
      column,
    });
  }

  /** Runs what knows nothing of files; its errors become errors at the current word. */
  located<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof PrismError) || error instanceof ParseError) throw error;
      throw this.error(error.message, { cause: error.code });
    }
  }
}

/** NUL is none: it is a sign of a file that is no text. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
}
