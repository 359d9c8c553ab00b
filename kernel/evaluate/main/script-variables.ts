import { Script } from "node:vm";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { JSON, Set } from "../intrinsics.js";

/** The notebook's variables: `let` of the script scope, each declared once for the session. */
export class ScriptVariables {
  private readonly declared = new Set<string>();
  /** Between asking and knowing: the stop button may fall right there. */
  private readonly unsure = new Set<string>();

  /**
   * Makes the names assignable. One that stands for a global so far keeps that value until it is
   * assigned: `const fetch = broken()` that throws leaves a working `fetch`.
   */
  declare(names: readonly string[]): void {
    for (const name of names) if (this.unsure.has(name)) this.makeSure(name);
    const fresh = names.filter((name) => !this.declared.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.unsure.add(name);
    declareAll(fresh);
    for (const name of fresh) {
      this.declared.add(name);
      this.unsure.delete(name);
    }
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
  const parts = names.map((name) =>
    name in globalThis ? `${name} = globalThis[${JSON.stringify(name)}]` : name,
  );
  new Script(`let ${parts.join(", ")};`, { filename: "notebook variables" }).runInThisContext();
}
