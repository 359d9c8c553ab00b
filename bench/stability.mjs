// Whole verdicts, all four checks, of silicon by Stillinger and Weber and of copper by Sutton and Chen, on one
// thread and on all; and the same again out of the cache.
import {
  fromPrototype,
  Runtime,
  stability,
  stabilityCache,
  stillingerWeber,
  suttonChen,
} from "prism-lab";
import { median } from "./measure.mjs";

const cases = [
  [
    "stability-si",
    fromPrototype("diamond", { species: ["Si"], a: 5.431 }),
    stillingerWeber({ element: "Si" }),
  ],
  [
    "stability-cu",
    fromPrototype("fcc", { species: ["Cu"], a: 3.61 }),
    suttonChen({ elements: ["Cu"] }),
  ],
];

export async function* run({ quick = false, wants = () => true } = {}) {
  const runs = quick ? 1 : 15;
  const one = new Runtime({ threadCount: 1 });
  for (const [name, crystal, potential] of cases) {
    if (!wants(name)) continue;
    for (const runtime of [one, Runtime.shared]) {
      const judge = (cache) => () => stability(crystal, potential, { runtime, cache });
      const { secondsMedian, result } = await median(judge(false), runs);
      stabilityCache.clear();
      await judge(true)();
      const cached = await median(judge(true), runs);
      const values = {
        threads: runtime.threadCount,
        index: result.index,
        lowestTHz: result.dynamical.values.lowestFrequencyTHz,
        cachedSeconds: cached.secondsMedian,
      };
      yield { case: name, size: crystal.siteCount, secondsMedian, runs, values };
    }
  }
  one.close();
}
