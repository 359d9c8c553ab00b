import { describe, expect, it } from "vitest";
import { parseListValue } from "../../../../src/io/cif/list-value.js";

describe("lists and tables of CIF 2.0", () => {
  it("are values within values", () => {
    expect(parseListValue("[1 [2.5(3) 'a ] b'] []]")).toEqual(["1", ["2.5(3)", "a ] b"], []]);
    expect(parseListValue('[ \'O5"\' O5\' """two\nlines""" ]')).toEqual([
      `O5"`,
      "O5'",
      "two\nlines",
    ]);
    expect(parseListValue(`{'a':1 "b" :2}`)).toBeUndefined();
    expect(parseListValue(`{'a':1 "b":[x {'c':.}]}`)).toEqual(
      new Map<string, unknown>([
        ["a", "1"],
        ["b", ["x", new Map([["c", "."]])]],
      ]),
    );
  });

  it("go over lines, comments and text fields", () => {
    expect(parseListValue("[a # not ] this\n\n;one ]\ntwo\n; b]")).toEqual([
      "a",
      "one ]\ntwo",
      "b",
    ]);
  });

  it.each(["", "a", "[", "[1", "[1]]", "{1}", "{'a' 1}", "['a]", "[}", "[".repeat(1e5)])(
    "are none in %.20j",
    (text) => {
      expect(parseListValue(text)).toBeUndefined();
    },
  );
});
