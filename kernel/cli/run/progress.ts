import cliProgress from "cli-progress";
import { firstLine } from "../notebook/document.js";
import type { CellResult, RunObserver } from "./run-notebook.js";

/** Shows how far the notebooks of a run are; `stop` leaves the terminal as it was. */
export interface RunProgress {
  notebook(title: string): NotebookProgress;
  stop(): void;
}

export interface NotebookProgress extends RunObserver {
  ended(ok: boolean): void;
}

/** A bar a notebook on a terminal; one line a cell, with its time, everywhere else. */
export function createProgress(stream: NodeJS.WriteStream, notebookCount: number): RunProgress {
  return stream.isTTY ? progressBars(stream) : progressLines(stream, notebookCount > 1);
}

/** Bars of the notebooks that run; those that have ended leave a line above them. */
function progressBars(stream: NodeJS.WriteStream): RunProgress {
  const bars = new cliProgress.MultiBar({
    stream,
    format: "{title} {bar} {value}/{total} cells  {duration_formatted}  {line}",
    barCompleteChar: "━",
    barIncompleteChar: "╌",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
    linewrap: false,
    // A line that is written above moves those bars that have not changed as well.
    forceRedraw: true,
    // The handler of `prism run` ends the kernels first; the bars' own would end the process.
    gracefulExit: false,
  });
  // A second Ctrl-C ends the process at once.
  const showCursor = (): void => void stream.write("\x1b[?25h\x1b[?7h");
  process.once("exit", showCursor);
  return {
    notebook: (title) => progressBar(bars, title),
    stop() {
      if (bars.isActive) bars.stop();
      process.off("exit", showCursor);
    },
  };
}

function progressBar(bars: cliProgress.MultiBar, title: string): NotebookProgress {
  let bar: cliProgress.SingleBar | undefined;
  let [done, count] = [0, 0];
  const start = performance.now();
  return {
    started(cell, index, total) {
      const line = firstLine(cell.source, 48);
      bar ??= bars.create(total, 0, { title, line });
      bar.update(index - 1, { line });
      count = total;
    },
    finished({ index, status }) {
      if (status === "failed") return;
      done = index;
      bar?.update(index);
    },
    ended(ok) {
      if (bar === undefined) return;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      bars.log(`${ok ? "ok  " : "FAIL"} ${title}  ${done}/${count} cells  ${seconds} s\n`);
      bars.remove(bar);
    },
  };
}

const WORDS: Readonly<Record<CellResult["status"], string>> = {
  ok: "ok  ",
  tolerated: "err ",
  failed: "FAIL",
  skipped: "skip",
};

/** What a log file gets; with `titled`, lines of several notebooks mix. */
function progressLines(stream: { write(text: string): unknown }, titled: boolean): RunProgress {
  return {
    notebook: (title) => ({
      started() {},
      finished({ cell, index, total, seconds, status }) {
        const place = `[${String(index).padStart(String(total).length)}/${total}]`;
        const time = `${seconds.toFixed(2).padStart(7)} s`;
        const head = titled ? `${title} ${place}` : place;
        stream.write(`${head} ${time}  ${WORDS[status]}  ${firstLine(cell.source, 60)}\n`);
      },
      ended() {},
    }),
    stop() {},
  };
}
