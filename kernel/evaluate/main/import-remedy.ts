// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Set } from "../intrinsics.js";
import { missingModuleRemedy } from "../missing-module.js";

/** Node's names of an import that leads nowhere: of `import`, and of `require`. */
const MISSING = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/** Of a JSON file without `with { type: "json" }`: Node 20.11 and later releases. */
const ATTRIBUTE_MISSING = new Set([
  "ERR_IMPORT_ASSERTION_TYPE_MISSING",
  "ERR_IMPORT_ATTRIBUTE_MISSING",
]);

/** What to do about an import that failed; empty for every other error. */
export function importRemedy(code: string, message: string): string {
  if (ATTRIBUTE_MISSING.has(code))
    return 'write import data from "./file.json" with { type: "json" }';
  if (!MISSING.has(code)) return "";
  const specifier = /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  return specifier === undefined ? "" : missingModuleRemedy(specifier);
}
