import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";
import type { CellScope } from "../../compile-cell.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { JSON, Map, Object, Set, SyntaxError } from "../../intrinsics.js";
import { fileLabel, isLoadable, isLocalSpecifier, localFile } from "../../local-files.js";
import type { CellScripts } from "../cell-scripts.js";
import type { CellTracker } from "../cell-tracker.js";
import type { TslabPackage } from "../tslab.js";
import type { CompilerLine } from "./compiler-line.js";
import { readFileState } from "./file-state.js";
import { LocalModule, type Register } from "./local-module.js";
import { evaluate, evaluateNow } from "./module-evaluation.js";
import { endRelay } from "./module-exports.js";
import { moduleSyntaxError } from "./module-syntax-error.js";
import type { NativeModules } from "./native-modules.js";

/** Of the running library: the notebook has it once, as Node loaded it. */
const LIBRARY_URL = import.meta.resolve("prism-lab");
const LIBRARY_FOLDER = fileURLToPath(new URL("./", LIBRARY_URL));

export interface LocalModulesParts {
  readonly cwd: string;
  readonly compiler: CompilerLine;
  readonly scripts: CellScripts;
  readonly tracker: CellTracker;
  readonly native: NativeModules;
  readonly tslab: TslabPackage;
}

/** What one import has found out: versions to be loaded, and those that were looked at. */
interface Pass {
  readonly fresh: Map<string, LocalModule>;
  readonly checked: Set<LocalModule>;
}

/**
 * The notebook's own modules: TypeScript, JavaScript and JSON files outside `node_modules`. Before
 * each import the file and all it leads to are looked at; what has changed is loaded anew together
 * with what imports it, and everything else keeps its state.
 */
export class LocalModules {
  private readonly parts: LocalModulesParts;
  private readonly modules = new Map<string, LocalModule>();

  constructor(parts: LocalModulesParts) {
    this.parts = parts;
  }

  /** @param from The file that imports. */
  async import(specifier: string, from: string, options?: ImportCallOptions): Promise<object> {
    const file = this.find(specifier, from);
    if (file === undefined) return this.importNative(specifier, from, options);
    const module = this.current(file);
    await evaluate(module, this.parts.tracker, (native, importer) =>
      this.importNative(native, importer),
    );
    return module.namespace;
  }

  require(specifier: string, from: string, importer?: LocalModule): unknown {
    const file = this.find(specifier, from);
    if (file === undefined) return this.requireNative(specifier, from);
    const module = this.current(file);
    importer?.dependencies.set(specifier, module);
    evaluateNow(module, (id, each) => this.requireNative(id, each));
    return module.commonJs === undefined ? module.namespace : module.commonJs.exports;
  }

  /** `require` of one file; `resolve`, `cache` and the like are Node's. */
  requireFrom(from: string, importer?: () => LocalModule | undefined): NodeJS.Require {
    const require = (specifier: string): unknown => this.require(specifier, from, importer?.());
    return Object.assign(require, this.parts.native.requireFrom(from)) as NodeJS.Require;
  }

  /** To be called after the stop button: what runs now is loaded anew by the next import. */
  abandonRunning(): void {
    for (const module of this.modules.values()) module.abandon();
  }

  private requireNative(specifier: string, from: string): unknown {
    const { native, tslab } = this.parts;
    return tslab.exportsOf(specifier) ?? native.requireFrom(from)(specifier);
  }

  private async importNative(
    specifier: string,
    from: string,
    options?: ImportCallOptions,
  ): Promise<object> {
    const tslab = this.parts.tslab.namespaceOf(specifier);
    if (tslab !== undefined) return tslab;
    const target = specifier === "prism-lab" ? LIBRARY_URL : specifier;
    return this.parts.native.import(target, from, options);
  }

  /** The local file behind a specifier; undefined for what is Node's to load, or to miss. */
  private find(specifier: unknown, from: string): string | undefined {
    if (typeof specifier !== "string" || !isLocalSpecifier(specifier)) return undefined;
    const found = localFile(specifier, dirname(from), isFile);
    if (found === undefined) return undefined;
    const file = realpathSync(found);
    return isLoadable(file) && !file.startsWith(LIBRARY_FOLDER) ? file : undefined;
  }

