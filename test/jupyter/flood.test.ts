import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNotebook } from "../../kernel/cli/notebook/parse.js";
import { JupyterHome, JupyterServer, outputs } from "./environment.js";

/** The server drops outputs of every kind while a kernel says more than a million bytes a second. */
describe("a flood of text through a Jupyter server", () => {
  let home: JupyterHome;
  let server: JupyterServer;

  beforeAll(async () => {
    await mkdir(path.join(outputs, "jupyter"), { recursive: true });
    home = await JupyterHome.create();
    server = await JupyterServer.start(home);
  });

  afterAll(async () => {
    await server?.stop();
    await home?.remove();
  });

  /** Through the server; the outputs of each cell. */
  async function outputsOf(name: string, ...codes: readonly string[]) {
    const source = path.join(outputs, "jupyter", `${name}.ipynb`);
    const cells = codes.map((code) => ({
      cell_type: "code",
      metadata: {},
      source: code,
      outputs: [],
    }));
    await writeFile(
      source,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
    );
    const args = ["run", source, "-o", source, "--server", server.url, "--token", server.token];
    const { code, stderr } = await home.prism(...args);
    expect(code, stderr).toBe(0);
    const notebook = parseNotebook(await readFile(source, "utf8"), source);
    return notebook.cells.map((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  }

  it("of 20 MB drops nothing, and neither the result after it", async () => {
    const line = "x".repeat(99);
    const [flooded, next] = await outputsOf(
      "flood",
      `for (let i = 0; i < 2e5; i++) console.log("${line}");\n"the result"`,
      "'the next one'",
    );
    expect(flooded).toMatchObject([
      { output_type: "stream", name: "stdout" },
      {
        output_type: "execute_result",
        data: { "text/plain": expect.stringContaining("the result") },
      },
    ]);
    const [text] = flooded ?? [];
    // `prism run` keeps 16 MB of it, and counts the rest.
    const shown = text?.output_type === "stream" ? text.text : "";
    const [note = "", missing = ""] = /\n\[\.\.\. (\d+) characters .*\]\n/.exec(shown) ?? [];
    expect(shown.length - note.length + Number(missing)).toBe(2e5 * 100);
    expect(shown).not.toContain("rate exceeded");
    expect(next).toMatchObject([
      { data: { "text/plain": expect.stringContaining("the next one") } },
    ]);
  });

  it("of many small messages drops none", async () => {
    const [flooded] = await outputsOf(
      "messages",
      'for (let i = 0; i < 3000; i++) { console.log("out"); console.error("err"); }\n"the result"',
    );
    expect(flooded).toHaveLength(6001);
    expect(flooded?.at(-1)).toMatchObject({
      data: { "text/plain": expect.stringContaining("the result") },
    });
  });
});
