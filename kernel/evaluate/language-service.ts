import type TS from "typescript";
import { cellLabel } from "./code-frame.js";
import { NO_JSX } from "./compile/jsx.js";
import { saveCompiledTypeScript, ts } from "./compile/typescript.js";
import { type CompiledCell, compileCell, type SyntaxProblem } from "./compile-cell.js";
import type { CellError, Completeness, Completion, Inspection } from "./evaluator.js";
import { CellModules } from "./language/cell-modules.js";
import { cellCompleteness } from "./language/completeness.js";
import { completeCell } from "./language/completion.js";
import { completeImportPath } from "./language/import-paths.js";
import { inspectCell } from "./language/inspection.js";
import { completeMagic, inspectMagic } from "./language/magic-help.js";
import { portableTypes } from "./language/portable-types.js";
import { type Problem, problemsError, problemsWarning } from "./language/problems.js";
import { ServiceHost } from "./language/service-host.js";
import { variableTypes } from "./language/variable-types.js";
import { parseDeclarations } from "./language/warm-up.js";
import { fileLabel } from "./local-files.js";
import type { TypecheckMode } from "./magics/catalogue.js";
import { helpRequest } from "./magics/help-request.js";
import { type SplitCell, splitMagics } from "./magics/split-cell.js";
import { typecheckMode, usageError } from "./magics/usage.js";
import { missingModuleRemedy } from "./missing-module.js";

export interface CellLanguageOptions {
  /** Packages and relative imports resolve from here. */
  readonly cwd: string;
  /** Entry of the running `prism-lab`. */
  readonly libraryUrl: string;
}

export interface PrepareRequest {
  /** Unique in the session, unlike the count that the notebook shows. */
  readonly serial: number;
  readonly executionCount: number;
  readonly code: string;
  /** Unless the cell asks for another. */
  readonly typecheck: TypecheckMode;
  /** Expressions to evaluate after the cell, by name. */
  readonly expressions: Readonly<Record<string, string>>;
}

export interface Preparation {
  /** From this cell on. */
  readonly typecheck: TypecheckMode;
  readonly prepared: PreparedCell | CellError;
}

export interface PreparedCell {
  readonly status: "ok";
  readonly cell: CompiledCell;
  readonly expressions: Readonly<Record<string, CompiledCell | CellError>>;
  /** Type errors under `%typecheck warn`, for stderr; empty if none. */
  readonly warnings: string;
  /** By name, for `%who`; empty in a cell without it. */
  readonly variableTypes: Readonly<Record<string, string>>;
}

/**
 * TypeScript's view of the notebook: compiles and checks cells, completes and inspects. Not bound
 * to a thread; `language-worker.ts` puts it into one.
 */
export class CellLanguage {
  private readonly modules: CellModules;
  private readonly host: ServiceHost;
  private readonly registry: TS.DocumentRegistry;
  private readonly service: TS.LanguageService;
  private readonly libraryUrl: string;
  /** Of the cell prepared last, until it is committed. */
  private preparedTypes: { serial: number; types: ReadonlyMap<string, string> } | undefined;

  constructor(options: CellLanguageOptions) {
    this.libraryUrl = options.libraryUrl;
    this.modules = new CellModules(options.cwd);
    this.host = new ServiceHost({ ...options, modules: this.modules });
    this.registry = ts.createDocumentRegistry(this.host.useCaseSensitiveFileNames(), options.cwd);
    this.service = ts.createLanguageService(this.host, this.registry);
  }

  /** Loads what the first check would otherwise wait for; each step is a few milliseconds. */
  *warmUp(): Generator<void, void> {
    compileCell(WARM_UP_CELL, { libraryUrl: this.libraryUrl });
    yield;
    yield* parseDeclarations(this.host, this.registry);
    this.host.lookAt(WARM_UP_CELL, this.service);
    yield;
    this.service.getSemanticDiagnostics(this.modules.currentFile);
    yield;
    this.complete("prism.", "prism.".length);
    yield;
    this.complete("con", "con".length);
    yield;
    saveCompiledTypeScript();
  }

  /** Compiles and checks a cell. Its names count only once `commit` says that it runs. */
  prepare(request: PrepareRequest): Preparation {
    const label = cellLabel(request.executionCount);
    const split = splitMagics(request.code);
    const misuse = usageError(request.code, split, label);
    if (misuse !== undefined) return { typecheck: request.typecheck, prepared: misuse };
    const typecheck = typecheckMode(split) ?? request.typecheck;
    const { nodeTypes } = this.host;
    const prepared = nodeTypes.answered(() =>
      this.prepared({ ...request, typecheck }, split, label),
    );
    return { typecheck, prepared };
  }

