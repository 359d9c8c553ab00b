// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../../intrinsics.js";

/** How `import` sees what a CommonJS module exports. */
export function namespaceOfCommonJs(exports: unknown): object {
  const named = typeof exports === "object" || typeof exports === "function" ? exports : {};
  return { ...named, default: exports };
}

/** CommonJS packages whose names Node cannot see ahead offer them on `default`. */
export function picked(namespace: object, names: readonly string[]): object {
  if (names.every((name) => name in namespace)) return namespace;
  const fallback: unknown = Reflect.get(namespace, "default");
  if (fallback === null || fallback === undefined) return namespace;
  const entries = names.map((name) => {
    const from = name in namespace ? namespace : Object(fallback);
    return [name, Reflect.get(from, name)] as const;
  });
  return Object.fromEntries(entries);
}
