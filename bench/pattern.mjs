// Aperiodic patterns of about a million points on the JavaScript thread: Penrose tilings and the
// Ammann-Beenker tiling with their tiles and vertex types, icosahedral points of three lattices, and
// 20,000 hats.
import { ammannBeenkerTiling, hatTiling, icosahedralQuasicrystal, penroseTiling } from "prism-lab";
import { median } from "./measure.mjs";

const cases = {
  "penrose-p3": (quick) => penroseTiling({ radius: quick ? 20 : 509 }),
  "penrose-p2": (quick) => penroseTiling({ radius: quick ? 20 : 400, tiling: "P2" }),
  "ammann-beenker": (quick) => ammannBeenkerTiling({ radius: quick ? 20 : 514 }),
  icosahedral: (quick) => icosahedralQuasicrystal({ radius: quick ? 6 : 53.8 }),
  "icosahedral-f": (quick) => icosahedralQuasicrystal({ radius: quick ? 6 : 67.8, lattice: "F" }),
  "icosahedral-i": (quick) => icosahedralQuasicrystal({ radius: quick ? 6 : 42.7, lattice: "I" }),
  hat: (quick) => hatTiling({ radius: quick ? 20 : 297 }),
};

export async function* run({ wants, quick }) {
  for (const [name, generate] of Object.entries(cases)) {
    const label = `pattern-${name}`;
    if (!wants(label)) continue;
    const { secondsMedian, runs, result } = await median(() => generate(quick), quick ? 1 : 5);
    const size = result.positions.length / 3;
    const values = { pointsPerSecond: size / secondsMedian, tiles: result.tiles?.kind.length ?? 0 };
    yield { case: label, size, secondsMedian, runs, values };
  }
}
