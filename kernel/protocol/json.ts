export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether objects and arrays lie in one another more than `limit` deep. */
export function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  const inside = Array.isArray(value) ? value : Object.values(value);
  return inside.some((item) => isDeeperThan(limit - 1, item));
}

/**
 * JSON text of a value that user code may have filled: a bigint is written as its digits and a
 * reference back to an enclosing object as "[Circular]", where `JSON.stringify` would throw, and half
 * a surrogate pair as U+FFFD: a notebook that holds one cannot be saved.
 */
export function jsonText(value: JsonObject): string {
  const text = plainJsonText(value);
  // Valid pairs are written as they are: an escape here is of a half, or part of an escaped backslash.
  return text.includes("\\ud") ? text.replace(LONE_SURROGATE, "$1\ufffd") : text;
}

const LONE_SURROGATE = /((?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function plainJsonText(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(withoutCycles(value, []));
  }
}

/** Far deeper than anything that is shown, and not too deep for the call stack. */
const MAX_DEPTH = 1000;

function withoutCycles(value: unknown, enclosing: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (enclosing.includes(value)) return "[Circular]";
  if (enclosing.length === MAX_DEPTH) return "[Too deep]";
  const inside = [...enclosing, value];
  if (Array.isArray(value)) return value.map((item) => withoutCycles(item, inside));
  const entries = Object.entries(value).map(([key, item]) => [key, withoutCycles(item, inside)]);
  return Object.fromEntries(entries);
}
