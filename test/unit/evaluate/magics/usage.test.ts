import { describe, expect, test } from "vitest";
import { splitMagics } from "../../../../kernel/evaluate/magics/split-cell.js";
import { typecheckMode, usageError } from "../../../../kernel/evaluate/magics/usage.js";
import { plain } from "../../../wire/evaluate-process.js";

function problem(cell: string): string | undefined {
  return usageError(cell, splitMagics(cell), "cell [1]")?.evalue;
}

describe("a magic that cannot be followed", () => {
  const cases: readonly [cell: string, problem: string][] = [
    ["%typecheck loud", 'expected %typecheck [error|warn|off], got "loud"'],
    ["%who a", 'expected %who, got "a"'],
    ["%reset -x", 'expected %reset [-f], got "-x"'],
    ["%load", "expected %load FILE, got nothing"],
    ["%%writefile -a\nx", 'expected %%writefile [-a] FILE, got "-a"'],
    ["%time", "expected %time CODE, got no code on the line"],
    [
      "%timeit // f()\nf()",
      "expected %timeit [-n LOOPS] [-r RUNS] EXPRESSION, got no code on the line",
    ],
    ["%pwd", "there is no %pwd; use process.cwd()"],
    ["%matplotlib", "there is no %matplotlib; %help lists all"],
    ["%tiem f()", "there is no %tiem; did you mean %time? %help lists all"],
    ["%%timit\nf()", "there is no %%timit; did you mean %timeit? %help lists all"],
    ["1\n%%time", "%%time stands on the first line of a cell"],
  ];
  test.each(cases)("%j", (cell, expected) => {
    expect(problem(cell)).toBe(expected);
  });

  test("cannot repeat a declaration", () => {
    expect(problem("%timeit const a = 1")).toMatch(/^%timeit runs its code many times/);
    expect(problem("%time const a = 1")).toBeUndefined();
  });

  test("is shown where it stands", () => {
    const cell = "let a = 1;\n  %tiem a";
    const { traceback } = usageError(cell, splitMagics(cell), "cell [7]")!;
    expect(plain(traceback.join("\n"))).toBe(
      [
        "UsageError: there is no %tiem; did you mean %time? %help lists all",
        "    at cell [7]:2:3",
        "    2 |   %tiem a",
        "      |   ^^^^^",
      ].join("\n"),
    );
  });
});

test("the last %typecheck of a cell holds", () => {
  expect(typecheckMode(splitMagics("%typecheck off\n1\n%typecheck warn"))).toBe("warn");
  expect(typecheckMode(splitMagics("%typecheck warn\n%typecheck"))).toBe("warn");
  expect(typecheckMode(splitMagics("'%typecheck off'"))).toBeUndefined();
});
