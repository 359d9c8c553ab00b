import { stripVTControlCharacters } from "node:util";
import { pictureSize } from "./picture-size.js";

/** Lines of a readable difference: `- ` before what is stored, `+ ` before what came. */
export type Difference = readonly string[];

const NUMBER = /((?<![\p{L}\p{N}_.])[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/giu;
const WHOLE = /^[+-]?\d+$/;
const DATA_URI = /data:(image\/[\w.+-]+);base64,([A-Za-z0-9+/=]+)/g;
const MAX_LINES = 8;

/** |a − b| ≤ tolerance · max(|a|, |b|) */
export function isClose(a: number, b: number, tolerance: number): boolean {
  return a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/**
 * Where two texts differ, or `undefined`. Numbers with a decimal point or an exponent may differ by
 * the tolerance; whole numbers count or name something and may not. Colours do not matter, and of a
 * picture inside the text only the size.
 */
export function compareText(
  stored: string,
  now: string,
  tolerance: number,
): Difference | undefined {
  if (stored === now) return undefined;
  const [before, after] = [linesOf(stored), linesOf(now)];
  const isEqual = (a = "", b = ""): boolean => firstDifference(a, b, tolerance) === undefined;
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && isEqual(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && isEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const removed = before.slice(head, before.length - tail);
  const added = after.slice(head, after.length - tail);
  if (removed.length === 0 && added.length === 0) return undefined;
  if (removed.length !== added.length) return [...marked("-", removed), ...marked("+", added)];
  const changed = removed.flatMap((line, at) => lineChange(line, added[at] ?? "", tolerance));
  return cut(changed, 2 * MAX_LINES);
}

function linesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .replace(DATA_URI, (_uri, mime: string, data: string) => `[${mime} ${pictureSize(mime, data)}]`)
    .split("\n");
}

/** A pair of lines, each shown around the place from which on they differ. */
function lineChange(before: string, after: string, tolerance: number): readonly string[] {
  const at = firstDifference(before, after, tolerance);
  if (at === undefined) return [];
  return [`- ${excerpt(before, at[0])}`, `+ ${excerpt(after, at[1])}`];
}

function marked(sign: string, lines: readonly string[]): readonly string[] {
  return cut(
    lines.map((line) => `${sign} ${excerpt(line, 0)}`),
    MAX_LINES,
  );
}

function cut(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit), `  … and ${lines.length - limit} more lines`];
}

const WIDTH = 100;

function excerpt(line: string, at: number): string {
  if (line.length <= WIDTH) return line;
  const start = Math.max(0, Math.min(at - 40, line.length - WIDTH));
  const end = start + WIDTH;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}

/** Offsets of the first difference that matters, in each of two lines. */
function firstDifference(
  a: string,
  b: string,
  tolerance: number,
): readonly [number, number] | undefined {
  if (a === b) return undefined;
  // Texts at even places, numbers at odd ones.
  const [left, right] = [a.split(NUMBER), b.split(NUMBER)];
  let [atLeft, atRight] = [0, 0];
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const [x = "", y = ""] = [left[part], right[part]];
    const isNumber = part % 2 === 1;
    if (x !== y && !(isNumber && areCloseTexts(x, y, tolerance))) {
      const same = isNumber ? 0 : commonLength(x, y);
      return [atLeft + same, atRight + same];
    }
    atLeft += x.length;
    atRight += y.length;
  }
  return undefined;
}

function areCloseTexts(x: string, y: string, tolerance: number): boolean {
  if (x === "" || y === "" || (WHOLE.test(x) && WHOLE.test(y))) return false;
  return isClose(Number(x), Number(y), tolerance);
}

function commonLength(x: string, y: string): number {
  let length = 0;
  while (length < x.length && x[length] === y[length]) length++;
  return length;
}
