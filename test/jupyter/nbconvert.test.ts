import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JupyterHome, jupyter, outputs, python, quickstart } from "./environment.js";
import { expectExecuted } from "./executed.js";

describe("nbconvert", () => {
  const folder = path.join(outputs, "nbconvert");
  let home: JupyterHome;

  beforeAll(async () => {
    home = await JupyterHome.create();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  });

  afterAll(() => home?.remove());

  async function convert(format: string): Promise<void> {
    const kernel = "--ExecutePreprocessor.kernel_name=prism";
    const to = ["--to", format, "--execute", kernel, "--output-dir", folder];
    const { code, stderr } = await home.run(jupyter, ["nbconvert", ...to, quickstart]);
    expect(code, stderr).toBe(0);
  }

  it("executes the quickstart into a notebook that nbformat finds valid", async () => {
    await convert("notebook");
    const file = path.join(folder, "quickstart.ipynb");
    await expectExecuted(file);
    const check = "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], 4))";
    const { code, stderr } = await home.run(python, ["-W", "error", "-c", check, file]);
    expect(code, stderr).toBe(0);
  });

  it("finds what `prism run` writes valid, and would write the same bytes", async () => {
    const file = path.join(folder, "prism-run.ipynb");
    const { code: ran } = await home.prism("run", quickstart, "-o", file);
    expect(ran).toBe(0);
    // The spelling of floating-point numbers is Python's own, so both go through its parser once.
    const check = `
import json, nbformat, sys
text = open(sys.argv[1], encoding="utf-8").read()
notebook = nbformat.reads(text, 4)
nbformat.validate(notebook)
own = json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\\n"
sys.exit(nbformat.writes(notebook) + "\\n" != own)`;
    const { code, stderr } = await home.run(python, ["-W", "error", "-c", check, file]);
    expect(code, stderr).toBe(0);
  });

  it("executes the quickstart into a page with the picture of each figure", async () => {
    await convert("html");
    const html = await readFile(path.join(folder, "quickstart.html"), "utf8");
    const { document } = new JSDOM(html).window;
    const pictures = [...document.querySelectorAll<HTMLImageElement>('img[src^="data:image/"]')];
    expect(pictures.length).toBeGreaterThanOrEqual(2);
    expect(html).toMatch(/No\. 15[24]\b/);
    expect(html).not.toContain("Traceback");
  });
});
