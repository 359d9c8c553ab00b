import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { StringDecoder } from "node:string_decoder";
// Not the globals: those fall silent when the cell that sets them is stopped.
import { clearTimeout, setTimeout } from "node:timers";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Promise, Set } from "../../intrinsics.js";
import type { StreamName } from "../../text-ring.js";
import type { LiveCell } from "../cell-tracker.js";

/** A command that is asked to stop has this long to tidy up. */
const STOP_GRACE_MS = 100;
/** What a command wrote before it ended has arrived by then; a child of it may hold the pipe longer. */
const LAST_TEXT_MS = 200;

/**
 * Commands whose pipes are open. Each leads a process group of its own, so that what it starts ends
 * with it; the kernel's own end ends them all.
 */
const groups = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of groups) signal(child, "SIGKILL");
});

/**
 * Runs a command by the system's shell. Text leaves as it comes, that of what runs on in the
 * background also later. Standard input is empty.
 *
 * @returns The exit code, or 128 + n where signal n ended the command.
 */
export function runShell(
  command: string,
  cell: LiveCell,
  write: (name: StreamName, text: string) => void,
): Promise<number> {
  const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  groups.add(child);
  child.once("close", () => groups.delete(child));
  const stop = (): void => {
    signal(child, "SIGINT");
    // Children in the background are deaf to SIGINT.
    setTimeout(() => signal(child, "SIGKILL"), STOP_GRACE_MS);
  };
  cell.whenStopped.add(stop);
  forward(child, "stdout", write);
  forward(child, "stderr", write);
  return new Promise<number>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let exitCode = 0;
    const end = (): void => {
      clearTimeout(timer);
      cell.whenStopped.delete(stop);
      resolve(exitCode);
    };
    child.once("error", (error) => {
      groups.delete(child);
      cell.whenStopped.delete(stop);
      reject(error);
    });
    child.once("exit", (code, name) => {
      exitCode = code ?? 128 + (name === null ? 0 : constants.signals[name]);
      timer = setTimeout(end, LAST_TEXT_MS);
    });
    child.once("close", end);
  });
}

function forward(
  child: ChildProcess,
  name: StreamName,
  write: (name: StreamName, text: string) => void,
): void {
  const decoder = new StringDecoder("utf8");
  child[name]?.on("data", (data: Buffer) => write(name, decoder.write(data)));
  child[name]?.on("end", () => write(name, decoder.end()));
}

/** To the whole group; one that has ended meanwhile is no error. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    groups.delete(child);
  }
}
