import type TS from "typescript";
import { boundIdentifiers } from "./cell-names.js";
import { hotLoop } from "./hot-loops.js";
import { type Instrumentation, LIBRARY_NAME } from "./instrument.js";
import { ts } from "./typescript.js";

export interface Hoisting extends Instrumentation {
  readonly libraryUrl: string;
  /** Names that live in script scope; all others (helpers, temporaries) stay local to the cell. */
  readonly names: ReadonlySet<string>;
  /** Enums and namespaces: TypeScript extends `E || (E = {})`, so a re-run must start from nothing. */
  readonly fresh: ReadonlySet<string>;
}

/**
 * Runs after TypeScript has lowered the cell: declarations of the cell's names become assignments
 * to script-scope variables. Closures of earlier cells therefore see the new value, a constant may
 * be declared again, and a cell that throws half way leaves every name readable. Functions come
 * first, then imports, as the language orders them.
 */
export function hoist(hoisting: Hoisting): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (source) => {
    const hoister = new Hoister(context, hoisting);
    for (const statement of source.statements) hoister.add(statement);
    return context.factory.updateSourceFile(source, hoister.statements());
  };
}

class Hoister {
  private readonly context: TS.TransformationContext;
  private readonly factory: TS.NodeFactory;
  private readonly options: Hoisting;
  private readonly functions: TS.Statement[] = [];
  private readonly imports: TS.Statement[] = [];
  private readonly body: TS.Statement[] = [];
  /** Names whose `var` became an assignment beside one of the cell's own names. */
  private readonly localNames = new Set<string>();

  constructor(context: TS.TransformationContext, options: Hoisting) {
    this.context = context;
    this.factory = context.factory;
    this.options = options;
  }

  statements(): TS.Statement[] {
    return [...this.locals(), ...this.functions, ...this.imports, ...this.body];
  }

  add(statement: TS.Statement): void {
    if (ts.isFunctionDeclaration(statement)) this.addFunction(statement);
    else if (ts.isClassDeclaration(statement)) this.addClass(statement);
    else if (ts.isVariableStatement(statement)) this.addVariables(statement);
    else if (ts.isImportDeclaration(statement)) this.addImport(statement);
    else if (ts.isExportAssignment(statement)) this.addExpression(statement.expression, statement);
    else if (ts.isExportDeclaration(statement)) this.addReExport(statement);
    else this.addOther(statement);
  }

  private addOther(statement: TS.Statement): void {
    const visited = ts.visitNode(statement, this.visitNested, ts.isStatement);
    this.body.push(hotLoop(visited, this.factory, this.context, this.options.scope));
  }

