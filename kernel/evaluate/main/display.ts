import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { inspect } from "node:util";
import { progressBundle } from "prism-lab/internal";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, Object, Promise, Reflect, Symbol } from "../intrinsics.js";
import { isThenable, type Shown, shown, wireBundle, wireMetadata } from "./bundle.js";
import type { CellTracker } from "./cell-tracker.js";
import type {
  Display,
  DisplayBundle,
  DisplayHandle,
  DisplayOptions,
  Progressing,
  ShowText,
  WorkProgress,
} from "./display-api.js";
import type { LiveDisplays } from "./live-displays.js";
import type { Outbox } from "./outbox.js";

export interface DisplayParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly lives: LiveDisplays;
}

/** The notebook's global `display`. */
export function createDisplay(parts: DisplayParts): Display {
  const show = (content: Shown | PromiseLike<Shown>, options: DisplayOptions) =>
    showIn(parts, content, options);

  const display = (value: unknown, options: DisplayOptions = {}): Promise<DisplayHandle> =>
    show(awaited(value), options);

  const raw = (bundle: DisplayBundle, options: DisplayOptions = {}): Promise<DisplayHandle> =>
    show({ data: wireBundle(bundle) }, options);

  const showText =
    (type: string): ShowText =>
    (text, options = {}) =>
      raw({ [type]: text, "text/plain": plainTwin(type, text) }, options);

  return Object.assign(display, {
    html: showText("text/html"),
    markdown: showText("text/markdown"),
    svg: showText("image/svg+xml"),
    latex: showText("text/latex"),
    png: (image: Uint8Array | string, options: DisplayOptions = {}) =>
      raw({ "image/png": image, "text/plain": plainTwin("image/png", "") }, options),
    json: (value: unknown, options: DisplayOptions = {}) =>
      raw({ "application/json": value, "text/plain": inspect(value, { colors: true }) }, options),
    raw,
    progress: <T>(task: Progressing<T>, label = task.name) => follow(task, label, raw),
    clear: (wait = false): void => parts.outbox.output({ kind: "clear", wait }),
  });
}

/** Front ends draw a bar smoothly at this pace; more only fills the wire. */
const PROGRESS_INTERVAL_MS = 100;

type ShowBundle = (bundle: DisplayBundle, options?: DisplayOptions) => Promise<DisplayHandle>;

async function follow<T>(task: Progressing<T>, label: string, raw: ShowBundle): Promise<T> {
  const bar = showProgress(task, label, raw);
  try {
    return await task;
  } catch (error) {
    throw withCallers(error);
  } finally {
    await bar;
  }
}

/** V8 does not see who awaits a task that the bar follows as well: the cell's line is added here. */
function withCallers(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.stack !== "string") return error;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, withCallers);
  const callers = here.stack?.split("\n").slice(1) ?? [];
  Reflect.set(error, "stack", [error.stack, ...callers].join("\n"));
  return error;
}

async function showProgress<T>(
  task: Progressing<T>,
  label: string,
  raw: ShowBundle,
): Promise<void> {
  let last: WorkProgress = { fraction: 0, elapsedMs: 0 };
  let step: string | undefined;
  let shownAt = performance.now();
  const bundle = (text: string) =>
    progressBundle({ fraction: last.fraction, elapsedMs: last.elapsedMs, label: text });
  const { id } = await raw(bundle(label));
  const update = (text: string) => raw(bundle(text), { displayId: id, update: true });
  for await (last of task.progress) {
    // A new step is shown at once: it may be over before the next turn.
    const isDue = last.step !== step || performance.now() - shownAt >= PROGRESS_INTERVAL_MS;
    if (last.fraction < 1 && !isDue) continue;
    shownAt = performance.now();
    step = last.step;
    await update(last.fraction < 1 ? withStep(label, step) : label);
  }
  if (last.fraction < 1) await update(`${withStep(label, step)} (stopped)`);
}

function withStep(label: string, step: string | undefined): string {
  return step === undefined ? label : `${label}: ${step}`;
}

/** A promise or a task stands for its value, unless it knows how to show itself. */
function awaited(value: unknown): Shown | Promise<Shown> {
  const showsItself =
    isThenable(value) &&
    ["Jupyter.display", "prism.liveDisplay"].some((name) => Reflect.has(value, Symbol.for(name)));
  if (!isThenable(value) || showsItself) return shown(value);
  return Promise.resolve(value).then(shown);
}

function showIn(
  parts: DisplayParts,
  content: Shown | PromiseLike<Shown>,
  options: DisplayOptions,
): Promise<DisplayHandle> {
  const { outbox, tracker, lives } = parts;
  const cell = tracker.owner;
  const id = options.displayId ?? randomUUID();
  const send = ({ data, problem, live }: Shown): DisplayHandle => {
    const metadata = wireMetadata(options.metadata ?? {});
    const { update = false } = options;
    if (live === undefined) {
      lives.release(id);
      outbox.output({ kind: "display", data, metadata, displayId: id, update }, cell);
    } else {
      lives.show(live, data, { displayId: id, cell, metadata }, update);
    }
    if (problem !== undefined && cell !== undefined) outbox.note(cell, problem);
    return createHandle(id, (value) =>
      showIn(parts, awaited(value), { ...options, displayId: id, update: true }),
    );
  };
  if (!isThenable(content)) return Promise.resolve(send(content));
  const sent = Promise.resolve(content).then(send);
  cell?.pending.add(sent);
  // The cell waits for the display, yet a failure is for whoever called it.
  const forget = (): void => void cell?.pending.delete(sent);
  sent.then(forget, forget);
  return sent;
}

/** Shows nothing of itself: a cell that ends in `display(x)` is not to show `x` and its handle. */
function createHandle(id: string, show: (value: unknown) => Promise<unknown>): DisplayHandle {
  const handle: DisplayHandle = {
    id,
    async update(value) {
      await show(value);
    },
  };
  return Object.defineProperty(handle, Symbol.for("Jupyter.display"), { value: () => ({}) });
}

/** What a front end without the type shows. */
function plainTwin(type: string, text: string): string {
  return type === "text/markdown" || type === "text/latex" ? text : `[${type}]`;
}
