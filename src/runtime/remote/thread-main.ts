// The thread of a ThreadHost.
import { parentPort, workerData } from "node:worker_threads";
import { show } from "../../base/check.js";
import { PluginError, TaskFailed } from "../../base/errors.js";
import { type FromHost, monotonicMs, type RemoteCall, type ToHost } from "./messages.js";
import type { ModuleFunction, ModuleKernel } from "./module-kernels.js";
import { toPortable } from "./portable-error.js";
import { ThreadControl } from "./thread-control.js";

const control = new ThreadControl(workerData);

parentPort?.on("message", (message: ToHost) => {
  if (message.kind === "run") void run(message.serial, message.call);
});

async function run(serial: number, call: RemoteCall): Promise<void> {
  const startedAt = monotonicMs();
  const inputBytes = sizeOf(call.inputs);
  const record = (outputBytes: number) => ({
    startedAt,
    endedAt: monotonicMs(),
    peakBytes: inputBytes + outputBytes,
  });
  try {
    const views = await outputsOf(call);
    const outputs = [...views].map((view, index) => bufferOf(view, views.indexOf(view) < index));
    reply({ kind: "done", serial, outputs, run: record(sizeOf(views)) }, outputs);
  } catch (error) {
    reply({ kind: "failed", serial, error: toPortable(error), run: record(0) }, []);
  }
}

async function outputsOf(call: RemoteCall): Promise<readonly ArrayBufferView[]> {
  const origin = call.origin as ModuleKernel;
  const kernel = await load(origin);
  const { inputs, params } = call;
  let returned: unknown;
  try {
    returned = await kernel({
      inputs,
      params,
      isCancelled: () => control.isCancelled(),
      progress: (done, total) => control.setChunks(done, total),
    });
  } catch (cause) {
    throw thrownError(call.name, origin, cause);
  }
  return requireOutputs(call.name, origin, returned);
}

async function load(origin: ModuleKernel): Promise<ModuleFunction> {
  const { module, export: name } = origin;
  let loaded: Record<string, unknown>;
  try {
    loaded = await import(module);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(
      `the module ${module} of kernel "${origin.name}" does not load: ${detail}`,
      { module, export: name, reason: "notLoadable", detail },
      { cause },
    );
  }
  // What a CommonJS module exports is there as a whole under "default".
  const whole = loaded.default as Record<string, unknown> | undefined;
  const kernel = [loaded[name], whole?.[name]].find((value) => typeof value === "function");
  if (kernel !== undefined) return kernel as ModuleFunction;
  const names = Object.keys(loaded);
  throw new PluginError(
    `the module ${module} exports no function "${name}" for kernel "${origin.name}"; it exports ` +
      `${names.length > 0 ? names.join(", ") : "nothing"}`,
    { module, export: name, reason: "exportMissing", exports: names },
  );
}

function thrownError(
  task: string,
  { module, export: name }: ModuleKernel,
  cause: unknown,
): TaskFailed {
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : show(cause);
  return new TaskFailed(
    `${task} failed in ${name} of ${module}: ${detail}`,
    { task, reason: "thrown", detail, module, export: name },
    { cause },
  );
}

function requireOutputs(
  task: string,
  { module, export: name }: ModuleKernel,
  returned: unknown,
): readonly ArrayBufferView[] {
  const about = { module, export: name, reason: "badOutput" };
  if (!Array.isArray(returned)) {
    throw new PluginError(
      `${task}: ${name} of ${module} must return an array of typed arrays, got ${show(returned)}`,
      about,
    );
  }
  const index = returned.findIndex((view) => !ArrayBuffer.isView(view) || view instanceof DataView);
  if (index < 0) return returned;
  throw new PluginError(
    `${task}: output ${index} of ${name} of ${module} must be a typed array such as a Float64Array, ` +
      `got ${show(returned[index])}`,
    { ...about, index },
  );
}

/** Of the size of the view, and nobody else's. */
function bufferOf(view: ArrayBufferView, isTaken: boolean): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = view;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isWhole && !isTaken) return buffer;
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

function sizeOf(views: readonly ArrayBufferView[]): number {
  return views.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function reply(message: FromHost, transferred: ArrayBuffer[]): void {
  try {
    parentPort?.postMessage(message, transferred);
  } catch {
    parentPort?.postMessage(message); // memory of WebAssembly can be copied only
  }
}
