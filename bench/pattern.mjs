// Aperiodic patterns of about a million points on the JavaScript thread: Penrose tilings and the
// Ammann-Beenker tiling with their tiles and vertex types, icosahedral points of three lattices, and
// 20,000 hats.
import { generatePattern } from "prism-lab";
import { median } from "./measure.mjs";

/** Configurations, with the radius of a quick run. */
const cases = {
  "penrose-p3": [{ patternType: "penrose", radius: 509 }, 20],
  "penrose-p2": [{ patternType: "penrose", tiling: "P2", radius: 400 }, 20],
  "ammann-beenker": [{ patternType: "ammannBeenker", radius: 514 }, 20],
  icosahedral: [{ patternType: "icosahedral", radius: 53.8 }, 6],
  "icosahedral-f": [{ patternType: "icosahedral", lattice: "F", radius: 67.8 }, 6],
  "icosahedral-i": [{ patternType: "icosahedral", lattice: "I", radius: 42.7 }, 6],
  hat: [{ patternType: "hat", radius: 297 }, 20],
};

export async function* run({ wants, quick }) {
  for (const [name, [config, quickRadius]] of Object.entries(cases)) {
    const label = `pattern-${name}`;
    if (!wants(label)) continue;
    const settings = quick ? { ...config, radius: quickRadius } : config;
    const { secondsMedian, runs, result } = await median(
      () => generatePattern(settings),
      quick ? 1 : 5,
    );
    const size = result.pointCount;
    const values = { pointsPerSecond: size / secondsMedian, tiles: result.tiles?.kind.length ?? 0 };
    yield { case: label, size, secondsMedian, runs, values };
  }
}
