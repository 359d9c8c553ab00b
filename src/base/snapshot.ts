/**
 * A copy of plain objects, lists and typed arrays, however deep: what the caller changes later is not seen. What has
 * a class, as crystals and signals, stays what it is.
 */
export function snapshot<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => snapshot(item)) as T;
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  // Objects of a notebook's cells have another Object.prototype.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, snapshot(item)] as const),
  ) as T;
}