  /** Anonymous, so that a recursive call finds the variable and thus a later redefinition. */
  private addFunction(node: TS.FunctionDeclaration): void {
    if (node.body === undefined) return;
    const value = this.factory.createFunctionExpression(
      node.modifiers?.filter((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword),
      node.asteriskToken,
      undefined,
      undefined,
      node.parameters,
      undefined,
      node.body,
    );
    ts.setOriginalNode(ts.setTextRange(value, node), node);
    if (node.name === undefined) this.addExpression(value, node);
    else this.functions.push(this.assignment(node.name, value, node));
  }

  private addClass(node: TS.ClassDeclaration): void {
    const value = this.factory.createClassExpression(
      undefined,
      node.name,
      undefined,
      node.heritageClauses,
      node.members,
    );
    ts.setOriginalNode(ts.setTextRange(value, node), node);
    if (node.name === undefined) this.addExpression(value, node);
    else this.body.push(this.assignment(node.name, value, node));
  }

  private addVariables(statement: TS.VariableStatement): void {
    const list = statement.declarationList;
    for (const declaration of list.declarations) {
      if (!this.isHoisted(declaration.name)) {
        const kept = this.factory.createVariableDeclarationList([declaration], list.flags);
        this.body.push(ts.setTextRange(this.factory.createVariableStatement([], kept), statement));
        continue;
      }
      const assigned = this.assigned(declaration, ts.getOriginalNode(statement).pos < 0);
      if (assigned !== undefined) this.body.push(assigned);
    }
  }

  private assigned(
    declaration: TS.VariableDeclaration,
    isLowered: boolean,
  ): TS.Statement | undefined {
    const { name, initializer } = declaration;
    if (initializer !== undefined) return this.assignment(name, initializer, declaration);
    // A list that TypeScript made up (for `using`) only announces names that are assigned further
    // down; clearing them here would lose the old value when the cell throws before that point.
    const isFresh = ts.isIdentifier(name) && this.options.fresh.has(name.text);
    if (isLowered && !isFresh) return undefined;
    return this.assignment(name, this.factory.createVoidZero(), declaration);
  }

  private addImport(node: TS.ImportDeclaration): void {
    const clause = node.importClause;
    const call = (): TS.Expression => this.importCall(node.moduleSpecifier, node.attributes);
    if (clause === undefined) {
      this.imports.push(this.expression(call(), node));
      return;
    }
    const bindings = clause.namedBindings;
    if (bindings !== undefined && ts.isNamespaceImport(bindings)) {
      this.imports.push(this.assignment(bindings.name, call(), node));
    }
    const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
    const wanted: [string, TS.Identifier][] = named.map((element) => [
      (element.propertyName ?? element.name).text,
      element.name,
    ]);
    if (clause.name !== undefined) wanted.unshift(["default", clause.name]);
    if (wanted.length > 0) this.imports.push(this.pickedImport(wanted, call(), node));
  }

  /** `({ default: d, "a": b } = scope.pick(await scope.import("x"), ["default", "a"]))` */
  private pickedImport(
    wanted: readonly [string, TS.Identifier][],
    imported: TS.Expression,
    node: TS.ImportDeclaration,
  ): TS.Statement {
    const f = this.factory;
    const pattern = f.createObjectLiteralExpression(
      wanted.map(([from, to]) => f.createPropertyAssignment(f.createStringLiteral(from), to)),
    );
    const keys = f.createArrayLiteralExpression(
      wanted.map(([from]) => f.createStringLiteral(from)),
    );
    const picked = f.createCallExpression(this.scopeMember("pick"), undefined, [imported, keys]);
    return this.expression(f.createAssignment(pattern, picked), node);
  }

  private addReExport(node: TS.ExportDeclaration): void {
    if (node.moduleSpecifier === undefined) return;
    this.imports.push(
      this.expression(this.importCall(node.moduleSpecifier, node.attributes), node),
    );
  }

  private importCall(specifier: TS.Expression, attributes?: TS.ImportAttributes): TS.Expression {
    this.options.traits.isAsync = true;
    const f = this.factory;
    const isLibrary = ts.isStringLiteralLike(specifier) && specifier.text === LIBRARY_NAME;
    const from = isLibrary ? f.createStringLiteral(this.options.libraryUrl) : specifier;
    const args = [from, ...(attributes === undefined ? [] : [this.importOptions(attributes)])];
    const call = f.createCallExpression(this.scopeMember("import"), undefined, args);
    return f.createAwaitExpression(ts.setTextRange(call, specifier));
  }

  private importOptions(attributes: TS.ImportAttributes): TS.Expression {
    const f = this.factory;
    const entries = attributes.elements.map((each) =>
      f.createPropertyAssignment(f.createStringLiteral(each.name.text), each.value),
    );
    const value = f.createObjectLiteralExpression(entries);
    return f.createObjectLiteralExpression([f.createPropertyAssignment("with", value)]);
  }

  /** `var` inside blocks stays local, unless the cell declares the same name at its top level. */
  private readonly visitNested = (node: TS.Node): TS.VisitResult<TS.Node> => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
    if (ts.isVariableStatement(node) && this.isHoistedVar(node.declarationList)) {
      const kept = node.declarationList.declarations.filter(
        (each) => each.initializer !== undefined,
      );
      return kept.map((each) => this.assignment(each.name, each.initializer!, each));
    }
    if (ts.isVariableDeclarationList(node) && this.isHoistedVar(node)) return this.loopHead(node);
    return ts.visitEachChild(node, this.visitNested, this.context);
  };

