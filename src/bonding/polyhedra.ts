import { requireInRange } from "../base/check.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import { rowTimes, type Vec3 } from "../math/mat3.js";
import { type Bond, type Bonds, requireBonds } from "./bonds.js";
import { convexHull } from "./convex-hull.js";
import { electronegativity } from "./data/electronegativities.js";
import { idealShapes } from "./data/ideal-shapes.js";
import { angleVariance, bondLengthDistortion, quadraticElongation } from "./distortion.js";
import { shapeMeasure } from "./shape-measure.js";

export interface PolyhedraOptions {
  /**
   * Elements of the central sites; default all that are bonded to nothing but more electronegative
   * elements.
   */
  readonly centers?: readonly string[];
  /** Least number of corners, default 3. */
  readonly minCorners?: number;
}

/** A corner: a site in one of its images. */
export type PolyhedronCorner = Pick<Bond, "site" | "shift" | "distance">;

/** What surrounds one site. */
export class CoordinationPolyhedron {
  readonly crystal: Crystal;
  /** Index of the central site. */
  readonly center: number;
  /** Nearest first; `shift` in cells from the centre's image. */
  readonly corners: readonly PolyhedronCorner[];
  /** Corners relative to the centre in Å, Cartesian. */
  readonly vectors: readonly Vec3[];
  /** For each face its corners, counter-clockwise seen from outside; none where they lie in a plane. */
  readonly faces: readonly (readonly number[])[];
  /** Å³ */
  readonly volume: number;
  /** The ideal shape with the least measure: "octahedron"; undefined where there is none to compare. */
  readonly shape: string | undefined;
  /** Continuous shape measure against `shape`; 0 is ideal. */
  readonly shapeMeasure: number | undefined;

  /** @internal Made by `polyhedra`. */
  constructor(
    crystal: Crystal,
    center: number,
    corners: readonly PolyhedronCorner[],
    vectors: readonly Vec3[],
  ) {
    this.crystal = crystal;
    this.center = center;
    this.corners = corners;
    this.vectors = vectors;
    ({ faces: this.faces, volume: this.volume } = convexHull(vectors));
    const measures = this.shapeMeasures();
    const [best] = [...measures].sort(([, a], [, b]) => a - b);
    this.shape = best?.[0];
    this.shapeMeasure = best?.[1];
  }

  get cornerCount(): number {
    return this.corners.length;
  }

  /** Å */
  get meanDistance(): number {
    return this.corners.reduce((sum, { distance }) => sum + distance, 0) / this.corners.length;
  }

  /** Continuous shape measure (Pinsky and Avnir, 1998) against every ideal shape of as many corners. */
  shapeMeasures(): ReadonlyMap<string, number> {
    const count = this.corners.length;
    const comparable = idealShapes.filter(({ corners }) => corners.length === count);
    return new Map(comparable.map((each) => [each.name, shapeMeasure(this.vectors, each.corners)]));
  }

  /** Δ = ⟨|lᵢ − ⟨l⟩|⟩ / ⟨l⟩ (W. H. Baur, Acta Cryst. B 30, 1195 (1974)). */
  get bondLengthDistortion(): number {
    return bondLengthDistortion(this.corners.map(({ distance }) => distance));
  }

  /**
   * ⟨(lᵢ/l₀)²⟩, l₀ being the distance of the regular polyhedron of the same volume: of a tetrahedron,
   * octahedron, cube or icosahedron (K. Robinson, G. V. Gibbs, P. H. Ribbe, Science 172, 567 (1971)).
   */
  get quadraticElongation(): number | undefined {
    const lengths = this.corners.map(({ distance }) => distance);
    return quadraticElongation(this.shape, lengths, this.volume);
  }

  /** Variance of the bond angles in degrees², of a tetrahedron or octahedron (Robinson et al., 1971). */
  get angleVariance(): number | undefined {
    return angleVariance(this.shape, this.vectors);
  }

  /** "octahedron about site 0, mean distance 2.101 Å" */
  toString(): string {
    const shape = this.shape ?? `${this.cornerCount} corners`;
    return `${shape} about site ${this.center}, mean distance ${this.meanDistance.toFixed(3)} Å`;
  }
}

inspectAsText(CoordinationPolyhedron);

