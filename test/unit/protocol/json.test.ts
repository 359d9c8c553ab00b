import { describe, expect, it } from "vitest";
import { isJsonObject, jsonText } from "../../../kernel/protocol/json.js";

describe("jsonText", () => {
  it("writes plain values as JSON.stringify does", () => {
    const value = { text: 'a "b" 😀', list: [1, null, true], nested: { x: undefined } };
    expect(jsonText(value)).toBe(JSON.stringify(value));
  });

  it("writes a bigint as its digits", () => {
    expect(JSON.parse(jsonText({ big: 2n ** 64n }))).toEqual({ big: "18446744073709551616" });
  });

  it("writes a reference to an enclosing object, and only that, as circular", () => {
    const shared = { a: 1 };
    const value: Record<string, unknown> = { one: shared, two: shared, list: [shared] };
    value.self = value;
    expect(JSON.parse(jsonText(value))).toEqual({
      one: { a: 1 },
      two: { a: 1 },
      list: [{ a: 1 }],
      self: "[Circular]",
    });
  });
});

describe("isJsonObject", () => {
  it("accepts objects and nothing else", () => {
    expect([{}, { a: 1 }].every(isJsonObject)).toBe(true);
    expect([null, undefined, [], "a", 1, true].some(isJsonObject)).toBe(false);
  });
});
