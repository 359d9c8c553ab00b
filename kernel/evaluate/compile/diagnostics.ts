import type TS from "typescript";
import type { SyntaxProblem } from "../compile-cell.js";
import { ts } from "./typescript.js";

/** What TypeScript's parser lets pass though it is never valid where it stands. */
export interface Stray {
  readonly word: "return" | "await";
  readonly node: TS.Node;
}

const STRAY = {
  return: {
    code: 1108,
    message: "A 'return' statement can only be used within a function body.",
  },
  await: {
    code: 1308,
    message:
      "'await' expressions are only allowed within async functions and at the top level of a cell or file.",
  },
} as const;

export function syntaxProblems(
  diagnostics: readonly TS.Diagnostic[],
  stray: Stray | undefined,
): SyntaxProblem[] {
  const problems = diagnostics
    .filter((each) => each.category === ts.DiagnosticCategory.Error && each.start !== undefined)
    .map((each) => ({
      code: each.code,
      message: ts.flattenDiagnosticMessageText(each.messageText, "\n"),
      start: each.start ?? 0,
      length: each.length ?? 1,
    }));
  if (problems.length > 0 || stray === undefined) return problems;
  const { word, node } = stray;
  return [{ ...STRAY[word], start: node.getStart(), length: word.length }];
}
