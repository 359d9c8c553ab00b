import { positionAt } from "../../code-frame.js";
import type { SyntaxProblem } from "../../compile-cell.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { SyntaxError } from "../../intrinsics.js";

/** A file that does not parse: its first mistake, with its place on top of the importing cell's stack. */
export function moduleSyntaxError(label: string, code: string, problem: SyntaxProblem): Error {
  const error = new SyntaxError(problem.message);
  error.name = `SyntaxError (TS${problem.code})`;
  const { line, column } = positionAt(code, problem.start);
  const frames = (error.stack ?? "").split("\n").filter((each) => /^\s+at /.test(each));
  const place = `    at ${label}:${line}:${column}`;
  error.stack = [`${error.name}: ${problem.message}`, place, ...frames].join("\n");
  return error;
}
