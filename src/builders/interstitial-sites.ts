import { requireInRange, requireObject } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";
import { convexCell } from "../math/convex-cell.js";
import { norm } from "../math/vec3.js";
import { symmetry } from "../symmetry/symmetry.js";
import { symprec as usualSymprec } from "./surface-cell.js";

export interface InterstitialOptions {
  /** Å; voids nearer to each other are one. Default 0.1. */
  readonly tolerance?: number;
  /** Å, of the symmetry that merges equivalent voids; default 0.01. */
  readonly symprec?: number;
}

/** A void of a crystal. */
export interface InterstitialSite {
  /** One of the equivalent positions, in [0, 1). */
  readonly fracPosition: readonly [number, number, number];
  /** Å to the nearest sites: the radius of the largest empty sphere about it. */
  readonly distance: number;
  /** Sites at that distance, within 0.1 Å. */
  readonly coordination: number;
  /** Labels of their species: "Si4". */
  readonly neighbors: string;
  /** Equivalent positions in the cell. */
  readonly multiplicity: number;
}

type Point = readonly [number, number, number];

/**
 * The voids of a crystal: vertices of the Voronoi cells of its sites, each the centre of an empty
 * sphere that touches four sites or more; equivalent ones once, the widest first.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions. @throws
 *   {SymmetryError} as `symmetry`.
 * @see Blatov & Shevchenko, Acta Cryst. A59, 34 (2003).
 * @example interstitialSites(copper)[0] // octahedral: coordination 6, distance a / 2
 */
export function interstitialSites(
  crystal: Crystal,
  options: InterstitialOptions = {},
): readonly InterstitialSite[] {
  requireCrystal(crystal);
  requireObject("options", options, "{ tolerance: 0.1 }");
  requireKnownFields("the options of voids", options, ["tolerance", "symprec"]);
  const tolerance = requireInRange("tolerance", options.tolerance ?? 0.1, 1e-6, 2, "Å");
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      "voids are searched in crystals periodic along a, b and c; give a slab's void by fracPosition",
      { periodic: crystal.periodic },
    );
  }
  const { orbits, operations } = symmetry(crystal, {
    symprec: options.symprec ?? usualSymprec(crystal),
  });
  const bins = binsOf(crystal);
  const candidates = Array.from(orbits.keys())
    .filter((site) => orbits[site] === site)
    .flatMap((site) => voronoiVertices(crystal, bins, site))
    .sort((p, q) => q.distance - p.distance);
  const taken = new SiteBins(crystal.lattice, crystal.periodic, Math.max(1, tolerance));
  const found: InterstitialSite[] = [];
  for (const { position, distance } of candidates) {
    const [x, y, z] = position;
    if (taken.some(x, y, z, tolerance, () => true)) continue;
    const before = taken.size;
    for (const { rotation: w, translation: t } of operations) {
      const [u, v, s] = [0, 3, 6].map((i, k) => w[i] * x + w[i + 1] * y + w[i + 2] * z + t[k]);
      if (!taken.some(u, v, s, tolerance, () => true)) taken.insert(u, v, s);
    }
    found.push({
      fracPosition: position,
      distance,
      ...surroundings(crystal, bins, position, distance),
      multiplicity: taken.size - before,
    });
  }
  return found;
}

function binsOf({ lattice, periodic, fracPositions, siteCount }: Crystal): SiteBins {
  const bins = new SiteBins(lattice, periodic, 3);
  for (let i = 0; i < siteCount; i++) {
    bins.insert(fracPositions[3 * i], fracPositions[3 * i + 1], fracPositions[3 * i + 2]);
  }
  return bins;
}

/** Vertices of the cell of what is nearer to a site than to any other. */
function voronoiVertices(
  crystal: Crystal,
  bins: SiteBins,
  site: number,
): { position: Point; distance: number }[] {
  const { lattice } = crystal;
  const origin = Array.from(crystal.fracPositions.subarray(3 * site, 3 * site + 3));
  // A vertex at the distance r knows all its sites once those within 2 r are looked at.
  for (let radius = 3; ; radius *= 1.4) {
    const near = imagesWithin(bins, origin, radius, lattice.matrix);
    if (near.length < 4) continue;
    const cell = convexCell([
      ...near.map((vector) => ({ normal: vector, distance: norm(vector) / 2 })),
      ...boxOf(radius),
    ]);
    const points: number[][] = [];
    for (let i = 0; i < cell.vertices.length; i += 3) {
      points.push(Array.from(cell.vertices.subarray(i, i + 3)));
    }
    if (points.some((point) => norm(point) > radius / 2)) continue;
    return points.map((point) => {
      const frac = lattice.toFractional(point).map((x, k) => x + origin[k]);
      const [x, y, z] = frac.map((value) => {
        const rest = value - Math.floor(value);
        return rest > 1 - 1e-9 || rest < 1e-9 ? 0 : rest;
      });
      return { position: [x, y, z] as const, distance: norm(point) };
    });
  }
}

/** Bounds the cell until there are sites on all sides. */
function boxOf(radius: number): { normal: number[]; distance: number }[] {
  return [0, 1, 2].flatMap((k) =>
    [1, -1].map((sign) => ({
      normal: [0, 1, 2].map((i) => (i === k ? sign : 0)),
      distance: radius,
    })),
  );
}

function imagesWithin(
  bins: SiteBins,
  origin: readonly number[],
  radius: number,
  m: ArrayLike<number>,
): number[][] {
  const vectors: number[][] = [];
  bins.some(origin[0], origin[1], origin[2], radius, (_, distance, u, v, w) => {
    if (distance > 1e-6) {
      vectors.push([0, 1, 2].map((k) => u * m[k] + v * m[3 + k] + w * m[6 + k]));
    }
    return false;
  });
  return vectors;
}

function surroundings(
  crystal: Crystal,
  bins: SiteBins,
  [x, y, z]: Point,
  distance: number,
): { coordination: number; neighbors: string } {
  const counts = new Map<string, number>();
  let coordination = 0;
  bins.some(x, y, z, distance + 0.1, (site) => {
    const { symbol } = crystal.kinds[crystal.kindOfSite[site]][0].species;
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    coordination++;
    return false;
  });
  const neighbors = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, n]) => symbol + n);
  return { coordination, neighbors: neighbors.join(" ") };
}
