import { Worker } from "node:worker_threads";
import { InvalidConfiguration, TaskFailed, TaskTimeout } from "../base/errors.js";
import type { PlotlyJson } from "./plotly-json.js";
import type { RenderReply, RenderRequest } from "./render-worker.js";

/**
 * Traces that Plotly draws in jsdom as it does in a browser. Any other needs WebGL, a map server
 * or measures of paths: in jsdom it would hang.
 */
const drawableTypes: ReadonlySet<string> = new Set([
  ...["scatter", "bar", "box", "histogram", "histogram2d", "histogram2dcontour", "heatmap"],
  ...["contour", "pie", "scatterpolar", "barpolar", "scatterternary", "waterfall"],
]);

const idleMs = 20_000;

/** Whether `plotSvg` can draw the figure. */
export function isDrawable({ data }: Pick<PlotlyJson, "data">): boolean {
  return data.every(({ type }) => drawableTypes.has(String(type ?? "scatter")));
}

/**
 * Draws a 2D Plotly figure as SVG, without a browser and off the main thread.
 *
 * @param size Pixels.
 * @throws {InvalidConfiguration} a trace that needs a browser.
 * @throws {TaskFailed} Plotly could not draw it. @throws {TaskTimeout} not within `timeoutMs`.
 */
export async function plotSvg(
  figure: PlotlyJson,
  size: { readonly width: number; readonly height: number },
  timeoutMs = 20_000,
): Promise<string> {
  if (!isDrawable(figure)) {
    const types = [...new Set(figure.data.map(({ type }) => String(type ?? "scatter")))];
    throw new InvalidConfiguration(
      `a static picture can hold the traces ${[...drawableTypes].join(", ")}; got ${types.join(", ")}`,
      { types },
    );
  }
  const { data, layout, config } = figure;
  return enqueue({ data, layout, config, ...size }, timeoutMs);
}

// ---- the worker: one figure at a time -----------------------------------------------------------

let worker: Worker | undefined;
let idleTimer: NodeJS.Timeout | undefined;
let lastJob: Promise<unknown> = Promise.resolve();

function enqueue(request: RenderRequest, timeoutMs: number): Promise<string> {
  const job = lastJob.then(() => renderOne(request, timeoutMs));
  lastJob = job.catch(() => undefined);
  return job;
}

function renderOne(request: RenderRequest, timeoutMs: number): Promise<string> {
  clearTimeout(idleTimer);
  worker ??= startWorker();
  const current = worker;
  // A process may end while the worker idles, but not while a picture is awaited.
  current.ref();
  return new Promise<string>((resolve, reject) => {
    const fail = (error: Error) => {
      finish();
      stopWorker(current);
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(
        new TaskTimeout(
          `the static picture took longer than ${timeoutMs} ms; draw fewer points, or show the ` +
            "figure without one",
          { timeoutMs },
        ),
      );
    }, timeoutMs);
    const onMessage = (reply: RenderReply) => {
      finish();
      rest(current);
      if ("svg" in reply) resolve(reply.svg);
      else reject(drawFailed(reply.error));
    };
    const onError = (error: Error) => fail(drawFailed(error.message, error));
    const onExit = (code: number) => fail(drawFailed(`its thread ended with code ${code}`));
    const finish = () => {
      clearTimeout(timer);
      current.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    current.on("message", onMessage).on("error", onError).on("exit", onExit);
    current.postMessage(request);
  });
}

function startWorker(): Worker {
  // A test runner loads this file from src/, where Node cannot run the worker; the build can.
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/src/display/" : "./";
  return new Worker(new URL(`${folder}render-worker.js`, import.meta.url), {
    execArgv: [],
    // Plotly's remarks on a figure are no output of the user's cell.
    stdout: true,
    stderr: true,
  });
}

function rest(current: Worker): void {
  current.unref();
  idleTimer = setTimeout(() => stopWorker(current), idleMs).unref();
}

function stopWorker(current: Worker): void {
  if (worker === current) worker = undefined;
  current.on("error", () => undefined);
  current.terminate().catch(() => undefined);
}

function drawFailed(reason: string, cause?: Error): TaskFailed {
  const options = cause ? { cause } : undefined;
  return new TaskFailed(`Plotly could not draw the figure: ${reason}; check its data and layout`, {
    reason,
    ...(options && { cause: cause?.message }),
  });
}
