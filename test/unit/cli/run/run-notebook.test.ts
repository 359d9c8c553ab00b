import { describe, expect, it } from "vitest";
import { CellFailed, CellTimeout, RunInterrupted } from "../../../../kernel/cli/errors.js";
import type { CodeCell, Notebook } from "../../../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../../../kernel/cli/notebook/parse.js";
import type { CellResult, RunNotebookOptions } from "../../../../kernel/cli/run/run-notebook.js";
import { runNotebook } from "../../../../kernel/cli/run/run-notebook.js";
import { KernelDied } from "../../../../kernel/transport/errors.js";
import { FakeKernel } from "./fake-kernel.js";

/** Gives the n-th code cell a tag. */
function tag(notebook: Notebook, at: number, name: string): Notebook {
  const cell = notebook.cells.filter(({ cell_type }) => cell_type === "code")[at] as CodeCell;
  cell.metadata = { tags: ["other", name] };
  return notebook;
}

/** Code cells that each hold an old output, with a text before them. */
function notebookOf(...sources: readonly string[]): Notebook {
  const stale = { output_type: "stream", name: "stdout", text: "stale" };
  const cells = sources.map((source) => ({
    cell_type: "code",
    metadata: {},
    source,
    execution_count: 99,
    outputs: [stale],
  }));
  const text = { cell_type: "markdown", metadata: {}, source: "# T" };
  return parseNotebook(
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { own: 1 },
      cells: [text, ...cells],
    }),
    "n.ipynb",
  );
}

function codeOf(notebook: Notebook): readonly { count: number | null; texts: readonly string[] }[] {
  return notebook.cells
    .filter((cell) => cell.cell_type === "code")
    .map(({ execution_count, outputs }) => ({
      count: execution_count,
      texts: outputs.map((output) => ("text" in output ? output.text : output.output_type)),
    }));
}

async function failureOf(
  notebook: Notebook,
  kernel: FakeKernel,
  options: RunNotebookOptions = {},
): Promise<Error> {
  return runNotebook(notebook, kernel, options).then(
    () => {
      throw new Error("expected a failure");
    },
    (error: Error) => error,
  );
}

