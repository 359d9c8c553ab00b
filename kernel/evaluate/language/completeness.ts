import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import type { SyntaxProblem } from "../compile-cell.js";
import type { Completeness } from "../evaluator.js";
import type { SplitCell } from "../magics/split-cell.js";

const INDENT = "  ";
const UNTERMINATED_STRING = 1002;

/**
 * Whether a cell can run as it is typed so far. The lines below a cell magic end with an empty one,
 * a shell command where no backslash carries it on.
 */
export function cellCompleteness(
  cell: string,
  split: SplitCell,
  problems: readonly SyntaxProblem[],
): Completeness {
  const [first] = split.magics;
  const last = split.magics.at(-1);
  const isEmpty = first?.sigil === "%%" && split.code.trim() === ";";
  const isOpen = isEmpty ? !/\n[ \t]*\n?$/.test(cell) : last?.argument.endsWith("\\") === true;
  return isOpen ? { status: "incomplete", indent: "" } : completeness(split.code, problems);
}

/**
 * An error that lies at the very end of the text
 * means that something is still to come; one before it stays wrong whatever follows.
 */
function completeness(code: string, problems: readonly SyntaxProblem[]): Completeness {
  const end = code.trimEnd().length;
  const isOpen = problems.some((each) => each.start + each.length >= end) || hasOpenSignature(code);
  const isBroken = problems.some((each) => each.start + each.length < end);
  if (!isOpen && !isBroken) return { status: "complete", indent: "" };
  if (isBroken || isHopeless(problems, end)) return { status: "invalid", indent: "" };
  return { status: "incomplete", indent: nextIndent(code) };
}

/** A closing bracket too many at the end: nothing that follows makes it right. */
function isHopeless(problems: readonly SyntaxProblem[], end: number): boolean {
  return problems.some(
    (each) => each.start < end && each.length > 0 && each.code !== UNTERMINATED_STRING,
  );
}

/** `function f()` alone parses as an overload, but a body is what follows. */
function hasOpenSignature(code: string): boolean {
  const source = ts.createSourceFile("cell.mts", code, ts.ScriptTarget.ES2023);
  const last = source.statements.at(-1);
  if (last === undefined || !ts.isFunctionDeclaration(last) || last.body !== undefined)
    return false;
  return !(last.modifiers?.some((each) => each.kind === ts.SyntaxKind.DeclareKeyword) ?? false);
}

/** The indent of the last line, one deeper for each bracket that it leaves open. */
function nextIndent(code: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, true, ts.LanguageVariant.Standard, code);
  const open: number[] = [];
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (scanner.isUnterminated()) return "";
    if (isOpening(token)) open.push(scanner.getTokenStart());
    else if (isClosing(token)) open.pop();
  }
  return INDENT.repeat(linesOf(code, open).size);
}

/** Brackets opened on one line, as in `f({`, indent once. */
function linesOf(code: string, offsets: readonly number[]): Set<number> {
  return new Set(offsets.map((offset) => code.slice(0, offset).split("\n").length));
}

function isOpening(token: TS.SyntaxKind): boolean {
  return (
    token === ts.SyntaxKind.OpenBraceToken ||
    token === ts.SyntaxKind.OpenParenToken ||
    token === ts.SyntaxKind.OpenBracketToken
  );
}

function isClosing(token: TS.SyntaxKind): boolean {
  return (
    token === ts.SyntaxKind.CloseBraceToken ||
    token === ts.SyntaxKind.CloseParenToken ||
    token === ts.SyntaxKind.CloseBracketToken
  );
}
