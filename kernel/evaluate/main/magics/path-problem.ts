import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Reflect } from "../../intrinsics.js";
import { nearestName } from "../../nearest-name.js";
import type { KernelError } from "../kernel-error.js";
import { magicError, reasonOf } from "./magic-error.js";

type Wanted = "read" | "write" | "enter";

/** So many names of a folder are told. */
const MOST_NAMES = 8;

/** What is wrong with a path that the system refuses, and what may have been meant. */
export function pathError(
  magic: string,
  path: string,
  wanted: Wanted,
  error: unknown,
): KernelError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const message = problemOf(path, wanted, code) ?? reasonOf(error);
  return magicError(magic, message, { path: resolve(path), code });
}

function problemOf(path: string, wanted: Wanted, code: unknown): string | undefined {
  const thing = wanted === "enter" ? "folder" : "file";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return missing(resolve(path), thing);
    case "EISDIR":
      return `expected a file, got the folder "${path}"; ${holding(path)}`;
    case "EACCES":
    case "EPERM":
      return `"${path}" is there, but you may not ${wanted} it; !ls -ld "${path}" says who may`;
    case "EROFS":
      return `"${path}" lies on a disk that is read-only; write to another folder`;
    case "ENOSPC":
      return `no room is left on the disk of "${path}"; make some, or write to another folder`;
    default:
      return undefined;
  }
}

/** @param path Absolute. */
function missing(path: string, thing: "file" | "folder"): string | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const name = basename(path);
  const found = statSync(parent, { throwIfNoEntry: false });
  if (found === undefined) return missing(parent, "folder");
  if (!found.isDirectory()) return `expected a folder on the way, got the file "${parent}"`;
  const itself = statSync(path, { throwIfNoEntry: false });
  if (itself !== undefined) return `expected a ${thing}, got the file "${path}"`;
  const names = namesIn(parent, thing);
  const nearest = nearestName(name, names);
  if (nearest !== undefined) {
    return `there is no ${thing} "${name}" in ${parent}; did you mean "${nearest}"?`;
  }
  return `there is no ${thing} "${name}" in ${parent}; ${holding(parent, thing)}`;
}

function holding(folder: string, thing?: "file" | "folder"): string {
  const kind = thing === "folder" ? "folders" : "files";
  const names = namesIn(folder, thing ?? "file");
  if (names.length === 0) return `no ${kind} are in it`;
  const more = names.length - MOST_NAMES;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `its ${kind} are ${names.slice(0, MOST_NAMES).join(", ")}${rest}`;
}

function namesIn(folder: string, thing: "file" | "folder"): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .filter((name) => {
        const found = statSync(join(folder, name), { throwIfNoEntry: false });
        return found?.isDirectory() === (thing === "folder");
      })
      .sort();
  } catch {
    return [];
  }
}
