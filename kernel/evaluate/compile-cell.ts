import type TS from "typescript";
import { type CellName, cellNames } from "./compile/cell-names.js";
import { unusedName } from "./compile/compile-module.js";
import { syntaxProblems } from "./compile/diagnostics.js";
import { hoist } from "./compile/hoist.js";
import { type CellTraits, instrument } from "./compile/instrument.js";
import { jsxMistaken } from "./compile/jsx.js";
import { ts } from "./compile/typescript.js";
import type { Magic } from "./magics/split-cell.js";

/**
 * A cell as JavaScript: one expression, a function of its `CellScope`. All names that it declares
 * are variables of the script scope, to be declared by a prelude before it runs.
 */
export interface CompiledCell {
  readonly js: string;
  /** Source map v3 from `js` to the cell's text, by line and column. */
  readonly sourceMap: string;
  /** Names that need a script-scope variable. */
  readonly names: readonly string[];
  /** The function returns a promise: the cell awaits or imports. */
  readonly isAsync: boolean;
  /** The cell ends in an expression; its value goes to `scope.result`. */
  readonly hasResult: boolean;
}

/** What compiled code reaches the kernel by; `instrument` and `hoist` write the calls. */
export interface CellScope {
  result: unknown;
  readonly meta: ImportMeta | Readonly<Record<string, unknown>>;
  import(specifier: string, options?: ImportCallOptions): Promise<object>;
  /** Named imports; CommonJS packages may hold them on `default` only. */
  pick(namespace: object, names: readonly string[]): object;
  /** Passes a value on, unless its cell was stopped meanwhile. */
  resumed<T>(value?: T): T | undefined;
  readonly magics: MagicScope;
  readonly loops: LoopScope;
}

/** What a loop asks that runs on copies of the notebook's variables; `hotLoop` writes the calls. */
export interface LoopScope {
  owns(names: readonly string[], usesMath: boolean): boolean;
  isNumeric(value: unknown): boolean;
  /** Opens a loop; what it assigns to the names goes to the array, in their order, as well. */
  begin(names: readonly string[]): Float64Array;
  end(): void;
}

/** What a cell's magics do when it runs; `weave` writes the calls. */
export interface MagicScope {
  /** `body`: the lines below a cell magic. */
  run(name: string, argument: string, body: string): void | Promise<void>;
  startClock(): void;
  /** Stops the clock that was started last; passes the value on. */
  stopClock<T>(value?: T): T | undefined;
  /** @param options `-n 100 -r 5`, both optional. */
  timeit(body: () => unknown, options: string): Promise<void>;
}

export interface CompileOptions {
  /** `import "prism-lab"` leads here: the running package, wherever the notebook lies. */
  readonly libraryUrl: string;
  /** Of the cell, blanked in its text; default none. */
  readonly magics?: readonly Magic[];
}

/** A place in the cell where the parser stopped; offsets in UTF-16 units of the cell's text. */
export interface SyntaxProblem {
  readonly code: number;
  readonly message: string;
  readonly start: number;
  readonly length: number;
}

export type Compilation =
  | {
      readonly status: "ok";
      readonly cell: CompiledCell;
      readonly declared: readonly CellName[];
      /** At most arithmetic of plain numbers: nothing that a type check could find. */
      readonly isArithmetic: boolean;
    }
  | { readonly status: "error"; readonly problems: readonly SyntaxProblem[] };

/** TypeScript's settings that decide what a cell's JavaScript looks like. */
const EMIT_OPTIONS: TS.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  verbatimModuleSyntax: true,
  sourceMap: true,
  removeComments: true,
};

/** A module by its extension, so that top-level `await` parses. */
const FILE_NAME = "cell.mts";

/** Turns a cell into JavaScript; knows no types and touches no file. */
export function compileCell(code: string, options: CompileOptions): Compilation {
  const traits: CellTraits = { isAsync: false, hasResult: false, stray: undefined };
  const scope = unusedName(code);
  let declared: readonly CellName[] = [];
  let isArithmetic = false;
  const emitted = ts.transpileModule(code, {
    fileName: FILE_NAME,
    compilerOptions: EMIT_OPTIONS,
    reportDiagnostics: true,
    transformers: {
      before: [
        (context) => (source) => {
          declared = cellNames(source);
          isArithmetic = source.statements.every(isArithmeticStatement);
          const { libraryUrl, magics = [] } = options;
          return instrument({ scope, traits, libraryUrl, magics })(context)(source);
        },
      ],
      after: [
        (context) => (source) => {
          const names = new Set(declared.filter((each) => each.isValue).map((each) => each.name));
          const fresh = new Set(declared.filter(isReopened).map((each) => each.name));
          const hoisting = { scope, traits, libraryUrl: options.libraryUrl, names, fresh };
          return hoist(hoisting)(context)(source as TS.SourceFile);
        },
      ],
    },
  });
  const problems = syntaxProblems(emitted.diagnostics ?? [], traits.stray);
  if (problems.length > 0) {
    const jsx = jsxMistaken(code);
    return { status: "error", problems: jsx === undefined ? problems : [jsx] };
  }
  const cell = {
    ...wrapped(emitted.outputText, emitted.sourceMapText ?? "{}", scope, traits.isAsync),
    names: declared.filter((each) => each.isValue).map((each) => each.name),
    isAsync: traits.isAsync,
    hasResult: traits.hasResult,
  };
  return { status: "ok", cell, declared, isArithmetic };
}

function isReopened(name: CellName): boolean {
  return name.kind === "enum" || name.kind === "namespace";
}

function isArithmeticStatement(statement: TS.Statement): boolean {
  // Of a magic only a semicolon is left.
  if (ts.isEmptyStatement(statement)) return true;
  return ts.isExpressionStatement(statement) && isArithmeticNode(statement.expression);
}

function isArithmeticNode(node: TS.Expression): boolean {
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isArithmeticNode(node.expression);
  if (!ts.isBinaryExpression(node)) return false;
  return isArithmeticNode(node.left) && isArithmeticNode(node.right);
}

/**
 * The body in an arrow function, which keeps helpers and temporaries of the compiler local to the
 * cell. The opening takes a line of its own, so the map gets one empty line in front.
 */
function wrapped(
  output: string,
  sourceMap: string,
  scope: string,
  isAsync: boolean,
): { js: string; sourceMap: string } {
  const body = output.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
  const js = `(${isAsync ? "async " : ""}(${scope}) => { "use strict";\n${body}\n})`;
  const map: { mappings: string } = JSON.parse(sourceMap);
  return { js, sourceMap: JSON.stringify({ ...map, mappings: `;${map.mappings}` }) };
}
