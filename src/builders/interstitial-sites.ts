import { requireInRange, requireObject } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";
import type { Lattice } from "../lattice/lattice.js";
import { convexCell } from "../math/convex-cell.js";
import { determinant, inverse, rowTimes } from "../math/mat3.js";
import { norm } from "../math/vec3.js";
import type { SymmetryDataset } from "../symmetry/dataset.js";
import type { SymmetryOperation } from "../symmetry/operation.js";
import { symmetry } from "../symmetry/symmetry.js";
import { wyckoffFormOf } from "../symmetry/wyckoff-forms.js";
import { shortestDistance } from "./shortest-distance.js";
import { symprec as usualSymprec } from "./surface-cell.js";
import { type VoidShape, voidShape } from "./void-shape.js";

export interface InterstitialOptions {
  /** Å; voids nearer to each other are one. Default 0.1. */
  readonly tolerance?: number;
  /** Å, of the symmetry that merges equivalent voids; default 0.01. */
  readonly symprec?: number;
  /** Å by element, for `radius`: { Na: 1.16, Cl: 1.67 }. Default half the shortest distance for all. */
  readonly radii?: Readonly<Record<string, number>>;
}

/** A void of a crystal. */
export interface InterstitialSite {
  /** One of the equivalent positions, in [0, 1). */
  readonly fracPosition: readonly [number, number, number];
  /** Å to the nearest sites: the radius of the largest sphere about it that holds no centre of a site. */
  readonly distance: number;
  /** Å of the largest sphere about it that fits between the sites, seen as spheres of `radii`. */
  readonly radius: number;
  /** Sites at that distance, within 0.1 Å. */
  readonly coordination: number;
  /** What polyhedron those are. */
  readonly shape: VoidShape;
  /** Labels of their species: "Si4". */
  readonly neighbors: string;
  /** Equivalent positions in the cell. */
  readonly multiplicity: number;
  /**
   * Of the standardised cell of `symmetry(crystal)`; undefined where the crystal is distorted too much
   * to tell.
   */
  readonly wyckoffLetter: string | undefined;
}

type Point = readonly [number, number, number];

/**
 * The voids of a crystal: vertices of the Voronoi cells of its sites, each the centre of an empty
 * sphere that touches four sites or more; equivalent ones once, the widest first. Vertices nearer to
 * each other than the tolerance are one void, which lies where the symmetry of the crystal puts it.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions, or an element
 *   without one of the `radii`. @throws {SymmetryError} as `symmetry`.
 * @see Blatov & Shevchenko, Acta Cryst. A59, 34 (2003).
 * @example
 * const [widest] = interstitialSites(copper);
 * widest.shape; // "octahedral", at distance a/2
 * widest.radius; // 0.1464 a, beside spheres that touch
 */
export function interstitialSites(
  crystal: Crystal,
  options: InterstitialOptions = {},
): readonly InterstitialSite[] {
  requireCrystal(crystal);
  requireObject("options", options, "{ tolerance: 0.1 }");
  requireKnownFields("the options of voids", options, ["tolerance", "symprec", "radii"]);
  const tolerance = requireInRange("tolerance", options.tolerance ?? 0.1, 1e-6, 2, "Å");
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      "voids are searched in crystals periodic along a, b and c; give a slab's void by fracPosition",
      { periodic: crystal.periodic },
    );
  }
  const dataset = symmetry(crystal, { symprec: options.symprec ?? usualSymprec(crystal) });
  const radii = radiiOf(crystal, options.radii);
  const { orbits, operations } = dataset;
  const bins = binsOf(crystal);
  const candidates = Array.from(orbits.keys())
    .filter((site) => orbits[site] === site)
    .flatMap((site) => voronoiVertices(crystal, bins, site))
    .sort((p, q) => q.distance - p.distance);
  const taken = new SiteBins(crystal.lattice, crystal.periodic, Math.max(1, tolerance));
  const found: InterstitialSite[] = [];
  for (const { position, distance } of candidates) {
    if (taken.some(...position, tolerance, () => true)) continue;
    const place = symmetrised(crystal.lattice, operations, position, tolerance);
    const before = taken.size;
    for (const operation of operations) {
      const image = imageOf(operation, place);
      if (!taken.some(...image, tolerance, () => true)) taken.insert(...image);
    }
    const multiplicity = taken.size - before;
    found.push({
      fracPosition: place,
      ...surroundings(crystal, bins, radii, place, distance + tolerance),
      multiplicity,
      wyckoffLetter: letterOf(dataset, multiplicity, place),
    });
  }
  return found.sort((p, q) => q.distance - p.distance);
}

