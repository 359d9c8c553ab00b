import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileError, ParseError } from "prism-lab";
import { describe, expect, it } from "vitest";
import { NotebookError } from "../../../../kernel/cli/errors.js";
import { codeCellsOf, firstLine } from "../../../../kernel/cli/notebook/document.js";
import { parseNotebook, readNotebook } from "../../../../kernel/cli/notebook/parse.js";

function notebook(cells: readonly unknown[], extra: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells, ...extra });
}

function failure(text: string): Error {
  try {
    parseNotebook(text, "n.ipynb");
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a failure");
}

describe("parseNotebook", () => {
  it("joins lines, keeps ids, and fills what old notebooks lack", () => {
    const { cells, nbformat_minor } = parseNotebook(
      notebook(
        [
          { cell_type: "markdown", id: "intro", metadata: {}, source: ["# A\n", "b"] },
          { cell_type: "code", metadata: {}, source: "1", outputs: [], execution_count: 7 },
        ],
        { nbformat_minor: 2 },
      ),
      "n.ipynb",
    );
    expect(nbformat_minor).toBe(5);
    expect(cells[0]).toMatchObject({ id: "intro", source: "# A\nb" });
    expect(cells[1]).toMatchObject({ id: expect.stringMatching(/^[\da-f]{12}$/), source: "1" });
  });

  it("gives cells without ids the same ones each time, and no two the same", () => {
    const cell = { cell_type: "code", metadata: {}, source: "1", outputs: [] };
    const text = notebook([cell, cell, { ...cell, id: "a" }, { ...cell, id: "a" }]);
    const ids = parseNotebook(text, "n").cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(parseNotebook(text, "n").cells.map(({ id }) => id)).toEqual(ids);
  });

  it("joins texts of a bundle and leaves JSON in it alone", () => {
    const data = { "text/plain": ["a\n", "b"], "application/json": ["a", "b"] };
    const output = { output_type: "display_data", metadata: {}, data };
    const text = notebook([{ cell_type: "code", source: "", metadata: {}, outputs: [output] }]);
    const [cell] = parseNotebook(text, "n").cells;
    expect(cell).toMatchObject({
      outputs: [{ data: { "text/plain": "a\nb", "application/json": ["a", "b"] } }],
    });
  });

  it.each([
    ["", 1, 1, "an empty file"],
    ['{"a": 1,\n  "b" 2}', 2, 7, "not JSON"],
    ["<<<<<<< HEAD\n{}", 1, 1, "not JSON"],
    ['{"a": "}",\n<<<<<<< HEAD\n"b": 1}', 2, 1, "not JSON"],
    ['{"a": [1,\n ]}', 2, 2, "not JSON"],
    ['{"a": "cut', 1, 11, "not JSON"],
  ])("says where the text %j stops being JSON", (text, line, column, what) => {
    const error = failure(text);
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).data).toMatchObject({ file: "n.ipynb", line, column });
    expect(error.message).toContain(what);
  });

  it.each([
    ["[]", "expected the notebook to be an object, got []"],
    ['{"nbformat": 3, "worksheets": []}', "expected nbformat 4, got 3"],
    ["{}", "expected nbformat 4, got nothing"],
    ['{"nbformat": 4}', "expected cells to be a list, got nothing"],
    [notebook([5]), "expected cells[0] to be an object, got 5"],
    [notebook([{ cell_type: "heading", source: "" }]), "cells[0].cell_type"],
    [notebook([{ cell_type: "code", source: 5 }]), "cells[0].source"],
    [notebook([{ cell_type: "code", source: "", outputs: [{}] }]), "cells[0].outputs[0]"],
  ])("refuses %s", (text, message) => {
    const error = failure(text);
    expect(error).toBeInstanceOf(NotebookError);
    expect(error.message).toContain(message);
  });
});

describe("readNotebook", () => {
  it("names a missing file and a folder", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "prism-parse-"));
    try {
      const missing = readNotebook(path.join(folder, "none.ipynb"));
      await expect(missing).rejects.toThrow(
        /none\.ipynb".*no such file exists; no notebook lies in /,
      );
      await expect(readNotebook(folder)).rejects.toThrow(FileError);
      const marked = path.join(folder, "bom.ipynb");
      await writeFile(marked, `\uFEFF${notebook([])}`);
      expect((await readNotebook(marked)).cells).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("cells", () => {
  it("leaves blank code cells out of a run", () => {
    const code = (source: string): unknown => ({ cell_type: "code", source, metadata: {} });
    const parsed = parseNotebook(notebook([code(" \n"), code("1"), code("")]), "n");
    expect(codeCellsOf(parsed).map(({ source }) => source)).toEqual(["1"]);
  });

  it("names a cell by its first line, cut by characters and not in the middle of one", () => {
    expect(firstLine("\n\n  let a = 1;\nlet b;")).toBe("let a = 1;");
    expect(firstLine("😀😀😀😀", 3)).toBe("😀😀…");
  });
});
