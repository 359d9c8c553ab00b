import type TS from "typescript";
import type { SyntaxProblem } from "../compile-cell.js";
import { ts } from "./typescript.js";

export const NO_JSX =
  "JSX is not supported: build the elements by calls, or as text for display.html.";

/** What the parser has to say, and a `return` outside any function, which it lets pass. */
export function syntaxProblems(
  diagnostics: readonly TS.Diagnostic[],
  strayReturn: TS.Node | undefined,
): SyntaxProblem[] {
  const problems = diagnostics
    .filter((each) => each.category === ts.DiagnosticCategory.Error && each.start !== undefined)
    .map((each) => ({
      code: each.code,
      message: ts.flattenDiagnosticMessageText(each.messageText, "\n"),
      start: each.start ?? 0,
      length: each.length ?? 1,
    }));
  if (problems.length > 0 || strayReturn === undefined) return problems;
  const message = "A 'return' statement can only be used within a function body.";
  return [{ code: 1108, message, start: strayReturn.getStart(), length: "return".length }];
}
