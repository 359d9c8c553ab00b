import { inspect } from "node:util";

/** Makes `console.log` print instances by their `toString`, in place of their private fields. */
export function inspectAsText(shown: { readonly name: string; readonly prototype: object }): void {
  Object.defineProperty(shown.prototype, inspect.custom, {
    value(this: object): string {
      return `${shown.name} { ${this} }`;
    },
  });
}
