import { types } from "node:util";

type TypedArrayClass = new (buffer: ArrayBuffer) => ArrayBufferView;

const classes: ReadonlyMap<string, TypedArrayClass> = new Map(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((kind) => [kind.name, kind]),
);
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

/** As the engine sees the view, whatever a class derived from a typed array makes of the property. */
function own(view: ArrayBufferView, property: "buffer" | "byteOffset" | "byteLength"): unknown {
  return Reflect.get(prototype, property, view);
}

/** Over memory that threads share, also of another realm: the engine borrows it. */
export function isShared(view: ArrayBufferView): boolean {
  return types.isSharedArrayBuffer(own(view, "buffer"));
}

/** Its memory was transferred away, or its resizable buffer has become too small for it. */
export function isGone(view: ArrayBufferView): boolean {
  try {
    prototype.at.call(view, 0);
    return false;
  } catch {
    return true;
  }
}

/**
 * Of the part that the view shows, as a plain typed array: a derived class has a constructor of its
 * own. Shared memory stays shared.
 */
export function copyOf(view: ArrayBufferView): ArrayBufferView {
  if (isShared(view)) return view;
  const shown = new Uint8Array(
    own(view, "buffer") as ArrayBuffer,
    own(view, "byteOffset") as number,
    own(view, "byteLength") as number,
  );
  const Kind = classes.get(Reflect.get(prototype, Symbol.toStringTag, view)) ?? Uint8Array;
  return new Kind(shown.slice().buffer);
}
