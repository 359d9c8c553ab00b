// 100 steps of molecular dynamics at constant energy with all their lists of neighbours, on one thread and on
// two. Lennard-Jones in reduced units as in LAMMPS' "melt", temperature 1.44, time step 0.005; embedded atoms and
// Stillinger-Weber at 300 K, time step 1 fs. A list is made whenever atoms may have come within the cutoff unseen;
// LAMMPS' lines make one every 20 steps.
import { lennardJones, molecularDynamics, Runtime, stillingerWeber } from "prism-lab";
import { mishinCopper } from "./lammps.mjs";
import { median } from "./measure.mjs";
import { diamond, fcc } from "./structures.mjs";

const reduced = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5 });
const latticeConstant = (4 / 0.8442) ** (1 / 3);
/** u; with ε = 1 eV and σ = 1 Å the unit of time is 1 fs. */
const mass = 1.602176634 / 1.6605390666e2;
const melt = { temperature: 1.44 / 8.617333262e-5, timeStepFs: 0.005, masses: { Ar: mass } };
const warm = { temperature: 300, timeStepFs: 1, masses: { Cu: 63.55, Si: 28.0855 } };

export async function* run({ quick = false, wants = () => true } = {}) {
  const embedded = await mishinCopper();
  const silicon = stillingerWeber({ element: "Si" });
  const cases = [
    ...(quick ? [6] : [20, 63]).map((cells) => {
      return ["md-lj", () => fcc("Ar", cells, latticeConstant, 0.05), reduced, melt];
    }),
    ["md-eam", () => fcc("Cu", quick ? 4 : 30, 3.615, 0.05), embedded, warm],
    ["md-sw", () => diamond(["Si"], quick ? 3 : 20, 5.431, 0.05), silicon, warm],
  ];
  for (const threadCount of [1, 2]) {
    const runtime = new Runtime({ threadCount });
    for (const [name, crystalOf, potential, conditions] of cases) {
      if (!wants(name) || potential === undefined) continue;
      const { masses } = conditions;
      const crystal = crystalOf();
      const element = crystal.kinds[0][0].species.symbol;
      const options = {
        ...conditions,
        masses: { [element]: masses[element] },
        steps: 100,
        sampleEvery: 100,
        frames: 0,
        runtime,
      };
      yield await measured(name, crystal, potential, options, quick);
    }
    await runtime.close();
  }
}

async function measured(name, crystal, potential, options, quick) {
  const size = crystal.siteCount;
  let task;
  const { secondsMedian, runs, result } = await median(
    () => {
      task = molecularDynamics(crystal, potential, options);
      return task;
    },
    quick ? 1 : size > 5e5 ? 3 : 5,
  );
  const values = {
    threads: options.runtime.threadCount,
    lists: result.lists,
    nanosecondsPerAtomStep: (secondsMedian * 1e7) / size,
    energyDriftPerAtom: result.energyDrift / size,
    peakBytesPerAtom: task.stats.peakBytes / size,
  };
  return { case: name, size, secondsMedian, runs, values };
}
