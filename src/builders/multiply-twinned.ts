import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { norm } from "../math/vec3.js";
import { shortestDistance } from "./shortest-distance.js";
import { requireSiteCount } from "./site-limit.js";

export type MultiplyTwinned = "icosahedron" | "decahedron";

type Point = readonly number[];

const golden = (1 + Math.sqrt(5)) / 2;

/**
 * Mackay icosahedra of 13, 55, 147, ... sites, N = (10 k³ + 15 k² + 11 k + 3) / 3 with k shells about
 * the central site, and pentagonal bipyramids of 7, 23, 54, ... sites: fcc twins about one site or one
 * edge, with the crystal's first kind of site and its nearest distance.
 *
 * @see Mackay, Acta Cryst. 15, 916 (1962); Marks, Rep. Prog. Phys. 57, 603 (1994).
 */
export function multiplyTwinned(
  crystal: Crystal,
  shape: MultiplyTwinned,
  size: { readonly shells?: number; readonly siteCount?: number; readonly radius?: number },
): { sources: number[]; positions: number[][] } {
  if (crystal.kinds.length > 1) {
    throw new InvalidConfiguration(
      `a twinned particle is of one species; the crystal is ${crystal.formula}`,
      { formula: crystal.formula },
    );
  }
  const bond = shortestDistance(crystal);
  const shells = shellsOf(shape, size, bond);
  requireSiteCount("the particle", countOf[shape](shells), crystal.config);
  const points = shape === "icosahedron" ? icosahedron(shells) : decahedron(shells);
  return {
    sources: points.map(() => 0),
    positions: points.map((point) => point.map((x) => bond * x)),
  };
}

const countOf = {
  icosahedron: (k: number) => (10 * k ** 3 + 15 * k ** 2 + 11 * k + 3) / 3,
  /** Columns of p − r sites at the 5 r places of ring r, p = k + 1 at the axis. */
  decahedron: (k: number) => k + 1 + (5 * k * (k + 1) * (k + 2)) / 6,
} as const;

function shellsOf(
  shape: MultiplyTwinned,
  { shells, siteCount, radius }: { shells?: number; siteCount?: number; radius?: number },
  bond: number,
): number {
  if (radius !== undefined) return Math.max(1, Math.round(radius / bond));
  if (shells !== undefined) {
    if (Number.isInteger(shells) && shells >= 1) return shells;
    throw new InvalidConfiguration(
      `shells must be a whole number, 1 or more, got ${show(shells)}`,
      {
        shells,
      },
    );
  }
  const known = Array.from({ length: 60 }, (_, i) => countOf[shape](i + 1));
  const found = known.indexOf(siteCount!);
  if (found >= 0) return found + 1;
  throw new InvalidConfiguration(
    `a twinned ${shape} has ${known.slice(0, 6).join(", ")}, ... sites, got ${show(siteCount)}`,
    { shape, siteCount },
  );
}

/** Radial distance of neighbouring shells 1; the 20 tetrahedra are stretched by 5 % along edges. */
function icosahedron(shells: number): number[][] {
  const corners = [0, 1, 2].flatMap((axis) =>
    [1, -1].flatMap((s) =>
      [1, -1].map((t) => {
        const corner = [0, 0, 0];
        corner[axis] = s;
        corner[(axis + 1) % 3] = t * golden;
        return corner.map((x) => x / Math.hypot(1, golden));
      }),
    ),
  );
  const edge = Math.min(...corners.slice(1).map((corner) => distance(corner, corners[0])));
  const isEdge = (i: number, j: number) => Math.abs(distance(corners[i], corners[j]) - edge) < 1e-6;
  const points = new Map<string, number[]>([["center", [0, 0, 0]]]);
  for (let i = 0; i < 12; i++) {
    for (let j = i + 1; j < 12; j++) {
      for (let k = j + 1; k < 12; k++) {
        if (isEdge(i, j) && isEdge(j, k) && isEdge(i, k)) {
          for (const point of facePoints([corners[i], corners[j], corners[k]], shells)) {
            points.set(point.map((x) => Math.round(x * 1e6) + 0).join(), point);
          }
        }
      }
    }
  }
  return [...points.values()];
}

/** Whole-number combinations of three corners, from the first shell to the last. */
function facePoints(corners: readonly Point[], shells: number): number[][] {
  const points: number[][] = [];
  for (let shell = 1; shell <= shells; shell++) {
    for (let i = 0; i <= shell; i++) {
      for (let j = 0; i + j <= shell; j++) {
        const weights = [i, j, shell - i - j];
        points.push(
          [0, 1, 2].map((k) => weights.reduce((sum, n, at) => sum + n * corners[at][k], 0)),
        );
      }
    }
  }
  return points;
}

/** Five tetrahedra about an edge along z, opened from 70.5° to 72° each. */
function decahedron(shells: number): number[][] {
  const columns: { x: number; y: number; count: number }[] = [{ x: 0, y: 0, count: shells + 1 }];
  const arm = (s: number) =>
    [0, 1].map((k) => (Math.sqrt(3) / 2) * Math.cos((2 * Math.PI * s) / 5 - (k * Math.PI) / 2));
  for (let sector = 0; sector < 5; sector++) {
    const [p, q] = [arm(sector), arm(sector + 1)];
    for (let i = 1; i <= shells; i++) {
      for (let j = 0; i + j <= shells; j++) {
        columns.push({
          x: i * p[0] + j * q[0],
          y: i * p[1] + j * q[1],
          count: shells + 1 - i - j,
        });
      }
    }
  }
  return columns.flatMap(({ x, y, count }) =>
    Array.from({ length: count }, (_, k) => [x, y, k - (count - 1) / 2]),
  );
}

function distance(p: Point, q: Point): number {
  return norm(p.map((x, k) => x - q[k]));
}
