import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CellScope, LoopScope, MagicScope } from "../compile-cell.js";
import type { CellTracker } from "./cell-tracker.js";
import type { LocalModules } from "./modules/local-modules.js";
import { picked } from "./modules/namespaces.js";

/** How cells of a notebook reach modules: as a file of its folder would. */
export interface NotebookModules {
  readonly import: CellScope["import"];
  readonly require: NodeJS.Require;
  readonly meta: { readonly url: string; readonly dirname: string; readonly filename: string };
}

/** Cells import as if they stood there; there need be no such file. */
export function notebookFile(cwd: string): string {
  return join(cwd, "notebook.ts");
}

export function notebookModules(cwd: string, modules: LocalModules): NotebookModules {
  const filename = notebookFile(cwd);
  return {
    import: (specifier, options) => modules.import(specifier, filename, options),
    require: modules.requireFrom(filename),
    meta: { url: pathToFileURL(filename).href, dirname: cwd, filename },
  };
}

export function createCellScope(
  modules: NotebookModules,
  tracker: CellTracker,
  magics: MagicScope,
  loops: LoopScope,
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
    loops,
    pick: (namespace, names) => {
      resumed();
      return picked(namespace, names);
    },
  };
}
