export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON text of a value that user code may have filled: a bigint is written as its digits and a
 * reference back to an enclosing object as "[Circular]", where `JSON.stringify` would throw.
 */
export function jsonText(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(withoutCycles(value, []));
  }
}

function withoutCycles(value: unknown, enclosing: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (enclosing.includes(value)) return "[Circular]";
  const inside = [...enclosing, value];
  if (Array.isArray(value)) return value.map((item) => withoutCycles(item, inside));
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) plain[key] = withoutCycles(item, inside);
  return plain;
}