describe("runNotebook", () => {
  it("keeps beginning and end of a flood of text, and warns of what is left out", async () => {
    const megabyte = `${"x".repeat(2 ** 20 - 1)}\n`;
    const kernel: FakeKernel = new FakeKernel({
      flood: (onOutput) => {
        onOutput({ type: "stream", name: "stdout", text: "first\n" });
        for (let i = 0; i < 40; i++) onOutput({ type: "stream", name: "stdout", text: megabyte });
        onOutput({ type: "stream", name: "stdout", text: "last\n" });
        return kernel.ok();
      },
    });
    const notebook = notebookOf("flood", "next");
    const warnings: string[] = [];
    await runNotebook(notebook, kernel, { warn: (sentence) => warnings.push(sentence) });
    const [text = ""] = codeOf(notebook)[0]?.texts ?? [];
    expect(text.startsWith("first\n")).toBe(true);
    expect(text.endsWith("last\n")).toBe(true);
    expect(text.length).toBeLessThan(17e6);
    expect(text).toContain("characters are left out ...]");
    expect(warnings).toEqual([
      "25.2 million characters of the text of the cell (flood) are left out of its middle",
    ]);
  });

  it("runs the cells in order, fills outputs, counts and metadata, and drops what was stale", async () => {
    const kernel: FakeKernel = new FakeKernel({
      one: (onOutput) => {
        onOutput({ type: "stream", name: "stdout", text: "1\n" });
        return kernel.ok();
      },
    });
    const notebook = notebookOf("one", "", "two");
    const seen: string[] = [];
    await runNotebook(notebook, kernel, {
      observer: {
        started: (cell, index, total) => seen.push(`${cell.source} ${index}/${total}`),
        finished: ({ cell, seconds, status }) =>
          seen.push(`${cell.source} ${status} ${seconds >= 0}`),
      },
    });
    expect(kernel.calls).toEqual(["one", "two"]);
    expect(codeOf(notebook)).toEqual([
      { count: 1, texts: ["1\n"] },
      { count: null, texts: [] },
      { count: 2, texts: [] },
    ]);
    expect(notebook.metadata).toEqual({
      own: 1,
      kernelspec: kernel.kernelspec,
      language_info: kernel.languageInfo,
    });
    expect(seen).toEqual(["one 1/2", "one ok true", "two 2/2", "two ok true"]);
  });

  it("stops at the first cell that fails and names it", async () => {
    const kernel: FakeKernel = new FakeKernel({
      bad: (onOutput) => {
        onOutput({
          type: "error",
          ename: "TypeError",
          evalue: "no",
          traceback: ["\x1b[31mat 1\x1b[39m"],
        });
        return kernel.error("TypeError", "no");
      },
    });
    const notebook = notebookOf("good", "bad", "never");
    const error = await failureOf(notebook, kernel);
    expect(error).toBeInstanceOf(CellFailed);
    expect(error.message).toBe("cell 2 of 3 (bad) failed: TypeError: no\nat 1");
    expect((error as CellFailed).data).toMatchObject({
      index: 2,
      ename: "TypeError",
      evalue: "no",
    });
    expect(kernel.calls).toEqual(["good", "bad"]);
    expect(codeOf(notebook)).toEqual([
      { count: 1, texts: [] },
      { count: 2, texts: ["error"] },
      { count: null, texts: [] },
    ]);
  });

  it("fails where a promise that nobody awaited failed, at once or after its cell", async () => {
    const lost = { type: "error", ename: "Error", evalue: "lost", traceback: [] } as const;
    const kernel: FakeKernel = new FakeKernel({
      floating: (onOutput) => {
        onOutput(lost);
        return kernel.ok();
      },
    });
    const error = await failureOf(notebookOf("floating", "never"), kernel);
    expect(error.message).toBe("cell 1 of 2 (floating) failed: Error: lost");
    expect(kernel.calls).toEqual(["floating"]);

    let late: ((event: typeof lost) => void) | undefined;
    const slow: FakeKernel = new FakeKernel({
      timer: (onOutput) => {
        late = onOutput;
        return slow.ok();
      },
      last: () => {
        late?.(lost);
        return slow.ok();
      },
    });
    const later = await failureOf(notebookOf("timer", "last"), slow);
    expect(later.message).toBe("cell 1 of 2 (timer) failed: Error: lost");
    expect(slow.calls).toEqual(["timer", "last"]);
  });

  it("lets a cell fail that its tag or the options allow to, and says that it did", async () => {
    const lost = { type: "error", ename: "Error", evalue: "lost", traceback: [] } as const;
    const kernelOf = (): FakeKernel => {
      const kernel: FakeKernel = new FakeKernel({
        bad: () => kernel.error("TypeError", "no"),
        lost: (onOutput) => {
          onOutput(lost);
          return kernel.ok();
        },
      });
      return kernel;
    };
    const seen: string[] = [];
    const observer = {
      started: () => undefined,
      finished: ({ status, error }: CellResult) =>
        seen.push(`${status} ${error instanceof CellFailed}`),
    };
    const all = notebookOf("bad", "lost", "end");
    await runNotebook(all, kernelOf(), { allowErrors: true, observer });
    expect(seen).toEqual(["tolerated true", "tolerated true", "ok false"]);

    const tagged = tag(notebookOf("bad", "lost", "end"), 0, "raises-exception");
    const error = await failureOf(tagged, kernelOf());
    expect(error.message).toMatch(/^cell 2 of 3 \(lost\)/);
    expect(codeOf(tagged).map(({ count }) => count)).toEqual([1, 2, null]);
  });

  it("ends at a time-out and a stop even where errors are allowed", async () => {
    const stop = new AbortController();
    const kernel: FakeKernel = new FakeKernel({
      loop: () => kernel.hang(),
      stop: () => {
        stop.abort();
        return kernel.hang();
      },
    });
    const late = await failureOf(notebookOf("loop"), kernel, { timeoutMs: 5, allowErrors: true });
    expect(late).toBeInstanceOf(CellTimeout);
    const options = { signal: stop.signal, allowErrors: true };
    expect(await failureOf(notebookOf("stop"), kernel, options)).toBeInstanceOf(RunInterrupted);
  });

  it("passes over cells tagged so, with what they hold, and counts them", async () => {
    const kernel: FakeKernel = new FakeKernel({ c: () => kernel.error("Error", "no") });
    const notebook = tag(notebookOf("a", "b", "c"), 1, "skip-execution");
    const error = await failureOf(notebook, kernel);
    expect(error.message).toBe("cell 3 of 3 (c) failed: Error: no");
    expect(kernel.calls).toEqual(["a", "c"]);
    expect(codeOf(notebook)).toEqual([
      { count: 1, texts: [] },
      { count: 99, texts: ["stale"] },
      { count: 2, texts: [] },
    ]);
  });

  it("drops the times that JupyterLab recorded of an earlier run", async () => {
    const notebook = notebookOf("a");
    const cell = notebook.cells[1] as CodeCell;
    cell.metadata = { execution: { "iopub.execute_input": "2024-01-01T00:00:00Z" }, own: 1 };
    await runNotebook(notebook, new FakeKernel());
    expect(cell.metadata).toEqual({ own: 1 });
  });

  it("interrupts a cell past its time and keeps what it had put out", async () => {
    const kernel: FakeKernel = new FakeKernel({
      loop: (onOutput) => {
        onOutput({ type: "stream", name: "stdout", text: "so far" });
        return kernel.hang();
      },
    });
    const notebook = notebookOf("loop", "never");
    const error = await failureOf(notebook, kernel, { timeoutMs: 10 });
    expect(error).toBeInstanceOf(CellTimeout);
    expect(error.message).toBe(
      "cell 1 of 2 (loop) took longer than 0.01 s and it was interrupted; " +
        "allow more with --timeout, or make the cell smaller",
    );
    expect(kernel.calls).toEqual(["loop", "(interrupt)"]);
    expect(codeOf(notebook)[0]).toEqual({ count: 1, texts: ["so far"] });
  });

  it("does not wait for ever for a cell that cannot be interrupted", async () => {
    const kernel: FakeKernel = new FakeKernel({ loop: () => kernel.hang(true) });
    const error = await failureOf(notebookOf("loop"), kernel, { timeoutMs: 5, graceMs: 5 });
    expect(error).toBeInstanceOf(CellTimeout);
    expect(error.message).toContain("did not answer the interrupt, so its kernel was ended");
  });

  it("stops the running cell when it is told to, and starts none afterwards", async () => {
    const stop = new AbortController();
    const kernel: FakeKernel = new FakeKernel({
      loop: () => {
        stop.abort();
        return kernel.hang();
      },
    });
    const error = await failureOf(notebookOf("loop", "never"), kernel, { signal: stop.signal });
    expect(error).toBeInstanceOf(RunInterrupted);
    expect(error.message).toBe("the run was stopped in cell 1 of 2 (loop); it was interrupted");
    expect(kernel.calls).toEqual(["loop", "(interrupt)"]);
    const before = await failureOf(notebookOf("a"), kernel, { signal: stop.signal });
    expect(before.message).toBe("the run was stopped before cell 1 of 1 (a)");
  });

  it.each([
    [{ signal: "SIGKILL" }, "memory runs out: give the cell less"],
    [{ signal: "SIGABRT", stderr: "FATAL ERROR: JavaScript heap out of memory" }, "memory"],
    [{ signal: "SIGSEGV", stderr: "" }, '\\{ isolation: "process" \\}'],
    [{ signal: "SIGTERM" }, "sent it SIGTERM"],
    [{ signal: null, exitCode: 3 }, "has ended the process"],
    [{ how: "restarting" }, "doctor"],
  ])("names the cell in which the kernel died, and what to do: %j", async (death, remedy) => {
    const kernel: FakeKernel = new FakeKernel({
      boom: () => Promise.reject(new KernelDied("the kernel is gone", death)),
    });
    const error = await failureOf(notebookOf("good", "boom"), kernel);
    expect(error).toBeInstanceOf(KernelDied);
    expect(error.message).toMatch(
      new RegExp(`^cell 2 of 2 \\(boom\\): the kernel is gone\\n.*${remedy}`),
    );
    expect((error as KernelDied).data).toMatchObject({ index: 2, ...death });
  });
});
