import { OutOfMemory, type PrismError, ResourceExhausted, TaskFailed } from "../../base/errors.js";
import type { TaskStats } from "../work.js";
import type { Death } from "./host.js";

/** What to think of a process that a signal has ended. */
const signals: Readonly<Record<string, string>> = {
  SIGSEGV: "an access to memory that is not its own: a bug of the kernel",
  SIGBUS: "an access to memory that is not there: a bug of the kernel, or a file that was cut",
  SIGILL: "an instruction that this processor does not have, or a bug of the kernel",
  SIGFPE: "a division by zero or the like: a bug of the kernel",
  SIGABRT: "it gave up by itself; its last words are on the standard error output",
  SIGKILL: "from outside, most likely by the system for want of memory; make the input smaller",
};

/** Nothing but this task was lost. */
export function crashedError(
  name: string,
  isOwn: boolean,
  isProcess: boolean,
  death: Death,
  stats: TaskStats | undefined,
): PrismError {
  const { signal, exitCode, cause } = death;
  const place = isProcess ? "process" : "thread";
  const data = { task: name, reason: "crashed", exitCode, ...(isProcess && { signal }), ...stats };
  const options = cause === undefined ? undefined : { cause };
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new OutOfMemory(
      `${name} used up the JavaScript heap of its thread (${message}); make the input smaller, or the ` +
        "memoryLimit of its runtime larger",
      { ...data, reason: "outOfMemory" },
    );
  }
  if (signal === null && exitCode === null) return notStartedError(name, place, message ?? "");
  const how =
    signal !== null
      ? `was ended by ${signal} (${signals[signal] ?? "from outside"})`
      : message !== undefined
        ? `was ended by an error that nothing caught (${message})`
        : `ended itself with exit code ${exitCode}, which a kernel must not do`;
  const report = isOwn && signal !== "SIGKILL" ? "Please report this with its input." : "";
  return new TaskFailed(
    `${name} crashed: its ${place} ${how}. Nothing else is harmed, and the next call gets a new ` +
      `${place}. ${report}`.trimEnd(),
    data,
    options,
  );
}

export function notStartedError(name: string, place: string, detail: string): ResourceExhausted {
  return new ResourceExhausted(
    `the system refused a ${place} for ${name} (${detail}); use fewer at a time, or raise its limit ` +
      "(ulimit -u)",
    { task: name, detail },
  );
}
