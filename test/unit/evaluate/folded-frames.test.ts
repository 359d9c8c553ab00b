import { expect, test } from "vitest";
import { foldedFrames } from "../../../kernel/evaluate/main/folded-frames.js";

const told = (frames: string): string =>
  foldedFrames([...frames])
    .map(({ frame, more, isLast }) => frame ?? `(${more}${isLast ? " to the end" : ""})`)
    .join(" ");

test.each([
  ["", ""],
  ["abc", "a b c"],
  ["aab", "a a b"],
  ["aaab", "a (2) b"],
  ["xaaaa", "x a (3 to the end)"],
  ["abababab", "a b (3 to the end)"],
  ["abcabcabcd", "a b c (2) d"],
  ["abababa", "a b (2 to the end) a"],
  ["aaabbb", "a (2) b (2 to the end)"],
])("%s is %s", (frames, expected) => {
  expect(told(frames)).toBe(expected);
});
