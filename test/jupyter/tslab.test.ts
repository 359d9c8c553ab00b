import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeCellsOf, type Output } from "../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../kernel/cli/notebook/parse.js";
import { JupyterHome, jupyter, root } from "./environment.js";

const fixtures = path.join(root, "test", "jupyter", "tslab");
const tslab = path.join(
  createRequire(import.meta.url).resolve("tslab/package.json"),
  "../bin/tslab",
);

describe("beside the tslab kernel", () => {
  let home: JupyterHome;
  let folder: string;

  beforeAll(async () => {
    home = await JupyterHome.create();
    // A project as its user has it: Prism installed beside the notebooks.
    folder = path.join(home.folder, "notebooks");
    await mkdir(path.join(folder, "node_modules"), { recursive: true });
    await symlink(root, path.join(folder, "node_modules", "prism-lab"));
    const kernelspec = path.join(home.folder, "data", "kernels", "tslab");
    await mkdir(kernelspec, { recursive: true });
    const argv = [process.execPath, tslab, "kernel", "--config-path={connection_file}"];
    const spec = { argv, display_name: "TypeScript", language: "typescript" };
    await writeFile(path.join(kernelspec, "kernel.json"), JSON.stringify(spec));
  });

  afterAll(() => home?.remove());

  /** The outputs of a notebook's cells, by the stock kernel as nbclient runs it. */
  async function underTslab(name: string): Promise<readonly Output[][]> {
    const to = ["--to", "notebook", "--execute", "--output", `tslab-${name}`];
    const kernel = "--ExecutePreprocessor.kernel_name=tslab";
    const notebook = path.join(folder, name);
    const { code, stderr } = await home.run(jupyter, ["nbconvert", ...to, kernel, notebook]);
    expect(code, stderr).toBe(0);
    return outputsOf(path.join(folder, `tslab-${name}`));
  }

  async function underPrism(name: string): Promise<readonly Output[][]> {
    const written = path.join(folder, `prism-${name}`);
    const { code, stderr } = await home.prism("run", path.join(folder, name), "-o", written);
    expect(code, stderr).toBe(0);
    return outputsOf(written);
  }

  it.each(["displays.ipynb", "live.ipynb", "language.ipynb"])(
    "shows of %s what tslab shows",
    async (name) => {
      await copyFile(path.join(fixtures, name), path.join(folder, name));
      const expected = (await underTslab(name)).map(shown);
      const got = (await underPrism(name)).map(shown);
      expect(got).toEqual(expected);
      expect(got.flat().length).toBeGreaterThan(4);
    },
  );

  it("shows Prism's objects under the stock kernel", async () => {
    const name = "prism-under-tslab.ipynb";
    await copyFile(path.join(fixtures, name), path.join(folder, name));
    await copyFile(
      path.join(root, "notebooks", "data", "quartz.cif"),
      path.join(folder, "quartz.cif"),
    );
    const types = (await underTslab(name)).map((outputs) =>
      outputs.map((output) => ("data" in output ? Object.keys(output.data).sort() : output)),
    );
    const figure = ["application/vnd.plotly.v1+json", "image/png", "text/html", "text/plain"];
    expect(types).toEqual([
      [figure],
      [figure],
      [figure],
      [["text/html", "text/plain"]],
      [["text/html"]],
      [expect.objectContaining({ name: "stdout", text: "P3_221\n" })],
    ]);
  });
});

async function outputsOf(file: string): Promise<readonly Output[][]> {
  const notebook = parseNotebook(await readFile(file, "utf8"), file);
  return codeCellsOf(notebook).map(({ outputs }) => [...outputs]);
}

/** What a reader sees; tslab prints a result as text, in Prism it is the cell's result. */
function shown(outputs: readonly Output[]): readonly unknown[] {
  const seen: unknown[] = [];
  for (const output of outputs) {
    if (output.output_type === "display_data") {
      seen.push(output.data);
      continue;
    }
    const text = printed(output);
    const last = seen.at(-1);
    if (typeof last === "string") seen.splice(-1, 1, last + text);
    else seen.push(text);
  }
  return seen;
}

function printed(output: Output): string {
  if (output.output_type === "stream")
    return stripVTControlCharacters([output.text].flat().join(""));
  if (output.output_type !== "execute_result") throw new Error(JSON.stringify(output));
  const text = stripVTControlCharacters([output.data["text/plain"]].flat().join(""));
  // console.log, by which tslab prints it, leaves a text as it is.
  return `${text.replace(/^'(.*)'$/, "$1")}\n`;
}
