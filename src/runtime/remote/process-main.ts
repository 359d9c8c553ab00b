// The child process of a ProcessHost. It runs no kernel on its own main thread, so it always hears
// its parent.
import { registerKernel } from "../register-kernel.js";
import { Runtime } from "../runtime.js";
import type { RuntimeOptions } from "../runtime-options.js";
import type { Task } from "../task.js";
import type { TaskOptions } from "../task-options.js";
import { checkMessageSize } from "./message-size.js";
import {
  type FromHost,
  monotonicMs,
  type RemoteCall,
  type RunRecord,
  type ToHost,
} from "./messages.js";
import { toPortable } from "./portable-error.js";

const progressIntervalMs = 50;

let runtime: Runtime | undefined;
let current: { readonly serial: number; readonly task: Task<readonly ArrayBuffer[]> } | undefined;

// Ctrl-C in a terminal goes to the whole group: the parent decides what it means.
process.on("SIGINT", () => {});
process.on("disconnect", leave);
// A parent that has ended reads no more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.on("message", (message: ToHost) => {
  if (message.kind === "run") void run(message.serial, message.call);
  else if (message.serial === current?.serial) current.task.cancel();
});

async function run(serial: number, call: RemoteCall): Promise<void> {
  let task: Task<readonly ArrayBuffer[]> | undefined;
  let reports: NodeJS.Timeout | undefined;
  try {
    task = begin(call);
    current = { serial, task };
    reports = setInterval(reporter(serial, task), progressIntervalMs);
    const outputs = await task;
    checkMessageSize(call.name, "results", outputs);
    send({ kind: "done", serial, outputs, run: recordOf(task) });
  } catch (error) {
    send({ kind: "failed", serial, error: toPortable(error), run: task && recordOf(task) });
  } finally {
    clearInterval(reports);
    current = undefined;
  }
}

function begin(call: RemoteCall): Task<readonly ArrayBuffer[]> {
  const { kernel, name, inputs, params, memoryLimit, timeoutMs, origin } = call;
  if (origin !== undefined) registerKernel(origin);
  runtime ??= new Runtime(JSON.parse(process.argv[2] as string) as RuntimeOptions);
  const options: TaskOptions = {
    ...(memoryLimit > 0 && { memoryLimit }),
    ...(timeoutMs > 0 && { timeoutMs }),
  };
  return runtime.run({ kernel, name, inputs, params, decode: (outputs) => outputs }, options);
}

function reporter(serial: number, task: Task<unknown>): () => void {
  let last = { done: 0, total: 0 };
  return () => {
    const { done, total } = task.measure();
    if (done === last.done && total === last.total) return;
    last = { done, total };
    send({ kind: "progress", serial, done, total });
  };
}

function recordOf({ record, stats }: Task<unknown>): RunRecord | undefined {
  const { allocated, executed } = record.steps;
  if (allocated === undefined || executed === undefined) return undefined;
  const offset = monotonicMs() - performance.now();
  return {
    startedAt: allocated + offset,
    endedAt: executed + offset,
    peakBytes: stats?.peakBytes ?? 0,
  };
}

function send(message: FromHost): void {
  process.send?.(message, undefined, undefined, () => {}); // a parent that is gone needs no answer
}

/** The parent has ended, however, or has no more use for this process. */
function leave(): void {
  // A clean exit would wait for a kernel that does not listen.
  if (current !== undefined) process.kill(process.pid, "SIGKILL");
  process.exit();
}
