import { covalentRadius } from "../crystal/data/covalent-radii.js";
import type { NeighborList } from "../crystal/neighbors.js";
import { type Trial, weights } from "./trial.js";
import { type Criterion, figures, type StabilityVerdict, skipped, verdictOf } from "./verdict.js";

/** Å by element, in place of covalent radii. */
export type Radii = Readonly<Record<string, number>>;

/** Of the sum of two radii: how far neighbours are looked for at first. */
const firstReach = 1.25;
/** Of the distance to the nearest neighbour: how far the first shell goes. */
const shell = 1.2;
/** Å before the limit of isolation. */
const isolationMargin = 0.5;
const safeRatio = 1.2;

/** Distances against radii: whether atoms overlap, and whether one has no neighbours. */
export async function geometric(trial: Trial): Promise<StabilityVerdict> {
  const { crystal, checked } = trial;
  if (crystal.siteCount === 1 && !crystal.periodic.includes(true)) {
    return skipped("one atom alone has no distances");
  }
  const { distanceRatio, isolationGap } = checked.thresholds;
  const radius = radiiOf(trial);
  const safe = Math.max(0, isolationGap - isolationMargin);
  const found = await nearestOf(trial, radius, safe);
  const name = (site: number) => `${crystal.sites[site].occupants[0].species} (site ${site})`;
  const criteria: Criterion[] = [];
  const values: Record<string, number> = {};
  if (found.ratio < Number.POSITIVE_INFINITY) {
    const [i, j] = found.pair;
    const side = found.ratio > distanceRatio ? "above" : "not above";
    criteria.push({
      value: found.ratio,
      limit: distanceRatio,
      safe: safeRatio * distanceRatio,
      reason:
        `the closest atoms, ${name(i)} and ${name(j)}, are ${figures(found.distance)} Å apart: ` +
        `${figures(found.ratio)} times the sum of their radii, ${side} ${figures(distanceRatio)}`,
    });
    values.shortestDistance = found.distance;
    values.distanceRatio = found.ratio;
    values.meanCoordination = found.meanCoordination;
  }
  const { gap } = found;
  const loneliest = gap.reduce((most, own, site) => (own > gap[most] ? site : most), 0);
  const widest = gap[loneliest];
  const isLone = !(widest < isolationGap);
  if (Number.isFinite(widest)) values.widestGap = widest;
  criteria.push({
    value: Math.min(widest, isolationGap + isolationMargin),
    limit: isolationGap,
    safe,
    reason: isLone
      ? `${name(loneliest)} stands alone: nothing within ${figures(isolationGap)} Å beyond the radii`
      : `no atom stands alone: the widest gap to a neighbour, of ${name(loneliest)}, is ${figures(Math.max(0, widest))} Å, below ${figures(isolationGap)}`,
  });
  return verdictOf(criteria, values);
}

/** Å, of each site. */
export function radiiOf({ crystal, checked }: Trial): Float64Array {
  const ofKind = crystal.kinds.map(([{ species }]) => {
    return checked.radii[species.symbol] ?? covalentRadius(species.number);
  });
  return Float64Array.from(crystal.kindOfSite, (kind) => ofKind[kind]);
}

interface Nearest {
  /** Of the pair that is closest in terms of its radii. */
  readonly ratio: number;
  readonly distance: number;
  readonly pair: readonly [number, number];
  /** Å from each site to its nearest neighbour, less their radii. */
  readonly gap: Float64Array;
  /** Neighbours up to 1.2 times the distance of the nearest one. */
  readonly meanCoordination: number;
}

/** Looks further where a site has not all of its first shell. */
async function nearestOf(
  { run, crystal, options }: Trial,
  radius: Float64Array,
  safe: number,
): Promise<Nearest> {
  const widest = 2 * radius.reduce((most, value) => Math.max(most, value), 0);
  const near = await run(weights.geometric, () =>
    crystal.neighborList(firstReach * widest, options),
  );
  const shortest = shortestOf(crystal.siteCount, near);
  const first = nearest(near, radius, shortest);
  const isCut = shortest.some((distance) => !(shell * distance <= firstReach * widest));
  if (!isCut && !first.gap.some((gap) => gap > safe)) return first;
  const far = await run(0, () => crystal.neighborList(shell * (widest + safe) + 1, options));
  return nearest(far, radius, shortestOf(crystal.siteCount, far));
}

function shortestOf(siteCount: number, { i, distance }: NeighborList): Float64Array {
  const shortest = new Float64Array(siteCount).fill(Number.POSITIVE_INFINITY);
  for (let n = 0; n < i.length; n++) shortest[i[n]] = Math.min(shortest[i[n]], distance[n]);
  return shortest;
}

function nearest(
  { i, j, distance }: NeighborList,
  radius: Float64Array,
  shortest: Float64Array,
): Nearest {
  const gap = new Float64Array(radius.length).fill(Number.POSITIVE_INFINITY);
  let ratio = Number.POSITIVE_INFINITY;
  let closest = 0;
  let neighbors = 0;
  for (let n = 0; n < i.length; n++) {
    const sum = radius[i[n]] + radius[j[n]];
    if (distance[n] / sum < ratio) {
      ratio = distance[n] / sum;
      closest = n;
    }
    if (distance[n] <= shell * shortest[i[n]]) neighbors++;
    gap[i[n]] = Math.min(gap[i[n]], distance[n] - sum);
  }
  return {
    ratio,
    distance: distance[closest],
    pair: [i[closest], j[closest]],
    gap,
    meanCoordination: neighbors / radius.length,
  };
}
