import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";

/** Threads that the machine runs at once for this process: its affinity, and its share, respected. */
export function hardwareThreads(): number {
  return availableParallelism();
}

export interface CoreCount {
  readonly count: number;
  /** Set where the system does not tell its cores: `count` is then that of hardware threads. */
  readonly warning?: string;
}

/**
 * Physical cores that this process may use: hardware threads which share a core count once. Read
 * from Linux' own files, at most `threads`.
 *
 * @param root Folder that holds `sys` and `proc`.
 * @see https://docs.kernel.org/admin-guide/cputopology.html
 * @example physicalCores() // { count: 8 } on a machine of 8 cores with 2 threads each
 */
export function physicalCores(root = "/", threads: number = hardwareThreads()): CoreCount {
  const count = Math.min(threads, countCores(root));
  if (count > 0) return { count };
  return {
    count: threads,
    warning:
      "this system does not tell which hardware threads share a core: useHardwareThreads: false " +
      `starts one worker a hardware thread, ${threads}; give threadCount instead`,
  };
}

/** Bytes: three quarters of what the machine, or the control group this runs in, has. */
export function machineMemoryLimit(): number {
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(0.75 * Math.min(totalmem(), constrained));
}

/** 0 where the files are missing or make no sense. */
function countCores(root: string): number {
  const folder = path.join(root, "sys/devices/system/cpu");
  try {
    const allowed = allowedCpus(path.join(root, "proc/self/status"));
    const cpus = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
    const usable = cpus.filter((name) => allowed(Number(name.slice(3))));
    const siblings = usable.map((name) => siblingsOf(path.join(folder, name)));
    return new Set(siblings.filter((list) => list !== undefined)).size;
  } catch {
    return 0;
  }
}

/** The hardware threads of the processor's core, as a list such as "0,4"; undefined while offline. */
function siblingsOf(cpuFolder: string): string | undefined {
  try {
    const list = readFileSync(path.join(cpuFolder, "topology/thread_siblings_list"), "utf8").trim();
    return list === "" ? undefined : list;
  } catch {
    return undefined;
  }
}

function allowedCpus(statusFile: string): (cpu: number) => boolean {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(statusFile, "utf8"))?.[1];
  // Without the line, a kernel that keeps no affinity, every processor is allowed.
  if (list === undefined) return () => true;
  const ranges = list.split(",").map((range) => range.split("-").map(Number));
  return (cpu) => ranges.some(([first, last = first]) => cpu >= first && cpu <= last);
}
