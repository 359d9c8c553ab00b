/** What a front end may show, by media type; it takes the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/**
 * The method by which an object shows itself in a notebook, as Deno's kernel calls it too; it
 * returns a bundle or a promise of one.
 *
 * @see https://docs.deno.com/runtime/reference/cli/jupyter/
 */
export const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Gives all objects of a class the method `Symbol.for("Jupyter.display")`. */
export function attachDisplay<T extends object>(
  type: { readonly prototype: T },
  toBundle: (value: T) => MimeBundle | Promise<MimeBundle>,
): void {
  Object.defineProperty(type.prototype, displaySymbol, {
    value(this: T) {
      return toBundle(this);
    },
    writable: true,
    configurable: true,
    // Not enumerable: console.log and object spread of a crystal stay as they are.
    enumerable: false,
  });
}
