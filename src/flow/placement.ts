import { requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import { collectKinds } from "../crystal/crystal-input.js";
import { defaultLabels } from "../crystal/crystal-parts.js";
import { selectedSites } from "../crystal/edits.js";
import { SiteBins } from "../crystal/site-bins.js";
import { joinProperties, pickProperties } from "../crystal/site-properties.js";
import type { SpeciesOccupancy } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";
import type { Pattern } from "../pattern/pattern.js";
import { Refusal } from "./flow-record.js";
import type { FlowRun } from "./flow-run.js";
import { framed } from "./pattern-frame.js";
import type { PlacementOptions } from "./placement-options.js";

/** Å; points that coincide, where the tolerance is that to a site. */
const coincidence = 0.01;
/** Å; width of the bins. */
const binWidth = 3;
const namedMisfits = 3;

/** What a pattern has made of a crystal. */
export interface Placement {
  readonly crystal: Crystal;
  /** Points that were used. */
  readonly pointCount: number;
  /** Points without a place. */
  readonly misfits: number;
}

/** Points within the crystal's cell, each once. */
interface Points {
  readonly frac: number[];
  /** By point, into `kinds`. */
  readonly kindOf: number[];
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
}

/**
 * Applies the points of a pattern to a crystal.
 *
 * @throws {Refusal} points that have no place, no point at all. Errors as of `framed` and of edits.
 */
export async function placed(
  run: FlowRun,
  crystal: Crystal,
  pattern: Pattern,
  options: PlacementOptions,
): Promise<Placement> {
  const points = await pointsIn(run, crystal, pattern, options);
  if (points.kindOf.length === 0) {
    throw new Refusal("MISFIT", `none of the ${pattern.pointCount} points lies in the cell`);
  }
  if (options.as === "substitution" || options.as === "vacancies") {
    return changedSites(run, crystal, points, options);
  }
  return addedSites(run, crystal, points, options);
}

async function pointsIn(
  run: FlowRun,
  crystal: Crystal,
  pattern: Pattern,
  options: PlacementOptions,
): Promise<Points> {
  const { as = "sites", outside = "wrap", tolerance = 0.1 } = options;
  const merging = as === "sites" ? tolerance : coincidence;
  // A cell of 1 Å leaves the Cartesian positions as they are.
  const decorated = pattern.decorate(options.species ?? "H", {
    lattice: Lattice.cubic(1),
    periodic: [false, false, false],
  });
  const { fracPositions, translations } = framed(
    crystal,
    pattern,
    decorated.fracPositions,
    options,
  );
  const { lattice, periodic } = crystal;
  const bins = new SiteBins(lattice, periodic, Math.max(merging, binWidth));
  const points: Points = { frac: [], kindOf: [], kinds: decorated.kinds };
  for (let copy = 0; copy < translations.length; copy += 3) {
    for (let i = 0; i < decorated.siteCount; i++) {
      if (i % 256 === 0) await run.breathe();
      const place = [0, 1, 2].map((k) => fracPositions[3 * i + k] + translations[copy + k]);
      const cellOf = place.map((value, k) => (periodic[k] ? Math.floor(value + 1e-9) : 0));
      if (outside === "drop" && cellOf.some((cell) => cell !== 0)) continue;
      const [x, y, z] = place.map((value, k) => value - cellOf[k]);
      const kind = decorated.kindOfSite[i];
      const isThere = bins.some(x, y, z, merging, (other) => {
        if (points.kindOf[other] === kind) return true;
        throw new Refusal(
          "MISFIT",
          `two points of different species fall on one place, (${[x, y, z].map((value) => value.toFixed(4)).join(", ")})`,
        );
      });
      if (isThere) continue;
      bins.insert(x, y, z);
      points.frac.push(x, y, z);
      points.kindOf.push(kind);
    }
  }
  return points;
}

// ---- sites there are ------------------------------------------------------------------------------

async function changedSites(
  run: FlowRun,
  crystal: Crystal,
  points: Points,
  options: PlacementOptions,
): Promise<Placement> {
  const { as, target, tolerance = 0.5 } = options;
  const allowed = target === undefined ? undefined : new Set(selectedSites(crystal.sites, target));
  const bins = new SiteBins(crystal.lattice, crystal.periodic, Math.max(tolerance, binWidth));
  const sites: number[] = [];
  for (let site = 0; site < crystal.siteCount; site++) {
    if (site % 256 === 0) await run.breathe();
    if (allowed !== undefined && !allowed.has(site)) continue;
    const [x, y, z] = crystal.fracPositions.subarray(3 * site, 3 * site + 3);
    bins.insert(x, y, z);
    sites.push(site);
  }
  const kindAt = new Map<number, number>();
  const misfits: number[] = [];
  for (const [point, kind] of points.kindOf.entries()) {
    if (point % 256 === 0) await run.breathe();
    const found = nearest(bins, points.frac, point, tolerance);
    if (found === undefined) misfits.push(point);
    else claim(kindAt, sites[found], kind, crystal);
  }
  refuseMisfits(misfits, points, `no site within ${tolerance} Å`, options);
  if (kindAt.size === 0) throw noneLeft(points);
  return {
    crystal:
      as === "vacancies"
        ? crystal.withoutSite([...kindAt.keys()])
        : crystal.withSpecies((_, site) => points.kinds[kindAt.get(site) ?? -1]),
    pointCount: points.kindOf.length - misfits.length,
    misfits: misfits.length,
  };
}

/** Index of the nearest point of the bins. */
function nearest(
  bins: SiteBins,
  frac: readonly number[],
  point: number,
  radius: number,
): number | undefined {
  let found: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  bins.some(
    frac[3 * point],
    frac[3 * point + 1],
    frac[3 * point + 2],
    radius,
    (index, distance) => {
      // Of two at the same distance the first, whatever the order of the bins.
      const isNearer = distance < least - 1e-9;
      const isFirst = distance <= least + 1e-9 && (found === undefined || index < found);
      if (isNearer || isFirst) [found, least] = [index, Math.min(least, distance)];
      return false;
    },
  );
  return found;
}

function claim(kindAt: Map<number, number>, site: number, kind: number, crystal: Crystal): void {
  const other = kindAt.get(site);
  if (other !== undefined && other !== kind) {
    throw new Refusal(
      "MISFIT",
      `two points of different species claim the site ${crystal.labels[site]}; choose a smaller tolerance`,
      { site },
    );
  }
  kindAt.set(site, kind);
}

// ---- new sites ------------------------------------------------------------------------------------

async function addedSites(
  run: FlowRun,
  crystal: Crystal,
  points: Points,
  options: PlacementOptions,
): Promise<Placement> {
  const { minDistance = 0.8 } = options;
  const bins = new SiteBins(crystal.lattice, crystal.periodic, Math.max(minDistance, binWidth));
  for (let site = 0; site < crystal.siteCount; site++) {
    if (site % 256 === 0) await run.breathe();
    const [x, y, z] = crystal.fracPositions.subarray(3 * site, 3 * site + 3);
    bins.insert(x, y, z);
  }
  const used: number[] = [];
  const misfits: number[] = [];
  for (let point = 0; point < points.kindOf.length; point++) {
    if (point % 256 === 0) await run.breathe();
    const [x, y, z] = points.frac.slice(3 * point, 3 * point + 3);
    const isNear = bins.some(x, y, z, minDistance, (_, distance) => distance < minDistance);
    if (isNear) {
      misfits.push(point);
      continue;
    }
    bins.insert(x, y, z);
    used.push(point);
  }
  refuseMisfits(misfits, points, `a site nearer than minDistance = ${minDistance} Å`, options);
  if (used.length === 0) throw noneLeft(points);
  requireNodes("the crystal with the pattern", crystal.siteCount + used.length, crystal.config);
  return {
    crystal: withSites(crystal, points, used, options),
    pointCount: used.length,
    misfits: misfits.length,
  };
}

function withSites(
  crystal: Crystal,
  points: Points,
  used: readonly number[],
  { properties }: PlacementOptions,
): Crystal {
  const { parts, siteCount } = crystal;
  const total = siteCount + used.length;
  const { kinds, kindOfSite: renumbered } = collectKinds([...parts.kinds, ...points.kinds]);
  const kindOfSite = new Int32Array(total);
  const fracPositions = new Float64Array(3 * total);
  fracPositions.set(parts.fracPositions);
  parts.kindOfSite.forEach((kind, site) => {
    kindOfSite[site] = renumbered[kind];
  });
  used.forEach((point, index) => {
    kindOfSite[siteCount + index] = renumbered[parts.kinds.length + points.kindOf[point]];
    fracPositions.set(points.frac.slice(3 * point, 3 * point + 3), 3 * (siteCount + index));
  });
  const labels = parts.labels && [
    ...parts.labels,
    ...defaultLabels({ kinds, kindOfSite }).slice(siteCount),
  ];
  const one = joinProperties(parts.siteProperties, properties, siteCount);
  const siteProperties = pickProperties(one, siteCount + 1, total, (site) =>
    Math.min(site, siteCount),
  );
  return Crystal.fromParts({ ...parts, kinds, kindOfSite, fracPositions, labels, siteProperties });
}

// ---- points without a place -----------------------------------------------------------------------

function refuseMisfits(
  misfits: readonly number[],
  points: Points,
  cause: string,
  options: PlacementOptions,
): void {
  if (misfits.length === 0 || options.misfits === "skip") return;
  const places = misfits.slice(0, namedMisfits).map((point) => {
    const [x, y, z] = points.frac.slice(3 * point, 3 * point + 3).map((value) => value.toFixed(4));
    return `(${x}, ${y}, ${z})`;
  });
  const more = misfits.length > places.length ? ", ..." : "";
  throw new Refusal(
    "MISFIT",
    `${misfits.length} of ${points.kindOf.length} points have ${cause}: ${places.join(", ")}${more}; move the ` +
      'origin, change spacing or tolerance, or leave them out by misfits: "skip"',
    { misfits: misfits.length, points: points.kindOf.length },
  );
}

function noneLeft(points: Points): Refusal {
  return new Refusal("MISFIT", `none of the ${points.kindOf.length} points has a place`);
}
