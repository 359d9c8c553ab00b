// Phonons of Cu (256 atoms; Mishin's embedded atoms where LAMMPS' file is installed, and Morse) and of Si (216
// atoms, Stillinger-Weber): displacements and force constants, a 20³ mesh reduced by symmetry, its density of
// states, and 4 × 101 points of bands.
import { fromPrototype, morse, phonons, Runtime, stillingerWeber } from "prism-lab";
import { mishinCopper } from "./lammps.mjs";
import { median } from "./measure.mjs";

const masses = { Cu: 63.55, Si: 28.0855 };

async function casesOf() {
  const fcc = (a) => fromPrototype("fcc", { species: ["Cu"], a });
  const diamond = fromPrototype("diamond", { species: ["Si"], a: 5.431 });
  const pairs = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6 });
  const embedded = await mishinCopper();
  const silicon = stillingerWeber({ element: "Si" });
  return [
    { name: "cu", crystal: fcc(3.615), supercell: [4, 4, 4], potential: embedded },
    { name: "cu-morse", crystal: fcc(3.7), supercell: [4, 4, 4], potential: pairs },
    { name: "si", crystal: diamond, supercell: [3, 3, 3], potential: silicon },
  ].filter(({ potential }) => potential !== undefined);
}

const points = {
  G: [0, 0, 0],
  X: [0.5, 0, 0.5],
  K: [0.375, 0.375, 0.75],
  L: [0.5, 0.5, 0.5],
  "0.1G-X": [0.05, 0, 0.05],
};
const path = [
  ["Γ", [0, 0, 0]],
  ["X", [0.5, 0, 0.5]],
  ["K", [0.375, 0.375, 0.75]],
  ["Γ", [0, 0, 0]],
  ["L", [0.5, 0.5, 0.5]],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const runtime = new Runtime({ threadCount: 1 });
  for (const { name, crystal, supercell, potential } of await casesOf()) {
    if (!wants(`phonons-${name}`)) continue;
    const own = Object.fromEntries(
      crystal.kinds.map(([{ species }]) => [species.symbol, masses[species.symbol]]),
    );
    const options = { supercell, masses: own, displacement: 0.01, runtime };
    const runs = quick ? 1 : 7;
    const counts = quick ? [6, 6, 6] : [20, 20, 20];
    const constants = await median(() => phonons(crystal, potential, options), runs);
    const vibrations = constants.result;
    const meshed = await median(() => vibrations.mesh(counts, { runtime }), runs);
    const mesh = meshed.result;
    const dos = await median(() => mesh.dos({ runtime }), runs);
    const pointsPerSegment = quick ? 11 : 101;
    const bands = await median(() => vibrations.bands({ path, pointsPerSegment, runtime }), runs);
    const thermal = mesh.thermal([300]);
    const values = {
      threads: runtime.threadCount,
      displacements: vibrations.displacements.length,
      qPoints: mesh.weights.length,
      constantsSeconds: constants.secondsMedian,
      dosSeconds: dos.secondsMedian,
      bandSeconds: bands.secondsMedian,
      frequenciesTHz: Object.fromEntries(
        Object.entries(points).map(([at, q]) => [at, Array.from(vibrations.frequencies(q))]),
      ),
      meanFrequencyTHz: meanFrequency(mesh),
      freeEnergyKJPerMol: thermal.freeEnergy[0] * kilojoules,
      entropyJPerMolK: thermal.entropyJPerMolK[0],
      heatCapacityJPerMolK: thermal.heatCapacityJPerMolK[0],
      dosPeakTHz: dos.result.frequencies[dos.result.total.indexOf(Math.max(...dos.result.total))],
    };
    const size = vibrations.supercell.siteCount;
    yield { case: `phonons-${name}`, size, secondsMedian: meshed.secondsMedian, runs, values };
  }
  await runtime.close();
}

/** kJ/mol of 1 eV. */
const kilojoules = 96.48533212;

/** Over the whole mesh. */
function meanFrequency({ frequencies, weights }) {
  const branches = frequencies.length / weights.length;
  const sum = frequencies.reduce((total, value, state) => {
    return total + value * weights[Math.floor(state / branches)];
  }, 0);
  return sum / branches / weights.reduce((total, weight) => total + weight);
}
