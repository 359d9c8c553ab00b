// 100 steps of molecular dynamics at constant energy with all their lists of neighbours, on one thread and on
// all: Lennard-Jones in reduced units as in LAMMPS' "melt", temperature 1.44, time step 0.005. A list is made
// whenever atoms may have come within the cutoff unseen, some 15 times; LAMMPS' line makes one every 20 steps.
import { lennardJones, molecularDynamics, Runtime } from "prism-lab";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

const reduced = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5 });
const latticeConstant = (4 / 0.8442) ** (1 / 3);
/** u; with ε = 1 eV and σ = 1 Å the unit of time is 1 fs. */
const mass = 1.602176634 / 1.6605390666e2;
const temperature = 1.44 / 8.617333262e-5;

export async function* run({ quick = false, wants = () => true } = {}) {
  if (!wants("md-lj")) return;
  const one = new Runtime({ threadCount: 1 });
  for (const runtime of [one, Runtime.shared]) {
    for (const cells of quick ? [6] : [20, 63]) {
      const crystal = fcc("Ar", cells, latticeConstant, 0.05);
      const options = {
        temperature,
        timeStepFs: 0.005,
        steps: 100,
        sampleEvery: 100,
        masses: { Ar: mass },
        frames: 0,
        runtime,
      };
      const { secondsMedian, runs, result } = await median(
        () => molecularDynamics(crystal, reduced, options),
        quick ? 1 : cells > 30 ? 3 : 5,
      );
      const values = {
        threads: runtime.threadCount,
        lists: result.lists,
        nanosecondsPerAtomStep: (secondsMedian * 1e7) / crystal.siteCount,
        energyDriftPerAtom: result.energyDrift / crystal.siteCount,
      };
      yield { case: "md-lj", size: crystal.siteCount, secondsMedian, runs, values };
    }
  }
  one.close();
}
