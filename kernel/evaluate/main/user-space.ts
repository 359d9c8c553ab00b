import type { MessagePort } from "node:worker_threads";
import * as prism from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../intrinsics.js";
import type { ToMain } from "../messages.js";
import { captureStreams } from "./capture.js";
import { CellRunner } from "./cell-runner.js";
import { notebookModules } from "./cell-scope.js";
import { CellScripts } from "./cell-scripts.js";
import { CellTracker } from "./cell-tracker.js";
import { stopChildrenWithCells } from "./children.js";
import { createDisplay } from "./display.js";
import { LiveDisplays } from "./live-displays.js";
import { WorkingDirectory } from "./magics/environment.js";
import { Outbox } from "./outbox.js";
import { guardProcess } from "./process-guard.js";
import { createPrompt } from "./prompt.js";
import { ScriptVariables } from "./script-variables.js";
import { trackTimers } from "./timers.js";

type Open = Extract<ToMain, { type: "open" }>;

/** Waits for the protocol worker, then makes this thread the one that cells run on. */
export function openUserSpace(port: MessagePort, cwd: string): void {
  let runner: CellRunner | undefined;
  let outbox: Outbox | undefined;
  port.on("message", (message: ToMain) => {
    if (message.type === "open") {
      const tracker = new CellTracker();
      outbox = new Outbox(port, message.ring, tracker);
      runner = installUserSpace(message, outbox, tracker, cwd);
      const heapAlarms = new Int32Array(new SharedArrayBuffer(4));
      outbox.ready(prism.interruptCounters, heapAlarms);
      // Loads the engine, which the first cell need not wait for.
      setImmediate(() => prism.guardHeap(heapAlarms));
    } else if (message.type === "settle") {
      runner?.settle(message.serial);
      outbox?.settled(message.attempt);
    } else {
      runner?.run(message.request);
    }
  });
}

function installUserSpace(
  open: Open,
  outbox: Outbox,
  tracker: CellTracker,
  cwd: string,
): CellRunner {
  const scripts = new CellScripts();
  const modules = notebookModules(cwd);
  const signal = new Int32Array(open.inputSignal);
  const lives = new LiveDisplays(outbox, tracker);
  const prompting = { outbox, tracker, signal, port: open.inputPort };
  const prompt = createPrompt(prompting, false);
  const variables = new ScriptVariables();
  // An open port would keep nothing alive, but its own handle must not hold up the exit.
  open.inputPort.unref();
  scripts.install();
  tracker.start();
  trackTimers(tracker);
  captureStreams(outbox);
  guardProcess(outbox, tracker, scripts);
  stopChildrenWithCells(tracker);
  defineGlobals({
    prism,
    display: createDisplay({ outbox, tracker, lives }),
    require: modules.require,
    prompt,
    password: createPrompt(prompting, true),
    _exitCode: 0,
  });
  const magics = { outbox, tracker, variables, directory: new WorkingDirectory(), prompt };
  return new CellRunner({ outbox, tracker, lives, scripts, modules, variables, magics });
}

/** Assignable and hidden from `Object.keys(globalThis)`, like the language's own globals. */
function defineGlobals(globals: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(globals)) {
    const attributes = { writable: true, configurable: true, enumerable: false };
    Object.defineProperty(globalThis, name, { value, ...attributes });
  }
}