/** Å of each kind of site. */
function radiiOf(
  crystal: Crystal,
  given: Readonly<Record<string, number>> | undefined,
): readonly number[] {
  if (given === undefined) {
    const half = shortestDistance(crystal) / 2;
    return crystal.kinds.map(() => half);
  }
  requireObject("radii", given, "{ Na: 1.16, Cl: 1.67 }");
  return crystal.kinds.map(([{ species }]) => {
    const radius = given[species.symbol];
    if (radius !== undefined) return requireInRange(`radii ${species.symbol}`, radius, 0, 10, "Å");
    throw new InvalidConfiguration(
      `radii has none for ${species.symbol}; give one for each element`,
      {
        radii: given,
        element: species.symbol,
      },
    );
  });
}

function imageOf({ rotation: w, translation: t }: SymmetryOperation, [x, y, z]: Point): Point {
  const [u, v, s] = [0, 3, 6].map((i, k) => w[i] * x + w[i + 1] * y + w[i + 2] * z + t[k]);
  return [u, v, s];
}

/** The mean of the images that a position has within the tolerance, in [0, 1). */
function symmetrised(
  lattice: Lattice,
  operations: readonly SymmetryOperation[],
  position: Point,
  tolerance: number,
): Point {
  const shift = [0, 0, 0];
  let count = 0;
  for (const operation of operations) {
    const away = imageOf(operation, position).map((value, k) => {
      const difference = value - position[k];
      return difference - Math.round(difference);
    });
    if (norm(lattice.toCartesian(away)) > tolerance) continue;
    away.forEach((value, k) => {
      shift[k] += value;
    });
    count++;
  }
  const [x, y, z] = position.map((value, k) => unit(value + shift[k] / count));
  return [x, y, z];
}

function unit(value: number): number {
  const rest = value - Math.floor(value);
  return rest > 1 - 1e-9 || rest < 1e-9 ? 0 : rest;
}

function letterOf(
  { transformation, hallNumber, spaceGroup }: SymmetryDataset,
  multiplicity: number,
  position: Point,
): string | undefined {
  const { matrix, originShift } = transformation;
  // Columns act here: P⁻¹ (x − p), and rowsTimes takes the transpose.
  const transposed = Float64Array.from(matrix, (_, i) => matrix[3 * (i % 3) + Math.floor(i / 3)]);
  const from = position.map((value, k) => value - originShift[k]);
  const standard = rowTimes(from, inverse(transposed));
  const cells = Math.abs(determinant(transposed));
  const { operations } = spaceGroup;
  return wyckoffFormOf(hallNumber, operations, Math.round(multiplicity * cells), standard)?.letter;
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
      const [x, y, z] = frac.map(unit);
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
  radii: readonly number[],
  [x, y, z]: Point,
  within: number,
): Pick<InterstitialSite, "distance" | "radius" | "coordination" | "shape" | "neighbors"> {
  const { kinds, kindOfSite, lattice } = crystal;
  const near: { kind: number; distance: number; way: number[] }[] = [];
  bins.some(x, y, z, within + Math.max(0.1, ...radii), (site, distance, u, v, w) => {
    near.push({ kind: kindOfSite[site], distance, way: [u, v, w] });
    return false;
  });
  const distance = near.reduce((least, site) => Math.min(least, site.distance), Infinity);
  const shell = near.filter((site) => site.distance <= distance + 0.1);
  const counts = new Map<string, number>();
  for (const { kind } of shell) {
    const { symbol } = kinds[kind][0].species;
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  const neighbors = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, n]) => symbol + n);
  return {
    distance,
    radius: near.reduce(
      (least, site) => Math.min(least, site.distance - radii[site.kind]),
      Infinity,
    ),
    coordination: shell.length,
    shape: voidShape(shell.map(({ way }) => lattice.toCartesian(way))),
    neighbors: neighbors.join(" "),
  };
}
