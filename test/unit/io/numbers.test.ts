import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lines } from "../../../src/io/lines.js";
import { numberText, parseNumber } from "../../../src/io/numbers.js";

const parse = (text: string) => parseNumber(text, 0, text.length);

describe("a number of a file", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["+1.5", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1.0D-02", 0.01],
    ["9007199254740993", 2 ** 53],
    ["0.1234567890123456789", 0.12345678901234568],
    ["1e22", 1e22],
    ["1e23", 1e23],
    ["123456789012345678901234567890", 1.2345678901234568e29],
    ["1e-400", 0],
  ])("%s is %d", (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    "",
    "-",
    ".",
    "e5",
    "1e",
    "1e+",
    "1.2.3",
    "0x10",
    "1_000",
    "1,5",
    "NaN",
    "Infinity",
    "1e999",
    " 1",
    "--1",
  ])("%j is none", (text) => {
    expect(parse(text)).toBeNaN();
  });

  it("is what JavaScript makes of it, in one word and in a row", () => {
    const texts = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(numberText),
      fc
        .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 20 }))
        .map(([x, digits]) => x.toFixed(digits)),
      fc.stringMatching(/^[+-]?\d{1,25}(\.\d{0,25})?(e[+-]?\d{1,2})?$/),
    );
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (words) => {
        const lines = Lines.of(`\t${words.join("  ")} `);
        lines.next();
        const row = new Float64Array(words.length);
        expect(lines.fillNumbers(row, 0, words.length)).toBe(words.length);
        expect(Array.from(row)).toEqual(words.map(Number));
        expect(words.map(parse)).toEqual(words.map(Number));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
