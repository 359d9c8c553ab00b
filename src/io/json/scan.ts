/** Where something stands in a JSON text, or what is wrong there. */
export interface JsonPlace {
  readonly offset: number;
  readonly problem?: string;
}

export type JsonPath = readonly (string | number)[];

interface Level {
  /** Of an object; undefined in an array. */
  key?: string | undefined;
  /** Items begun. */
  count: number;
  readonly close: "}" | "]";
}

/**
 * Goes through a JSON text without recursion, up to its first error or, if given, to the value at a
 * path. `JSON.parse` does not say where it stumbles.
 */
export function scanJson(text: string, path?: JsonPath): JsonPlace {
  const levels: Level[] = [];
  /** How many steps of the path lead to where the scan is. */
  let matched = 0;
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    if (path !== undefined && matched === path.length && levels.length === matched) {
      return { offset: at };
    }
    const open = text[at];
    if (open === "{" || open === "[") {
      levels.push({ count: 0, close: open === "{" ? "}" : "]" });
      at++;
    } else {
      const end = scalarEnd(text, at);
      if (end < 0) return { offset: -end - 1, problem: "a value" };
      at = end;
    }
    // To the next value: closes what ends here, and steps over commas and keys.
    for (;;) {
      at = skipSpace(text, at);
      const level = levels.at(-1);
      if (level === undefined)
        return at < text.length ? { offset: at, problem: "the end" } : { offset: at };
      if (text[at] === level.close) {
        levels.pop();
        matched = Math.min(matched, levels.length);
        at++;
        continue;
      }
      if (level.count > 0 && text[at] !== ",")
        return { offset: at, problem: `"," or "${level.close}"` };
      if (level.count > 0) at = skipSpace(text, at + 1);
      if (level.close === "}") {
        const end = text[at] === '"' ? scalarEnd(text, at) : -1;
        if (end < 0) return { offset: at, problem: "a key in quotes" };
        level.key = keyOf(text.slice(at, end));
        at = skipSpace(text, end);
        if (text[at] !== ":") return { offset: at, problem: '":"' };
        at++;
      }
      const step = level.close === "}" ? level.key : level.count;
      level.count++;
      const depth = levels.length - 1;
      if (path !== undefined && matched >= depth)
        matched = path[depth] === step ? depth + 1 : depth;
      break;
    }
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return at;
}

function keyOf(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

/** Behind a text, number or word; minus the offset of what is wrong, minus 1. */
function scalarEnd(text: string, start: number): number {
  if (text[start] === '"') {
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === '"') return at + 1;
      else if (text.charCodeAt(at) < 32) return -at - 1;
    }
    return -text.length - 1;
  }
  const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=[\s,\]}]|$)/y;
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : -start - 1;
}
