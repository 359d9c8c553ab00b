import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseNotebook } from "../../kernel/cli/notebook/parse.js";

const main = fileURLToPath(new URL("../../dist/kernel/cli/main.js", import.meta.url));

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("the prism command", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism command "));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** `watch` sees stderr grow and may signal the process. */
  function prism(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    watch: (child: ChildProcess, stderr: string) => void = () => undefined,
  ): Promise<Finished> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder,
        env: { ...process.env, PRISM_DEBUG: "", ...env },
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        stdout += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        stderr += chunk;
        watch(child, stderr);
      });
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  function notebook(...sources: readonly string[]): Promise<string> {
    return notebookAt("n.ipynb", sources);
  }

  /** `parameters` tags the first cell. */
  async function notebookAt(
    name: string,
    sources: readonly string[],
    parameters = false,
  ): Promise<string> {
    const cells = sources.map((source, n) => ({
      cell_type: "code",
      metadata: parameters && n === 0 ? { tags: ["parameters"] } : {},
      source,
      outputs: [],
    }));
    const file = path.join(folder, "deep", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
    return file;
  }

  async function cellsOf(name: string): Promise<unknown> {
    return parseNotebook(await readFile(path.join(folder, name), "utf8"), name).cells;
  }

  it("tells its version and its commands", async () => {
    const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await prism(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await prism(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["run", "install", "doctor", "kernel"]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
  });

  it.each([
    [["run"], "missing required argument 'notebook'"],
    [["run", "n.ipynb", "--timeout", "soon"], 'expected seconds greater than 0, got "soon"'],
    [["run", "n.ipynb", "--no-such-option"], "unknown option '--no-such-option'"],
    [["run", "n.ipynb", "-j", "0"], 'expected a whole number of at least 1, got "0"'],
    [["run", "n.ipynb", "-p", "cutoff"], 'expected name=value, got "cutoff"'],
    [["run", "n.ipynb", "--param-json", "[1]"], "expected a JSON object"],
    [["run", "n.ipynb", "--check", "-o", "o.ipynb"], "'--check' cannot be used with option '-o"],
    [["run", "n.ipynb", "--resume"], "expected --output or --in-place with --resume, got neither"],
    [["fly"], "unknown command 'fly'"],
    [["kernel"], "required option '-f, --connection-file <file>' not specified"],
  ])("ends with 2 when it does not understand %j", async (args, message) => {
    const { code, stderr } = await prism(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("reports an error of ours in a line, and its stack on demand", async () => {
    const plain = await prism(["run", "none.ipynb"]);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^prism: \[FILE_ERROR\] expected a notebook file at [^\n]+\n$/);
    for (const verbose of [
      await prism(["run", "none.ipynb", "--verbose"]),
      await prism(["run", "none.ipynb"], { PRISM_DEBUG: "1" }),
    ]) {
      expect(verbose.stderr).toContain("\n    at ");
      expect(verbose.code).toBe(1);
    }
  });

  it("runs a notebook in its own folder, twice to the same bytes", async () => {
    const file = await notebook(
      "import { basename } from 'node:path'; console.log(basename(process.cwd()));",
      "setTimeout(() => console.log('late'), 20); const h = await display({ 'text/plain': '0%' });",
      "await new Promise((done) => setTimeout(done, 200)); 6 * 7",
    );
    const first = await prism(["run", file, "-o", "one.ipynb", "--html", "one.html"]);
    expect(first.stderr).toMatch(/^\[1\/3\] .* ok .*\n\[2\/3\] .*\n\[3\/3\] .*\n$/);
    expect(first.code).toBe(0);
    expect(await cellsOf("one.ipynb")).toMatchObject([
      { execution_count: 1, outputs: [{ text: "deep\n" }] },
      // What a timer prints later still belongs to its own cell.
      { execution_count: 2, outputs: [{ output_type: "display_data" }, { text: "late\n" }] },
      { execution_count: 3, outputs: [{ output_type: "execute_result" }] },
    ]);
    await prism(["run", file, "-o", "two.ipynb", "--html", "two.html"]);
    for (const type of ["ipynb", "html"]) {
      const texts = ["one", "two"].map((name) => readFile(path.join(folder, `${name}.${type}`)));
      const [one, two] = await Promise.all(texts);
      expect(one?.equals(two as Buffer)).toBe(true);
    }
  });

  it("runs the tour of the engine, to a panel that shows it idle", async () => {
    const tour = fileURLToPath(new URL("../../notebooks/engine.ipynb", import.meta.url));
    const { code, stderr } = await prism(["run", tour, "-o", "out.ipynb"]);
    expect(code, stderr).toBe(0);
    const said = JSON.stringify(await cellsOf("out.ipynb"));
    for (const text of [
      "TaskCancelled: powderPattern was cancelled",
      "did not finish within 5 ms",
      "4 of 6 wait for memory",
      "bit for bit the same",
      "after 3 attempts",
      "0 running, 0 queued",
    ]) {
      expect(said).toContain(text);
    }
  });

  it("runs the notebook of patterns", async () => {
    const patterns = fileURLToPath(new URL("../../notebooks/patterns.ipynb", import.meta.url));
    const { code, stderr } = await prism(["run", patterns, "-o", "out.ipynb"]);
    expect(code, stderr).toBe(0);
    const said = JSON.stringify(await cellsOf("out.ipynb"));
    for (const text of [
      "Penrose tiling · 546 points of 8 kinds, 490 tiles",
      "thick to thin 1.60",
      "reflected hat 6",
      "32 sites, cell 12.6627",
      "P2_13",
      "11908 atoms, 3 bonds each",
    ]) {
      expect(said).toContain(text);
    }
  });

  it("runs the tour of the widgets as it is stored, without a front end", async () => {
    const tour = fileURLToPath(new URL("../../notebooks/widgets.ipynb", import.meta.url));
    const { code, stderr } = await prism(["run", tour, "--check"]);
    expect(code, stderr).toBe(0);
    const said = await readFile(tour, "utf8");
    expect(said).toContain("structure: Silicon (Rock salt, Silicon, Caesium chloride)");
    expect(said).not.toContain("widget-view");
  });

  it("ends with 1 at a cell that fails, and names the cell in which the kernel dies", async () => {
    const file = await notebook("1", "null.x");
    const failed = await prism(["run", file, "-o", "out.ipynb"]);
    expect(failed.stderr).toContain("prism: [CELL_FAILED] cell 2 of 2 (null.x) failed: ");
    expect(failed.code).toBe(1);
    const dead = await prism(["run", await notebook("process.kill(process.pid, 'SIGKILL')")]);
    expect(dead.stderr).toMatch(/prism: \[KERNEL_DIED\] cell 1 of 1 .*ended by SIGKILL/);
    expect(dead.code).toBe(1);
  });

  it("writes what it has when it is stopped, once for one keystroke that arrives twice", async () => {
    const file = await notebook("'first'", "while (true) {}", "'never'");
    let signalled = false;
    const { code, stderr } = await prism(["run", file, "-o", "out.ipynb"], {}, (child, text) => {
      if (signalled || !text.includes("[1/3]")) return;
      signalled = true;
      child.kill("SIGINT");
      child.kill("SIGINT");
    });
    expect(stderr).toMatch(
      /prism: \[RUN_INTERRUPTED\] the run was stopped (in|before) cell 2 of 3/,
    );
    expect(code).toBe(130);
    expect(await cellsOf("out.ipynb")).toMatchObject([
      { execution_count: 1 },
      {},
      { execution_count: null, outputs: [] },
    ]);
    expect((await readdir(folder)).sort()).toEqual(["deep", "out.ipynb"]);
  });

  it("runs several notebooks at a time with parameters that the type checker accepts", async () => {
    const declared = 'let cutoff = 5; const mode: "fast" | "slow" = "fast"; const file = "a.cif";';
    const used =
      "const twice = () => cutoff * 2; console.log([twice(), mode, file.length].join(' '));";
    const files = [
      await notebookAt("a.ipynb", [declared, used], true),
      await notebookAt("b.ipynb", ["let cutoff = 0", "null.x", "1"], true),
      await notebookAt("c.ipynb", ["let cutoff: number[] = []", "cutoff"], true),
    ];
    const { code, stdout, stderr } = await prism([
      ...["run", ...files, "-j", "3", "-o", "out/", "--junit", "report.xml"],
      ...[
        "--param-json",
        '{"mode": "slow", "file": "b"}',
        "-p",
        "file=quartz.cif",
        "-p",
        "cutoff=8",
      ],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ran .*a\.ipynb .*\nstopped .*b\.ipynb .*\nstopped .*c\.ipynb .*\n3 note/,
    );
    expect(stderr).toMatch(
      /b\.ipynb: the cell tagged "parameters" does not declare mode, file, only cutoff;/,
    );
    expect(stderr).toMatch(/\[CELL_FAILED\] .*b\.ipynb: cell 3 of 4 \(null\.x\)/);
    // A parameter of the wrong type is refused where it is set.
    expect(stderr).toMatch(
      /c\.ipynb: cell 2 of 3 \(\/\/ Param.*'number' is not assignable to type 'nu/,
    );
    expect(await cellsOf("out/a.ipynb")).toMatchObject([
      { execution_count: 1, outputs: [] },
      { execution_count: 2, outputs: [], metadata: { tags: ["injected-parameters"] } },
      { execution_count: 3, outputs: [{ text: "16 slow 10\n" }] },
    ]);
    const report = await readFile(path.join(folder, "report.xml"), "utf8");
    expect(report).toContain('<testsuites name="prism run" tests="10" failures="2"');
  }, 120_000);

  it("gives the quickstart twice alike", async () => {
    const copies = ["one", "two"].map((name) => path.join(folder, name));
    for (const copy of copies) {
      await cp(fileURLToPath(new URL("../../notebooks", import.meta.url)), copy, {
        recursive: true,
      });
    }
    const files = copies.map((copy) => path.join(copy, "quickstart.ipynb"));
    expect((await prism(["run", ...files, "--in-place", "-j", "2"])).code).toBe(0);
    const [one, two] = await Promise.all(files.map((file) => readFile(file, "utf8")));
    expect(one).toBe(two);
    expect(one).toMatch(/"source": \[\n {4}"# α-Quartz/);
  }, 180_000);
});