  /** The cell starts to run: from now on its names are known to later cells. */
  commit(serial: number, code: string): void {
    const prepared = this.preparedTypes;
    const types = prepared?.serial === serial ? prepared.types : new Map<string, string>();
    const cell = splitMagics(code).code;
    this.host.relaxForTslab(cell);
    this.modules.commit(serial, cell, types);
  }

  /** Names of cells before this one are unknown from now on. */
  forget(serial: number): void {
    this.modules.forget(serial);
  }

  complete(code: string, cursor: number): Completion {
    const split = splitMagics(code);
    const magic = completeMagic(code, split, cursor);
    if (magic !== undefined) return magic;
    const path = completeImportPath(split.code, cursor, this.host.cwd);
    if (path !== undefined) return path;
    return this.host.nodeTypes.answered(() =>
      completeCell(this.service, this.host, this.modules, split.code, cursor),
    );
  }

  inspect(code: string, cursor: number, detailLevel: 0 | 1): Inspection {
    const split = splitMagics(code);
    const magic = inspectMagic(split, cursor);
    if (magic !== undefined) return magic;
    return this.host.nodeTypes.answered(() =>
      inspectCell(this.service, this.host, this.modules, split.code, cursor, detailLevel),
    );
  }

  isComplete(code: string): Completeness {
    if (helpRequest(code) !== undefined) return { status: "complete", indent: "" };
    const split = splitMagics(code);
    const compiled = compileCell(split.code, { libraryUrl: this.libraryUrl });
    return cellCompleteness(code, split, compiled.status === "error" ? compiled.problems : []);
  }

  private prepared(
    request: PrepareRequest,
    { code, magics }: SplitCell,
    label: string,
  ): PreparedCell | CellError {
    const { libraryUrl } = this;
    const compiled = compileCell(code, { libraryUrl, magics });
    if (compiled.status === "error") {
      return problemsError(compiled.problems.map(asProblem), request.code, label);
    }
    const isChecked = request.typecheck !== "off" && !compiled.isArithmetic;
    const problems = isChecked ? this.typeProblems(code) : [];
    if (problems.length > 0 && request.typecheck === "error") {
      return problemsError(problems, request.code, label);
    }
    if (isChecked) this.preparedTypes = { serial: request.serial, types: this.portableTypes() };
    const expressions = Object.entries(request.expressions).map(
      ([name, expression]) => [name, this.expression(expression)] as const,
    );
    const listsVariables = magics.some(({ name }) => name === "who");
    return {
      status: "ok",
      cell: compiled.cell,
      expressions: Object.fromEntries(expressions),
      warnings: problems.length > 0 ? problemsWarning(problems, request.code, label) : "",
      variableTypes: listsVariables
        ? variableTypes(this.service, this.host, this.modules, code)
        : {},
    };
  }

  private expression(code: string): CompiledCell | CellError {
    const compiled = compileCell(code, { libraryUrl: this.libraryUrl });
    if (compiled.status === "ok") return compiled.cell;
    return problemsError(compiled.problems.map(asProblem), code, "expression");
  }

  /** Of the cell that was checked just now. */
  private portableTypes(): ReadonlyMap<string, string> {
    const program = this.service.getProgram();
    if (program === undefined) return new Map();
    return portableTypes(program, this.modules.currentFile, this.host.libraryTypes);
  }

  private typeProblems(code: string): readonly Problem[] {
    const module = this.modules.moduleFor(code);
    this.host.relaxForTslab(code);
    this.host.lookAt(module.text, this.service);
    const found = this.service.getSemanticDiagnostics(this.modules.currentFile);
    const own = found.flatMap((each) => this.typeProblem(each, module.offset, code.length));
    const files = this.host.localSources.reachedFrom(this.modules.currentFile);
    return [...files.flatMap((file) => this.fileProblems(file)), ...own];
  }

