import cliProgress from "cli-progress";
import { firstLine } from "../notebook/document.js";
import type { RunObserver } from "./run-notebook.js";

/** A `RunObserver` that draws; `stop` leaves the terminal as it was. */
export interface RunProgress extends RunObserver {
  stop(): void;
}

/** A bar over the cells on a terminal; one line a cell, with its time, everywhere else. */
export function createProgress(stream: NodeJS.WriteStream, title: string): RunProgress {
  return stream.isTTY ? progressBar(stream, title) : progressLines(stream);
}

function progressBar(stream: NodeJS.WriteStream, title: string): RunProgress {
  const bar = new cliProgress.SingleBar({
    stream,
    format: `${title} {bar} {value}/{total} cells  {duration_formatted}  {line}`,
    barCompleteChar: "━",
    barIncompleteChar: "╌",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    fps: 10,
    linewrap: false,
    // The handler of `prism run` ends the kernel first; the bar's own would end the process.
    gracefulExit: false,
  });
  let running = false;
  return {
    started(cell, index, total) {
      const line = firstLine(cell.source, 48);
      if (running) bar.update(index - 1, { line });
      else bar.start(total, 0, { line });
      running = true;
    },
    finished(_cell, index, total, _seconds, ok) {
      if (ok) bar.update(index, index === total ? { line: "done" } : {});
    },
    stop() {
      if (running) bar.stop();
    },
  };
}

/** Public for its test: what a log file gets. */
export function progressLines(stream: { write(text: string): unknown }): RunProgress {
  return {
    started() {},
    finished(cell, index, total, seconds, ok) {
      const place = `[${String(index).padStart(String(total).length)}/${total}]`;
      const time = `${seconds.toFixed(2).padStart(7)} s`;
      stream.write(`${place} ${time}  ${ok ? "ok  " : "FAIL"}  ${firstLine(cell.source, 60)}\n`);
    },
    stop() {},
  };
}