/** A list that shows itself as one picture; what is mapped or filtered from it is a plain array. */
export class CoordinationPolyhedra extends Array<CoordinationPolyhedron> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/**
 * The coordination polyhedra of a crystal: for each central site its bonded neighbours as corners, with
 * faces, volume, shape and distortion.
 *
 * @param found What `bonds` gave for this crystal.
 * @throws {InvalidConfiguration} bonds of another crystal. @throws {DomainError} `minCorners` below 2.
 * @example
 * const [first] = polyhedra(rutile, await bonds(rutile));
 * first.shape // "octahedron"
 */
export function polyhedra(
  crystal: Crystal,
  found: Bonds,
  options: PolyhedraOptions = {},
): CoordinationPolyhedra {
  requireBonds(crystal, found);
  requireOptions("polyhedra", options, ["centers", "minCorners"], '{ centers: ["Ti"] }');
  const { centers } = options;
  const minCorners = requireInRange("minCorners", options.minCorners ?? 3, 2, 256);
  const { kinds, kindOfSite } = crystal;
  const symbolOf = (site: number) => kinds[kindOfSite[site]][0].species.symbol;
  const result = new CoordinationPolyhedra();
  for (let site = 0; site < crystal.siteCount; site++) {
    const corners = found.of(site);
    if (corners.length < minCorners) continue;
    const isCenter = centers ? centers.includes(symbolOf(site)) : isCation(crystal, site, corners);
    if (!isCenter) continue;
    const vectors = corners.map((corner) => vectorTo(crystal, site, corner));
    result.push(new CoordinationPolyhedron(crystal, site, corners, vectors));
  }
  return result;
}

function isCation({ numbers }: Crystal, site: number, corners: readonly Bond[]): boolean {
  const own = electronegativity(numbers[site]);
  if (own === undefined) return false;
  return corners.every((corner) => (electronegativity(numbers[corner.site]) ?? 0) > own);
}

function vectorTo(crystal: Crystal, site: number, { site: other, shift }: PolyhedronCorner): Vec3 {
  const { fracPositions: x, lattice } = crystal;
  const difference = [0, 1, 2].map((k) => x[3 * other + k] + shift[k] - x[3 * site + k]);
  return rowTimes(difference, lattice.matrix);
}

export interface PolyhedronConnection {
  /** Indexes of the two polyhedra; the same one where it meets its own image. */
  readonly first: number;
  readonly second: number;
  /** Cells from the first's image to the second's. */
  readonly shift: readonly [number, number, number];
  readonly sharing: "corner" | "edge" | "face";
  /** How many corners they share. */
  readonly sharedCount: number;
}

/**
 * Which polyhedra share corners (one), edges (two) or faces (three or more corners), each pair once.
 *
 * @example
 * polyhedronConnections(polyhedra(rutile, found)).filter(({ sharing }) => sharing === "edge")
 */
export function polyhedronConnections(
  list: readonly CoordinationPolyhedron[],
): PolyhedronConnection[] {
  const atSite = new Map<number, { polyhedron: number; shift: Bond["shift"] }[]>();
  list.forEach(({ corners }, polyhedron) => {
    for (const { site, shift } of corners) {
      const known = atSite.get(site);
      if (known) known.push({ polyhedron, shift });
      else atSite.set(site, [{ polyhedron, shift }]);
    }
  });
  const counts = new Map<string, { connection: PolyhedronConnection; count: number }>();
  for (const meeting of atSite.values()) {
    for (const a of meeting) {
      for (const b of meeting) {
        // The corner is one atom when the second's image lies where the shifts differ.
        const shift: Bond["shift"] = [0, 1, 2].map((k) => a.shift[k] - b.shift[k]) as never;
        if (!isFirst(a.polyhedron, b.polyhedron, shift)) continue;
        const key = `${a.polyhedron} ${b.polyhedron} ${shift}`;
        const sharedCount = (counts.get(key)?.count ?? 0) + 1;
        const sharing = sharedCount === 1 ? "corner" : sharedCount === 2 ? "edge" : "face";
        const [first, second] = [a.polyhedron, b.polyhedron];
        counts.set(key, {
          connection: { first, second, shift, sharing, sharedCount },
          count: sharedCount,
        });
      }
    }
  }
  return [...counts.values()].map(({ connection }) => connection);
}

/** One of the two ways to see a connection. */
function isFirst(a: number, b: number, shift: readonly number[]): boolean {
  if (a !== b) return a < b;
  return (shift.find((cells) => cells !== 0) ?? 0) > 0;
}
