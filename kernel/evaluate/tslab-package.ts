import { createRequire } from "node:module";

/** The package whose display API notebooks of the tslab kernel import. */
export const TSLAB_NAME = "tslab";

/** Entry of the tslab that a notebook gets: that of its folder, else the one that Prism brings. */
export function tslabEntry(fromNotebook: NodeJS.RequireResolve): string {
  try {
    return fromNotebook(TSLAB_NAME);
  } catch {
    return createRequire(import.meta.url).resolve(TSLAB_NAME);
  }
}
