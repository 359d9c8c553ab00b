import type TS from "typescript";
import type { Magic } from "../magics/split-cell.js";
import type { Stray } from "./diagnostics.js";
import { ts } from "./typescript.js";
import { weave } from "./weave.js";

/** What one cell's code needs around it; found while it is rewritten. */
export interface CellTraits {
  isAsync: boolean;
  hasResult: boolean;
  /** The first one. */
  stray: Stray | undefined;
}

export interface Instrumentation {
  /** Name of the one parameter of the compiled function, unique in the cell's text. */
  readonly scope: string;
  /** Where `import("prism-lab")` leads; undefined where the scope itself knows. */
  readonly libraryUrl: string | undefined;
  readonly traits: CellTraits;
}

export interface CellInstrumentation extends Instrumentation {
  readonly magics: readonly Magic[];
}

export const LIBRARY_NAME = "prism-lab";

/**
 * Runs before TypeScript lowers the cell, while the user's own syntax still stands: the last
 * expression goes to `scope.result`; each `await` and each `catch` reports back, so that code of a
 * stopped cell does not go on when what it waited for arrives; `import()` and `import.meta` go through
 * the scope, because scripts have no module loader of their own. What the cell's magics do is put
 * among its statements.
 */
export function instrument(
  instrumentation: CellInstrumentation,
): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (source) => {
    const visitor = new Instrumenter(context, instrumentation);
    const statements = source.statements.map((statement) => ({
      start: statement.getStart(source),
      statement: visitor.visitTopLevel(statement),
    }));
    const last = visitor.withResult(weave(context.factory, instrumentation, statements));
    return context.factory.updateSourceFile(source, last);
  };
}

/** The same for a file that cells import: it has no result and no magics. */
export function instrumentModule(
  instrumentation: Instrumentation,
): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (source) => {
    const visitor = new Instrumenter(context, instrumentation);
    const statements = source.statements.map((each) => visitor.visitTopLevel(each));
    return context.factory.updateSourceFile(source, statements);
  };
}

class Instrumenter {
  private readonly context: TS.TransformationContext;
  private readonly factory: TS.NodeFactory;
  private readonly options: Instrumentation;
  private functionDepth = 0;
  /** The innermost function may await, or there is none. */
  private mayAwait = true;

  constructor(context: TS.TransformationContext, options: Instrumentation) {
    this.context = context;
    this.factory = context.factory;
    this.options = options;
  }

  visitTopLevel(statement: TS.Statement): TS.Statement {
    if (ts.isImportEqualsDeclaration(statement)) {
      const required = this.requireStatement(statement);
      if (required !== undefined) return required;
    }
    return ts.visitNode(statement, this.visit, ts.isStatement);
  }

  /** The last statement that is not empty, if it is an expression but no assignment, is the cell's result. */
  withResult(statements: TS.Statement[]): TS.Statement[] {
    const index = statements.findLastIndex((statement) => !ts.isEmptyStatement(statement));
    const last = statements[index];
    if (last === undefined || !ts.isExpressionStatement(last)) return statements;
    if (isAssignment(last.expression)) return statements;
    this.options.traits.hasResult = true;
    const target = this.scopeMember("result");
    const assignment = this.factory.createAssignment(target, last.expression);
    const replaced = this.factory.createExpressionStatement(assignment);
    ts.setOriginalNode(ts.setTextRange(replaced, last), last);
    return statements.with(index, replaced);
  }

