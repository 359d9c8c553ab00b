import { inspect } from "node:util";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, Object, ReferenceError, Set, Symbol } from "../../intrinsics.js";

interface Binding {
  value: unknown;
  isSet: boolean;
}

/** While a module passes on what it re-exports, a name that is not set yet is no error. */
let isRelaying = false;

/** What a local ES module offers: a namespace whose members follow the module's own variables. */
export class ModuleExports {
  readonly namespace: object;
  /** The module's code has come to its end: what is not set by now stays undefined. */
  isComplete = false;
  private readonly label: string;
  private readonly bindings = new Map<string, Binding>();
  private readonly followers = new Set<() => void>();

  constructor(label: string, guarded: readonly string[]) {
    this.label = label;
    this.namespace = Object.create(null, {
      [Symbol.toStringTag]: { value: "Module" },
      [inspect.custom]: { value: (_depth: number, options: object) => this.shown(options) },
    });
    for (const name of guarded) this.binding(name);
  }

  set(name: string, value: unknown): void {
    if (isRelaying && value === undefined) return;
    const binding = this.binding(name);
    binding.value = value;
    binding.isSet = true;
    for (const follower of this.followers) follower();
  }

  /** Tells an importer now and at each change; returns how to leave off. */
  follow(setter: (namespace: object) => void): () => void {
    const follower = (): void => relay(setter, this.namespace);
    this.followers.add(follower);
    follower();
    return () => this.followers.delete(follower);
  }

  private binding(name: string): Binding {
    const known = this.bindings.get(name);
    if (known !== undefined) return known;
    const binding: Binding = { value: undefined, isSet: false };
    this.bindings.set(name, binding);
    const get = (): unknown => {
      if (!binding.isSet && !this.isComplete && !isRelaying) throw this.tooEarly(name);
      return binding.value;
    };
    Object.defineProperty(this.namespace, name, { get, enumerable: true, configurable: true });
    return binding;
  }

  private tooEarly(name: string): Error {
    return new ReferenceError(
      `"${name}" of ${this.label} is read before that file has set it: files import each other in a circle; read it inside a function that is called later, or move it to a file that both import`,
    );
  }

  private shown(options: object): string {
    const values: Record<string, unknown> = {};
    for (const [name, { value }] of this.bindings) values[name] = value;
    return `[Module: ${this.label}] ${inspect(values, options)}`;
  }
}

function relay(setter: (namespace: object) => void, namespace: object): void {
  const outer = isRelaying;
  isRelaying = true;
  try {
    setter(namespace);
  } finally {
    isRelaying = outer;
  }
}

/** A stop in the middle of `relay` runs no `finally`; to be called before modules are loaded. */
export function endRelay(): void {
  isRelaying = false;
}
