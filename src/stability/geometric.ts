import type { Crystal } from "../crystal/crystal.js";
import { covalentRadius } from "../crystal/data/covalent-radii.js";
import type { NeighborList } from "../crystal/neighbors.js";
import type { RunPart } from "../runtime/procedure.js";
import type { TaskOptions } from "../runtime/task-options.js";
import type { StabilityThresholds } from "./thresholds.js";
import { type Criterion, figures, type StabilityVerdict, skipped, verdictOf } from "./verdict.js";

/** Å by element, in place of covalent radii. */
export type Radii = Readonly<Record<string, number>>;

/** Pairs up to so many times the sum of their radii are in contact. */
const contact = 1.25;
/** Å before the limit of isolation. */
const isolationMargin = 0.5;
const safeRatio = 1.2;

/** Distances against radii: whether atoms overlap, and whether one has no neighbours. */
export async function geometric(
  run: RunPart,
  weight: number,
  crystal: Crystal,
  { distanceRatio, isolationGap }: StabilityThresholds,
  radii: Radii,
  options: TaskOptions,
): Promise<StabilityVerdict> {
  const { siteCount } = crystal;
  if (siteCount === 1 && !crystal.periodic.includes(true)) {
    return skipped("one atom alone has no distances");
  }
  const ofKind = crystal.kinds.map(([{ species }]) => {
    return radii[species.symbol] ?? covalentRadius(species.number);
  });
  const radius = Float64Array.from(crystal.kindOfSite, (kind) => ofKind[kind]);
  const largest = radius.reduce((most, value) => Math.max(most, value), 0);
  const near = await run(weight, () => crystal.neighborList(2 * contact * largest, options));
  const found = nearest(siteCount, near, radius);
  const safe = Math.max(0, isolationGap - isolationMargin);
  if (found.gap.some((gap) => gap > safe)) {
    const reach = 2 * largest + isolationGap;
    const far = await run(0, () => crystal.neighborList(reach, options));
    Object.assign(found, nearest(siteCount, far, radius));
  }
  const loneliest = found.gap.reduce((most, gap, i) => (gap > found.gap[most] ? i : most), 0);
  const name = (site: number) => `${crystal.sites[site].occupants[0].species} (site ${site})`;
  const criteria: Criterion[] = [];
  const values: Record<string, number> = { meanContacts: found.contacts / siteCount };
  if (found.ratio < Number.POSITIVE_INFINITY) {
    const [i, j] = found.pair;
    const side = found.ratio > distanceRatio ? "above" : "not above";
    criteria.push({
      value: found.ratio,
      limit: distanceRatio,
      safe: safeRatio * distanceRatio,
      reason:
        `the closest atoms, ${name(i)} and ${name(j)}, are ${figures(found.distance)} Å apart: ` +
        `${figures(found.ratio)} of their radii, ${side} ${figures(distanceRatio)}`,
    });
    values.shortestDistance = found.distance;
    values.distanceRatio = found.ratio;
  }
  const gap = found.gap[loneliest];
  criteria.push({
    value: Math.min(gap, isolationGap + isolationMargin),
    limit: isolationGap,
    safe,
    reason: Number.isFinite(gap)
      ? `every atom has a neighbour: at most ${figures(gap)} Å lie between (${name(loneliest)}), allowed are ${figures(isolationGap)} Å`
      : `${name(loneliest)} stands alone: nothing within ${figures(isolationGap)} Å of it`,
  });
  if (Number.isFinite(gap)) values.widestGap = gap;
  return verdictOf(criteria, values);
}

interface Nearest {
  /** Of the pair that is closest in terms of its radii. */
  readonly ratio: number;
  readonly distance: number;
  readonly pair: readonly [number, number];
  /** Å from each site to its nearest neighbour, less their radii. */
  readonly gap: Float64Array;
  readonly contacts: number;
}

function nearest(
  siteCount: number,
  { i, j, distance }: NeighborList,
  radius: Float64Array,
): Nearest {
  const gap = new Float64Array(siteCount).fill(Number.POSITIVE_INFINITY);
  let ratio = Number.POSITIVE_INFINITY;
  let closest = 0;
  let contacts = 0;
  for (let n = 0; n < i.length; n++) {
    const sum = radius[i[n]] + radius[j[n]];
    const own = distance[n] / sum;
    if (own < ratio) {
      ratio = own;
      closest = n;
    }
    if (own <= contact) contacts++;
    gap[i[n]] = Math.min(gap[i[n]], distance[n] - sum);
  }
  return { ratio, distance: distance[closest], pair: [i[closest], j[closest]], gap, contacts };
}