  private readonly visit = (node: TS.Node): TS.VisitResult<TS.Node> => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) {
      const outer = this.mayAwait;
      this.functionDepth += 1;
      this.mayAwait = isAsync(node);
      const visited = ts.visitEachChild(node, this.visit, this.context);
      this.functionDepth -= 1;
      this.mayAwait = outer;
      return visited;
    }
    this.note(node);
    if (ts.isAwaitExpression(node)) return this.resumed(node);
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return this.forAwait(node);
    if (ts.isCatchClause(node)) return this.catchClause(node);
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return ts.setTextRange(this.scopeMember("meta"), node);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return this.importCall(node);
    }
    return ts.visitEachChild(node, this.visit, this.context);
  };

  private note(node: TS.Node): void {
    const { traits } = this.options;
    if (ts.isAwaitExpression(node) && !this.mayAwait) traits.stray ??= { word: "await", node };
    if (this.functionDepth > 0) return;
    if (ts.isReturnStatement(node)) traits.stray ??= { word: "return", node };
    if (ts.isAwaitExpression(node)) traits.isAsync = true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) traits.isAsync = true;
    if (
      ts.isVariableDeclarationList(node) &&
      (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    ) {
      traits.isAsync = true;
    }
  }

  private resumed(node: TS.AwaitExpression): TS.Expression {
    const inner = ts.visitEachChild(node, this.visit, this.context);
    const call = this.factory.createCallExpression(this.scopeMember("resumed"), undefined, [inner]);
    return ts.setTextRange(call, node);
  }

  private forAwait(node: TS.ForOfStatement): TS.ForOfStatement {
    const inner = ts.visitEachChild(node, this.visit, this.context);
    const check = this.check();
    const body = ts.isBlock(inner.statement) ? inner.statement.statements : [inner.statement];
    const block = ts.setTextRange(this.factory.createBlock([check, ...body], true), node.statement);
    return this.factory.updateForOfStatement(
      inner,
      inner.awaitModifier,
      inner.initializer,
      inner.expression,
      block,
    );
  }

  /** A loop that tries again after any error would go on for ever after the stop. */
  private catchClause(node: TS.CatchClause): TS.CatchClause {
    const inner = ts.visitEachChild(node, this.visit, this.context);
    const statements = [this.check(), ...inner.block.statements];
    const block = ts.setTextRange(this.factory.createBlock(statements, true), node.block);
    return this.factory.updateCatchClause(inner, inner.variableDeclaration, block);
  }

  private check(): TS.Statement {
    const call = this.factory.createCallExpression(this.scopeMember("resumed"), undefined, []);
    return this.factory.createExpressionStatement(call);
  }

  private importCall(node: TS.CallExpression): TS.Expression {
    const inner = ts.visitEachChild(node, this.visit, this.context);
    const args = inner.arguments.map((argument, index) =>
      index === 0 ? this.redirected(argument) : argument,
    );
    const call = this.factory.createCallExpression(this.scopeMember("import"), undefined, args);
    return ts.setTextRange(call, node);
  }

  private redirected(specifier: TS.Expression): TS.Expression {
    const { libraryUrl } = this.options;
    if (libraryUrl === undefined || !isLibraryName(specifier)) return specifier;
    return this.factory.createStringLiteral(libraryUrl);
  }

  /** `import fs = require("node:fs")` as the call it means. */
  private requireStatement(node: TS.ImportEqualsDeclaration): TS.Statement | undefined {
    const reference = node.moduleReference;
    if (!ts.isExternalModuleReference(reference) || node.isTypeOnly) return undefined;
    const call = this.factory.createCallExpression(
      this.factory.createIdentifier("require"),
      undefined,
      [reference.expression],
    );
    const declaration = this.factory.createVariableDeclaration(
      node.name,
      undefined,
      undefined,
      call,
    );
    const list = this.factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
    const statement = this.factory.createVariableStatement(undefined, list);
    return ts.setOriginalNode(ts.setTextRange(statement, node), node);
  }

  private scopeMember(name: string): TS.PropertyAccessExpression {
    const scope = this.factory.createIdentifier(this.options.scope);
    return this.factory.createPropertyAccessExpression(scope, name);
  }
}

function isAsync(node: TS.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

function isLibraryName(specifier: TS.Expression): boolean {
  return ts.isStringLiteralLike(specifier) && specifier.text === LIBRARY_NAME;
}

function isAssignment(node: TS.Expression): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
