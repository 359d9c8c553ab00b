import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, Reflect, Set } from "../../intrinsics.js";

type ImportFunction = (specifier: string, options?: ImportCallOptions) => Promise<object>;

/** The function's name in stacks, by which its frame is left out. */
export const IMPORTER_NAME = "prismImport";

/** Of a JSON file without `with { type: "json" }`: Node 20.11 and later releases. */
const ATTRIBUTE_MISSING = new Set<unknown>([
  "ERR_IMPORT_ASSERTION_TYPE_MISSING",
  "ERR_IMPORT_ATTRIBUTE_MISSING",
]);

/** Node's own modules, packages and all that the notebook's loader leaves to Node, by the folder that asks. */
export class NativeModules {
  private readonly importers = new Map<string, ImportFunction>();
  private readonly requires = new Map<string, NodeJS.Require>();

  /** @param from The file that imports. */
  async import(specifier: string, from: string, options?: ImportCallOptions): Promise<object> {
    const load = this.importer(dirname(from));
    try {
      return await load(specifier, options);
    } catch (error) {
      if (!isAttributeMissing(error)) throw error;
      return load(specifier, { with: { type: "json" } });
    }
  }

  requireFrom(from: string): NodeJS.Require {
    const folder = dirname(from);
    const known = this.requires.get(folder);
    if (known !== undefined) return known;
    const require = createRequire(join(folder, "notebook.ts"));
    this.requires.set(folder, require);
    return require;
  }

  private importer(folder: string): ImportFunction {
    const known = this.importers.get(folder);
    if (known !== undefined) return known;
    const importer = importerAt(join(folder, "notebook.ts"));
    this.importers.set(folder, importer);
    return importer;
  }
}

/**
 * `import()` that resolves from a folder, by way of a CommonJS module that seems to lie there:
 * scripts have no module loader of their own before Node 20.12, and a warned-of one after.
 */
function importerAt(filename: string): ImportFunction {
  const anchor = new Module(filename) as Module & {
    _compile(source: string, filename: string): void;
  };
  const source = `module.exports = function ${IMPORTER_NAME}(specifier, options) { return import(specifier, options); };`;
  anchor._compile(source, filename);
  return anchor.exports as ImportFunction;
}

function isAttributeMissing(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return ATTRIBUTE_MISSING.has(Reflect.get(error, "code"));
}
