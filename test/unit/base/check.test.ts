import { DomainError, InvalidConfiguration } from "prism-lab";
import { describe, expect, it } from "vitest";
import { requireFinite, requireObject, show } from "../../../src/base/check.js";

describe("show", () => {
  it("renders any value on one line of at most 60 characters", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const values = [
      circular,
      { a: 1n },
      1n,
      [Number.NaN, 1],
      "x".repeat(1e6),
      new Float64Array(99),
    ];
    for (const value of [...values, null, undefined, Symbol("s"), () => 1]) {
      expect(show(value).length).toBeLessThanOrEqual(60);
      expect(show(value)).not.toContain("\n");
    }
    expect(show([Number.NaN, 1])).toBe("[ NaN, 1 ]");
    expect(show("a\nb")).toBe('"a\\nb"');
  });
});

describe("requireFinite", () => {
  it("names the quantity, its unit and the value", () => {
    expect(() => requireFinite("cutoff", "5", "Å")).toThrow(
      new DomainError('cutoff must be a finite number in Å, got "5"', {
        name: "cutoff",
        value: "5",
      }),
    );
  });
});

describe("requireObject", () => {
  it("refuses what has no properties, with an example", () => {
    for (const value of [null, undefined, 5, "text"]) {
      const attempt = () => requireObject("options", value as unknown as object, "{ symprec: 1 }");
      expect(attempt).toThrow(InvalidConfiguration);
      expect(attempt).toThrow(/such as \{ symprec: 1 \}/);
    }
  });
});
