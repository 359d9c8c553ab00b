import { ansi, codeFrame, positionAt } from "../code-frame.js";
import type { CellError } from "../evaluator.js";

/** What TypeScript found; offsets in UTF-16 units of the text of the cell or file. */
export interface Problem {
  readonly family: "SyntaxError" | "TypeError";
  /** TypeScript's number, as in TS2322. */
  readonly code: number;
  readonly message: string;
  readonly start: number;
  readonly length: number;
  /** Where it is, if not in the cell: a file that the cell imports. */
  readonly file?: { readonly label: string; readonly text: string };
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
    evalue: messageOf(first),
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
    const { label: where, text } = problem.file ?? { label, text: code };
    const position = positionAt(text, problem.start);
    const place = ansi.cyan(`${where}:${position.line}:${position.column}`);
    return [
      `${colour(problemName(problem))}: ${messageOf(problem)}`,
      `    at ${place}`,
      ...codeFrame(text, position, problem.length),
    ];
  });
  const more = problems.length - MAX_SHOWN;
  return more > 0 ? [...lines, ansi.dim(`... and ${more} more`)] : lines;
}

const ARGUMENT_MISFIT = 2345;
/** The innermost reason: a variable holds any text, and some texts alone are wanted. */
const WIDENED = /[Tt]ype 'string' is not assignable to (?:parameter of )?type '(.*)'\.$/;

function messageOf({ code, message }: Problem): string {
  const wanted = code === ARGUMENT_MISFIT ? WIDENED.exec(message)?.[1] : undefined;
  const hasTexts = wanted?.split(" | ").some((part) => /^"[^"]*"$/.test(part));
  return hasTexts ? `${message}\n${WIDENED_HINT}` : message;
}

const WIDENED_HINT =
  'hint: a text in a variable counts as any text; add `as const` to its value, as in { a: "b" as const }';

function problemName(problem: Problem): string {
  return `${problem.family} (TS${problem.code})`;
}
