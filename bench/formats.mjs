// Structure files of 108,000 jittered copper atoms: from text, to text, and a trajectory of a gigabyte
// read step by step.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Crystal, readTrajectory } from "prism-lab";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

const formats = [
  ...["extxyz", "xyz", "poscar", "pdb", "lammps-data", "lammps-dump", "xsf"],
  ...["optimade", "ase-json", "pymatgen-json"],
];

export async function* run({ wants, quick }) {
  const crystal = fcc("Cu", quick ? 3 : 30, 3.615, 0.05);
  const size = crystal.siteCount;
  for (const format of formats) {
    const name = `formats-${format}`;
    if (!wants(name)) continue;
    const text = crystal.toText(format);
    const { secondsMedian, runs } = await median(() => Crystal.fromText(text, { format }), 7);
    const written = await median(() => crystal.toText(format), 3);
    const values = { megabytes: text.length / 1e6, writeMs: 1000 * written.secondsMedian };
    yield { case: name, size, secondsMedian, runs, values };
  }
  if (wants("formats-trajectory")) yield trajectory(crystal, quick ? 1e6 : 1e9);
}

async function trajectory(crystal, bytes) {
  const folder = mkdtempSync(path.join(tmpdir(), "prism-bench-"));
  try {
    const file = path.join(folder, "run.extxyz");
    const text = crystal.toText("extxyz");
    const handle = openSync(file, "w");
    for (let size = 0; size < bytes; size += text.length) writeSync(handle, text);
    closeSync(handle);
    const start = performance.now();
    let steps = 0;
    let peak = 0;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for await (const _ of readTrajectory(file)) {
      steps++;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    delay.disable();
    const secondsMedian = (performance.now() - start) / 1000;
    const longestHoldMs = delay.max / 1e6;
    const values = { steps, residentMB: peak / 1e6, longestHoldMs };
    return { case: "formats-trajectory", size: crystal.siteCount, secondsMedian, runs: 1, values };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
