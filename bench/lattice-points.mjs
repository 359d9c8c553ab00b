// How fast generatePattern makes a million points of a grid, a lattice, a tiling and a spiral, on the
// JavaScript thread, and the same measured for its nearest distances.
import { generatePattern, measurePattern } from "prism-lab";
import { median } from "./measure.mjs";

/** Each with about the square of `side` points, or its share of them in space. */
const cases = {
  grid: (side) => ({ patternType: "grid", counts: [side, side] }),
  fcc: (side) => ({
    patternType: "bravais",
    lattice: "cF",
    counts: Math.round((side ** 2 / 4) ** (1 / 3)),
  }),
  "fcc-ball": (side) => ({ patternType: "bravais", lattice: "cF", radius: 0.39 * side ** (2 / 3) }),
  honeycomb: (side) => ({ patternType: "honeycomb", counts: Math.round(side / Math.SQRT2) }),
  fermat: (side) => ({ patternType: "spiral", form: "fermat", count: side ** 2 }),
};

export async function* run({ quick }) {
  const side = quick ? 30 : 1000;
  const runs = quick ? 1 : 7;
  for (const [name, configOf] of Object.entries(cases)) {
    const config = configOf(side);
    const { secondsMedian, result } = await median(() => generatePattern(config), runs);
    const values = { pointsPerSecond: result.pointCount / secondsMedian };
    yield { case: `lattice-points-${name}`, size: result.pointCount, secondsMedian, runs, values };
  }
  const disc = generatePattern({ patternType: "triangular", radius: side / 2 });
  const { secondsMedian } = await median(
    () => measurePattern(disc, "nearestDistances"),
    quick ? 1 : 3,
  );
  const values = { pointsPerSecond: disc.pointCount / secondsMedian };
  const name = "lattice-points-nearest";
  yield { case: name, size: disc.pointCount, secondsMedian, runs: quick ? 1 : 3, values };
}
