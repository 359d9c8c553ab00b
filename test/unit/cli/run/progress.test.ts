import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { CodeCell } from "../../../../kernel/cli/notebook/document.js";
import { createProgress } from "../../../../kernel/cli/run/progress.js";

function cell(source: string): CodeCell {
  return {
    cell_type: "code",
    id: "a",
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  };
}

/** A stream that keeps what is written. */
function sink(terminal: boolean): { stream: NodeJS.WriteStream; text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const size = { isTTY: terminal, columns: 120, rows: 40 };
  return { stream: Object.assign(stream, size) as unknown as NodeJS.WriteStream, text: () => text };
}

describe("createProgress", () => {
  it("writes one line a cell, in columns, where there is no terminal", () => {
    const { stream, text } = sink(false);
    const bar = createProgress(stream, 1).notebook("n.ipynb");
    const done = { cell: cell("\nconst a = 1;\n"), total: 12, seconds: 1.234 };
    bar.started(done.cell, 3, 12);
    bar.finished({ ...done, index: 3, status: "ok" });
    bar.finished({ ...done, index: 4, status: "failed" });
    bar.ended(false);
    expect(text()).toBe(
      "[ 3/12]    1.23 s  ok    const a = 1;\n[ 4/12]    1.23 s  FAIL  const a = 1;\n",
    );
  });

  it("names the notebook in each line where there are several", () => {
    const { stream, text } = sink(false);
    const progress = createProgress(stream, 2);
    const done = { cell: cell("x"), index: 1, total: 1, seconds: 0 };
    progress.notebook("a.ipynb").finished({ ...done, status: "tolerated" });
    progress.notebook("b.ipynb").finished({ ...done, status: "skipped" });
    expect(text()).toBe("a.ipynb [1/1]    0.00 s  err   x\nb.ipynb [1/1]    0.00 s  skip  x\n");
  });

  it("draws a bar a notebook on a terminal, leaves a line of each and the cursor as it was", () => {
    const { stream, text } = sink(true);
    const progress = createProgress(stream, 2);
    const [a, b] = [progress.notebook("a.ipynb"), progress.notebook("b.ipynb")];
    for (const bar of [a, b]) {
      bar.started(cell("first"), 1, 2);
      bar.finished({ cell: cell("first"), index: 1, total: 2, seconds: 1, status: "ok" });
    }
    a.ended(false);
    b.ended(true);
    progress.stop();
    const plain = stripVTControlCharacters(text());
    expect(plain).toMatch(/b\.ipynb [━╌]{24} 1\/2 cells .* first/);
    expect(plain).toMatch(/^FAIL a\.ipynb {2}1\/2 cells {2}\d+\.\d s$/m);
    expect(plain).toMatch(/^ok {3}b\.ipynb {2}1\/2 cells {2}\d+\.\d s$/m);
    expect(text().lastIndexOf("\x1b[?25h")).toBeGreaterThan(text().lastIndexOf("\x1b[?25l"));
  });
});
