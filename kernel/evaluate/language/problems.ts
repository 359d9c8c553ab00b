import { ansi, codeFrame, positionAt } from "../code-frame.js";
import type { CellError } from "../evaluator.js";

/** What TypeScript found in a cell; offsets in UTF-16 units of the cell's text. */
export interface Problem {
  readonly family: "SyntaxError" | "TypeError";
  /** TypeScript's number, as in TS2322. */
  readonly code: number;
  readonly message: string;
  readonly start: number;
  readonly length: number;
}

/** More than these say nothing new: most follow from the first. */
const MAX_SHOWN = 10;

/** Stops the cell: nothing of it has run. */
export function problemsError(
  problems: readonly Problem[],
  code: string,
  label: string,
): CellError {
  const first = problems[0]!;
  return {
    status: "error",
    ename: problemName(first),
    evalue: first.message,
    traceback: problemLines(problems, code, label, ansi.red),
  };
}

/** For `%typecheck warn`: the same text, on stderr, and the cell runs. */
export function problemsWarning(problems: readonly Problem[], code: string, label: string): string {
  return `${problemLines(problems, code, label, ansi.yellow).join("\n")}\n`;
}

function problemLines(
  problems: readonly Problem[],
  code: string,
  label: string,
  colour: (text: string) => string,
): string[] {
  const lines = problems.slice(0, MAX_SHOWN).flatMap((problem) => {
    const position = positionAt(code, problem.start);
    const place = ansi.cyan(`${label}:${position.line}:${position.column}`);
    return [
      `${colour(problemName(problem))}: ${problem.message}`,
      `    at ${place}`,
      ...codeFrame(code, position, problem.length),
    ];
  });
  const more = problems.length - MAX_SHOWN;
  return more > 0 ? [...lines, ansi.dim(`... and ${more} more`)] : lines;
}

function problemName(problem: Problem): string {
  return `${problem.family} (TS${problem.code})`;
}
