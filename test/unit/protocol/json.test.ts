import { describe, expect, it } from "vitest";
import { isDeeperThan, isJsonObject, jsonText } from "../../../kernel/protocol/json.js";

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

describe("jsonText of text that has no UTF-8", () => {
  it.each([
    ["\ud800", "\ufffd"],
    ["a\udfffb", "a\ufffdb"],
    ["\ude00\ud83d", "\ufffd\ufffd"],
    ["😀", "😀"],
    [String.raw`\ud800`, String.raw`\ud800`],
    ["\\\ud800", "\\\ufffd"],
    [String.raw`\\ud800`, String.raw`\\ud800`],
  ])("%j is read back as %j", (text, expected) => {
    expect(JSON.parse(jsonText({ text }))).toEqual({ text: expected });
  });
});

describe("jsonText of what goes too deep", () => {
  it("is cut, and keeps odd keys", () => {
    let deep: unknown = 1n;
    for (let depth = 0; depth < 20_000; depth++) deep = [deep];
    const value = { deep, ...JSON.parse('{"__proto__": 5}') };
    expect(jsonText(value)).toContain('"[Too deep]"');
    expect(Object.keys(JSON.parse(jsonText(value)))).toEqual(["deep", "__proto__"]);
  });
});

describe("isDeeperThan", () => {
  it("counts objects and arrays in one another", () => {
    const value = { a: [{ b: 1 }], c: "text" };
    expect(isDeeperThan(3, value)).toBe(false);
    expect(isDeeperThan(2, value)).toBe(true);
    expect(isDeeperThan(0, "text")).toBe(false);
  });
});

describe("isJsonObject", () => {
  it("accepts objects and nothing else", () => {
    expect([{}, { a: 1 }].every(isJsonObject)).toBe(true);
    expect([null, undefined, [], "a", 1, true].some(isJsonObject)).toBe(false);
  });
});
