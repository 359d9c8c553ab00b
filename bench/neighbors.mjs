// Neighbour lists of 108,000 jittered copper atoms, 6 Å, on one thread and on all: full and half, a half
// list of indices, steps of a moving crystal, and the Voronoi cells.
import { createNeighborTracker, Runtime, voronoiCells } from "prism-lab";
import { median, quantile } from "./measure.mjs";
import { fcc } from "./structures.mjs";

const lists = [
  ["neighbors-full", { half: false }],
  ["neighbors-half", { half: true }],
  ["neighbors-half-pairs", { half: true, fields: "pairs" }],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const cells = quick ? 6 : 30;
  const runs = quick ? 1 : 7;
  const crystal = fcc("Cu", cells, 3.615, 0.05);
  const moved = fcc("Cu", cells, 3.615, 0.06);
  const size = crystal.siteCount;
  const one = new Runtime({ threadCount: 1 });
  for (const runtime of [one, Runtime.shared]) {
    const threads = runtime.threadCount;
    for (const [name, options] of lists) {
      if (!wants(name)) continue;
      const engine = [];
      const { secondsMedian, result } = await median(async () => {
        const task = crystal.neighborList(6, { ...options, runtime });
        const list = await task;
        engine.push(task.stats.runMs);
        return list;
      }, runs);
      const engineMs = quantile(engine.slice(1), 0.5);
      const engineMinMs = quantile(engine.slice(1), 0);
      const pairs = result.i.length;
      const values = { threads, pairs, engineMs, engineMinMs, ...sums(result.distance) };
      yield { case: name, size, secondsMedian, runs, values };
    }
    if (wants("neighbors-step")) {
      const tracker = createNeighborTracker({ cutoff: 6, skin: 0.5 });
      await tracker.update(crystal, { runtime });
      const { secondsMedian, result } = await median(
        () => tracker.update(moved, { runtime }),
        runs,
      );
      const values = { threads, pairs: result.i.length, builds: tracker.buildCount };
      yield { case: "neighbors-step", size, secondsMedian, runs, values };
    }
    if (wants("neighbors-voronoi")) {
      const { secondsMedian, result } = await median(
        () => voronoiCells(crystal, { runtime }),
        Math.min(runs, 3),
      );
      const volume = result.volume.reduce((sum, each) => sum + each, 0) / crystal.lattice.volume;
      const values = { threads, faces: result.i.length, volume };
      yield { case: "neighbors-voronoi", size, secondsMedian, runs: Math.min(runs, 3), values };
    }
  }
  one.close();
}

function sums(distance) {
  if (distance === undefined) return {};
  let sumOfDistances = 0;
  let sumOfInverseSixths = 0;
  for (const d of distance) {
    sumOfDistances += d;
    sumOfInverseSixths += d ** -6;
  }
  return { sumOfDistances, sumOfInverseSixths };
}
