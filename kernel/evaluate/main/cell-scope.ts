import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CellScope, MagicScope } from "../compile-cell.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../intrinsics.js";
import type { CellTracker } from "./cell-tracker.js";

type ImportFunction = (specifier: string, options?: ImportCallOptions) => Promise<object>;

/** How cells of a notebook reach modules: as a file of its folder would. */
export interface NotebookModules {
  readonly import: ImportFunction;
  readonly require: NodeJS.Require;
  readonly meta: { readonly url: string; readonly dirname: string; readonly filename: string };
}

export function notebookModules(cwd: string): NotebookModules {
  const filename = join(cwd, "notebook.ts");
  return {
    import: importerAt(filename),
    require: createRequire(filename),
    meta: { url: pathToFileURL(filename).href, dirname: cwd, filename },
  };
}

/** The function's name in stacks, by which its frame is left out. */
export const IMPORTER_NAME = "prismImport";

/**
 * `import()` that resolves from the notebook's folder, by way of a CommonJS module that seems to lie
 * there: scripts have no module loader of their own before Node 20.12, and a warned-of one after.
 */
function importerAt(filename: string): ImportFunction {
  const anchor = new Module(filename) as Module & {
    _compile(source: string, filename: string): void;
  };
  const source = `module.exports = function ${IMPORTER_NAME}(specifier, options) { return import(specifier, options); };`;
  anchor._compile(source, filename);
  return anchor.exports as ImportFunction;
}

export function createCellScope(
  modules: NotebookModules,
  tracker: CellTracker,
  magics: MagicScope,
): CellScope {
  const resumed = <T>(value?: T): T | undefined => {
    tracker.refuseStopped();
    return value;
  };
  return {
    result: undefined,
    meta: modules.meta,
    import: modules.import,
    resumed,
    magics,
    pick: (namespace, names) => {
      resumed();
      return picked(namespace, names);
    },
  };
}

/** CommonJS packages whose names Node cannot see ahead offer them on `default`. */
function picked(namespace: object, names: readonly string[]): object {
  if (names.every((name) => name in namespace)) return namespace;
  const fallback: unknown = Reflect.get(namespace, "default");
  if (fallback === null || fallback === undefined) return namespace;
  const entries = names.map((name) => {
    const from = name in namespace ? namespace : Object(fallback);
    return [name, Reflect.get(from, name)] as const;
  });
  return Object.fromEntries(entries);
}
