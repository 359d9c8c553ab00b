import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { JSDOM } from "jsdom";
import { FileError } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CellFailed,
  OutputsDiffer,
  RunFailed,
  RunInterrupted,
  UsageError,
} from "../../../../kernel/cli/errors.js";
import type { CodeCell, Notebook } from "../../../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../../../kernel/cli/notebook/parse.js";
import { runCommand } from "../../../../kernel/cli/run/run-command.js";
import type { RunCommandOptions } from "../../../../kernel/cli/run/run-options.js";
import { KernelDied } from "../../../../kernel/transport/errors.js";
import { FakeKernel } from "./fake-kernel.js";

let folder: string;
let text: { stdout: string; stderr: string };
/** Base names of the notebooks for which a kernel was started. */
let started: string[];
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prism several "));
  text = { stdout: "", stderr: "" };
  started = [];
  stop = new AbortController();
});

afterEach(() => rm(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

interface StoredCell {
  readonly source: string;
  readonly tags?: readonly string[];
  readonly outputs?: readonly unknown[];
}

async function write(name: string, ...cells: readonly (string | StoredCell)[]): Promise<string> {
  const file = at(name);
  await mkdir(path.dirname(file), { recursive: true });
  const full = cells
    .map((cell) => (typeof cell === "string" ? { source: cell } : cell))
    .map(({ source, tags = [], outputs = [] }) => ({
      cell_type: "code",
      metadata: tags.length > 0 ? { tags } : {},
      source,
      outputs,
    }));
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { own: 1 }, cells: full };
  await writeFile(file, JSON.stringify(notebook));
  return file;
}

async function read(name: string): Promise<Notebook> {
  return parseNotebook(await readFile(at(name), "utf8"), name);
}

/** A cell "print X" prints X, "fail" fails, "stop" is stopped from outside; others do nothing. */
function scriptedKernel(): FakeKernel {
  const kernel: FakeKernel = new FakeKernel({
    fail: (onOutput) => {
      const traceback = ["\x1b[31mboom\x1b[39m \x07 ]]> \ud800"];
      onOutput({ type: "error", ename: "Error", evalue: "<no>", traceback });
      return kernel.error("Error", "<no>");
    },
    stop: () => {
      stop.abort();
      return kernel.hang();
    },
    ...Object.fromEntries(
      ["1.5", "1.5000000001", "1.6"].map((number) => [
        `print ${number}`,
        (onOutput: Parameters<FakeKernel["execute"]>[1]) => {
          onOutput({ type: "stream", name: "stdout", text: number });
          return kernel.ok();
        },
      ]),
    ),
  });
  return kernel;
}

function run(
  files: readonly string[],
  options: Partial<RunCommandOptions> = {},
  startKernel: RunSurroundingsStart = async () => scriptedKernel(),
): Promise<void> {
  const sink = (name: "stdout" | "stderr") => ({
    write: (chunk: string) => {
      text[name] += chunk;
    },
  });
  return runCommand(
    files,
    { kernel: "prism", ...options },
    {
      stdout: sink("stdout"),
      stderr: sink("stderr") as unknown as NodeJS.WriteStream,
      startKernel: (notebook) => {
        started.push(path.basename(notebook));
        return startKernel(path.basename(notebook));
      },
      signal: stop.signal,
    },
  );
}

type RunSurroundingsStart = (name: string) => Promise<FakeKernel>;

describe("several notebooks", () => {
  it("go on after one that fails, and end with all that failed", async () => {
    const files = [
      await write("a.ipynb", "1"),
      await write("b.ipynb", "fail"),
      await write("c.ipynb", "1"),
      await write("d.ipynb", "1"),
    ];
    const failure = await run(files, { output: at("out/"), html: at("pages/") }, async (name) => {
      if (name === "c.ipynb") throw new KernelDied("it ended with exit code 1", {});
      return scriptedKernel();
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFailed);
    expect((failure as Error).message).toMatch(
      /^2 of 4 notebooks failed\n\[CELL_FAILED\] .*b\.ipynb: cell 1 of 1 \(fail\).*\n.*\n\[KERNEL_DIED\] .*c\.ipynb: it ended with exit code 1$/,
    );
    expect((await readdir(at("out"))).sort()).toEqual(["a.ipynb", "b.ipynb", "d.ipynb"]);
    expect((await readdir(at("pages"))).sort()).toEqual(["a.html", "b.html", "d.html"]);
    const lines = text.stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/ in \d.*/, "").replace(/ \/.*\//, " "))).toEqual([
      "ran a.ipynb",
      "stopped b.ipynb",
      "stopped c.ipynb",
      "ran d.ipynb",
      "4 notebooks: 2 ok, 2 failed",
    ]);
    expect(text.stderr).toMatch(/^.*a\.ipynb \[1\/1\] .* ok {4}1$/m);
  });

  it("run as many at a time as asked for, each in a kernel of its own", async () => {
    const files = await Promise.all([1, 2, 3, 4, 5].map((n) => write(`${n}.ipynb`, "x")));
    let running = 0;
    let most = 0;
    const kernel = async (): Promise<FakeKernel> => {
      const fake: FakeKernel = new FakeKernel({
        x: async () => {
          most = Math.max(most, ++running);
          // Long enough for every other that may start to have started.
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
          running--;
          return fake.ok();
        },
      });
      return fake;
    };
    await run(files, { jobs: 3 }, kernel);
    expect(most).toBe(3);
    expect(started.sort()).toEqual(["1.ipynb", "2.ipynb", "3.ipynb", "4.ipynb", "5.ipynb"]);
    most = 0;
    await run(files, {}, kernel);
    expect(most).toBe(1);
  });

  it("are not started after Ctrl-C; what ran is written", async () => {
    const files = [await write("a.ipynb", "1", "stop", "3"), await write("b.ipynb", "1")];
    const running = run(files, { output: at("out/"), junit: at("j.xml") });
    await expect(running).rejects.toThrow(RunInterrupted);
    await expect(running).rejects.toThrow(
      /^the run was stopped; 1 of 2 notebooks were not started/,
    );
    expect(await readdir(at("out"))).toEqual(["a.ipynb"]);
    expect(started).toEqual(["a.ipynb"]);
    expect(text.stdout).toMatch(/did not start .*b\.ipynb\n2 notebooks: 1 stopped, 1 not started/);
    expect(await readFile(at("j.xml"), "utf8")).toContain('<error type="RUN_INTERRUPTED"');
  });

  it.each<[string, readonly string[], Partial<RunCommandOptions>, RegExp]>([
    ["one twice", ["a.ipynb", "x/../a.ipynb"], {}, /each notebook once/],
    [
      "one file for two",
      ["a.ipynb", "b.ipynb"],
      { output: "n.ipynb" },
      /name a folder for several/,
    ],
    ["one page for two", ["a.ipynb", "b.ipynb"], { html: "n.html" }, /name a folder for several/],
    ["one name for two", ["a.ipynb", "x/a.ipynb"], { output: "out/" }, /which is also that of/],
    ["one over another", ["a.ipynb", "x/a.ipynb"], { output: "x/" }, /which is also the notebook/],
    ["resume without output", ["a.ipynb"], { resume: true }, /--output or --in-place/],
    ["tolerance without check", ["a.ipynb"], { tolerance: 0.1 }, /expected --check/],
    [
      "parameters for another kernel",
      ["a.ipynb"],
      { kernel: "python3", parameters: new Map([["a", 1]]) },
      /expected the kernel "prism" with --param/,
    ],
  ])("refuse %s before anything runs", async (_name, names, options, message) => {
    for (const name of ["a.ipynb", "b.ipynb", "x/a.ipynb"]) await write(name, "1");
    const { output, html } = options;
    const running = run(
      names.map((name) => `${folder}/${name}`),
      {
        ...options,
        ...(output === undefined ? {} : { output: `${folder}/${output}` }),
        ...(html === undefined ? {} : { html: `${folder}/${html}` }),
      },
    );
    await expect(running).rejects.toThrow(UsageError);
    await expect(running).rejects.toThrow(message);
    expect(started).toEqual([]);
  });

  it("are all read before one of them runs", async () => {
    await expect(run([await write("a.ipynb", "1"), at("none.ipynb")])).rejects.toThrow(FileError);
    expect(started).toEqual([]);
  });
});

