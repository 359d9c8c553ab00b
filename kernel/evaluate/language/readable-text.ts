import { relative, resolve, sep } from "node:path";
import { LIBRARY_NAME } from "../compile/instrument.js";
import { globalsFile } from "./globals.js";

export interface ReadableTextOptions {
  readonly cwd: string;
  /** Declarations of the running library. */
  readonly libraryTypes: string;
}

/** `typeof import("/path", { with: { ... } })` and `import("/path").Name`, as TypeScript writes them. */
const IMPORT_TYPE = /(typeof )?import\("([^"]+)"(?:, \{ with: \{[^}]*\} \})?\)(\.)?/g;
/** `'"/path"' has no exported member`. */
const MODULE_NAME = /'"([^"]+)"'/g;
const EXTENSION = /(?:\.d)?\.[cm]?[jt]s$/;
const EARLIER_CELL = /[/\\]\.prism-cell-\d+$/;

/**
 * TypeScript names a module by the path of its file, which says nothing to the reader of a notebook
 * and much about the machine. Here `prism` is called `prism`, a package by its name, and a class by
 * its own name alone.
 */
export function readableText(text: string, options: ReadableTextOptions): string {
  return text
    .replace(IMPORT_TYPE, (_all, typeOf: string | undefined, path: string, dot?: string) => {
      const start = typeOf ?? "";
      const file = absolute(path, options);
      if (dot !== undefined) return EARLIER_CELL.test(file) ? `earlier ${start}` : start;
      const name = moduleName(file, options);
      return name === undefined ? `${start}prism` : `${start}import("${name}")`;
    })
    .replace(MODULE_NAME, (_all, path: string) => {
      const name = moduleName(absolute(path, options), options);
      return name === undefined ? "'prism'" : `'"${name}"'`;
    });
}

/** A path without its extension; anything else, such as the name of a package, as it is. */
function absolute(path: string, { cwd }: ReadableTextOptions): string {
  const isPath = /^(?:\.{0,2}\/|[A-Za-z]:)/.test(path);
  return isPath ? resolve(cwd, path).replace(EXTENSION, "") : path;
}

/** `undefined` for the notebook's global `prism`. */
function moduleName(file: string, { cwd, libraryTypes }: ReadableTextOptions): string | undefined {
  if (file === stem(globalsFile)) return undefined;
  if (file === stem(libraryTypes)) return LIBRARY_NAME;
  const installed = file.lastIndexOf(`${sep}node_modules${sep}`);
  if (installed >= 0) return packageName(file.slice(installed + "/node_modules/".length));
  return file.startsWith(cwd + sep) ? `./${relative(cwd, file)}` : file;
}

function packageName(path: string): string {
  const parts = path.split(/[/\\]/);
  return parts.slice(0, path.startsWith("@") ? 2 : 1).join("/");
}

function stem(file: string): string {
  return file.replace(EXTENSION, "");
}
