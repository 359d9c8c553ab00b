import type { MessagePort } from "node:worker_threads";
import * as prism from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../intrinsics.js";
import type { FromMain, ToMain } from "../messages.js";
import { captureStreams } from "./capture.js";
import { CellRunner } from "./cell-runner.js";
import { notebookModules } from "./cell-scope.js";
import { CellScripts } from "./cell-scripts.js";
import { CellTracker } from "./cell-tracker.js";
import { createDisplay } from "./display.js";
import { HotLoops } from "./hot-loops.js";
import { LiveDisplays } from "./live-displays.js";
import { WorkingDirectory } from "./magics/environment.js";
import { CompilerLine } from "./modules/compiler-line.js";
import { LocalModules } from "./modules/local-modules.js";
import { NativeModules } from "./modules/native-modules.js";
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
      const compiler = new CompilerLine({
        ask: (question) => port.postMessage({ type: "compile", question } satisfies FromMain),
        port: message.compilerPort,
        signal: new Int32Array(message.compilerSignal),
      });
      runner = installUserSpace(message, outbox, tracker, compiler, cwd);
      outbox.ready(prism.interruptCounters);
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
  compiler: CompilerLine,
  cwd: string,
): CellRunner {
  const scripts = new CellScripts();
  const native = new NativeModules();
  const local = new LocalModules({ cwd, compiler, scripts, tracker, native });
  const modules = notebookModules(cwd, local);
  const signal = new Int32Array(open.inputSignal);
  const lives = new LiveDisplays(outbox, tracker);
  const prompting = { outbox, tracker, signal, port: open.inputPort };
  const prompt = createPrompt(prompting, false);
  const variables = new ScriptVariables();
  // An open port would keep nothing alive, but its own handle must not hold up the exit.
  open.inputPort.unref();
  open.compilerPort.unref();
  scripts.install();
  tracker.start();
  trackTimers(tracker);
  captureStreams(outbox);
  guardProcess(outbox, tracker, scripts);
  defineGlobals({
    prism,
    display: createDisplay({ outbox, tracker, lives }),
    require: modules.require,
    prompt,
    password: createPrompt(prompting, true),
    _exitCode: 0,
  });
  const magics = { outbox, tracker, variables, directory: new WorkingDirectory(), prompt };
  const loops = new HotLoops(variables);
  return new CellRunner({ outbox, tracker, lives, scripts, modules, variables, loops, magics });
}

/** Assignable and hidden from `Object.keys(globalThis)`, like the language's own globals. */
function defineGlobals(globals: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(globals)) {
    const attributes = { writable: true, configurable: true, enumerable: false };
    Object.defineProperty(globalThis, name, { value, ...attributes });
  }
}
