import { attachDisplay, type MimeBundle } from "./mime.js";

/**
 * The method by which an object shows itself in Prism's kernel as an output that stays up to date;
 * it returns a `LiveDisplay`. Each call stands for one output.
 */
export const liveDisplaySymbol: symbol = Symbol.for("prism.liveDisplay");

/** An output that follows what it shows. */
export interface LiveDisplay {
  /** The present state, at once. Equal bundles are sent only once. */
  bundle(): MimeBundle;
  /** How often to look for changes; the kernel looks four times a second at most. */
  readonly intervalMs: number;
  /** Nothing will change any more: the last bundle is final. */
  done(): boolean;
}

/**
 * Gives all objects of a class a live output, and for other kernels the same bundle as it is when
 * shown.
 */
export function attachLiveDisplay<T extends object>(
  type: { readonly prototype: T },
  toLive: (value: T) => LiveDisplay,
): void {
  attachDisplay(type, (value) => toLive(value).bundle());
  Object.defineProperty(type.prototype, liveDisplaySymbol, {
    value(this: T) {
      return toLive(this);
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
