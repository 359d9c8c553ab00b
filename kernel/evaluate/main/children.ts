import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import process from "node:process";
// Not the global: a timer of a stopped cell stays silent.
import { setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Number } from "../intrinsics.js";
import type { CellTracker } from "./cell-tracker.js";

/** A process that is asked to stop has this long to tidy up. */
const STOP_GRACE_MS = 100;

/** The library's own processes end with their tasks, and idle ones serve the next cell. */
const LIBRARY_FOLDER = fileURLToPath(new URL("./", import.meta.resolve("prism-lab")));

/**
 * The stop button ends the processes that the running cell has started and theirs, as Ctrl-C would in a
 * terminal: by SIGINT, and by SIGKILL what does not listen. Those of cells that have ended go on.
 */
export function stopChildrenWithCells(tracker: CellTracker): void {
  subscribe("child_process", (message) => {
    const cell = tracker.current;
    const { process: child } = message as { readonly process: ChildProcess };
    if (cell === undefined) return;
    const stop = (): void => {
      if (child.spawnargs.some((argument) => argument.startsWith(LIBRARY_FOLDER))) return;
      if (child.pid === undefined) return;
      const family = [child.pid, ...descendants(child.pid)];
      signal(family, "SIGINT");
      setTimeout(() => signal(family, "SIGKILL"), STOP_GRACE_MS);
    };
    cell.whenStopped.add(stop);
    child.once("exit", () => cell.whenStopped.delete(stop));
  });
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

/** By Linux's list of children; elsewhere the child itself is all that is known. */
function descendants(pid: number): number[] {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    return [];
  }
  const pids = children
    .split(" ")
    .map(Number)
    .filter((each) => each > 0);
  return pids.flatMap((each) => [each, ...descendants(each)]);
}
