import type TS from "typescript";
import type { SyntaxProblem } from "../compile-cell.js";
import { withoutShebang } from "../shebang.js";
import { boundIdentifiers } from "./cell-names.js";
import { syntaxProblems } from "./diagnostics.js";
import { type CellTraits, instrumentModule } from "./instrument.js";
import { firstJsx, jsxProblem } from "./jsx.js";
import { ts } from "./typescript.js";
import { awaits } from "./weave.js";

/** A local file as JavaScript that the notebook's own loader runs. */
export interface CompiledModule {
  /**
   * A function expression. Of "esm": `(scope, System, require)`, which registers the module as
   * SystemJS has it. Of "commonjs": `(scope, exports, require, module, __filename, __dirname)`.
   */
  readonly js: string;
  readonly format: "esm" | "commonjs";
  /** Source map v3 from `js` to the file's text. */
  readonly sourceMap: string;
  /** Names that it takes from each specifier. */
  readonly wanted: Readonly<Record<string, readonly string[]>>;
  /** Exports that must not be read before the module's own code has set them. */
  readonly guarded: readonly string[];
}

export type ModuleCompilation =
  | { readonly status: "ok"; readonly module: CompiledModule }
  | { readonly status: "error"; readonly problems: readonly SyntaxProblem[] };

const EMIT_OPTIONS: TS.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  sourceMap: true,
  removeComments: true,
  allowJs: true,
  // The System format goes with TypeScript 7, whose compiler cannot be called from here anyway.
  ignoreDeprecations: "6.0",
};

/**
 * Compiles a file for the notebook's loader; knows no types and touches no file. As in cells, each
 * `await` and each `catch` reports back, so that code of a stopped cell does not go on.
 *
 * @see https://github.com/systemjs/systemjs/blob/main/docs/system-register.md
 */
export function compileModule(file: string, code: string): ModuleCompilation {
  const text = withoutShebang(code);
  const format = formatOf(file, text);
  const scope = unusedName(text);
  const traits: CellTraits = { isAsync: false, hasResult: false, stray: undefined };
  let wanted: CompiledModule["wanted"] = {};
  let guarded: readonly string[] = [];
  let jsx: TS.Node | undefined;
  const emitted = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { ...EMIT_OPTIONS, ...formatOptions(format) },
    transformers: {
      before: [
        (context) => (source) => {
          wanted = wantedNames(source);
          guarded = guardedNames(source);
          jsx = firstJsx(source);
          return instrumentModule({ scope, traits, libraryUrl: undefined })(context)(source);
        },
      ],
    },
  });
  // A CommonJS file may return early, as Node allows.
  const { stray } = traits;
  const isAllowed = format === "commonjs" && stray?.word === "return";
  const problems = syntaxProblems(emitted.diagnostics ?? [], isAllowed ? undefined : stray);
  if (problems.length === 0 && jsx !== undefined) problems.push(jsxProblem(jsx));
  if (problems.length > 0) return { status: "error", problems };
  const body = emitted.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
  const map: { mappings: string } = JSON.parse(emitted.sourceMapText ?? "{}");
  return {
    status: "ok",
    module: {
      js: `(function (${scope}, ${PARAMETERS[format]}) {\n${body}\n})`,
      format,
      sourceMap: JSON.stringify({ ...map, mappings: `;${map.mappings}` }),
      wanted,
      guarded,
    },
  };
}

const PARAMETERS = {
  esm: "System, require",
  commonjs: "exports, require, module, __filename, __dirname",
} as const;

function formatOptions(format: CompiledModule["format"]): TS.CompilerOptions {
  if (format === "esm") {
    return { module: ts.ModuleKind.System, moduleDetection: ts.ModuleDetectionKind.Force };
  }
  // Old scripts may rely on sloppy mode.
  return { module: ts.ModuleKind.CommonJS, alwaysStrict: false };
}

/** By extension; a `.js` file is what its syntax says, whatever package it lies in. */
function formatOf(file: string, text: string): CompiledModule["format"] {
  if (/\.c[jt]s$/.test(file)) return "commonjs";
  return !file.endsWith(".js") || hasModuleSyntax(file, text) ? "esm" : "commonjs";
}

function hasModuleSyntax(file: string, text: string): boolean {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  return ts.isExternalModule(source) || source.statements.some(awaits);
}

export function unusedName(code: string): string {
  let name = "$cell";
  while (code.includes(name)) name += "_";
  return name;
}

function wantedNames(source: TS.SourceFile): CompiledModule["wanted"] {
  const wanted: Record<string, readonly string[]> = {};
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    const { text } = statement.moduleSpecifier;
    wanted[text] = [...(wanted[text] ?? []), ...namesTakenBy(statement.importClause)];
  }
  return wanted;
}

function namesTakenBy(clause: TS.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  const isNamed = bindings !== undefined && ts.isNamedImports(bindings);
  const named = isNamed ? bindings.elements.filter((each) => !each.isTypeOnly) : [];
  return [
    ...(clause?.name === undefined ? [] : ["default"]),
    ...named.map((each) => (each.propertyName ?? each.name).text),
  ];
}

/** Variables, classes and enums: functions are there from the start, `var` is undefined. */
function guardedNames(source: TS.SourceFile): readonly string[] {
  return source.statements.flatMap((statement) => {
    if (ts.isExportAssignment(statement)) return ["default"];
    if (!isExportedValue(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      const { declarations, flags } = statement.declarationList;
      if ((flags & ts.NodeFlags.BlockScoped) === 0) return [];
      const set = declarations.filter((each) => each.initializer !== undefined);
      return set.flatMap((each) => boundIdentifiers(each.name).map(({ text }) => text));
    }
    if (!ts.isClassDeclaration(statement) && !ts.isEnumDeclaration(statement)) return [];
    const isDefault = has(statement, ts.SyntaxKind.DefaultKeyword);
    return isDefault ? ["default"] : statement.name === undefined ? [] : [statement.name.text];
  });
}

function isExportedValue(statement: TS.Statement): boolean {
  return (
    has(statement, ts.SyntaxKind.ExportKeyword) && !has(statement, ts.SyntaxKind.DeclareKeyword)
  );
}

function has(node: TS.Node, kind: TS.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (node.modifiers?.some((each) => each.kind === kind) ?? false);
}
