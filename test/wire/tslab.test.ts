import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient } from "../../kernel/transport/kernel-client.js";
import { KernelFixture } from "./kernel-fixture.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packageOfTslab = join(createRequire(import.meta.url).resolve("tslab/package.json"), "..");

describe("a notebook written for tslab", () => {
  let folder: string;
  let kernel: KernelFixture;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "prism-tslab-"));
    await writePackage("shows", 'exports.show = (text) => require("tslab").display.text(text);');
    const own = join(folder, "node_modules", "shows", "node_modules");
    await mkdir(own);
    await symlink(packageOfTslab, join(own, "tslab"));
    kernel = await KernelFixture.start({ cwd: folder });
  });

  afterAll(async () => {
    await kernel?.stop();
    await rm(folder, { recursive: true });
  });

  async function writePackage(name: string, source: string): Promise<void> {
    const target = join(folder, "node_modules", name);
    await mkdir(target, { recursive: true });
    await writeFile(join(target, "package.json"), JSON.stringify({ name, main: "index.js" }));
    await writeFile(join(target, "index.js"), source);
  }

  async function outputs(code: string) {
    const { reply, outputs } = await kernel.client.execute(code);
    expect(reply.status, JSON.stringify(outputs)).toBe("ok");
    return outputs.map(({ type, content }) => ({ type, ...content }));
  }

  it("shows by the packages it imports too", async () => {
    expect(await outputs('import { show } from "shows"; show("shown");')).toEqual([
      { type: "display_data", data: { "text/plain": "shown" }, metadata: {}, transient: {} },
    ]);
  });

  it("has tslab's display, text as it is and bytes as base64", async () => {
    const shown = await outputs(`
import * as tslab from "tslab";
tslab.display.html("<b>a</b>");
tslab.display.png(Uint8Array.of(1, 2, 3));
tslab.display.raw("text/x-own", "own");`);
    expect(shown).toMatchObject([
      { data: { "text/html": "<b>a</b>" } },
      { data: { "image/png": "AQID" } },
      { data: { "text/x-own": "own" } },
    ]);
  });

  it("is there for files of the notebook too, by import and by require", async () => {
    const text = (by: string) => `${by};\nexport const say = () => tslab.display.text("said");\n`;
    await writeFile(join(folder, "imports.ts"), text('import * as tslab from "tslab"'));
    await writeFile(join(folder, "requires.ts"), text('import tslab = require("tslab")'));
    for (const file of ["imports", "requires"]) {
      const code = `import { say as ${file} } from "./${file}"; ${file}()`;
      expect(await outputs(code)).toMatchObject([{ data: { "text/plain": "said" } }]);
    }
  });

  it("updates a display from a timer of a cell that has ended, in that cell's name", async () => {
    const update = kernel.iopub(({ header }) => header.msg_type === "update_display_data");
    const code =
      'const view = tslab.newDisplay(); view.text("one"); setTimeout(() => view.text("two"), 50);';
    const shown = kernel.iopub(({ header }) => header.msg_type === "display_data");
    await outputs(code);
    const [first, second] = await Promise.all([shown, update]);
    expect(second.content.data).toEqual({ "text/plain": "two" });
    expect(second.content.transient).toEqual(first.content.transient);
    expect(second.content.transient).toEqual({ display_id: expect.any(String) });
    expect(second.parentHeader.msg_id).toBe(first.parentHeader.msg_id);
  });

  it("hides the global display where it imports its own", async () => {
    const code = 'import { display } from "tslab"; display.gif(Uint8Array.of(71));';
    expect(await outputs(code)).toMatchObject([{ data: { "image/gif": "Rw==" } }]);
    expect(await outputs('require("tslab").display === display')).toMatchObject([
      { data: { "text/plain": expect.stringContaining("true") } },
    ]);
  });

  it("does not pay for tslab's kernel and compiler", async () => {
    const code =
      "Object.keys(require.cache).filter((file) => /rollup|typescript\\.js/.test(file)).length";
    expect(await outputs(code)).toMatchObject([
      { data: { "text/plain": expect.stringContaining("0") } },
    ]);
  });

  it("is told of a wrong type by tslab's own declarations", async () => {
    const { reply } = await kernel.client.execute("tslab.display.html(42)");
    expect(reply).toMatchObject({ status: "error", ename: "TypeError (TS2345)" });
  });

  it("gets the tslab of its own folder, if there is one", async () => {
    await kernel.client.shutdown();
    const source = `
const jupyter = require("./jupyter");
exports.display = { text: (text) => jupyter.lastWriteDisplayData(
  { data: { "text/plain": "own " + text }, metadata: {}, transient: {} }, false) };`;
    await writePackage("tslab", source);
    kernel = await KernelFixture.start({ cwd: folder });
    const code = '%typecheck off\nimport { display } from "tslab"; display.text("tslab");';
    expect(await outputs(code)).toMatchObject([{ data: { "text/plain": "own tslab" } }]);
  });
});

describe("the stock kernel of tslab", () => {
  let folder: string;
  let client: KernelClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "prism-tslab-"));
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules", "prism-lab"));
    const tslab = join(packageOfTslab, "bin", "tslab");
    const argv = [process.execPath, tslab, "kernel", "--config-path={connection_file}"];
    client = await KernelClient.launch({ argv, cwd: folder });
  }, 60_000);

  afterAll(async () => {
    await client?.shutdown();
    await rm(folder, { recursive: true });
  });

  async function outputs(code: string) {
    const { reply, outputs } = await client.execute(code);
    expect(reply.status, JSON.stringify(outputs)).toBe("ok");
    return outputs;
  }

  it("shows a crystal as a figure, from the cell that imports the library on", async () => {
    const shown = await outputs(`
import * as prism from "prism-lab";
const lattice = prism.Lattice.cubic(3.35);
const po = prism.Crystal.create({ lattice, species: ["Po"], fracPositions: [[0, 0, 0]] });
po`);
    expect(shown).toMatchObject([{ type: "display_data" }]);
    const types = Object.keys(shown[0]?.content.data as object).sort();
    const figure = ["application/vnd.plotly.v1+json", "image/png", "text/html", "text/plain"];
    expect(types).toEqual(figure);
    expect(await outputs("po")).toEqual(shown);
  }, 60_000);

  it("prints what has no display as it did before", async () => {
    const print = (text: string) => [{ type: "stream", content: { name: "stdout", text } }];
    expect(await outputs("po.siteCount")).toEqual(print("1\n"));
    expect(await outputs("[po.formula]")).toEqual(print("[ 'Po' ]\n"));
    expect(await outputs("let unused = po;")).toEqual([]);
  });

  it("falls back to text where an object's own display fails", async () => {
    const failing =
      '({ [Symbol.for("Jupyter.display")]() { throw new Error("no picture"); }, a: 1 })';
    const shown = await outputs(failing);
    expect(shown.map(({ type }) => type)).toEqual(["stream", "display_data"]);
    expect(shown[0]?.content).toMatchObject({ name: "stderr" });
    expect(shown[1]?.content.data).toEqual({ "text/plain": expect.stringContaining("a: 1") });
  });
});
