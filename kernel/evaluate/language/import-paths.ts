import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, resolve } from "node:path";
import type TS from "typescript";
import { LIBRARY_NAME } from "../compile/instrument.js";
import { ts } from "../compile/typescript.js";
import type { Completion, CompletionMatch } from "../evaluator.js";

const IMPORTABLE = /\.(?:[cm]?[jt]s|tsx|json)$/;
const MAX_PATHS = 500;

/**
 * The path or package at the cursor, if it stands in an import, a `require` or an `import()`: files
 * and folders from the notebook's folder, packages installed beside or above it, Node's own modules.
 */
export function completeImportPath(
  code: string,
  cursor: number,
  cwd: string,
): Completion | undefined {
  const literal = specifierAt(code, cursor);
  if (literal === undefined) return undefined;
  const typed = code.slice(literal.getStart() + 1, cursor);
  // One segment is completed at a time: what stands before its slash stays.
  const kept = typed.lastIndexOf("/") + 1;
  const candidates = /^\.{0,2}\//.test(typed) ? paths(typed, cwd) : modules(typed, cwd);
  const matches = ranked(candidates, typed).map(({ text, type }) => ({
    text: text.slice(kept),
    type,
  }));
  return { matches, start: cursor - typed.length + kept, end: cursor };
}

function specifierAt(code: string, cursor: number): TS.StringLiteralLike | undefined {
  const source = ts.createSourceFile("cell.mts", code, ts.ScriptTarget.ES2023, true);
  let found: TS.StringLiteralLike | undefined;
  const visit = (node: TS.Node): void => {
    if (cursor <= node.getStart() || cursor > node.end) return;
    const isClosed = code[node.end - 1] === code[node.getStart()] && node.end - node.getStart() > 1;
    const isInside = cursor < node.end || !isClosed;
    if (ts.isStringLiteralLike(node) && isInside && isSpecifier(node)) found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function isSpecifier(node: TS.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  if (ts.isExternalModuleReference(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
  const { expression } = parent;
  const isRequire = ts.isIdentifier(expression) && expression.text === "require";
  return isRequire || expression.kind === ts.SyntaxKind.ImportKeyword;
}

function ranked(candidates: readonly CompletionMatch[], typed: string): CompletionMatch[] {
  const lower = typed.toLowerCase();
  const fitting = candidates.filter(({ text }) => text.toLowerCase().startsWith(lower));
  const isExact = ({ text }: CompletionMatch): boolean => text.startsWith(typed);
  return [...fitting.filter(isExact), ...fitting.filter((each) => !isExact(each))].slice(
    0,
    MAX_PATHS,
  );
}

/** What lies in the folder that the typed path has come to, with that path in front. */
function paths(typed: string, cwd: string): CompletionMatch[] {
  const base = typed.slice(0, typed.lastIndexOf("/") + 1);
  return listed(resolve(cwd, base), base);
}

function listed(folder: string, base: string): CompletionMatch[] {
  const visible = entries(folder).filter(
    ({ name }) => !name.startsWith(".") && name !== "node_modules",
  );
  const folders = visible.filter((each) => isFolder(each, folder));
  const files = visible.filter((each) => !isFolder(each, folder) && IMPORTABLE.test(each.name));
  return [
    ...folders.map(({ name }) => ({
      text: `${base}${name}/`,
      type: ts.ScriptElementKind.directory,
    })),
    ...files.map(({ name }) => ({ text: base + name, type: ts.ScriptElementKind.scriptElement })),
  ];
}

function modules(typed: string, cwd: string): CompletionMatch[] {
  const names = new Set([LIBRARY_NAME, ...packagesFrom(cwd), ...builtins(typed)]);
  const found = [...names].sort().map(asModule);
  const owner = /^(?:@[^/]+\/)?[^/]+(?=\/)/.exec(typed)?.[0];
  return owner === undefined ? found : [...found, ...inside(owner, typed, cwd)];
}

function asModule(text: string): CompletionMatch {
  return { text, type: ts.ScriptElementKind.externalModuleName };
}

/** With `node:` in front; those without it only where somebody has begun to type one. */
function builtins(typed: string): string[] {
  const names = [...builtinModules.filter((name) => !/^_|:/.test(name)), "test"];
  const prefixed = names.map((name) => `node:${name}`);
  return typed === ""
    ? prefixed
    : [...prefixed, ...builtinModules.filter((name) => names.includes(name))];
}

/** Nearest first: folders of packages beside the notebook and above it. */
function packageFolders(cwd: string): string[] {
  const above = dirname(cwd);
  return [join(cwd, "node_modules"), ...(above === cwd ? [] : packageFolders(above))];
}

function packagesFrom(cwd: string): string[] {
  return packageFolders(cwd).flatMap((folder) =>
    entries(folder).flatMap((entry) => {
      if (entry.name.startsWith(".") || entry.name === "@types" || !isFolder(entry, folder))
        return [];
      if (!entry.name.startsWith("@")) return [entry.name];
      return entries(join(folder, entry.name)).map(({ name }) => `${entry.name}/${name}`);
    }),
  );
}

/** What a package offers below its name: by its `exports`, or all its files where it has none. */
function inside(owner: string, typed: string, cwd: string): CompletionMatch[] {
  for (const folder of packageFolders(cwd)) {
    const exported = exportsOf(join(folder, owner, "package.json"));
    if (exported === undefined) continue;
    if (exported !== "all") return exported.map((key) => asModule(owner + key.slice(1)));
    const base = typed.slice(0, typed.lastIndexOf("/") + 1);
    return listed(join(folder, base), base);
  }
  return [];
}

function exportsOf(file: string): readonly string[] | "all" | undefined {
  try {
    const { exports }: { exports?: unknown } = JSON.parse(readFileSync(file, "utf8"));
    if (exports === undefined) return "all";
    const keys = typeof exports === "object" && exports !== null ? Object.keys(exports) : [];
    return keys.filter((key) => key.startsWith("./") && !key.includes("*"));
  } catch {
    return undefined;
  }
}

function isFolder(entry: Dirent, parent: string): boolean {
  if (entry.isDirectory()) return true;
  // Linked packages and folders.
  return entry.isSymbolicLink() && ts.sys.directoryExists(join(parent, entry.name));
}

function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
