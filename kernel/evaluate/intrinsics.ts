// biome-ignore-all lint/suspicious/noShadowRestrictedNames: that they keep their names is the point

/*
 * The language's own objects as they were before the first cell. A cell may declare a `Set` or a
 * `Promise` of its own, which hides the global from all code of the thread: what runs on MAIN beside
 * cells takes them from here, or the next cell would find a broken kernel.
 */
export const AbortController: typeof globalThis.AbortController = globalThis.AbortController;
export const AggregateError: typeof globalThis.AggregateError = globalThis.AggregateError;
export const Array: typeof globalThis.Array = globalThis.Array;
export const Atomics: typeof globalThis.Atomics = globalThis.Atomics;
export const Error: typeof globalThis.Error = globalThis.Error;
export const Date: typeof globalThis.Date = globalThis.Date;
export const Float64Array: typeof globalThis.Float64Array = globalThis.Float64Array;
export const JSON: typeof globalThis.JSON = globalThis.JSON;
export const Map: typeof globalThis.Map = globalThis.Map;
export const Math: typeof globalThis.Math = globalThis.Math;
export const Number: typeof globalThis.Number = globalThis.Number;
export const Object: typeof globalThis.Object = globalThis.Object;
export const Promise: typeof globalThis.Promise = globalThis.Promise;
export const ReferenceError: typeof globalThis.ReferenceError = globalThis.ReferenceError;
export const Reflect: typeof globalThis.Reflect = globalThis.Reflect;
export const Set: typeof globalThis.Set = globalThis.Set;
export const String: typeof globalThis.String = globalThis.String;
export const Symbol: typeof globalThis.Symbol = globalThis.Symbol;
export const WeakMap: typeof globalThis.WeakMap = globalThis.WeakMap;
export const SyntaxError: typeof globalThis.SyntaxError = globalThis.SyntaxError;
export const Uint8Array: typeof globalThis.Uint8Array = globalThis.Uint8Array;
