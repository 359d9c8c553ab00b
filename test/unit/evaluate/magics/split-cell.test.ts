import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitMagics } from "../../../../kernel/evaluate/magics/split-cell.js";

/** `sigil name(argument)` of each, in order. */
function found(cell: string): string[] {
  return splitMagics(cell).magics.map(({ sigil, name, argument, spec }) => {
    const mark = spec === undefined ? "?" : "";
    return `${mark}${sigil}${name}(${argument})`;
  });
}

/** Joins them as lines and looks the cell up. */
const cases: readonly [name: string, lines: readonly string[], magics: readonly string[]][] = [
  ["first line", ["%cd data", "let a = 1"], ["%cd(data)"]],
  ["last line", ["let a = 1", "%who"], ["%who()"]],
  ["between statements without semicolons", ["let a = b", "%cd x", "(f)()"], ["%cd(x)"]],
  ["indented", ["  %who  "], ["%who()"]],
  ["with a carriage return", ["%cd a\r", "1\r"], ["%cd(a)"]],
  ["below an open function", ["function f() {", "}", "!ls -l | wc"], ["!(ls -l | wc)"]],
  ["shell with a path", ["!/bin/ls", "!./run.sh", "! ls"], ["!(/bin/ls)", "!(./run.sh)", "!(ls)"]],
  ["shell in brackets of its own", ["! (cd a; ls)"], ["!((cd a; ls))"]],
  ["shell over lines", ["!echo a \\", "  b", "1"], ["!(echo a \\\n  b)"]],
  ["code over lines", ["%time f(", "  !a,", "  b)", "%who"], ["%time()", "%who()"]],
  ["options", ["%timeit -n 10 -r3 f()"], ["%timeit(-n 10 -r3)"]],
  ["cell magic", ["", "%%time", "f()"], ["%%time()"]],
  ["cell magic with lines of its own", ["%%writefile a.ts", "%who", "!ls"], ["%%writefile(a.ts)"]],
  ["cell magic on a later line", ["1", "%%time"], ["?%%time()"]],
  ["unknown name", ["%tiem f()"], ["?%tiem(f())"]],
  ["unknown name that is no remainder", ["a", "%tiem f()"], ["?%tiem(f())"]],
  ["after a template", ["`", "%who", "`", "%who"], ["%who()"]],
  ["after a template with a value", [`\`\${a}`, `%who \${`, "b}", "!ls`", "!ls"], ["!(ls)"]],
  ["after a comment", ["/*", "!ls", "*/ // %who", "!ls"], ["!(ls)"]],
  ["remainder", ["a", "% b", "a", "%b", "a", "%time(b)"], []],
  ["remainder of an unknown name", ["const c = a", "  %b"], []],
  ["negation in a list", ["[", "  !a,", "  !b,", "]"], []],
  ["negation in a call", ["f(", "!a,", "!b", ")"], []],
  ["negation after an operator", ["const c = a ||", "!b"], []],
  ["negation in both branches", ["const c = a ?", "!b :", "!d"], []],
  ["negation in a block", ["if (a) {", "  !b && c()", "}"], []],
  ["negation under a condition", ["if (a)", "  !b && c()"], []],
  ["negations that no command starts like", ["!!a", "!(a)", "![]", "!await f()", "!this.a"], []],
  ["name with an argument list", ["a", "%time(b)"], []],
  ["member of a class", ["class A", "{", "  a = [", "!b]", "}"], []],
  ["open template", ["`", "%who"], []],
  ["open comment", ["/*", "%who"], []],
];

describe("magics of a cell", () => {
  test.each(cases)("%s", (_, lines, magics) => {
    expect(found(lines.join("\n"))).toEqual(magics);
  });

  test("are blanked in place, and the statement above ends", () => {
    expect(splitMagics("f\n%cd a b\n(g)").code).toBe("f\n;      \n(g)");
    expect(splitMagics("%time await f()").code).toBe(";     await f()");
    expect(splitMagics("%timeit -n 5 a % b").code).toBe(";            a % b");
    expect(splitMagics("%%writefile x\r\n𝐀`").code).toBe(";            \r\n   ");
  });

  test("give a cell magic the lines below it", () => {
    expect(splitMagics("\n%%writefile x\n\n a\n").magics[0]).toMatchObject({ body: "\n a\n" });
  });
});

/** Lines that are magics where a statement may start. */
const magicLine = fc.constantFrom("%who", "!ls -l", "%cd x", "%%time", "%time f()", "%env A=1");
const codeLine = fc.constantFrom(
  "const a = 1;",
  "f(a, !b);",
  "// !ls",
  "if (a) { b() }",
  "a % b;",
  "!(a && b);",
  "type T = { a: 1 };",
  "",
  "/x`/.test('`');",
);
const seed = 20_260_301;

describe("whatever the cell", () => {
  test("without magics it is untouched", () => {
    const hidden = fc.array(magicLine, { maxLength: 4 }).map((lines) => lines.join("\n"));
    const holder = fc.constantFrom(
      (text: string) => `const t = \`\n${text}\n\`;`,
      (text: string) => `/*\n${text}\n*/`,
      (text: string) => `f(\`\${a}\n${text}\n\${b}\n${text}\`);`,
    );
    const held = fc.tuple(holder, hidden).map(([hold, text]) => hold(text));
    fc.assert(
      fc.property(fc.array(fc.oneof(codeLine, held), { maxLength: 12 }), (lines) => {
        const cell = lines.join("\n");
        expect(splitMagics(cell)).toEqual({ magics: [], code: cell });
      }),
      { seed, numRuns: 300 },
    );
  });

  test("offsets and lines stay", () => {
    const text = fc.oneof(codeLine, magicLine, fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        (lines, end) => {
          const cell = lines.join(end);
          const { code, magics } = splitMagics(cell);
          const shape = (of: string): string => of.replace(/[^\r\n]/g, ".");
          expect(shape(code)).toBe(shape(cell));
          const kept = magics.reduce((rest, each) => hidden(rest, each.start, each.end), cell);
          expect(magics.reduce((rest, each) => hidden(rest, each.start, each.end), code)).toBe(
            kept,
          );
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test("every magic among whole statements is found", () => {
    const line = fc.constantFrom("%who", "!ls -l", "%cd x", "%env A=1");
    fc.assert(
      fc.property(fc.array(fc.oneof(codeLine, line), { maxLength: 12 }), (lines) => {
        const expected = lines.filter((each) => /^(%|!ls)/.test(each)).length;
        expect(splitMagics(lines.join("\n")).magics).toHaveLength(expected);
      }),
      { seed, numRuns: 300 },
    );
  });
});

function hidden(text: string, start: number, end: number): string {
  return text.slice(0, start) + "#".repeat(end - start) + text.slice(end);
}
