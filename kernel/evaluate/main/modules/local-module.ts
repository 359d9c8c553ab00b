import type { CompiledModule } from "../../compile/compile-module.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, Object } from "../../intrinsics.js";
import { type FileState, hasChanged } from "./file-state.js";
import { ModuleExports } from "./module-exports.js";
import { namespaceOfCommonJs, picked } from "./namespaces.js";

/** A setter of an importer: takes the namespace of what it imports. */
type Setter = (namespace: object) => void;

/** What a compiled ES module registers, as SystemJS has it. */
export interface Declared {
  readonly setters: readonly Setter[];
  readonly execute: () => void | Promise<void>;
}

export type Register = (
  dependencies: readonly string[],
  declare: (
    exports: (names: string | object, value?: unknown) => unknown,
    context: object,
  ) => Declared,
) => void;

/** An import whose names are all there at once: of a package, of Node, of a CommonJS file. */
export interface NativeDependency {
  readonly specifier: string;
  readonly setter: Setter;
}

export interface CommonJsModule {
  exports: unknown;
}

/** Who knows the stack. */
export interface Stacks {
  isOnStack(functionName: string): boolean;
}

let callCount = 0;

/** One version of a local file: made when it is first imported, dropped when it or what it imports changes. */
export class LocalModule {
  readonly file: string;
  readonly label: string;
  readonly state: FileState;
  readonly isJson: boolean;
  readonly exports: ModuleExports;
  /** By specifier. */
  readonly dependencies: Map<string, LocalModule> = new Map();
  readonly natives: NativeDependency[] = [];
  /** Of CommonJS and JSON: what `require` returns. */
  readonly commonJs: CommonJsModule | undefined;
  status: "linked" | "running" | "ready" | "failed" = "linked";
  evaluation: Promise<void> | undefined;
  execute: () => void | Promise<void> = () => {};
  private readonly stacks: Stacks;
  /** The name under which its code is being called, until that returns, be it with a promise. */
  private call: string | undefined;
  private isAbandoned = false;
  private readonly leave: (() => void)[] = [];

  constructor(
    file: string,
    label: string,
    state: FileState,
    compiled: CompiledModule | undefined,
    stacks: Stacks,
  ) {
    this.file = file;
    this.label = label;
    this.state = state;
    this.stacks = stacks;
    this.isJson = compiled === undefined;
    this.exports = new ModuleExports(label, compiled?.guarded ?? []);
    this.commonJs = compiled?.format === "esm" ? undefined : { exports: {} };
  }

  get namespace(): object {
    if (this.commonJs === undefined) return this.exports.namespace;
    return namespaceOfCommonJs(this.commonJs.exports);
  }

  /** Whether its code awaits at the top level. */
  get isAsync(): boolean {
    return this.execute.constructor.name === "AsyncFunction";
  }

  /** Of this version alone, whatever it imports. */
  get isStale(): boolean {
    const isOver = this.status === "failed" || this.isAbandoned || this.wasUnwound;
    return isOver || hasChanged(this.file, this.state);
  }

  /** By a stop that is not over yet. */
  private get wasUnwound(): boolean {
    return this.call !== undefined && !this.stacks.isOnStack(this.call);
  }

  run(): void | Promise<void> {
    const { execute } = this;
    this.call = `prismModule${++callCount}`;
    const call = Object.defineProperty(() => execute(), "name", { value: this.call });
    try {
      return call();
    } finally {
      this.call = undefined;
    }
  }

  /** The functions that the module declares are its exports from now on, so circles can use them. */
  declare(declare: Parameters<Register>[1]): Declared {
    const declared = declare((names, value) => {
      if (typeof names === "string") this.exports.set(names, value);
      else for (const [name, each] of Object.entries(names)) this.exports.set(name, each);
      return value;
    }, {});
    // A frame of the file's top level has no name in stacks.
    this.execute = Object.defineProperty(declared.execute, "name", { value: "" });
    return declared;
  }

  follow(
    specifier: string,
    dependency: LocalModule,
    setter: Setter,
    wanted: readonly string[],
  ): void {
    this.dependencies.set(specifier, dependency);
    if (dependency.commonJs === undefined) this.leave.push(dependency.exports.follow(setter));
    else this.importNative(specifier, setter, wanted);
  }

  /** @param wanted Names that the module takes: Node does not see all that CommonJS exports. */
  importNative(specifier: string, setter: Setter, wanted: readonly string[]): void {
    this.natives.push({ specifier, setter: (namespace) => setter(picked(namespace, wanted)) });
  }

  /** The stop button was pressed: whoever's it was, it may have unwound this code, which never ends then. */
  abandon(): void {
    if (this.status === "running") this.isAbandoned = true;
  }

  end(status: "ready" | "failed"): void {
    this.status = status;
    this.exports.isComplete = true;
  }

  /** What it imports must not hold on to it. */
  drop(): void {
    for (const leave of this.leave) leave();
    this.leave.length = 0;
  }
}
