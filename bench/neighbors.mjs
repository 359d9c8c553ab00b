// Full and half neighbour lists of 108,000 jittered copper atoms, 6 Å, on one thread and on all.
import { Runtime } from "prism-lab";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

export async function* run() {
  const crystal = fcc("Cu", 30, 3.615, 0.05);
  const one = new Runtime({ threadCount: 1 });
  for (const runtime of [one, Runtime.shared]) {
    for (const half of [false, true]) {
      const { secondsMedian, runs, result } = await median(
        () => crystal.neighborList(6, { half, runtime }),
        5,
      );
      let sum = 0;
      for (const d of result.distance) sum += d;
      yield {
        case: `neighbors-${half ? "half" : "full"}`,
        size: crystal.siteCount,
        secondsMedian,
        runs,
        values: { threads: runtime.threadCount, pairs: result.i.length, sumOfDistances: sum },
      };
    }
  }
  one.close();
}
