import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  hardwareThreads,
  machineMemoryLimit,
  physicalCores,
} from "../../../src/runtime/hardware.js";

const temporary = mkdtempSync(path.join(tmpdir(), "prism-hardware-"));
afterAll(() => rmSync(temporary, { recursive: true }));

interface Machine {
  /** Siblings of each processor, as Linux writes them; undefined for one that is offline. */
  readonly siblings: readonly (string | undefined)[];
  /** Undefined for a system without the file. */
  readonly status?: string;
}

let machines = 0;

/** A root folder with the files that Linux would show on the machine. */
function rootOf({ siblings, status }: Machine): string {
  const root = path.join(temporary, `${machines++}`);
  const cpus = path.join(root, "sys/devices/system/cpu");
  for (const folder of ["cpufreq", "cpuidle"])
    mkdirSync(path.join(cpus, folder), { recursive: true });
  siblings.forEach((list, cpu) => {
    const folder = path.join(cpus, `cpu${cpu}`);
    mkdirSync(folder);
    if (list === undefined) return;
    mkdirSync(path.join(folder, "topology"));
    writeFileSync(path.join(folder, "topology/thread_siblings_list"), `${list}\n`);
  });
  if (status !== undefined) {
    mkdirSync(path.join(root, "proc/self"), { recursive: true });
    writeFileSync(path.join(root, "proc/self/status"), status);
  }
  return root;
}

const allowing = (list: string) =>
  `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`;

const fourCoresTwoThreads = ["0,4", "1,5", "2,6", "3,7", "0,4", "1,5", "2,6", "3,7"];

describe("physicalCores", () => {
  it("counts threads that share a core once", () => {
    const root = rootOf({ siblings: fourCoresTwoThreads, status: allowing("0-7") });
    expect(physicalCores(root, 8)).toEqual({ count: 4 });
  });

  it("counts the cores of a machine with two kinds of them", () => {
    const siblings = ["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"];
    const root = rootOf({ siblings, status: allowing("0-7") });
    expect(physicalCores(root, 8)).toEqual({ count: 6 });
  });

  it("leaves out processors that are offline, and those beyond the machine", () => {
    const siblings = ["0,4", "1", undefined, "3,7", "0,4", undefined, undefined, "3,7"];
    const root = rootOf({ siblings, status: allowing("0-127") });
    expect(physicalCores(root, 5)).toEqual({ count: 3 });
  });

  it.each([
    ["0,4", 2, 1],
    ["0-1,5-6", 4, 3],
    ["3", 1, 1],
    ["0-3", 4, 4],
  ])("keeps to the processors %s that the process may use", (list, threads, count) => {
    const root = rootOf({ siblings: fourCoresTwoThreads, status: allowing(list) });
    expect(physicalCores(root, threads)).toEqual({ count });
  });

  it("does not exceed a control group's share of the machine", () => {
    const root = rootOf({ siblings: fourCoresTwoThreads, status: allowing("0-7") });
    expect(physicalCores(root, 2)).toEqual({ count: 2 });
  });

  it("takes a kernel without affinity to allow every processor", () => {
    const root = rootOf({ siblings: fourCoresTwoThreads, status: "Name:\tnode\n" });
    expect(physicalCores(root, 8)).toEqual({ count: 4 });
  });

  it("counts hardware threads, with a warning, where the system does not tell", () => {
    const silent = [
      path.join(temporary, "missing"),
      rootOf({ siblings: fourCoresTwoThreads }),
      rootOf({ siblings: [undefined, undefined], status: allowing("0-1") }),
      rootOf({ siblings: ["", ""], status: allowing("0-1") }),
    ];
    for (const root of silent) {
      const { count, warning } = physicalCores(root, 6);
      expect(count).toBe(6);
      expect(warning).toMatch(/does not tell which hardware threads share a core.* thread, 6;/);
    }
  });

  it("finds at least one core here and no more than there are threads", () => {
    const { count } = physicalCores();
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(hardwareThreads());
  });
});

it("hardwareThreads is what Node counts", () => {
  expect(hardwareThreads()).toBe(availableParallelism());
});

it("machineMemoryLimit leaves a quarter of the memory to others", () => {
  expect(Number.isInteger(machineMemoryLimit())).toBe(true);
  expect(machineMemoryLimit()).toBeGreaterThan(0);
  expect(machineMemoryLimit()).toBeLessThanOrEqual(0.75 * totalmem());
});