describe("--resume", () => {
  it("runs again only what is not done, or was made from something else", async () => {
    const files = [await write("a.ipynb", "1"), await write("b.ipynb", "fail")];
    const options = { output: at("out/"), html: at("out/"), resume: true };
    await expect(run(files, options)).rejects.toThrow(RunFailed);
    await write("b.ipynb", "2");
    started.length = 0;
    text.stdout = "";
    await run(files, options);
    expect(started).toEqual(["b.ipynb"]);
    expect(text.stdout).toMatch(
      /^skipped .*a\.ipynb: .*out\/a\.ipynb is up to date\n.*\n2 notebooks: 1 ok, 1 up to date/,
    );
    const again = async (
      change: () => Promise<unknown>,
      more: Partial<RunCommandOptions> = {},
    ): Promise<readonly string[]> => {
      await change();
      started.length = 0;
      await run(files, { ...options, ...more });
      return started;
    };
    const nothing = async (): Promise<void> => undefined;
    expect(await again(nothing)).toEqual([]);
    expect(await again(() => write("a.ipynb", "3"))).toEqual(["a.ipynb"]);
    const tagged = { source: "let x = 0", tags: ["parameters"] };
    expect(
      await again(async () => {
        for (const name of ["a.ipynb", "b.ipynb"]) await write(name, tagged);
      }),
    ).toEqual(["a.ipynb", "b.ipynb"]);
    const parameters = new Map([["x", 1]]);
    expect(await again(nothing, { parameters })).toEqual(["a.ipynb", "b.ipynb"]);
    expect(await again(nothing, { parameters })).toEqual([]);
    expect(await again(() => rm(at("out/a.html")), { parameters })).toEqual(["a.ipynb"]);
    expect(await again(() => writeFile(at("out/b.ipynb"), "{"), { parameters })).toEqual([
      "b.ipynb",
    ]);
  });

  it("knows a notebook that was written over itself, and leaves no word of a run that failed", async () => {
    const file = await write("a.ipynb", "1");
    const options = { inPlace: true, resume: true };
    await run([file], options);
    const { metadata } = await read("a.ipynb");
    expect(metadata).toMatchObject({ own: 1, prism: { run: { digest: expect.any(String) } } });
    await run([file], options);
    expect(started).toEqual(["a.ipynb"]);

    const { cells, ...rest } = await read("a.ipynb");
    const broken = { ...rest, cells: cells.map((cell) => ({ ...cell, source: "fail" })) };
    await writeFile(file, JSON.stringify(broken));
    await expect(run([file], options)).rejects.toThrow(CellFailed);
    expect((await read("a.ipynb")).metadata).not.toHaveProperty("prism");
  });
});

