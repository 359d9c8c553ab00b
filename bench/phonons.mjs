// Phonons of Cu (256 atoms) and of the diamond structure (216 atoms) with Morse potentials: displacements
// and force constants, a 20³ mesh reduced by symmetry, its density of states, and 4 × 101 points of bands.
import { fromPrototype, morse, phonons, Runtime } from "prism-lab";
import { median } from "./measure.mjs";

const cases = [
  {
    name: "cu",
    crystal: fromPrototype("fcc", { species: ["Cu"], a: 3.7 }),
    supercell: [4, 4, 4],
    potential: morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6 }),
  },
  {
    name: "diamond",
    crystal: fromPrototype("diamond", { species: ["Si"], a: 5.431 }),
    supercell: [3, 3, 3],
    potential: morse({ depth: 1, alpha: 1.5, r0: 2.35, cutoff: 5 }),
  },
];
const path = [
  ["Γ", [0, 0, 0]],
  ["X", [0.5, 0, 0.5]],
  ["K", [0.375, 0.375, 0.75]],
  ["Γ", [0, 0, 0]],
  ["L", [0.5, 0.5, 0.5]],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const runtime = new Runtime({ threadCount: 1 });
  for (const { name, crystal, supercell, potential } of cases) {
    if (!wants("phonons")) continue;
    const runs = quick ? 1 : 7;
    const counts = quick ? [6, 6, 6] : [20, 20, 20];
    const constants = await median(() => phonons(crystal, potential, { supercell, runtime }), runs);
    const vibrations = constants.result;
    const meshed = await median(() => vibrations.mesh(counts, { runtime }), runs);
    const mesh = meshed.result;
    const dos = await median(() => mesh.dos({ runtime }), runs);
    const pointsPerSegment = quick ? 11 : 101;
    const bands = await median(() => vibrations.bands({ path, pointsPerSegment, runtime }), runs);
    const thermal = mesh.thermal([300]);
    const values = {
      crystal: name,
      threads: runtime.threadCount,
      displacements: vibrations.displacements.length,
      qPoints: mesh.weights.length,
      constantsSeconds: constants.secondsMedian,
      dosSeconds: dos.secondsMedian,
      bandSeconds: bands.secondsMedian,
      frequenciesAtX: Array.from(vibrations.frequencies([0.5, 0, 0.5])),
      entropyJPerMolK: thermal.entropyJPerMolK[0],
      heatCapacityJPerMolK: thermal.heatCapacityJPerMolK[0],
    };
    const size = vibrations.supercell.siteCount;
    yield { case: "phonons", size, secondsMedian: meshed.secondsMedian, runs, values };
  }
  await runtime.close();
}