  private loopHead(list: TS.VariableDeclarationList): TS.Expression {
    const parts = list.declarations.map((each) => {
      const target = this.target(each.name);
      return each.initializer === undefined
        ? target
        : this.factory.createAssignment(target, each.initializer);
    });
    return parts.reduce((left, right) => this.factory.createComma(left, right));
  }

  private isHoistedVar(list: TS.VariableDeclarationList): boolean {
    if ((list.flags & ts.NodeFlags.BlockScoped) !== 0) return false;
    if (!list.declarations.some((each) => this.isHoisted(each.name))) return false;
    for (const { text } of list.declarations.flatMap((each) => boundIdentifiers(each.name))) {
      if (!this.options.names.has(text)) this.localNames.add(text);
    }
    return true;
  }

  private locals(): TS.Statement[] {
    if (this.localNames.size === 0) return [];
    const declarations = [...this.localNames].map((name) =>
      this.factory.createVariableDeclaration(name),
    );
    const list = this.factory.createVariableDeclarationList(declarations, ts.NodeFlags.None);
    return [this.factory.createVariableStatement(undefined, list)];
  }

  private isHoisted(name: TS.BindingName): boolean {
    const identifiers = boundIdentifiers(name);
    // `const {} = f()` binds nothing, yet f must run: as an assignment it does.
    if (identifiers.length === 0) return true;
    return identifiers.some((identifier) => this.options.names.has(identifier.text));
  }

  private assignment(name: TS.BindingName, value: TS.Expression, origin: TS.Node): TS.Statement {
    return this.expression(this.factory.createAssignment(this.target(name), value), origin);
  }

  private addExpression(value: TS.Expression, origin: TS.Node): void {
    this.body.push(this.expression(value, origin));
  }

  private expression(value: TS.Expression, origin: TS.Node): TS.Statement {
    const statement = this.factory.createExpressionStatement(value);
    return ts.setOriginalNode(ts.setTextRange(statement, origin), origin);
  }

  /** A binding pattern as the assignment pattern that fills the same names. */
  private target(name: TS.BindingName): TS.Expression {
    const f = this.factory;
    if (ts.isIdentifier(name)) return name;
    if (ts.isArrayBindingPattern(name)) {
      return ts.setTextRange(
        f.createArrayLiteralExpression(name.elements.map((each) => this.arrayTarget(each))),
        name,
      );
    }
    const properties = name.elements.map((each) => this.propertyTarget(each));
    return ts.setTextRange(f.createObjectLiteralExpression(properties), name);
  }

  private arrayTarget(element: TS.ArrayBindingElement): TS.Expression {
    if (ts.isOmittedExpression(element)) return element;
    if (element.dotDotDotToken !== undefined) {
      return this.factory.createSpreadElement(this.target(element.name));
    }
    return this.withDefault(element);
  }

  private propertyTarget(element: TS.BindingElement): TS.ObjectLiteralElementLike {
    const f = this.factory;
    if (element.dotDotDotToken !== undefined) {
      return f.createSpreadAssignment(this.target(element.name));
    }
    if (element.propertyName === undefined && ts.isIdentifier(element.name)) {
      return f.createShorthandPropertyAssignment(element.name, element.initializer);
    }
    return f.createPropertyAssignment(element.propertyName!, this.withDefault(element));
  }

  private withDefault(element: TS.BindingElement): TS.Expression {
    const target = this.target(element.name);
    if (element.initializer === undefined) return target;
    return this.factory.createAssignment(target, element.initializer);
  }

  private scopeMember(name: string): TS.PropertyAccessExpression {
    const scope = this.factory.createIdentifier(this.options.scope);
    return this.factory.createPropertyAccessExpression(scope, name);
  }
}
