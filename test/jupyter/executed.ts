import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { type CodeCell, codeCellsOf } from "../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../kernel/cli/notebook/parse.js";

const PLOTLY = "application/vnd.plotly.v1+json";

/** The code cells of an executed quickstart, after the checks that hold whoever executed it. */
export async function expectExecuted(file: string): Promise<readonly CodeCell[]> {
  const notebook = parseNotebook(await readFile(file, "utf8"), file);
  const cells = codeCellsOf(notebook);
  expect(cells.length).toBeGreaterThan(3);
  expect(cells.map(({ execution_count }) => execution_count)).toEqual(cells.map((_, n) => n + 1));
  const outputs = cells.flatMap((cell) => cell.outputs);
  expect(outputs.filter(({ output_type }) => output_type === "error")).toEqual([]);
  const figures = outputs.flatMap((output) =>
    "data" in output && output.data[PLOTLY] !== undefined ? [output.data] : [],
  );
  // One picture of the crystal, one of its powder pattern; each with all its fallbacks.
  const types = figures.map((data) => (data[PLOTLY] as PlotlyFigure).data.map(({ type }) => type));
  expect(types.some((traces) => traces.some((type) => THREE_DIMENSIONAL.has(type)))).toBe(true);
  expect(types.some((traces) => !traces.some((type) => THREE_DIMENSIONAL.has(type)))).toBe(true);
  for (const data of figures) {
    expect(Object.keys(data)).toEqual(
      expect.arrayContaining(["text/html", "image/png", "text/plain"]),
    );
  }
  const text = outputs.map((output) => ("text" in output ? output.text : "")).join("");
  // P3₁21 or its mirror image P3₂21.
  expect(text).toMatch(/No\. 15[24]\b/);
  return cells;
}

interface PlotlyFigure {
  readonly data: readonly { readonly type: string }[];
}

const THREE_DIMENSIONAL: ReadonlySet<string | undefined> = new Set(["scatter3d", "mesh3d"]);
