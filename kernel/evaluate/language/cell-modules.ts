import { join } from "node:path";
import type TS from "typescript";
import { type CellName, cellNames } from "../compile/cell-names.js";
import { ts } from "../compile/typescript.js";

/** A cell's text as the module that TypeScript sees; the cell starts at `offset` in it. */
export interface CellModule {
  readonly text: string;
  readonly offset: number;
}

interface Owner {
  readonly serial: number;
  readonly declared: CellName;
  /** Its type as text, where that stands on its own. */
  readonly type: string | undefined;
}

/**
 * The cells that have run, one module each. A module declares what it takes from earlier cells as
 * they were when it ran; a name belongs to the last cell that declared it.
 */
export class CellModules {
  /** The cell that is looked at now: checked, completed or inspected. */
  readonly currentFile: string;
  private readonly directory: string;
  private readonly owners = new Map<string, Owner>();
  private readonly texts = new Map<string, string>();
  /** Cells with `declare global` hold for all later ones, used by name or not. */
  readonly ambientFiles: string[] = [];

  constructor(directory: string) {
    this.directory = directory;
    this.currentFile = join(directory, ".prism-cell.mts");
  }

  textOf(file: string): string | undefined {
    return this.texts.get(file);
  }

  isModule(file: string): boolean {
    return this.texts.has(file);
  }

  /** Absolute path of the module behind a specifier that `moduleFor` wrote, if it is one. */
  resolve(specifier: string): string | undefined {
    if (!specifier.startsWith("./.prism-cell-")) return undefined;
    const file = join(this.directory, specifier);
    return this.texts.has(file) ? file : undefined;
  }

  /** Names of earlier cells that start with `prefix`, latest declaration. */
  namesWith(prefix: string): readonly CellName[] {
    const found: CellName[] = [];
    for (const { declared } of this.owners.values()) {
      if (declared.name.startsWith(prefix)) found.push(declared);
    }
    return found;
  }

  /** The statement by which the last cell that did so declared a variable. */
  sourceOf(name: string): string | undefined {
    const owner = this.owners.get(name);
    const text = owner && this.texts.get(join(this.directory, fileName(owner.serial)));
    if (text === undefined) return undefined;
    const source = parse(text);
    const statements = source.statements.filter((each) => ts.isVariableStatement(each));
    return statements
      .findLast((each) =>
        each.declarationList.declarations.some(({ name: bound }) => declares(bound, name)),
      )
      ?.getText(source);
  }

  /** All that a cell with this text can use at run time and the notebook has declared, sorted. */
  valueNames(code: string): readonly string[] {
    const earlier = [...this.owners.values()].map(({ declared }) => declared);
    const values = [...earlier, ...cellNames(parse(code))].filter(({ isValue }) => isValue);
    return [...new Set(values.map(({ name }) => name))].sort();
  }

  /** @param types Types of its variables, as far as they stand on their own. */
  commit(serial: number, code: string, types: ReadonlyMap<string, string>): void {
    const source = parse(code);
    const declared = cellNames(source);
    const file = join(this.directory, fileName(serial));
    this.texts.set(file, this.moduleFor(code).text);
    for (const each of declared) {
      this.owners.set(each.name, { serial, declared: each, type: types.get(each.name) });
    }
    if (hasGlobalAugmentation(source)) this.ambientFiles.push(file);
  }

  /** All names that cells before this one declared are unknown from now on. */
  forget(serial: number): void {
    for (const [name, owner] of this.owners) {
      if (owner.serial < serial) this.owners.delete(name);
    }
    const kept = join(this.directory, fileName(serial));
    const isKept = this.ambientFiles.includes(kept);
    this.ambientFiles.splice(0, this.ambientFiles.length, ...(isKept ? [kept] : []));
  }

  /** The module of a cell: declarations it needs, its text, exports of all that it declares. */
  moduleFor(code: string, alsoVisible: readonly string[] = []): CellModule {
    const source = parse(code);
    const declared = cellNames(source);
    const wanted = new Set([...identifiersOf(source), ...alsoVisible]);
    for (const each of declared) wanted.delete(each.name);
    const header = `export {};${this.declarationsOf(wanted)}\n`;
    const exported = declared.filter((each) => !each.isExported).map((each) => each.name);
    return { text: `${header}${code}\nexport { ${exported.join(", ")} };`, offset: header.length };
  }

  private declarationsOf(wanted: ReadonlySet<string>): string {
    const parts: string[] = [];
    for (const name of wanted) {
      const owner = this.owners.get(name);
      if (owner === undefined) continue;
      parts.push(declarationOf(name, owner));
    }
    return parts.join("");
  }
}

function declarationOf(name: string, { serial, declared, type }: Owner): string {
  const from = `"./${fileName(serial)}"`;
  const { kind, isType } = declared;
  const isVariable = (kind === "variable" || kind === "constant") && !isType;
  if (!isVariable) return `import { ${name} } from ${from};`;
  // An imported name cannot be assigned to; a declared variable of the same type can.
  const keyword = kind === "variable" ? "let" : "const";
  return `declare ${keyword} ${name}: ${type ?? `typeof import(${from}).${name}`};`;
}

function declares(bound: TS.BindingName, name: string): boolean {
  if (ts.isIdentifier(bound)) return bound.text === name;
  return bound.elements.some((each) => !ts.isOmittedExpression(each) && declares(each.name, name));
}

function fileName(serial: number): string {
  return `.prism-cell-${serial}.mts`;
}

function parse(code: string): TS.SourceFile {
  return ts.createSourceFile("cell.mts", code, {
    languageVersion: ts.ScriptTarget.ES2023,
    setExternalModuleIndicator: (file) => {
      Object.assign(file, { externalModuleIndicator: true });
    },
  });
}

function identifiersOf(source: TS.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function hasGlobalAugmentation(source: TS.SourceFile): boolean {
  return source.statements.some(
    (statement) =>
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) ||
        (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  );
}
