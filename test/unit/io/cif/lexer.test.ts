import { describe, expect, it } from "vitest";
import { ParseError } from "../../../../src/base/errors.js";
import { Lexer } from "../../../../src/io/cif/lexer.js";
import { Source } from "../../../../src/io/source.js";

function tokens(text: string): string[] {
  const source = new Source(text);
  const lexer = new Lexer(source);
  const out: string[] = [];
  while (lexer.next() !== "end") {
    out.push(`${lexer.kind}:${source.text.slice(lexer.start, lexer.end)}`);
  }
  return out;
}

function values(text: string): string[] {
  return tokens(text).map((token) => token.slice(token.indexOf(":") + 1));
}

describe("Lexer", () => {
  it("knows the reserved words in any case", () => {
    expect(
      tokens("data_ab DATA_Ab loop_ Loop_ save_f save_ global_ stop_ _Tag.x loop_x x_y_"),
    ).toEqual([
      "data:ab",
      "data:Ab",
      "loop:loop_",
      "loop:Loop_",
      "save:f",
      "save:",
      "global:global_",
      "stop:stop_",
      "tag:_Tag.x",
      "value:loop_x",
      "value:x_y_",
    ]);
  });

  it("ends a quote only before white space", () => {
    expect(values(`'a dog's life' "5'-end" '' 'x"y' 'H-M'`)).toEqual([
      "a dog's life",
      "5'-end",
      "",
      'x"y',
      "H-M",
    ]);
  });

  it("reads text fields, also empty ones and after carriage returns", () => {
    expect(values(";one\ntwo\n; x\n;\n;\n;a; b\r\n;\r\n")).toEqual(["one\ntwo", "x", "", "a; b"]);
    expect(values("a ;b\n")).toEqual(["a", ";b"]);
  });

  it("skips comments, tabs and a byte order mark", () => {
    expect(values("\uFEFF# c 'x\n\ta#b #c\n#")).toEqual(["a#b"]);
    expect(values("a\rb\r\nc")).toEqual(["a", "b", "c"]);
  });

  it("reads the quotes and lists of CIF 2.0", () => {
    expect(values(`#\\#CIF_2.0\n'''a 'b'\nc''' [1 [2 ']']] {'k':"}"} 'a'`)).toEqual([
      "a 'b'\nc",
      "[1 [2 ']']]",
      `{'k':"}"}`,
      "a",
    ]);
    expect(values("#\\#CIF_2.0\n[a # ]\n\n; ] \n; b] c")).toEqual(["[a # ]\n\n; ] \n; b]", "c"]);
    expect(values(`"""two\nlines"""`)).toEqual(["two\nlines"]);
    expect(values("[Fe(CN)6] {x}")).toEqual(["[Fe(CN)6]", "{x}"]);
  });

  it.each([
    ["a\n  'open\n", 2, 3],
    ["a 'it's", 1, 3],
    ["x\n;open\nx", 2, 1],
    ["#\\#CIF_2.0\n [1 [2]", 2, 2],
    ["#\\#CIF_2.0\n '''open''", 2, 2],
  ])("reports where %j begins to have no end", (text, line, column) => {
    let error: unknown;
    try {
      tokens(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).data).toMatchObject({ line, column });
  });
});
