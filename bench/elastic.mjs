// Elastic constants of copper by Mishin's embedded atoms where LAMMPS' file is installed, as the peers have them, at
// a = 3.615 Å and at rest; and elastic constants and equations of state of Morse copper, on one thread and on all: fcc
// cells of 4 and 256 atoms, twelve strains each, and 2,048 jittered atoms whose ions come to rest in each of the strained cells.
import { ElasticTensor, elasticTensor, equationOfState, morse, Runtime, relax } from "prism-lab";
import { mishinCopper } from "./lammps.mjs";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 5.6 });
const latticeConstant = 3.62;
/** α-quartz, GPa: McSkimin, Andreatch & Thurston, J. Appl. Phys. 36, 1624 (1965). */
const quartz = [
  ...[86.8, 7.04, 11.91, -18.04, 0, 0, 86.8, 11.91, 18.04, 0, 0],
  ...[105.75, 0, 0, 0, 58.2, 0, 0, 58.2, -18.04, 39.88],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const runs = quick ? 1 : 15;
  const one = new Runtime({ threadCount: 1 });
  const embedded = await mishinCopper();
  for (const runtime of [one, Runtime.shared]) {
    const threads = runtime.threadCount;
    for (const cells of [1, 4]) {
      if (!wants("elastic-eam") || embedded === undefined) continue;
      yield* embeddedCases(embedded, cells, runtime, runs);
    }
    for (const cells of [1, 4]) {
      if (!wants("elastic-clamped")) continue;
      const crystal = fcc("Cu", cells, latticeConstant);
      const options = { relaxIons: false, strain: 1e-4, runtime };
      yield await tensorCase("elastic-clamped", crystal, options, runs);
    }
    if (wants("elastic-relaxed")) {
      const crystal = fcc("Cu", quick ? 3 : 8, latticeConstant, 0.05);
      const options = { fmax: 1e-4, runtime };
      yield await tensorCase("elastic-relaxed", crystal, options, Math.min(runs, 3));
    }
    if (wants("elastic-equation")) {
      const crystal = fcc("Cu", 4, latticeConstant);
      const { secondsMedian, result } = await median(
        () => equationOfState(crystal, copper, { runtime }),
        runs,
      );
      const { v0, bulkModulusGPa, residual } = result;
      const values = { threads, v0, bulkModulusGPa, residual };
      yield { case: "elastic-equation", size: crystal.siteCount, secondsMedian, runs, values };
    }
  }
  one.close();
  if (!wants("elastic-extremes")) return;
  const { secondsMedian, result } = await median(
    () => ElasticTensor.fromVoigtGPa(quartz).extremes,
    runs,
  );
  const { youngGPa, poissonRatio } = result;
  const values = { youngMax: youngGPa.max.value, poissonMin: poissonRatio.min.value };
  yield { case: "elastic-extremes", size: 36, secondsMedian, runs, values };
}

/** As given, and with its cell at rest. */
async function* embeddedCases(potential, cells, runtime, runs) {
  const options = { relaxIons: false, strain: 1e-4, runtime };
  const given = fcc("Cu", cells, 3.615);
  yield await tensorCase("elastic-eam", given, options, runs, potential);
  const cell = { cell: "isotropic", fmax: 1e-8, stressMaxGPa: 1e-7, frames: 0, runtime };
  const { crystal, energy } = await relax(given, potential, cell);
  const atRest = await tensorCase("elastic-eam-rest", crystal, options, runs, potential);
  atRest.values.a0 = crystal.lattice.parameters.a / cells;
  atRest.values.energyPerAtom = energy / crystal.siteCount;
  yield atRest;
}

async function tensorCase(name, crystal, options, runs, potential = copper) {
  const { secondsMedian, result } = await median(
    () => elasticTensor(crystal, potential, options),
    runs,
  );
  const { voigtGPa, stressGPa, converged } = result;
  const [c11, c12, c44] = [voigtGPa[0], voigtGPa[1], voigtGPa[21]];
  const { threadCount: threads } = options.runtime;
  const values = { threads, c11, c12, c44, stress: stressGPa[0], converged };
  return { case: name, size: crystal.siteCount, secondsMedian, runs, values };
}
