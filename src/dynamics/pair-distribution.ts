import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { TrajectoryPlan } from "./dynamics-trajectory.js";

/** How often a distance occurs, over that of an ideal gas of the same density. */
export class PairDistribution {
  /** Å; middles of the bins. */
  readonly r: Float64Array;
  /** Of all pairs. */
  readonly g: Float64Array;
  /** Sites within r (the upper end of each bin) of a site, on average. */
  readonly coordination: Float64Array;
  /** By pair of elements, as "Na-Cl". */
  readonly partial: ReadonlyMap<string, Float64Array>;

  /** @internal */
  constructor(parts: Pick<PairDistribution, "r" | "g" | "coordination" | "partial">) {
    this.r = parts.r;
    this.g = parts.g;
    this.coordination = parts.coordination;
    this.partial = parts.partial;
  }

  /** "g(r) to 8 Å: highest 2.89 at 3.72 Å". */
  toString(): string {
    const { r, g } = this;
    const peak = g.indexOf(Math.max(...g));
    const end = r[r.length - 1] + r[0];
    return `g(r) to ${Number(end.toPrecision(6))} Å: highest ${g[peak].toFixed(2)} at ${r[peak].toPrecision(4)} Å`;
  }
}

inspectAsText(PairDistribution);

/**
 * g(r) = (V/N²) Σᵢ Σⱼ ⟨δ(r − rᵢⱼ)⟩/(4π r²), the shells' volumes taken exactly.
 *
 * @param counts Ordered pairs, [kinds, kinds, bins].
 */
export function pairDistributionOf(
  crystal: Crystal,
  counts: Float64Array,
  { rMax, bins }: TrajectoryPlan,
  taken: number,
): PairDistribution {
  const elements = elementCounts(crystal);
  const width = rMax / bins;
  const shell = (bin: number) => (4 / 3) * Math.PI * width ** 3 * ((bin + 1) ** 3 - bin ** 3);
  const names = [...elements.keys()];
  const total = new Float64Array(bins);
  const partial = new Map<string, Float64Array>();
  names.forEach((a, i) => {
    names.forEach((b, j) => {
      const at = (i * names.length + j) * bins;
      const own = counts.subarray(at, at + bins);
      own.forEach((count, bin) => {
        total[bin] += count;
      });
      const ideal = (taken * elements.get(a)! * elements.get(b)!) / crystal.lattice.volume;
      if (j >= i)
        partial.set(
          `${a}-${b}`,
          own.map((count, bin) => count / (ideal * shell(bin))),
        );
    });
  });
  const ideal = (taken * crystal.siteCount ** 2) / crystal.lattice.volume;
  let within = 0;
  return new PairDistribution({
    r: Float64Array.from({ length: bins }, (_, bin) => (bin + 0.5) * width),
    g: total.map((count, bin) => count / (ideal * shell(bin))),
    coordination: total.map((count) => (within += count / (taken * crystal.siteCount))),
    partial,
  });
}

/** In the order in which potentials number them. */
function elementCounts(crystal: Crystal): Map<string, number> {
  const symbols = crystal.kinds.map(([{ species }]) => species.symbol);
  const counts = new Map(symbols.map((symbol) => [symbol, 0]));
  for (const kind of crystal.kindOfSite) {
    counts.set(symbols[kind], counts.get(symbols[kind])! + 1);
  }
  return counts;
}
