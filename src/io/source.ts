import { ParseError } from "../base/errors.js";

/** A text being read: turns offsets into lines and columns, for errors and warnings. */
export class Source {
  readonly text: string;
  readonly file: string | undefined;
  private readonly firstLine: number;
  private lineStarts: number[] | undefined;

  /**
   * Lines may end in "\n", "\r\n" or "\r"; a byte order mark is left out.
   *
   * @param firstLine Of the file, where the text is a part of it.
   */
  constructor(text: string, file?: string, firstLine: number = 1) {
    const unmarked = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    // As long as before, so that offsets hold for the text that was given.
    this.text = hasLoneReturn(unmarked) ? unmarked.replace(/\r(?!\n)/g, "\n") : unmarked;
    this.file = file;
    this.firstLine = firstLine;
  }

  /** Both 1-based; the column in UTF-16 units. */
  positionOf(offset: number): { line: number; column: number } {
    this.lineStarts ??= findLineStarts(this.text);
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + this.firstLine, column: offset - this.lineStarts[low] + 1 };
  }

  lineOf(offset: number): number {
    return this.positionOf(offset).line;
  }

  error(
    message: string,
    offset: number,
    detail: Readonly<Record<string, unknown>> = {},
  ): ParseError {
    const file = this.file === undefined ? {} : { file: this.file };
    return new ParseError(message, { ...detail, ...file, ...this.positionOf(offset) });
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** A piece of the text short enough for a message. */
export function clip(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}

function hasLoneReturn(text: string): boolean {
  let at = text.indexOf("\r");
  while (at >= 0 && text[at + 1] === "\n") at = text.indexOf("\r", at + 1);
  return at >= 0;
}