describe("--check", () => {
  const stdout = (value: string): unknown => ({
    output_type: "stream",
    name: "stdout",
    text: value,
  });
  const stored = (now: string, value: string, tags: readonly string[] = []): StoredCell => ({
    source: `print ${now}`,
    tags,
    outputs: [stdout(value)],
  });

  it("passes where the outputs are those stored, and leaves the file alone", async () => {
    const file = await write(
      "a.ipynb",
      stored("1.5000000001", "1.5"),
      stored("1.6", "7", ["nbval-ignore-output"]),
      stored("1.6", "7", ["skip-execution"]),
    );
    const before = await readFile(file, "utf8");
    await run([file], { check: true });
    expect(text.stdout).toMatch(/^checked .*a\.ipynb in \d+\.\d s: all outputs are as stored\n$/);
    expect(await readFile(file, "utf8")).toBe(before);
    await expect(run([file], { check: true, tolerance: 0 })).rejects.toThrow(OutputsDiffer);
  });

  it("says per cell what differs", async () => {
    const file = await write("a.ipynb", stored("1.5", "1.5"), stored("1.6", "1.5"), "print 1.6");
    const running = run([file], { check: true, junit: at("j.xml") });
    await expect(running).rejects.toThrow(OutputsDiffer);
    const { message } = (await running.catch((error) => error)) as Error;
    expect(message).toContain(
      "a.ipynb: expected the outputs that are stored, got others in 2 of 3 cells",
    );
    expect(message).toMatch(
      /\ncell 2 \(print 1\.6\)\n {2}stdout\n {4}- 1\.5\n {4}\+ 1\.6\ncell 3 \(print 1\.6\)\n/,
    );
    expect(text.stdout).toMatch(/: 2 of 3 cells differ\n$/);
    const report = await readFile(at("j.xml"), "utf8");
    expect(report.match(/<failure type="OUTPUTS_DIFFER"/g)).toHaveLength(2);
  });

  it("does not run what holds no outputs, and says what to do", async () => {
    const file = await write("a.ipynb", "print 1.6", { source: "s", tags: ["skip-execution"] });
    const other = await write("b.ipynb", stored("1.5", "1.5"));
    const kernel = scriptedKernel();
    const { message } = (await run([file], { check: true }, async () => kernel).catch(
      (error) => error,
    )) as Error;
    expect(message).toMatch(/a\.ipynb: expected stored outputs .* run it first without --check/);
    expect(kernel.calls).toEqual([]);
    expect(text.stdout).toMatch(/^did not check .*a\.ipynb: no outputs are stored\n$/);
    const both = run([file, other], { check: true, junit: at("j.xml") });
    await expect(both).rejects.toThrow(/^1 of 2 notebooks failed\n\[NOTHING_STORED\] /);
    expect(text.stdout).toMatch(
      /\nchecked .*b\.ipynb .*: all outputs are as stored\n2 notebooks: /,
    );
    expect(await readFile(at("j.xml"), "utf8")).toContain('<error type="NOTHING_STORED"');
  });

  it("checks a notebook that has run and shows nothing", async () => {
    const cell = { cell_type: "code", metadata: {}, source: "1", outputs: [], execution_count: 1 };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
    await writeFile(at("quiet.ipynb"), JSON.stringify(notebook));
    await run([at("quiet.ipynb")], { check: true });
    expect(text.stdout).toMatch(/: all outputs are as stored\n$/);
  });

  it("tells of the differences before a cell that fails, too", async () => {
    const file = await write("a.ipynb", stored("1.6", "1.5"), "fail", stored("1.5", "1.6"));
    const { message } = (await run([file], { check: true }).catch((error) => error)) as Error;
    expect(message).toContain("[CELL_FAILED]");
    expect(message).toContain("[OUTPUTS_DIFFER]");
    expect(message).not.toContain("cell 3");
  });
});

