import { show } from "../base/check.js";
import { ParseError } from "../base/errors.js";

/** Characters: what comes behind them is in no header. */
const longestLine = 10_000;

/** Reads the text of a potential's file from its beginning to its end, line by line or number by number. */
export class PotentialText {
  readonly text: string;
  readonly file: string | undefined;
  private at = 0;

  constructor(text: string, file: string | undefined) {
    this.text = text;
    this.file = file;
  }

  /** The words of the next line. */
  line(what: string): Line {
    if (this.at >= this.text.length) throw this.error(`the file ends before ${what}`, this.at);
    const from = this.at;
    const end = this.text.indexOf("\n", from);
    this.at = end < 0 ? this.text.length : end + 1;
    return this.lineAt(from, this.at);
  }

  /** The words of the next line that is not empty. */
  filledLine(what: string): Line {
    this.skipSpace();
    return this.line(what);
  }

  /** As `filledLine`, which is read again. */
  peekLine(what: string): Line {
    const from = this.at;
    const line = this.filledLine(what);
    this.at = from;
    return line;
  }

  /** The next numbers, on as many lines as they fill. */
  numbers(count: number, what: string): Float64Array {
    // Each takes a digit and a space: no array is made for numbers that are not there.
    if (2 * count - 1 > this.text.length - this.at) throw this.tooShort(count, what);
    const numbers = new Float64Array(count);
    for (let index = 0; index < count; index++) {
      this.skipSpace();
      const from = this.at;
      if (from >= this.text.length) throw this.tooShort(count, what);
      while (this.text.charCodeAt(this.at) > 32) this.at++;
      const word = this.text.slice(from, this.at);
      numbers[index] = numberOf(word);
      if (Number.isFinite(numbers[index])) continue;
      throw this.error(
        `${what}, number ${index + 1} of ${count}: expected a number, got ${show(word)}`,
        from,
      );
    }
    return numbers;
  }

  /** How many numbers are left; what follows them, or is none, is a comment. */
  numbersLeft(): number {
    let count = 0;
    for (const word of this.text.slice(this.at).trim().split(/\s+/)) {
      if (word === "" || Number.isNaN(numberOf(word))) break;
      count++;
    }
    return count;
  }

  /** Where the next number is. */
  get offset(): number {
    this.skipSpace();
    return this.at;
  }

  error(message: string, offset: number): ParseError {
    const before = this.text.slice(0, offset).split("\n");
    return new ParseError(message, {
      ...(this.file === undefined ? {} : { file: this.file }),
      line: before.length,
      column: before[before.length - 1].length + 1,
    });
  }

  private lineAt(offset: number, end: number): Line {
    const words = this.text
      .slice(offset, Math.min(end, offset + longestLine))
      .trim()
      .split(/\s+/);
    return { words: words[0] === "" ? [] : words, offset };
  }

  private skipSpace(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at++;
  }

  private tooShort(count: number, what: string): ParseError {
    return this.error(`the file ends within ${what}: expected ${count} numbers`, this.text.length);
  }
}

export interface Line {
  readonly words: readonly string[];
  /** Of its first character. */
  readonly offset: number;
}

/** NaN for anything but a number; Fortran's 1.5D-03 is one. */
export function numberOf(word: string): number {
  const number = Number(word);
  return Number.isNaN(number) ? Number(word.replace(/d/i, "e")) : number;
}