  /** The module of the file as it is on disk now, linked with all that it imports. */
  private current(file: string): LocalModule {
    endRelay();
    const pass: Pass = { fresh: new Map(), checked: new Set() };
    const module = this.link(file, pass);
    // Not before all of them are linked: a mistake in one must not leave half a graph behind.
    for (const [each, linked] of pass.fresh) this.modules.set(each, linked);
    // The closures of the new versions hold on to it, and must not to those that they replace.
    pass.checked.clear();
    return module;
  }

  private dropStale(file: string, checked: Set<LocalModule>): void {
    const root = this.modules.get(file);
    if (root === undefined || checked.has(root)) return;
    const reachable = reachableFrom(root);
    const unchecked = [...reachable].filter((module) => !checked.has(module));
    const stale = new Set(unchecked.filter((module) => this.isStale(module)));
    for (const module of unchecked) checked.add(module);
    for (let before = -1; before !== stale.size; ) {
      before = stale.size;
      for (const module of reachable) {
        if ([...module.dependencies.values()].some((each) => stale.has(each))) stale.add(module);
      }
    }
    for (const module of stale) {
      module.drop();
      if (this.modules.get(module.file) === module) this.modules.delete(module.file);
    }
  }

  private isStale(module: LocalModule): boolean {
    if (this.modules.get(module.file) !== module || module.isStale) return true;
    return [...module.dependencies].some(
      ([specifier, { file }]) => this.find(specifier, module.file) !== file,
    );
  }

  private link(file: string, pass: Pass): LocalModule {
    const { fresh, checked } = pass;
    if (!fresh.has(file)) this.dropStale(file, checked);
    const known = fresh.get(file) ?? this.modules.get(file);
    if (known !== undefined) return known;
    const state = readFileState(file);
    const label = fileLabel(file, this.parts.cwd);
    if (file.endsWith(".json")) {
      const module = new LocalModule(file, label, state, undefined, this.parts.scripts);
      fresh.set(file, module);
      module.execute = () => {
        module.commonJs!.exports = parsedJson(state.text, label);
      };
      return module;
    }
    const compilation = this.parts.compiler.compile(file, state.text);
    if (compilation.status === "error") {
      const script = this.parts.scripts.addFile(label, state.text, undefined);
      throw moduleSyntaxError(script, state.text, compilation.problems[0]!);
    }
    const { module: compiled } = compilation;
    const module = new LocalModule(file, label, state, compiled, this.parts.scripts);
    fresh.set(file, module);
    const script = this.parts.scripts.addFile(label, state.text, compiled.sourceMap);
    const body = new Script(compiled.js, { filename: script }).runInThisContext();
    const scope = this.scopeOf(file);
    const require = this.requireFrom(file, () => module);
    if (module.commonJs !== undefined) {
      const { commonJs } = module;
      module.execute = () =>
        body.call(
          commonJs.exports,
          scope,
          commonJs.exports,
          require,
          commonJs,
          file,
          dirname(file),
        );
      return module;
    }
    const register: Register = (specifiers, declare) => {
      const { setters } = module.declare(declare);
      specifiers.forEach((specifier, index) => {
        const setter = setters[index]!;
        const wanted = compiled.wanted[specifier] ?? [];
        const local = this.find(specifier, file);
        if (local === undefined) module.importNative(specifier, setter, wanted);
        else module.follow(specifier, this.link(local, pass), setter, wanted);
      });
    };
    body(scope, { register }, require);
    return module;
  }

  private scopeOf(file: string): Pick<CellScope, "import" | "meta" | "resumed"> {
    const { tracker } = this.parts;
    return {
      meta: { url: pathToFileURL(file).href, dirname: dirname(file), filename: file },
      import: (specifier, options) => this.import(specifier, file, options),
      resumed: (value) => {
        tracker.refuseStopped();
        return value;
      },
    };
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function reachableFrom(root: LocalModule): ReadonlySet<LocalModule> {
  const found = new Set([root]);
  // A set goes on over what is added while it is walked.
  for (const module of found) for (const each of module.dependencies.values()) found.add(each);
  return found;
}

function parsedJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "";
    throw new SyntaxError(`${label} is not valid JSON: ${reason}`);
  }
}
