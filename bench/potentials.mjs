// Energy, forces and stress on a ready list, forces alone, the list itself, and relaxations, on one thread and on
// two. Lennard-Jones in reduced units, cutoff 2.5 σ, skin 0.3 σ: jittered fcc at density 0.8442 as in LAMMPS'
// "melt". Embedded atoms in jittered fcc copper, Stillinger-Weber and Tersoff in jittered diamond and zinc blende,
// skin 1 Å.
import { lennardJones, morse, Runtime, relax, stillingerWeber, tersoff } from "prism-lab";
import { mishinCopper } from "./lammps.mjs";
import { median } from "./measure.mjs";
import { diamond, fcc } from "./structures.mjs";

const reduced = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5 });
const latticeConstant = (4 / 0.8442) ** (1 / 3);
const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6, shift: "force" });
const angular = [
  ["potentials-sw", stillingerWeber({ element: "Si" }), ["Si"], 5.431],
  ["potentials-tersoff", tersoff({ elements: ["Si"] }), ["Si"], 5.432],
  ["potentials-tersoff-sic", tersoff({ elements: ["Si", "C"] }), ["Si", "C"], 4.32],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const embedded = await mishinCopper();
  for (const threadCount of [1, 2]) {
    const runtime = new Runtime({ threadCount });
    for (const cells of quick ? [6] : [20, 63]) {
      if (!wants("potentials-lj")) continue;
      const crystal = fcc("Ar", cells, latticeConstant, 0.05);
      yield await measured("potentials-lj", crystal, reduced, 0.3, runtime);
    }
    for (const cells of quick ? [4] : [4, 8, 30]) {
      if (!wants("potentials-eam") || embedded === undefined) continue;
      const crystal = fcc("Cu", cells, 3.615, 0.05);
      yield await measured("potentials-eam", crystal, embedded, 1, runtime);
    }
    for (const [name, potential, symbols, a] of angular) {
      if (!wants(name)) continue;
      yield await measured(name, diamond(symbols, quick ? 4 : 20, a, 0.05), potential, 1, runtime);
    }
    for (const method of ["fire", "lbfgs", "cg"]) {
      if (wants("potentials-relax")) yield await relaxed(method, quick, runtime);
    }
    await runtime.close();
  }
}

/** Least times of the list and of evaluations, each alone. */
async function measured(name, crystal, potential, skin, runtime) {
  const size = crystal.siteCount;
  const runs = Math.max(3, Math.round(2e6 / size));
  const repeat = (forcesAlone) =>
    runtime.run({
      kernel: "test.repeatForces",
      inputs: [...potential.inputsFor(crystal)],
      params: [runs, skin, Number(forcesAlone)],
      decode: ([seconds]) => new Float64Array(seconds),
    });
  const whole = repeat(false);
  const [listSeconds, secondsMin, energy, listBytes] = await whole;
  const [, forcesSeconds] = await repeat(true);
  const { stress } = await potential.evaluate(crystal, { runtime });
  const values = {
    threads: runtime.threadCount,
    secondsMin,
    forcesSeconds,
    listSeconds,
    nanosecondsPerAtom: (secondsMin * 1e9) / size,
    energy,
    pressure: -(stress[0] + stress[1] + stress[2]) / 3,
    // What the task has held at once, less its list.
    bytesPerAtomBesideList: (whole.stats.peakBytes - listBytes) / size,
  };
  return { case: name, size, secondsMedian: secondsMin, runs, values };
}

async function relaxed(method, quick, runtime) {
  const crystal = fcc("Cu", quick ? 4 : 10, 3.6, 0.1);
  const { secondsMedian, runs, result } = await median(
    () => relax(crystal, copper, { method, frames: 0, runtime }),
    quick ? 1 : 5,
  );
  const { energy, steps, evaluations, converged } = result;
  const values = { threads: runtime.threadCount, method, energy, steps, evaluations, converged };
  return { case: "potentials-relax", size: crystal.siteCount, secondsMedian, runs, values };
}
