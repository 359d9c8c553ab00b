import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../kernel/cli/errors.js";
import type { CodeCell, Notebook } from "../../../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../../../kernel/cli/notebook/parse.js";
import { parametersOf } from "../../../../kernel/cli/run/declared-parameters.js";
import { injectParameters } from "../../../../kernel/cli/run/inject-parameters.js";
import {
  parseParameter,
  parseParameterObject,
} from "../../../../kernel/cli/run/parameter-values.js";

describe("parseParameter", () => {
  it.each([
    ["a=6", 6],
    ["a=-1.5e-3", -1.5e-3],
    ["a=true", true],
    ["a=null", null],
    ['a="6"', "6"],
    ["a=[1, 1, 0]", [1, 1, 0]],
    ['a={"b": [true]}', { b: [true] }],
    ["a=P3_221", "P3_221"],
    ["a=007", "007"],
    ["a=x=y", "x=y"],
    ["a=", ""],
    ["a=NaN", "NaN"],
  ])("reads %s", (text, value) => {
    expect(parseParameter(text)).toEqual(["a", value]);
  });

  it.each(["a", "=1", "1a=1", "a-b=1", "class=1", "await=1", "a;b=1", "a, c=1", "a/**/=1"])(
    "refuses %s",
    (text) => {
      expect(() => parseParameter(text)).toThrow(/^expected (name=value|the name of a variable)/);
    },
  );

  it("allows every name that TypeScript does", () => {
    for (const name of ["λ", "$", "_a1", "of", "type"]) {
      expect(parseParameter(`${name}=1`)).toEqual([name, 1]);
    }
  });
});

describe("parseParameterObject", () => {
  it("reads an object and refuses the rest", () => {
    expect(parseParameterObject('{"a": 1, "b": "x"}')).toEqual([
      ["a", 1],
      ["b", "x"],
    ]);
    for (const text of ["[1]", "null", "3", "{a: 1}", '{"a b": 1}']) {
      expect(() => parseParameterObject(text)).toThrow(/^expected /);
    }
  });
});

interface Source {
  readonly source: string;
  readonly tags?: readonly string[];
  readonly type?: "markdown";
}

function notebookOf(...sources: readonly Source[]): Notebook {
  const cells = sources.map(({ source, tags = [], type }) =>
    type
      ? { cell_type: type, metadata: {}, source }
      : { cell_type: "code", metadata: { tags }, source, outputs: [], execution_count: null },
  );
  return parseNotebook(JSON.stringify({ nbformat: 4, nbformat_minor: 5, cells }), "n.ipynb");
}

function inject(
  notebook: Notebook,
  values: Readonly<Record<string, unknown>>,
): { sources: readonly string[]; notebook: Notebook } {
  const injected = injectParameters(notebook, new Map(Object.entries(values)));
  return { notebook: injected, sources: injected.cells.map(({ source }) => source) };
}

const tags = ["parameters"];

