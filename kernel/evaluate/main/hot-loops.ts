import { types } from "node:util";
import type { LoopScope } from "../compile-cell.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Float64Array, Math, Object, Reflect } from "../intrinsics.js";
import type { ScriptVariables } from "./script-variables.js";

const typedArray: object = Object.getPrototypeOf(Float64Array.prototype);
const lengthOf = Object.getOwnPropertyDescriptor(typedArray, "length")?.get;
const mathMembers = Object.entries(Object.getOwnPropertyDescriptors(Math));

/** What loops that run on copies of the notebook's variables need; the compiler writes the calls. */
export class HotLoops implements LoopScope {
  private readonly variables: ScriptVariables;
  /** Of the loop under way: the present values of what it assigns. */
  private open: { readonly names: readonly string[]; readonly values: Float64Array } | undefined;

  constructor(variables: ScriptVariables) {
    this.variables = variables;
  }

  /** The names are variables of cells: reading them runs no getter. `Math` is the language's own. */
  owns(names: readonly string[], usesMath: boolean): boolean {
    return names.every((name) => this.variables.has(name)) && (!usesMath || this.isMathIntact());
  }

  /** A typed array of numbers with the language's own `length`. */
  isNumeric(value: unknown): boolean {
    if (!types.isTypedArray(value)) return false;
    if (types.isBigInt64Array(value) || types.isBigUint64Array(value)) return false;
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === null || Object.getPrototypeOf(prototype) !== typedArray) return false;
    if (Object.hasOwn(value, "length") || Object.hasOwn(prototype, "length")) return false;
    return Object.getOwnPropertyDescriptor(typedArray, "length")?.get === lengthOf;
  }

  begin(names: readonly string[]): Float64Array {
    const values = new Float64Array(names.length);
    this.open = { names, values };
    return values;
  }

  end(): void {
    this.open = undefined;
  }

  /** After a stop: the variables get what the loop had come to. */
  recover(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    this.variables.assign(open.names, open.values);
  }

  private isMathIntact(): boolean {
    if (this.variables.has("Math") || Reflect.get(globalThis, "Math") !== Math) return false;
    return mathMembers.every(
      ([name, { value }]) => Object.getOwnPropertyDescriptor(Math, name)?.value === value,
    );
  }
}
