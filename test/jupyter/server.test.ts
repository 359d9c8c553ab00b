import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNotebook } from "../../kernel/cli/notebook/parse.js";
import { JupyterHome, JupyterServer, outputs, quickstart, root } from "./environment.js";
import { expectExecuted } from "./executed.js";

describe("a Jupyter server", () => {
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

  it("offers the kernel with its logos and its Plotly", async () => {
    const response = await server.get("api/kernelspecs");
    const { kernelspecs } = (await response.json()) as {
      kernelspecs: Record<string, { spec: unknown; resources: Record<string, string> }>;
    };
    expect(kernelspecs.prism?.spec).toMatchObject({
      display_name: "Prism (TypeScript)",
      language: "typescript",
      interrupt_mode: "message",
    });
    const logos = Object.values(kernelspecs.prism?.resources ?? {});
    expect(logos.sort()).toEqual([
      "/kernelspecs/prism/logo-32x32.png",
      "/kernelspecs/prism/logo-64x64.png",
      "/kernelspecs/prism/logo-svg.svg",
    ]);
    for (const resource of [
      ...logos.map((logo) => logo.slice(1)),
      "kernelspecs/prism/plotly.min.js",
    ]) {
      const file = await server.get(resource);
      expect(file.status, resource).toBe(200);
      expect((await file.arrayBuffer()).byteLength, resource).toBeGreaterThan(500);
    }
  });

  it("runs the quickstart for `prism run --server`, in the notebook's folder", async () => {
    const executed = path.join(outputs, "jupyter", "server.ipynb");
    const args = [
      "run",
      quickstart,
      "-o",
      executed,
      "--server",
      server.url,
      "--token",
      server.token,
    ];
    const { code, stderr } = await home.prism(...args, "--timeout", "60");
    expect(stderr).not.toContain("prism:");
    expect(code).toBe(0);
    await expectExecuted(executed);
    expect(await (await server.get("api/kernels")).json()).toEqual([]);
  });

  it("gives the same notebook as a kernel without a server", async () => {
    const cells = [
      "const h = 'kept'; console.log(process.cwd().split('/').pop());",
      "console.error('warned'); for (const n of [1, 2, 3]) console.log(n); h.length",
      "throw new TypeError('on purpose')",
    ].map((source) => ({ cell_type: "code", metadata: {}, source, outputs: [] }));
    const source = path.join(outputs, "jupyter", "same.ipynb");
    await writeFile(
      source,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
    );
    const [local, remote] = ["local", "remote"].map((name) => `${source}.${name}`) as [
      string,
      string,
    ];
    const alone = await home.prism("run", source, "-o", local);
    const served = await home.prism(
      ...["run", source, "-o", remote, "--server", `${server.url}lab?token=${server.token}`],
    );
    const said =
      "prism: [CELL_FAILED] cell 3 of 3 (throw new TypeError('on purpose')) failed: TypeError: on purpose\n";
    for (const { code, stderr } of [alone, served]) {
      expect(stderr).toContain(said);
      expect(code).toBe(1);
    }
    const text = await readFile(local, "utf8");
    expect(await readFile(remote, "utf8")).toBe(text);
    expect(parseNotebook(text, local).cells).toMatchObject([
      { execution_count: 1, outputs: [{ name: "stdout", text: "jupyter\n" }] },
      { execution_count: 2 },
      { execution_count: 3, outputs: [{ output_type: "error", ename: "TypeError" }] },
    ]);
  });

  it("interrupts a cell that takes too long, and keeps what came before", async () => {
    const source = path.join(outputs, "jupyter", "loop.ipynb");
    const cells = ["console.log('before')", "while (true) {}", "'never'"].map((code) => ({
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
    const { code, stderr } = await home.prism(...args, "--timeout", "10");
    expect(stderr).toMatch(/\[CELL_TIMEOUT\] cell 2 of 3 \(while \(true\) \{\}\).*was interrupted/);
    expect(code).toBe(1);
    expect(parseNotebook(await readFile(source, "utf8"), source).cells).toMatchObject([
      { outputs: [{ text: "before\n" }] },
      { outputs: [{ output_type: "error" }] },
      { execution_count: null, outputs: [] },
    ]);
  });

  it("that does not know the token refuses", async () => {
    const args = ["run", path.join(root, "notebooks", "quickstart.ipynb"), "--server", server.url];
    const { code, stderr } = await home.prism(...args, "--token", "wrong");
    expect(stderr).toContain("prism: [SERVER_REFUSED]");
    expect(code).toBe(1);
  });
});
