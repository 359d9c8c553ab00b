import { describe, expect, test } from "vitest";
import { Notebook } from "../notebook.js";

describe("the magics of a cell", () => {
  const note = "const note = (text) => asked.push(text);";
  const cases: readonly [name: string, cell: string, asked: readonly string[], result: unknown][] =
    [
      [
        "run where they stand",
        "note('a')\n%cd x\nnote('b')\n!ls -l",
        ["a", "cd|x|", "b", "|ls -l|"],
        undefined,
      ],
      ["leave the result of the last line", "%cd x\n5", ["cd|x|"], 5],
      ["have no result on the last line", "5\n%who", ["who||"], undefined],
      ["do nothing for types", "%typecheck off\n6", [], 6],
      ["time a value", "note('a')\n%time 7", ["a", "start", "stop"], 7],
      [
        "time a promise to its end",
        "%time (async () => { await 1; note('in'); return 8 })()",
        ["start", "in", "stop"],
        8,
      ],
      ["time what is declared", "%time const t = 9; note('in')\nt", ["start", "in", "stop"], 9],
      [
        "time code over lines",
        "%time [\n  !1,\n  note('in')]\nnote('out')",
        ["start", "in", "stop", "out"],
        4,
      ],
      [
        "time a cell",
        "%%time\nnote('a')\n%time note('b')\n10",
        ["start", "a", "start", "b", "stop", "stop"],
        10,
      ],
      [
        "time a cell that ends in a declaration",
        "%%time\nnote('a')\nconst z = 1",
        ["start", "a", "stop"],
        undefined,
      ],
      ["repeat an expression", "%timeit -n 5 note('x')", ["timeit -n 5", "x", "x"], undefined],
      ["repeat what awaits", "%timeit note(await 'x')", ["timeit ", "x", "x"], undefined],
      ["repeat statements", "%timeit { let a = 'x'; note(a) }", ["timeit ", "x", "x"], undefined],
      [
        "keep the text of a file as it is",
        "%%writefile f\n\u00fc `1`\n",
        ["writefile|f|\u00fc `1`\n"],
        undefined,
      ],
    ];
  test.each(cases)("%s", async (_, cell, asked, result) => {
    const notebook = new Notebook();
    Object.assign(notebook.context, { asked: notebook.asked });
    notebook.run(note);
    expect(await notebook.run(cell)).toBe(result);
    expect(notebook.asked).toEqual(asked);
  });

  test("do not stop the clock of code that throws", async () => {
    const notebook = new Notebook();
    await expect(notebook.run("%time (() => { throw 1 })()")).rejects.toBe(1);
    expect(notebook.asked).toEqual(["start"]);
  });
});
