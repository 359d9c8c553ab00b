import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileError, InvalidConfiguration } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CellFailed } from "../../../../kernel/cli/errors.js";
import { parseNotebook } from "../../../../kernel/cli/notebook/parse.js";
import { runCommand } from "../../../../kernel/cli/run/run-command.js";
import type { RunCommandOptions } from "../../../../kernel/cli/run/run-options.js";
import { KernelDied } from "../../../../kernel/transport/errors.js";
import { FakeKernel } from "./fake-kernel.js";

describe("runCommand", () => {
  let folder: string;
  let source: string;
  const text: { stdout: string; stderr: string } = { stdout: "", stderr: "" };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism run "));
    source = path.join(folder, "n.ipynb");
    const cell = (code: string) => ({ cell_type: "code", metadata: {}, source: code, outputs: [] });
    const cells = [cell("first"), cell("second")];
    await writeFile(
      source,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
    );
    text.stdout = "";
    text.stderr = "";
  });

  afterEach(() => rm(folder, { recursive: true }));

  function run(
    kernel: FakeKernel | (() => Promise<never>),
    options: Partial<RunCommandOptions> = {},
    file = source,
  ): Promise<void> {
    const sink = (name: "stdout" | "stderr") => ({
      write: (chunk: string) => {
        text[name] += chunk;
      },
    });
    return runCommand(
      [file],
      { kernel: "prism", ...options },
      {
        stdout: sink("stdout"),
        stderr: sink("stderr") as unknown as NodeJS.WriteStream,
        startKernel: async () => (typeof kernel === "function" ? kernel() : kernel),
        signal: new AbortController().signal,
      },
    );
  }

  const at = (name: string): string => path.join(folder, name);

  it("writes what was asked for and says so", async () => {
    const kernel: FakeKernel = new FakeKernel();
    await run(kernel, { output: at("out/n.ipynb"), html: at("out/n.html") });
    const { cells, metadata } = parseNotebook(await readFile(at("out/n.ipynb"), "utf8"), "n");
    expect(cells.map((cell) => "outputs" in cell && cell.execution_count)).toEqual([1, 2]);
    expect(metadata).toMatchObject({ kernelspec: { name: "prism" } });
    expect(await readFile(at("out/n.html"), "utf8")).toContain("<title>n</title>");
    expect(kernel.calls).toEqual(["first", "second", "(close)"]);
    expect(text.stdout).toMatch(/^ran .*n\.ipynb in \d+\.\d s, wrote .*n\.ipynb and .*n\.html\n$/);
    expect(text.stderr).toMatch(/^\[1\/2\] +\d+\.\d\d s {2}ok {4}first\n\[2\/2\] .* second\n$/);
  });

  it("does not run a notebook of another language", async () => {
    const metadata = { kernelspec: { name: "python3", language: "python" } };
    await writeFile(
      source,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [] }),
    );
    const kernel = new FakeKernel();
    await expect(run(kernel)).rejects.toThrow(
      /of TypeScript, got one of python \(kernel "python3"\)/,
    );
    expect(kernel.calls).toEqual([]);
    await run(kernel, { kernel: "python3" });
  });

  it("does not run what it could not write", async () => {
    await writeFile(at("file"), "");
    await mkdir(at("taken/n.ipynb"), { recursive: true });
    await mkdir(at("taken/n.html"));
    for (const target of [at("taken"), at("file/n.ipynb")]) {
      for (const options of [{ output: target }, { html: target }]) {
        const kernel: FakeKernel = new FakeKernel();
        await expect(run(kernel, options)).rejects.toThrow(FileError);
        expect(kernel.calls).toEqual([]);
      }
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "n.ipynb", "taken"]);
  });

  it("writes the partial notebook when a cell fails, ends the kernel, and then fails", async () => {
    const kernel: FakeKernel = new FakeKernel({ second: () => kernel.error("Error", "boom") });
    const running = run(kernel, { output: at("out.ipynb"), html: at("out.html") });
    await expect(running).rejects.toThrow(CellFailed);
    const { cells } = parseNotebook(await readFile(at("out.ipynb"), "utf8"), "n");
    expect(cells.map((cell) => "outputs" in cell && cell.execution_count)).toEqual([1, 2]);
    expect(await readdir(folder)).toEqual(["n.ipynb", "out.html", "out.ipynb"]);
    expect(kernel.calls.at(-1)).toBe("(close)");
    expect(text.stderr).toContain("FAIL  second");
  });

  it("may write over the notebook itself, but not put a page there", async () => {
    await run(new FakeKernel(), { output: source });
    const kernel: FakeKernel = new FakeKernel();
    await expect(run(kernel, { html: source })).rejects.toThrow(InvalidConfiguration);
    const both = run(kernel, { output: at("a"), html: at("a") });
    await expect(both).rejects.toThrow(/--html to give .* a file of its own/);
    expect(kernel.calls).toEqual([]);
  });

  it("starts no kernel for a notebook that cannot be read", async () => {
    const kernel: FakeKernel = new FakeKernel();
    await expect(run(kernel, {}, at("none.ipynb"))).rejects.toThrow(FileError);
    expect(kernel.calls).toEqual([]);
  });

  it("says which notebook may be meant, or what is there", async () => {
    const none = (name: string): Promise<void> => run(new FakeKernel(), {}, at(name));
    await expect(none("m.ipynb")).rejects.toThrow(
      /no such file exists; did you mean ".*n\.ipynb"\?$/,
    );
    await expect(none("other.ipynb")).rejects.toThrow(/" holds n\.ipynb; check the path$/);
    await expect(none("*.ipynbs")).rejects.toThrow(/expected a file that matches ".*\*\.ipynbs"/);
    await expect(none("x/n.ipynb")).rejects.toThrow(/there is no folder ".*x" either/);
  });

  it("takes and gives paths with spaces and letters of any language", async () => {
    const odd = at("größe 日本 🧪/a b#1%.ipynb");
    await mkdir(path.dirname(odd));
    await writeFile(odd, await readFile(source));
    const kernel: FakeKernel = new FakeKernel();
    await run(kernel, { output: at("été out/"), html: at("été out/") }, odd);
    expect((await readdir(at("été out"))).sort()).toEqual(["a b#1%.html", "a b#1%.ipynb"]);
    expect(await readFile(at("été out/a b#1%.html"), "utf8")).toContain("a b#1%.ipynb");
  });

  it("does not run what is to go over a file that is protected", async () => {
    await writeFile(at("kept.ipynb"), "{}", { mode: 0o444 });
    const kernel: FakeKernel = new FakeKernel();
    await expect(run(kernel, { output: at("kept.ipynb") })).rejects.toThrow(/is read-only/);
    expect(kernel.calls).toEqual([]);
    expect(await readFile(at("kept.ipynb"), "utf8")).toBe("{}");
  });

  it("passes on why the kernel did not start, and writes nothing", async () => {
    const start = () => Promise.reject(new KernelDied("it ended with exit code 1", {}));
    const running = run(start, { output: at("out.ipynb") });
    await expect(running).rejects.toThrow("it ended with exit code 1");
    expect(await readdir(folder)).toEqual(["n.ipynb"]);
  });
});
