import { Script } from "node:vm";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { JSON, Set } from "../intrinsics.js";

/** The notebook's variables: `let` of the script scope, each declared once for the session. */
export class ScriptVariables {
  private readonly declared = new Set<string>();
  /** Those that were not forgotten since. */
  private readonly live = new Set<string>();
  /** Between asking and knowing: the stop button may fall right there. */
  private readonly unsure = new Set<string>();

  /**
   * Makes the names assignable. One that stands for a global so far keeps that value until it is
   * assigned: `const fetch = broken()` that throws leaves a working `fetch`.
   */
  declare(names: readonly string[]): void {
    for (const name of names) if (this.unsure.has(name)) this.makeSure(name);
    for (const name of names) this.live.add(name);
    const fresh = names.filter((name) => !this.declared.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.unsure.add(name);
    declareAll(fresh);
    for (const name of fresh) {
      this.declared.add(name);
      this.unsure.delete(name);
    }
  }

  has(name: string): boolean {
    return this.declared.has(name);
  }

  assign(names: readonly string[], values: ArrayLike<unknown>): void {
    const parts = names.map((name, index) => `${name} = values[${index}];`);
    const source = `(values) => { ${parts.join(" ")} }`;
    new Script(source, { filename: "notebook variables" }).runInThisContext()(values);
  }

  /** The present value of each. */
  values(): Readonly<Record<string, unknown>> {
    const source = `({ ${[...this.declared].join(", ")} })`;
    return new Script(source, { filename: "notebook variables" }).runInThisContext();
  }

  /**
   * Takes the values of all but the `kept` away and returns the names. A `let` of the script scope
   * cannot be removed: it is undefined from now on, and one that hid a global gives it back.
   */
  forget(kept: readonly string[]): readonly string[] {
    const names = [...this.live].filter((name) => !kept.includes(name));
    const source = names.map((name) => `${initial(name)};`).join(" ");
    new Script(source, { filename: "notebook variables" }).runInThisContext();
    for (const name of names) this.live.delete(name);
    return names;
  }

  private makeSure(name: string): void {
    try {
      declareAll([name]);
    } catch {
      // It had been declared; a name that cannot be declared at all fails again when assigned.
    }
    this.declared.add(name);
    this.unsure.delete(name);
  }
}

function declareAll(names: readonly string[]): void {
  const parts = names.map(initial);
  new Script(`let ${parts.join(", ")};`, { filename: "notebook variables" }).runInThisContext();
}

/** The name with what it stands for before its first assignment. */
function initial(name: string): string {
  return `${name} = ${name in globalThis ? `globalThis[${JSON.stringify(name)}]` : "undefined"}`;
}
