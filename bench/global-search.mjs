// Minima of Lennard-Jones clusters from random starts by basin hopping, and relaxations of the smallest one.
// Energies: the Cambridge Cluster Database (Wales, Doye et al.).
import { Crystal, globalSearch, Lattice, lennardJones, Runtime, relax } from "prism-lab";
import { median } from "./measure.mjs";

const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 100 });
const known = { 13: -44.326801, 19: -72.659782, 31: -133.586422, 38: -173.928427 };

export async function* run({ quick = false, wants = () => true } = {}) {
  for (const size of quick ? [13] : [13, 19, 31, 38]) {
    if (!wants("search-clusters")) continue;
    yield await searched(size, quick ? 1 : 5);
  }
  for (const method of ["fire", "lbfgs"]) {
    if (!wants("search-relax-13")) continue;
    yield await relaxed(method, quick ? 20 : 500);
  }
}

/** Until the known minimum is there, one seed after another; each has 64 walkers of 5,000 hops. */
async function searched(size, runs) {
  const seconds = [];
  let [hits, relaxations] = [0, 0];
  for (let seed = 1; seed <= runs; seed++) {
    const start = performance.now();
    const result = await globalSearch({
      potential,
      composition: { Ar: size },
      seed,
      trials: 64,
      steps: 5000,
      targetEnergy: known[size],
    });
    seconds.push((performance.now() - start) / 1000);
    relaxations += result.relaxations;
    if (Math.abs(result.best.energy - known[size]) < 1e-5) hits++;
  }
  seconds.sort((a, b) => a - b);
  const total = seconds.reduce((a, b) => a + b);
  const values = {
    hits,
    secondsMax: seconds.at(-1),
    relaxations: relaxations / runs,
    relaxationsPerSecond: relaxations / total,
  };
  const secondsMedian = seconds[Math.floor(runs / 2)];
  return { case: "search-clusters", size, secondsMedian, runs, values };
}

/** Iterations a second of one thread: many random starts in one job. */
async function relaxed(method, trials) {
  const runtime = new Runtime({ threadCount: 1 });
  const { minima } = await globalSearch({
    potential,
    composition: { Ar: 13 },
    seed: 1,
    steps: 100,
  });
  const positions = minima[0].crystal.cartPositions;
  const cluster = Crystal.create({
    lattice: Lattice.cubic(10),
    species: Array(13).fill("Ar"),
    cartPositions: positions,
    periodic: [false, false, false],
  });
  const starts = Array.from({ length: trials }, (_, seed) =>
    cluster.perturbed({ maxDistance: 0.3, seed }),
  );
  const options = { method, fmax: 1e-9, frames: 0, maxSteps: 100_000, runtime };
  const { secondsMedian, runs, result } = await median(
    () => Promise.all(starts.map((start) => relax(start, potential, options))),
    3,
  );
  runtime.close();
  const steps = result.reduce((sum, each) => sum + each.steps, 0);
  const evaluations = result.reduce((sum, each) => sum + each.evaluations, 0);
  const values = {
    method,
    stepsPerSecond: steps / secondsMedian,
    evaluationsPerSecond: evaluations / secondsMedian,
    steps: steps / trials,
  };
  return { case: "search-relax-13", size: 13, secondsMedian, runs, values };
}
