import type TS from "typescript";
import { ts } from "./typescript.js";

export type NameKind =
  | "variable"
  | "constant"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "import"
  | "type";

/** A name that a cell declares for all later cells. */
export interface CellName {
  readonly name: string;
  readonly kind: NameKind;
  /** False where nothing of it is left at run time: interfaces, aliases, `declare`. */
  readonly isValue: boolean;
  readonly isType: boolean;
  /** The cell itself wrote `export` before it. */
  readonly isExported: boolean;
}

/**
 * The top-level names of a cell, each once: a class merged with a namespace keeps its first kind,
 * a constant with a type of its name counts as both.
 */
export function cellNames(source: TS.SourceFile): readonly CellName[] {
  const names = new Map<string, CellName>();
  const add = (found: CellName): void => {
    const known = names.get(found.name);
    names.set(found.name, known === undefined ? found : merged(known, found));
  };
  for (const statement of source.statements) {
    for (const found of namesOf(statement)) add(found);
  }
  return [...names.values()];
}

function merged(a: CellName, b: CellName): CellName {
  const kind = a.isValue || !b.isValue ? a.kind : b.kind;
  return {
    name: a.name,
    kind,
    isValue: a.isValue || b.isValue,
    isType: a.isType || b.isType,
    isExported: a.isExported || b.isExported,
  };
}

function namesOf(statement: TS.Statement): CellName[] {
  if (ts.isImportDeclaration(statement)) return importedNames(statement);
  if (ts.isImportEqualsDeclaration(statement)) {
    return [named(statement.name, "import", !statement.isTypeOnly, true, statement)];
  }
  const isAmbient = has(statement, ts.SyntaxKind.DeclareKeyword);
  if (ts.isVariableStatement(statement)) return variableNames(statement, !isAmbient);
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
    return [named(statement.name, "function", !isAmbient, false, statement)];
  }
  if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
    return [named(statement.name, "class", !isAmbient, true, statement)];
  }
  if (ts.isEnumDeclaration(statement)) {
    return [named(statement.name, "enum", !isAmbient, true, statement)];
  }
  if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
    const isGlobal = (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
    return isGlobal ? [] : [named(statement.name, "namespace", !isAmbient, true, statement)];
  }
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return [named(statement.name, "type", false, true, statement)];
  }
  return [];
}

function variableNames(statement: TS.VariableStatement, isValue: boolean): CellName[] {
  const isConstant = (statement.declarationList.flags & ts.NodeFlags.Constant) !== 0;
  const identifiers = statement.declarationList.declarations.flatMap((declaration) =>
    boundIdentifiers(declaration.name),
  );
  return identifiers.map((identifier) =>
    named(identifier, isConstant ? "constant" : "variable", isValue, false, statement),
  );
}

/** Identifiers that a binding name introduces, in the order of the source. */
export function boundIdentifiers(name: TS.BindingName): TS.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? boundIdentifiers(element.name) : [],
  );
}

function importedNames(statement: TS.ImportDeclaration): CellName[] {
  const clause = statement.importClause;
  if (clause === undefined) return [];
  const isValue = clause.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  const names: CellName[] = [];
  if (clause.name !== undefined) names.push(named(clause.name, "import", isValue, true, statement));
  const bindings = clause.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) {
    names.push(named(bindings.name, "import", isValue, true, statement));
    return names;
  }
  for (const element of bindings.elements) {
    names.push(named(element.name, "import", isValue && !element.isTypeOnly, true, statement));
  }
  return names;
}

function named(
  identifier: TS.Identifier,
  kind: NameKind,
  isValue: boolean,
  isType: boolean,
  statement: TS.Statement,
): CellName {
  const isExported =
    has(statement, ts.SyntaxKind.ExportKeyword) && !has(statement, ts.SyntaxKind.DefaultKeyword);
  return { name: identifier.text, kind, isValue, isType, isExported };
}

function has(node: TS.Node, kind: TS.SyntaxKind): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}