describe("--junit", () => {
  it("is XML with a suite a notebook and a case a cell, whatever a cell says", async () => {
    const files = [
      await write("a & <b>.ipynb", 'f("x")\n// <', { source: "s", tags: ["skip-execution"] }),
      await write("b.ipynb", "1", "fail", "3"),
      await write("c.ipynb", "1"),
      await write("d.ipynb", { source: "fail", tags: ["raises-exception"] }),
    ];
    const running = run(files, { junit: at("deep/j.xml") }, async (name) => {
      if (name === "c.ipynb") throw new KernelDied("gone", {});
      return scriptedKernel();
    });
    await expect(running).rejects.toThrow(RunFailed);
    const source = await readFile(at("deep/j.xml"), "utf8");
    const { document } = new JSDOM(source, { contentType: "application/xml" }).window;
    const attributes = (selector: string, name: string): readonly (string | null)[] =>
      [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name));
    const root = document.documentElement;
    expect(
      ["tests", "failures", "errors", "skipped"].map((name) => root.getAttribute(name)),
    ).toEqual(["8", "1", "1", "3"]);
    expect(attributes("testsuite", "name")).toEqual(files);
    expect(attributes("testcase", "name")).toEqual([
      'cell 1: f("x")',
      "cell 2: s",
      "cell 1: 1",
      "cell 2: fail",
      "cell 3: 3",
      "cell 1: 1",
      "notebook",
      "cell 1: fail",
    ]);
    expect(attributes("skipped", "message")).toEqual([
      "tagged skip-execution",
      "did not run",
      "did not run",
    ]);
    const failure = document.querySelector("failure");
    expect(failure?.getAttribute("message")).toBe("cell 2 of 3 (fail) failed: Error: <no>");
    expect(failure?.textContent).toMatch(/\nboom \ufffd ]]> \ufffd$/);
    expect(document.querySelector("error")?.textContent).toBe("gone");
    expect(document.querySelector("system-err")?.textContent).toContain("boom");
  });
});

describe("parameters", () => {
  it("are set in the notebook that runs and is written", async () => {
    const file = await write("a.ipynb", { source: "let a = 1;", tags: ["parameters"] });
    const parameters = new Map<string, unknown>([["a", 2]]);
    const kernel = new FakeKernel();
    await run([file], { parameters, output: at("out.ipynb") }, async () => kernel);
    const injected = "// Parameters of this run\n{\n  a = 2;\n}";
    expect(kernel.calls).toEqual(["let a = 1;", injected, "(close)"]);
    expect(((await read("out.ipynb")).cells[1] as CodeCell).source).toBe(injected);
  });

  it("that the notebook does not know stop the run before it begins", async () => {
    const file = await write("a.ipynb", { source: "let cutoff = 1;", tags: ["parameters"] });
    const kernel = new FakeKernel();
    const running = run([file], { parameters: new Map([["cutof", 2]]) }, async () => kernel);
    await expect(running).rejects.toThrow(UsageError);
    expect(kernel.calls).toEqual([]);
  });
});
