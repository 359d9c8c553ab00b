import type TS from "typescript";
import { ansi, codeFrame, positionAt } from "../code-frame.js";
import { ts } from "../compile/typescript.js";
import type { CellError } from "../evaluator.js";
import { nearestName } from "../nearest-name.js";
import { cellMagics, lineMagics, type TypecheckMode } from "./catalogue.js";
import type { Magic, SplitCell } from "./split-cell.js";

/** Why a cell cannot run: a magic that does not exist, or is not used as it should be. */
export function usageError(cell: string, split: SplitCell, label: string): CellError | undefined {
  for (const magic of split.magics) {
    const problem = problemOf(magic, split.code);
    if (problem === undefined) continue;
    const ename = "UsageError";
    const position = positionAt(cell, magic.start);
    const place = ansi.cyan(`${label}:${position.line}:${position.column}`);
    const frame = codeFrame(cell, position, magic.sigil.length + magic.name.length);
    const traceback = [`${ansi.red(ename)}: ${problem}`, `    at ${place}`, ...frame];
    return { status: "error", ename, evalue: problem, traceback };
  }
  return undefined;
}

/** The mode that the cell asks for, if it does. */
export function typecheckMode({ magics }: SplitCell): TypecheckMode | undefined {
  const modes = magics
    .filter(({ sigil, name }) => sigil === "%" && name === "typecheck")
    .map(({ argument }) => argument);
  return modes.findLast(isTypecheckMode);
}

function isTypecheckMode(text: string): text is TypecheckMode {
  return text === "error" || text === "warn" || text === "off";
}

function problemOf(magic: Magic, code: string): string | undefined {
  const { spec, argument } = magic;
  if (spec === undefined) return unknownMagic(magic);
  const got = argument === "" ? "nothing" : `"${argument}"`;
  const expected = `expected ${spec.usage}, got ${got}`;
  if (spec.takes === "nothing") return argument === "" ? undefined : expected;
  switch (magic.name) {
    case "typecheck":
      return argument === "" || isTypecheckMode(argument) ? undefined : expected;
    case "reset":
      return argument === "" || argument === "-f" ? undefined : expected;
    case "load":
      return argument === "" ? expected : undefined;
    case "writefile":
      return argument === "" || argument === "-a" ? expected : undefined;
    case "time":
    case "timeit":
      return codeProblem(magic, code);
    default:
      return undefined;
  }
}

function codeProblem(magic: Magic, code: string): string | undefined {
  const statements = statementsOf(magic, code);
  if (statements.length === 0) {
    return `expected ${magic.spec?.usage}, got no code on the line`;
  }
  if (magic.name === "time" || !statements.some(isDeclaration)) return undefined;
  return "%timeit runs its code many times and keeps nothing of it: declare variables on another line, or use %time";
}

function statementsOf(magic: Magic, code: string): readonly TS.Statement[] {
  const source = ts.createSourceFile("cell.mts", code, ts.ScriptTarget.ES2023);
  return source.statements.filter((statement) => {
    const start = statement.getStart(source);
    return start >= magic.end && start < magic.codeEnd && !ts.isEmptyStatement(statement);
  });
}

function isDeclaration(statement: TS.Statement): boolean {
  return ts.isVariableStatement(statement) || (ts.isDeclarationStatement(statement) as boolean);
}

function unknownMagic({ sigil, name }: Magic): string {
  const isMisplaced = sigil === "%%" && cellMagics.has(name);
  if (isMisplaced) return `%%${name} stands on the first line of a cell`;
  const typed = `${sigil}${name}`;
  const elsewhere = ipythonNames.get(name);
  if (elsewhere !== undefined) return `there is no ${typed}; use ${elsewhere}`;
  const lines = [...lineMagics.keys()].map((known) => `%${known}`);
  const cells = [...cellMagics.keys()].map((known) => `%%${known}`);
  const nearest = nearestName(typed, [...lines, ...cells]);
  const guess = nearest === undefined ? "" : ` did you mean ${nearest}?`;
  return `there is no ${typed};${guess} %help lists all`;
}

/** What IPython's users look for, and where it is here. */
const ipythonNames: ReadonlyMap<string, string> = new Map([
  ["pwd", "process.cwd()"],
  ["ls", "!ls"],
  ["cat", "!cat"],
  ["bash", "!bash, or a line that begins with !"],
  ["sh", "a line that begins with !"],
  ["pip", "!npm install"],
  ["npm", "!npm"],
  ["lsmagic", "%help"],
  ["magic", "%help"],
  ["whos", "%who"],
  ["run", "import, which takes .ts files, or %load"],
  ["autoreload", "import again: files that have changed are read again"],
]);
