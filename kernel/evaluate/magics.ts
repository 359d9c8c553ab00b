import { ansi } from "./code-frame.js";
import type { CellError } from "./evaluator.js";

/** `error` stops a cell with type errors, `warn` shows them and runs it, `off` does not check. */
export type TypecheckMode = "error" | "warn" | "off";

export interface Magic {
  readonly name: string;
  readonly argument: string;
  /** 1-based line of the cell. */
  readonly line: number;
}

export interface SplitCell {
  readonly magics: readonly Magic[];
  /** The cell with its magic lines blanked: every offset and line stays where it was. */
  readonly code: string;
}

const MAGIC_LINE = /^[ \t]*%(\w+)[ \t]*([^\r\n]*)/;

/** Takes the `%name argument` lines off the start of a cell; `%` further down is TypeScript's. */
export function splitMagics(cell: string): SplitCell {
  const magics: Magic[] = [];
  const lines = cell.split("\n");
  for (const [index, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const match = MAGIC_LINE.exec(text);
    if (match === null) break;
    magics.push({ name: match[1]!, argument: match[2]!.trim(), line: index + 1 });
    lines[index] = " ".repeat(text.length);
  }
  return { magics, code: lines.join("\n") };
}

function isTypecheckMode(text: string): text is TypecheckMode {
  return text === "error" || text === "warn" || text === "off";
}

/** What the magics of a cell ask for, or why they cannot be followed. */
export function applyMagics(
  magics: readonly Magic[],
  typecheck: TypecheckMode,
): { readonly typecheck: TypecheckMode } | { readonly error: CellError } {
  let mode = typecheck;
  for (const { name, argument, line } of magics) {
    if (name !== "typecheck") {
      return { error: magicError(line, `there is no %${name}; known: %typecheck error|warn|off`) };
    }
    if (!isTypecheckMode(argument)) {
      const got = argument === "" ? "nothing" : `"${argument}"`;
      return { error: magicError(line, `%typecheck takes error, warn or off, got ${got}`) };
    }
    mode = argument;
  }
  return { typecheck: mode };
}

function magicError(line: number, message: string): CellError {
  const ename = "UsageError";
  const evalue = `line ${line}: ${message}`;
  return { status: "error", ename, evalue, traceback: [`${ansi.red(ename)}: ${evalue}`] };
}
