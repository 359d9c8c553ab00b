import type { MessagePort } from "node:worker_threads";
import * as prism from "prism-lab";
import { afterInterrupt, guardHeap, interruptCounters, releaseMemory } from "prism-lab/internal";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../intrinsics.js";
import type { MainThreadOptions } from "../main-thread.js";
import type { FromMain, ToMain } from "../messages.js";
import { BusyState } from "./busy-state.js";
import { captureStreams } from "./capture.js";
import { CellRunner } from "./cell-runner.js";
import { notebookFile, notebookModules } from "./cell-scope.js";
import { CellScripts } from "./cell-scripts.js";
import { CellTracker } from "./cell-tracker.js";
import { stopChildrenWithCells } from "./children.js";
import { CommHub } from "./comms/comm-hub.js";
import { createComms } from "./comms/comms.js";
import { createDisplay } from "./display.js";
import { HandlerTurns } from "./handler-turns.js";
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
import { TimerGuard } from "./timer-guard.js";
import { trackTimers } from "./timers.js";
import { TslabPackage } from "./tslab.js";
import { createWidgets } from "./widgets/create-widgets.js";
import { createInteract } from "./widgets/interact.js";
import { WidgetHost } from "./widgets/widget-host.js";

type Open = Extract<ToMain, { type: "open" }>;

/** What messages of the protocol worker reach. */
interface UserSpace {
  readonly runner: CellRunner;
  readonly turns: HandlerTurns;
  readonly hub: CommHub;
  readonly local: LocalModules;
  readonly timers: TimerGuard;
}

/** Waits for the protocol worker, then makes this thread the one that cells run on. */
export function openUserSpace(port: MessagePort, options: MainThreadOptions): void {
  let space: UserSpace | undefined;
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
      space = installUserSpace(message, outbox, tracker, compiler, options);
      const heapAlarms = new Int32Array(new SharedArrayBuffer(4));
      outbox.ready(interruptCounters, heapAlarms);
      // Both take some milliseconds, which the first cell need not wait for.
      setImmediate(() => {
        space?.timers.install();
        guardHeap(heapAlarms);
      });
    } else if (message.type === "settle") {
      // First: it puts back what cells have made of the language, which all else here needs.
      space?.runner.settle(message.serial);
      afterInterrupt();
      space?.timers.repair();
      space?.local.abandonRunning();
      space?.turns.stop();
      outbox?.settled(message.attempt);
    } else if (message.type === "rest") {
      releaseMemory();
    } else if (message.type === "comm") {
      space?.hub.receive(message);
    } else {
      space?.runner.run(message.request);
    }
  });
}

function installUserSpace(
  open: Open,
  outbox: Outbox,
  tracker: CellTracker,
  compiler: CompilerLine,
  { cwd, onBusy = () => {} }: MainThreadOptions,
): UserSpace {
  const busy = new BusyState(onBusy);
  const scripts = new CellScripts();
  const native = new NativeModules();
  const tslab = new TslabPackage(native.requireFrom(notebookFile(cwd)), outbox);
  const local = new LocalModules({ cwd, compiler, scripts, tracker, native, tslab });
  const modules = notebookModules(cwd, local);
  const signal = new Int32Array(open.inputSignal);
  const lives = new LiveDisplays(outbox, tracker);
  const count = new Int32Array(open.handlerCount);
  const turns = new HandlerTurns({ outbox, tracker, scripts, count, busy });
  const hub = new CommHub({ outbox, tracker, turns });
  const display = createDisplay({ outbox, tracker, lives });
  const host = new WidgetHost({ outbox, tracker, lives, turns, hub });
  const widgets = createWidgets(host);
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
  stopChildrenWithCells(tracker);
  defineGlobals({
    prism,
    display,
    comms: createComms(hub),
    widgets,
    interact: createInteract({ host, widgets, display }),
    require: modules.require,
    prompt,
    password: createPrompt(prompting, true),
    _exitCode: 0,
  });
  const directory = new WorkingDirectory();
  const magics = { outbox, tracker, variables, directory, prompt, widgets: host, comms: hub };
  const loops = new HotLoops(variables);
  const parts = { outbox, tracker, lives, scripts, modules, variables, loops, magics, busy };
  return { runner: new CellRunner(parts), turns, hub, local, timers: new TimerGuard() };
}

/** Assignable and hidden from `Object.keys(globalThis)`, like the language's own globals. */
function defineGlobals(globals: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(globals)) {
    const attributes = { writable: true, configurable: true, enumerable: false };
    Object.defineProperty(globalThis, name, { value, ...attributes });
  }
}