describe("injectParameters", () => {
  it("sets variables, and declares constants again with the type written for them", () => {
    const source = [
      "%typecheck warn",
      "let cutoff = 5, file: string | null = null;",
      'const mode: "fast" | "slow" = "fast"; const n = 1;',
      "const { a } = { a: 1 };",
      "function helper() { const inner = 1; return inner; }",
    ].join("\n");
    const values = { cutoff: 8, mode: "slow", file: "a.cif", n: 2, a: [1, { b: "c" }] };
    const { sources } = inject(
      notebookOf({ source: "# Title", type: "markdown" }, { source, tags }, { source: "cutoff" }),
      values,
    );
    expect(sources).toEqual([
      "# Title",
      source,
      [
        "// Parameters of this run",
        'let mode: "fast" | "slow" = "slow";',
        "let n = 2;",
        'let a = [1, { "b": "c" }];',
        "{",
        "  cutoff = 8;",
        '  file = "a.cif";',
        "}",
      ].join("\n"),
      "cutoff",
    ]);
  });

  it("gives the cell the tag of papermill and an id of its own, always the same", () => {
    const bare = notebookOf({ source: "let a = 1", tags }, { source: "a" });
    const { notebook } = inject(bare, { a: 2 });
    expect(notebook.cells[1]).toMatchObject({
      id: "injected-parameters",
      metadata: { tags: ["injected-parameters"] },
      execution_count: null,
      outputs: [],
    });
    expect(inject(bare, { a: 2 }).notebook).toEqual(notebook);
    const taken = {
      ...bare,
      cells: bare.cells.map((cell) => ({ ...cell, id: "injected-parameters" })),
    };
    expect(inject(taken, { a: 2 }).notebook.cells[1]?.id).toBe("injected-parameters-2");
  });

  it("replaces the parameters of an earlier run", () => {
    const once = inject(notebookOf({ source: "let a = 1", tags }, { source: "a" }), { a: 2 });
    (once.notebook.cells[1] as CodeCell).outputs.push({
      output_type: "stream",
      name: "stdout",
      text: "",
    });
    const twice = inject(once.notebook, { a: 3 });
    expect(twice.sources).toEqual(["let a = 1", "// Parameters of this run\n{\n  a = 3;\n}", "a"]);
    expect(twice.notebook.cells[1]).toMatchObject({ id: "injected-parameters", outputs: [] });
  });

  it("writes values as TypeScript means them", () => {
    const value = JSON.parse('{"__proto__": 1, "a-b": "\\u2028</script>", "e": {}}');
    const { sources } = inject(notebookOf({ source: "const a = 1", tags }), { a: value });
    const text = sources[1]?.replace("// Parameters of this run\nlet a = ", "") as string;
    const read = new Function(`return ${text}`)() as object;
    expect(Object.entries(read)).toEqual(Object.entries(value));
    expect(Object.keys(read)).toContain("__proto__");
  });

  it("leaves a notebook alone where there is nothing to set", () => {
    const notebook = notebookOf({ source: "1" });
    expect(inject(notebook, {}).notebook).toBe(notebook);
  });
});

describe("parametersOf", () => {
  const scan = notebookOf({ source: "let cutoff = 1; interface cutof {}", tags });
  const plot = notebookOf({ source: "let colour = 'red'", tags });
  const bare = notebookOf({ source: "let cutoff = 1" });

  function taken(
    notebooks: Readonly<Record<string, Notebook>>,
    ...names: readonly string[]
  ): { sets: readonly unknown[]; warnings: readonly string[] } {
    const warnings: string[] = [];
    const sets = parametersOf(
      new Map(Object.entries(notebooks)),
      new Map(names.map((name) => [name, 2])),
      (sentence) => warnings.push(sentence),
    );
    return { sets: [...sets].map(([file, set]) => [file, [...set.keys()]]), warnings };
  }

  it("gives each notebook what it declares, with a word on the rest", () => {
    const { sets, warnings } = taken({ scan, plot, bare }, "cutoff", "colour");
    expect(sets).toEqual([
      ["scan", ["cutoff"]],
      ["plot", ["colour"]],
      ["bare", []],
    ]);
    expect(warnings).toEqual([
      'scan: the cell tagged "parameters" does not declare colour, only cutoff; it runs without',
      'plot: the cell tagged "parameters" does not declare cutoff, only colour; it runs without',
      'bare: no cell is tagged "parameters", so cutoff, colour cannot be set; it runs without',
    ]);
  });

  it("refuses a name that no notebook declares", () => {
    expect(() => taken({ scan, plot }, "cutoff", "cutof", "x")).toThrow(UsageError);
    expect(() => taken({ scan, plot }, "cutoff", "cutof", "x")).toThrow(
      /got cutof, x; declared are cutoff, colour; did you mean cutoff\?$/,
    );
    expect(() => taken({ scan }, "wavelength")).toThrow(/got wavelength; declared are cutoff$/);
  });

  it("refuses parameters where no cell is tagged, and says how to tag one", () => {
    expect(() => taken({ bare }, "cutoff")).toThrow(UsageError);
    expect(() => taken({ bare }, "cutoff")).toThrow(/^bare: expected a cell tagged "parameters"/);
  });
});
