import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf } from "../../../../src/io/cif/decimal.js";

const read = (text: string) => decimalOf(`<${text}>`, 1, 1 + text.length);

describe("decimalOf", () => {
  it("is the nearest double, as Number is", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 9 });
    const text = fc
      .tuple(fc.constantFrom("", "-", "+"), digits, fc.constantFrom("", "."), digits)
      .filter(([, whole, , rest]) => whole + rest !== "")
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (number) => {
        const value = read(number);
        // More than 15 digits are left to Number.
        if (!Number.isNaN(value)) expect(value).toBe(Number(number));
        else expect(number.replace(/^[+-]?[0.]*/, "").length).toBeGreaterThan(15);
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  it("leaves standard uncertainties out", () => {
    expect(read("1.234(5)")).toBe(1.234);
    expect(read("-.5(12)")).toBe(-0.5);
    expect(read("7(1.5)")).toBe(7);
    expect(read("7(1")).toBe(7);
  });

  it.each(["", "-", ".", "1e3", "0x1", "1,5", " 1", "1 ", "1(a)", "1(2)3", "nan", "--1", "1.2.3"])(
    "leaves %j to others",
    (text) => {
      expect(read(text)).toBeNaN();
    },
  );
});
