import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePointToUtf16, utf16ToCodePoint } from "../../../kernel/protocol/offsets.js";

describe("offsets", () => {
  it("differ after a character outside the basic plane", () => {
    const text = "a😀b𝐤";
    expect([0, 1, 2, 3, 4].map((offset) => codePointToUtf16(text, offset))).toEqual([
      0, 1, 3, 4, 6,
    ]);
    expect([0, 1, 3, 4, 6].map((offset) => utf16ToCodePoint(text, offset))).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  it("clamp to the text", () => {
    expect(codePointToUtf16("😀", -3)).toBe(0);
    expect(codePointToUtf16("😀", Number.MAX_SAFE_INTEGER)).toBe(2);
    expect(utf16ToCodePoint("😀", -3)).toBe(0);
    expect(utf16ToCodePoint("😀", 99)).toBe(1);
  });

  it("count an unpaired surrogate as one", () => {
    expect(codePointToUtf16("\ud83da", 1)).toBe(1);
    expect(utf16ToCodePoint("a\ude00", 2)).toBe(2);
  });

  it("agree with the iterator of strings and are each other's inverse", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    fc.assert(
      fc.property(text, fc.nat(40), (value, wanted) => {
        const codePoints = [...value];
        const count = Math.min(wanted, codePoints.length);
        const offset = codePointToUtf16(value, count);
        expect(offset).toBe(codePoints.slice(0, count).join("").length);
        expect(utf16ToCodePoint(value, offset)).toBe(count);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
