import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../intrinsics.js";
import { TSLAB_NAME, tslabEntry } from "../tslab-package.js";
import { wireBundle, wireMetadata } from "./bundle.js";
import type { Outbox } from "./outbox.js";

/** What tslab's `display` hands to its kernel. */
interface TslabDisplay {
  readonly data: object;
  readonly metadata: object;
  readonly transient: { readonly display_id?: string };
}

type WriteDisplay = (display: TslabDisplay, update?: boolean) => void;

/**
 * `tslab` for the notebook and its files: the real package's display API, which publishes by way of
 * this kernel. Packages that show things by `require("tslab")` get the same one.
 */
export class TslabPackage {
  private readonly require: NodeJS.Require;
  private readonly write: WriteDisplay;
  private entry: LazyModule | undefined;

  /** @param require The notebook's own. */
  constructor(require: NodeJS.Require, outbox: Outbox) {
    this.require = require;
    this.write = ({ data, metadata, transient: { display_id } }, update = false) =>
      outbox.output({
        kind: "display",
        data: wireBundle(data),
        metadata: wireMetadata(metadata),
        ...(display_id !== undefined && { displayId: display_id }),
        update,
      });
  }

  /** What `require` returns for a specifier that is tslab's; to be asked before any package is loaded. */
  exportsOf(specifier: string): object | undefined {
    if (this.entry === undefined) {
      this.entry = new LazyModule(tslabEntry(this.require.resolve), this.write);
      this.require.cache[this.entry.filename] ??= this.entry;
    }
    return specifier === TSLAB_NAME ? this.entry.exports : undefined;
  }

  /** The same for `import`. */
  namespaceOf(specifier: string): object | undefined {
    const exports = this.exportsOf(specifier);
    return exports && { ...exports, default: exports };
  }
}

/** Stands in Node's cache of modules and loads the package when its exports are asked for. */
class LazyModule extends Module {
  constructor(filename: string, write: WriteDisplay) {
    super(filename);
    this.filename = filename;
    this.loaded = true;
    let loaded: object | undefined;
    Object.defineProperty(this, "exports", {
      get: () => {
        loaded ??= loadDisplayApi(filename, write);
        return loaded;
      },
    });
  }
}

/**
 * Runs the package's entry with this kernel in the place of tslab's own, which the entry imports
 * for one function; loading that kernel and its TypeScript would take a fifth of a second.
 */
function loadDisplayApi(filename: string, write: WriteDisplay): object {
  const requireThere = createRequire(filename);
  const require = (id: string): unknown => {
    if (id === "./jupyter") return { __esModule: true, lastWriteDisplayData: write };
    if (id !== TYPESCRIPT_OF_TSLAB) return requireThere(id);
    const { version } = requireThere(`${TYPESCRIPT_OF_TSLAB}/package.json`);
    return { __esModule: true, version };
  };
  const module = { exports: {} };
  const script = new Script(Module.wrap(readFileSync(filename, "utf8")), { filename });
  script.runInThisContext()(module.exports, require, module, filename, dirname(filename));
  return module.exports;
}

const TYPESCRIPT_OF_TSLAB = "@tslab/typescript-for-tslab";
