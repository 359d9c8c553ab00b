// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Math, String } from "./intrinsics.js";

/** Where something is in a cell; line and column 1-based, in UTF-16 units. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

export const ansi = {
  red: (text: string): string => `\u001b[31m${text}\u001b[39m`,
  yellow: (text: string): string => `\u001b[33m${text}\u001b[39m`,
  cyan: (text: string): string => `\u001b[36m${text}\u001b[39m`,
  dim: (text: string): string => `\u001b[2m${text}\u001b[22m`,
  bold: (text: string): string => `\u001b[1m${text}\u001b[22m`,
} as const;

/** Wider source lines are cut around the position: minified text would flood the notebook. */
const MAX_WIDTH = 160;

/**
 * The source line of a position with carets under `length` UTF-16 units of it:
 *
 *     2 | const y: number = "a";
 *       |       ^
 */
export function codeFrame(code: string, position: CellPosition, length = 1): readonly string[] {
  const lines = code.split(/\r?\n/);
  const full = lines[position.line - 1];
  if (full === undefined) return [];
  const start = position.column - 1;
  const cut = start > MAX_WIDTH - 40 ? start - 40 : 0;
  const line = full.slice(cut, cut + MAX_WIDTH);
  const gutter = String(position.line).padStart(5);
  const before = line.slice(0, start - cut);
  const marked = line.slice(start - cut, start - cut + Math.max(1, length));
  const carets = "^".repeat(Math.max(1, [...marked].length));
  return [
    `${ansi.dim(`${gutter} |`)} ${line}`,
    `${ansi.dim(`${" ".repeat(gutter.length)} |`)} ${blank(before)}${ansi.red(carets)}`,
  ];
}

/** As wide as the text when shown: tabs stay, a character outside the BMP counts once. */
function blank(text: string): string {
  return [...text].map((character) => (character === "\t" ? "\t" : " ")).join("");
}

export function positionAt(code: string, offset: number): CellPosition {
  const before = code.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

/** The name of a cell in tracebacks and its script's file name: `cell [3]`. */
export function cellLabel(executionCount: number): string {
  return `cell [${executionCount}]`;
}
