import type TS from "typescript";
import { ts } from "../compile/typescript.js";

/**
 * The types of a checked cell's variables as text that means the same in any other cell; those that
 * lean on something local are left out. With them a later cell needs not load this one, nor all
 * that this one was built on: without, a chain of some hundred cells would have to be inferred
 * anew from its start for each check.
 */
export function portableTypes(
  program: TS.Program,
  file: string,
  libraryFile: string,
): ReadonlyMap<string, string> {
  const checker = program.getTypeChecker();
  const writer = new TypeWriter(checker, exportedSymbols(program, checker, libraryFile));
  const found = new Map<string, string>();
  for (const [symbol, name] of exportedSymbols(program, checker, file)) {
    if ((symbol.flags & ts.SymbolFlags.Variable) === 0) continue;
    const text = writer.write(checker.getTypeOfSymbol(symbol));
    if (text !== undefined) found.set(name, text);
  }
  return found;
}

function exportedSymbols(
  program: TS.Program,
  checker: TS.TypeChecker,
  file: string,
): ReadonlyMap<TS.Symbol, string> {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  return new Map(exported.map((symbol) => [original(symbol, checker), symbol.name]));
}

function original(symbol: TS.Symbol, checker: TS.TypeChecker): TS.Symbol {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

const PLAIN =
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown |
  ts.TypeFlags.String |
  ts.TypeFlags.Number |
  ts.TypeFlags.Boolean |
  ts.TypeFlags.BigInt |
  ts.TypeFlags.ESSymbol |
  ts.TypeFlags.Null |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Void |
  ts.TypeFlags.StringLiteral |
  ts.TypeFlags.NumberLiteral |
  ts.TypeFlags.BooleanLiteral |
  ts.TypeFlags.BigIntLiteral;

/** Types nested deeper are cheaper to look up in their cell. */
const MAX_DEPTH = 4;
const MAX_PROPERTIES = 30;

class TypeWriter {
  private readonly checker: TS.TypeChecker;
  private readonly library: ReadonlyMap<TS.Symbol, string>;

  constructor(checker: TS.TypeChecker, library: ReadonlyMap<TS.Symbol, string>) {
    this.checker = checker;
    this.library = library;
  }

  write(type: TS.Type, depth = 0): string | undefined {
    if (depth > MAX_DEPTH || (type.flags & ts.TypeFlags.EnumLike) !== 0) return undefined;
    if ((type.flags & PLAIN) !== 0) {
      return this.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
    }
    if (type.isUnion()) {
      const parts = type.types.map((part) => this.write(part, depth + 1));
      return parts.includes(undefined) ? undefined : `(${parts.join(" | ")})`;
    }
    // A type alias may carry arguments that its target does not show.
    if (type.aliasSymbol !== undefined || !isObject(type)) return undefined;
    const isAnonymous = (type.objectFlags & ts.ObjectFlags.Anonymous) !== 0;
    return isAnonymous ? this.literal(type, depth) : this.reference(type, depth);
  }

  /** `{ a: number; b?: string; }`: values only, since functions lean on more than can be told. */
  private literal(type: TS.ObjectType, depth: number): string | undefined {
    const properties = type.getProperties();
    const isPlain =
      type.getCallSignatures().length === 0 &&
      type.getConstructSignatures().length === 0 &&
      this.checker.getIndexInfosOfType(type).length === 0 &&
      properties.length <= MAX_PROPERTIES;
    if (!isPlain) return undefined;
    const parts: string[] = [];
    for (const property of properties) {
      const isValue = (property.flags & ts.SymbolFlags.Property) !== 0;
      const text = isValue && this.write(this.checker.getTypeOfSymbol(property), depth + 1);
      // Names of symbols as keys are no text.
      if (!text || property.name.startsWith("__@")) return undefined;
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0 ? "?" : "";
      parts.push(`${JSON.stringify(property.name)}${optional}: ${text};`);
    }
    return `{ ${parts.join(" ")} }`;
  }

  private reference(type: TS.ObjectType, depth: number): string | undefined {
    const isNamed = (type.objectFlags & ts.ObjectFlags.ClassOrInterface) !== 0;
    const isReference = (type.objectFlags & ts.ObjectFlags.Reference) !== 0;
    if ((!isNamed && !isReference) || this.checker.isTupleType(type)) return undefined;
    const name = this.nameOf(type.symbol);
    if (name === undefined) return undefined;
    if (!isReference) return name;
    const reference = type as TS.TypeReference;
    // The last argument of a class or interface is its own `this`.
    const parameters = reference.target.typeParameters?.length ?? 0;
    const args = this.checker
      .getTypeArguments(reference)
      .slice(0, parameters)
      .map((argument) => this.write(argument, depth + 1));
    if (args.includes(undefined)) return undefined;
    return args.length === 0 ? name : `${name}<${args.join(", ")}>`;
  }

  private nameOf(symbol: TS.Symbol): string | undefined {
    const exported = this.library.get(symbol);
    if (exported !== undefined) return `import("prism-lab").${exported}`;
    const declarations = symbol.declarations ?? [];
    // Qualified, because the other cell may have a `Map` of its own.
    return declarations.some(isGlobal) ? `globalThis.${symbol.name}` : undefined;
  }
}

function isObject(type: TS.Type): type is TS.ObjectType {
  return (type.flags & ts.TypeFlags.Object) !== 0;
}

/** Declared at the top of a file that is no module: TypeScript's and Node's own names. */
function isGlobal(declaration: TS.Declaration): boolean {
  const { parent } = declaration;
  return parent !== undefined && ts.isSourceFile(parent) && !ts.isExternalModule(parent);
}
