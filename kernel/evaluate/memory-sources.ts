import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MemorySource } from "./memory-guard.js";

/** What limits a process, and what it may still take. */
export interface MemoryLimits {
  /** Set for this kernel, in bytes. */
  readonly limit?: number | undefined;
  /** Of the whole process. */
  residentBytes(): number;
  /** Where `proc` and `sys` lie; another one in tests. */
  readonly root?: string;
}

/**
 * The limit that was set, and on Linux the machine's memory and that of each control group that the
 * process is in. Other systems say nothing that could be relied on: they count as free what is not used
 * for files, and move memory to the disk before they end a process.
 */
export function memorySources({ limit, residentBytes, root = "/" }: MemoryLimits): MemorySource[] {
  const sources: MemorySource[] = [];
  if (limit !== undefined) {
    sources.push({
      owner: "that PRISM_MEMORY_LIMIT_MB allows",
      remedy: "set PRISM_MEMORY_LIMIT_MB to more and restart",
      totalBytes: limit,
      availableBytes: () => limit - residentBytes(),
    });
  }
  const machine = machineMemory(root);
  if (machine === undefined) return sources;
  const groups = groupMemory(root).filter(({ totalBytes }) => totalBytes < machine.totalBytes);
  return [...sources, ...groups, machine];
}

/** Swap counts: what does not fit is moved there. */
function machineMemory(root: string): MemorySource | undefined {
  const file = join(root, "proc/meminfo");
  const sum = (...names: string[]): number | undefined => sumOf(read(file), names, 1024);
  const totalBytes = sum("MemTotal:", "SwapTotal:");
  if (totalBytes === undefined) return undefined;
  return {
    owner: "of this machine",
    remedy: "use a machine that has more",
    totalBytes,
    availableBytes: () => sum("MemAvailable:", "SwapFree:"),
  };
}

/** The files of the two versions of control groups; pages of files are dropped before memory is short. */
const versions = {
  v1: {
    folder: "sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    files: ["total_active_file", "total_inactive_file"],
  },
  v2: {
    folder: "sys/fs/cgroup",
    limit: "memory.max",
    usage: "memory.current",
    files: ["active_file", "inactive_file"],
  },
};

/** Of the process's own group and all above it, as far as they can be seen. */
function groupMemory(root: string): MemorySource[] {
  return (read(join(root, "proc/self/cgroup")) ?? "").split("\n").flatMap((line) => {
    const [, controllers, ...rest] = line.split(":");
    const version =
      controllers === "" ? versions.v2 : controllers?.split(",").includes("memory") && versions.v1;
    if (!version) return [];
    const names = rest.join(":").split("/").filter(Boolean);
    const paths = [...names.keys(), names.length].map((count) => names.slice(0, count).join("/"));
    return paths.reverse().flatMap((path) => {
      const source = groupAt(join(root, version.folder, path), version);
      return source === undefined ? [] : [source];
    });
  });
}

function groupAt(folder: string, version: (typeof versions)["v1"]): MemorySource | undefined {
  // "max" is no number.
  const totalBytes = Number(read(join(folder, version.limit)) ?? Number.NaN);
  if (Number.isNaN(totalBytes)) return undefined;
  return {
    owner: "of this container (its control group)",
    remedy: "allow the container more",
    totalBytes,
    availableBytes() {
      const usage = Number(read(join(folder, version.usage)) ?? Number.NaN);
      const files = sumOf(read(join(folder, "memory.stat")), version.files, 1);
      return Number.isNaN(usage) ? undefined : totalBytes - usage + (files ?? 0);
    },
  };
}

/** Of the lines that begin with the names, the numbers behind them. */
function sumOf(
  text: string | undefined,
  names: readonly string[],
  unit: number,
): number | undefined {
  const found = (text ?? "")
    .split("\n")
    .map((line) => line.split(/\s+/))
    .filter(([name = ""]) => names.includes(name));
  if (found.length < names.length) return undefined;
  return found.reduce((sum, [, value]) => sum + Number(value) * unit, 0);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
