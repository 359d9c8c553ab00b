import { clip, type Source } from "../source.js";

export type TokenKind = "end" | "data" | "loop" | "save" | "global" | "stop" | "tag" | "value";

/** How a value is written; only a bare "?" or "." stands for a missing one. */
export const Quoting = { bare: 0, quoted: 1, textField: 2, list: 3 } as const;

const lineFeed = 10;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const semicolon = 59;
const openBracket = 91;
const underscore = 95;
const openBrace = 123;

/** By its first line. */
export function isVersion2(text: string): boolean {
  return text.startsWith("#\\#CIF_2");
}

/**
 * Cuts a CIF into tokens. After `next` the token is `text.slice(start, end)`, without quotes and for
 * "data" and "save" without the keyword. Each character is looked at a bounded number of times.
 */
export class Lexer {
  kind: TokenKind = "end";
  start = 0;
  end = 0;
  /** Of the token's first character, quote included: where errors point. */
  offset = 0;
  quoting: number = Quoting.bare;

  private readonly source: Source;
  private readonly text: string;
  /** CIF 2.0 announces itself; its lists would be legal bare values before. */
  private readonly version2: boolean;
  private at: number;

  /** @param start Where to begin. @param version2 Where the text is not the beginning of its file. */
  constructor(source: Source, start: number = 0, version2: boolean = isVersion2(source.text)) {
    this.source = source;
    this.text = source.text;
    this.version2 = version2;
    this.at = start;
  }

  next(): TokenKind {
    this.skipBlanks();
    const { text, at } = this;
    this.offset = at;
    this.quoting = Quoting.bare;
    if (at >= text.length) return this.emit("end", at, at);
    const code = text.charCodeAt(at);
    if (code === underscore) return this.emit("tag", at, this.endOfWord(at));
    if (code === singleQuote || code === doubleQuote) return this.quoted(text[at]);
    if (code === semicolon && this.atLineStart(at)) return this.textField();
    if (this.version2 && (code === openBracket || code === openBrace)) return this.list();
    return this.word(at, this.endOfWord(at));
  }

  private emit(kind: TokenKind, start: number, end: number, after: number = end): TokenKind {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.at = after;
    return kind;
  }

  private skipBlanks(): void {
    const { text } = this;
    let at = this.at;
    for (;;) {
      while (at < text.length && text.charCodeAt(at) <= space) at++;
      if (text.charCodeAt(at) !== hash) break;
      at = this.endOfLine(at);
    }
    this.at = at;
  }

  private endOfLine(at: number): number {
    const lineEnd = this.text.indexOf("\n", at);
    return lineEnd < 0 ? this.text.length : lineEnd;
  }

  private endOfWord(from: number): number {
    const { text } = this;
    let at = from + 1;
    while (at < text.length && text.charCodeAt(at) > space) at++;
    return at;
  }

  private atLineStart(at: number): boolean {
    return at === 0 || this.text.charCodeAt(at - 1) === lineFeed;
  }

  /** A bare value, or one of the reserved words in any case. */
  private word(start: number, end: number): TokenKind {
    const { text } = this;
    // All reserved words have their underscore at one of two places: look before lowering the case.
    if (text.charCodeAt(start + 4) !== underscore && text.charCodeAt(start + 6) !== underscore) {
      return this.emit("value", start, end);
    }
    const keyword = text.slice(start, Math.min(end, start + 7)).toLowerCase();
    if (keyword.startsWith("data_")) return this.emit("data", start + 5, end);
    if (keyword.startsWith("save_")) return this.emit("save", start + 5, end);
    if (end === start + 5 && keyword === "loop_") return this.emit("loop", start, end);
    if (end === start + 5 && keyword === "stop_") return this.emit("stop", start, end);
    if (end === start + 7 && keyword === "global_") return this.emit("global", start, end);
    return this.emit("value", start, end);
  }

  private quoted(quote: string): TokenKind {
    const { text, offset } = this;
    this.quoting = Quoting.quoted;
    if (this.version2 && text.startsWith(quote.repeat(3), offset)) return this.tripleQuoted(quote);
    for (let at = offset + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === lineFeed) break;
      if (text[at] !== quote) continue;
      // 'a dog's life' is one value: in CIF 1.1 a quote ends it only before white space.
      if (!this.version2 && at + 1 < text.length && text.charCodeAt(at + 1) > space) continue;
      return this.emit("value", offset + 1, at, at + 1);
    }
    // Some programs write CIF 2.0 without announcing it.
    if (text.startsWith(quote.repeat(3), offset)) return this.tripleQuoted(quote);
    throw this.source.error(
      `the quoted value ${clip(text.slice(offset, offset + 60).split("\n", 1)[0])} has no closing ` +
        `${quote} on its line`,
      offset,
    );
  }

  private tripleQuoted(quote: string): TokenKind {
    const triple = quote.repeat(3);
    const end = this.text.indexOf(triple, this.offset + 3);
    if (end >= 0) return this.emit("value", this.offset + 3, end, end + 3);
    throw this.source.error(`the text quoted by ${triple} has no end`, this.offset);
  }

  private textField(): TokenKind {
    const { text, offset } = this;
    this.quoting = Quoting.textField;
    const end = this.endOfTextField(offset) - 1;
    const last = text[end - 1] === "\r" ? end - 1 : end;
    return this.emit("value", offset + 1, Math.max(offset + 1, last), end + 2);
  }

  /** The ";" that closes the text field that starts at `at`. */
  private endOfTextField(at: number): number {
    const end = this.text.indexOf("\n;", at);
    if (end >= 0) return end + 1;
    throw this.source.error(
      'the text field that starts here has no end: expected a line that starts with ";"',
      at,
    );
  }

  /** A list or table of CIF 2.0 as one value: `parseListValue` takes it apart. */
  private list(): TokenKind {
    const { text, offset } = this;
    let depth = 0;
    for (let at = offset; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === singleQuote || code === doubleQuote) {
        if (this.opensValue(at)) at = this.endOfQuote(at);
      } else if (code === hash && text.charCodeAt(at - 1) <= space) {
        at = this.endOfLine(at);
      } else if (code === semicolon && this.atLineStart(at)) {
        at = this.endOfTextField(at);
      } else if (code === openBracket || code === openBrace) depth++;
      else if (code === openBracket + 2 || code === openBrace + 2) depth--;
      if (depth > 0) continue;
      this.quoting = Quoting.list;
      return this.emit("value", offset, at + 1);
    }
    throw this.source.error(
      `the list that starts here has no closing ${text[offset] === "[" ? "]" : "}"}`,
      offset,
    );
  }

  /** Whether a quote within a list begins a value: in "O5'" it is part of one. */
  private opensValue(at: number): boolean {
    return /[\s[\]{}:,'"]/.test(this.text[at - 1]);
  }

  /** The last character of the quoted value that starts at `at`, within a list. */
  private endOfQuote(at: number): number {
    const quote = this.text[at];
    const length = this.text.startsWith(quote.repeat(3), at) ? 3 : 1;
    const end = this.text.indexOf(quote.repeat(length), at + length);
    if (end >= 0) return end + length - 1;
    throw this.source.error(`the value quoted by ${quote} has no end`, at);
  }
}
