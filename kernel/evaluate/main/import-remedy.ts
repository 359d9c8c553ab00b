// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Set } from "../intrinsics.js";
import { missingModuleRemedy } from "../missing-module.js";

/** Node's names of an import that leads nowhere: of `import`, and of `require`. */
const MISSING = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/** Of `require` of an ES module, before and after Node 22. */
const NOT_REQUIRABLE = new Set(["ERR_REQUIRE_ESM", "ERR_REQUIRE_ASYNC_MODULE"]);

/** What to do about an import that failed; empty for every other error. */
export function importRemedy(code: string, message: string): string {
  if (NOT_REQUIRABLE.has(code)) return "import it: import ... from, or await import(...)";
  if (!MISSING.has(code)) return "";
  const specifier = /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
  return specifier === undefined ? "" : missingModuleRemedy(specifier);
}