  /** Of a file that the cell imports, by whatever way. */
  private fileProblems(file: string): readonly Problem[] {
    const text = this.service.getProgram()?.getSourceFile(file)?.text;
    if (text === undefined) return [];
    const place = { label: fileLabel(file, this.host.cwd), text };
    const broken = this.service.getSyntacticDiagnostics(file);
    const found = broken.length > 0 ? broken : this.service.getSemanticDiagnostics(file);
    return found
      .flatMap((each) => this.typeProblem(each, 0, text.length))
      .map((problem) => ({ ...problem, file: place }));
  }

  /** Errors in the text from `offset` on. */
  private typeProblem(
    diagnostic: TS.Diagnostic,
    offset: number,
    codeLength: number,
  ): readonly Problem[] {
    const start = (diagnostic.start ?? 0) - offset;
    const isError = diagnostic.category === ts.DiagnosticCategory.Error;
    if (!isError || isTolerated(diagnostic) || start < 0 || start > codeLength) return [];
    if (diagnostic.code === EXTENSION_MISSING || diagnostic.code === EXTENSION_MEANT) {
      return this.typeProblem(asMissingModule(diagnostic), offset, codeLength);
    }
    const message = this.host.readable(this.explained(diagnostic));
    const length = Math.min(diagnostic.length ?? 1, codeLength - start);
    // Grammar that the parser leaves to the checker, such as a stray `break`.
    const family = diagnostic.code < 2000 ? "SyntaxError" : "TypeError";
    return [{ family, code: diagnostic.code, message, start, length }];
  }

  /** The message with what TypeScript or the library has to say about the way out. */
  private explained({ code, messageText, relatedInformation = [] }: TS.Diagnostic): string {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    const quoted = /'([^']+)'/.exec(text)?.[1] ?? "";
    if (code === MODULE_NOT_FOUND || code === BARE_IMPORT_NOT_FOUND)
      return `${text}\n${missingModuleRemedy(quoted, this.host.cwd)}`;
    if (code === JSX) return NO_JSX;
    if (code === NAME_NOT_FOUND && quoted === "runtime") {
      return `${text} Did you mean 'prism.Runtime.shared'?`;
    }
    if (code === NAME_NOT_FOUND && this.isOfLibrary(quoted)) {
      return `${text} Did you mean 'prism.${quoted}'?`;
    }
    const hint = relatedInformation.find((related) => related.code === FORGOTTEN_AWAIT);
    if (hint === undefined) return text;
    return `${text}\n${ts.flattenDiagnosticMessageText(hint.messageText, "\n")}`;
  }

  private isOfLibrary(name: string): boolean {
    const program = this.service.getProgram();
    const source = program?.getSourceFile(this.host.libraryTypes);
    const checker = program?.getTypeChecker();
    const library = source && checker?.getSymbolAtLocation(source);
    return (
      library !== undefined && checker?.tryGetMemberInModuleExports(name, library) !== undefined
    );
  }
}

/** Touches what cells use most: library, console, promises, arrays. */
const WARM_UP_CELL = `export {};
const values = [1, 2, 3].map((value) => value ** 2);
console.log(values.length, new Map<string, number>().get("a")?.toFixed(2));
await Promise.all(values.map(async (value) => \`\${value}\`));
prism;`;

const MODULE_NOT_FOUND = 2307;
const BARE_IMPORT_NOT_FOUND = 2882;
const NAME_NOT_FOUND = 2304;
const FORGOTTEN_AWAIT = 2773;
const JSON_WITHOUT_ATTRIBUTE = 1543;
const MODULE_IS_TSX = 6142;
const JSX = 17004;

const EXTENSION_MISSING = 2834;
const EXTENSION_MEANT = 2835;

/** Extensions may be left out here: a path that leads nowhere is no matter of them. */
function asMissingModule(diagnostic: TS.Diagnostic): TS.Diagnostic {
  const { file, start = 0, length = 0 } = diagnostic;
  const specifier = file?.text.slice(start + 1, start + length - 1) ?? "";
  const messageText = `Cannot find module '${specifier}' or its corresponding type declarations.`;
  return { ...diagnostic, code: MODULE_NOT_FOUND, messageText };
}

/** The 7xxx family asks for annotations (implicit any): a notebook is allowed to leave them out. */
function isTolerated({ code }: TS.Diagnostic): boolean {
  if (code === JSON_WITHOUT_ATTRIBUTE || code === MODULE_IS_TSX) return true;
  return code >= 7000 && code < 8000;
}

function asProblem(problem: SyntaxProblem): Problem {
  return { family: "SyntaxError", ...problem };
}
