import { describe, expect, test } from "vitest";
import { applyMagics, splitMagics } from "../../../kernel/evaluate/magics.js";

describe("the lines at the start of a cell", () => {
  test("are taken off and every offset stays", () => {
    const { magics, code } = splitMagics("\n  %typecheck warn \n%other\nlet a = 5 % 3\n%no");
    expect(magics).toEqual([
      { name: "typecheck", argument: "warn", line: 2 },
      { name: "other", argument: "", line: 3 },
    ]);
    expect(code).toBe(`\n${" ".repeat(18)}\n${" ".repeat(6)}\nlet a = 5 % 3\n%no`);
  });

  test("leave a cell without magics alone", () => {
    expect(splitMagics("a\n% b")).toEqual({ magics: [], code: "a\n% b" });
  });

  test("set the mode of type checks", () => {
    expect(applyMagics([{ name: "typecheck", argument: "off", line: 1 }], "error")).toEqual({
      typecheck: "off",
    });
    expect(applyMagics([], "warn")).toEqual({ typecheck: "warn" });
  });

  test("are refused by name and line", () => {
    const wrong = applyMagics([{ name: "typecheck", argument: "loud", line: 2 }], "error");
    expect(wrong).toMatchObject({
      error: {
        ename: "UsageError",
        evalue: 'line 2: %typecheck takes error, warn or off, got "loud"',
      },
    });
    expect(applyMagics([{ name: "foo", argument: "", line: 1 }], "error")).toMatchObject({
      error: { evalue: "line 1: there is no %foo; known: %typecheck error|warn|off" },
    });
  });
});
