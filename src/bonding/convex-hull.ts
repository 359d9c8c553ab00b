import type { Vec3 } from "../math/mat3.js";
import { cross, dot } from "../math/vec3.js";

export interface ConvexHull {
  /** For each face its points, counter-clockwise seen from outside. */
  readonly faces: readonly (readonly number[])[];
  readonly volume: number;
}

/** Points nearer to a plane than this share of the size lie on it. */
const flatness = 1e-6;

export const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/**
 * Convex hull of a few points, by trying every plane through three of them: made for coordination
 * polyhedra, whose faces have any number of corners. Points of a plane make no volume and no face.
 */
export function convexHull(points: readonly Vec3[]): ConvexHull {
  const center = meanOf(points);
  const size = Math.max(0, ...points.map((point) => Math.hypot(...minus(point, center))));
  const faces = new Map<string, number[]>();
  for (let a = 0; a < points.length; a++) {
    for (let b = a + 1; b < points.length; b++) {
      for (let c = b + 1; c < points.length; c++) {
        const face = faceThrough(points, [a, b, c], size);
        if (face) faces.set([...face].sort((p, q) => p - q).join(), face);
      }
    }
  }
  const loops = [...faces.values()];
  return { faces: loops, volume: volumeOf(points, loops, center) };
}

export function meanOf(points: readonly Vec3[]): Vec3 {
  const mean = (axis: number) =>
    points.reduce((sum, point) => sum + point[axis], 0) / Math.max(points.length, 1);
  return [mean(0), mean(1), mean(2)];
}

/** All points on the plane through three, in order; undefined if some lie on either side. */
function faceThrough(
  points: readonly Vec3[],
  [a, b, c]: readonly [number, number, number],
  size: number,
): number[] | undefined {
  const normal = cross(minus(points[b], points[a]), minus(points[c], points[a]));
  const length = Math.hypot(...normal);
  if (!(length > flatness * size * size)) return undefined;
  const heights = points.map((point) => dot(normal, minus(point, points[a])) / length);
  const isAbove = heights.some((height) => height > flatness * size);
  const isBelow = heights.some((height) => height < -flatness * size);
  if (isAbove === isBelow) return undefined;
  const outward: Vec3 = isAbove ? [-normal[0], -normal[1], -normal[2]] : normal;
  const onPlane = points.flatMap((_, n) => (Math.abs(heights[n]) <= flatness * size ? [n] : []));
  return inOrder(points, onPlane, outward);
}

function inOrder(points: readonly Vec3[], corners: readonly number[], outward: Vec3): number[] {
  const center = meanOf(corners.map((corner) => points[corner]));
  const u = minus(points[corners[0]], center);
  const v = cross(outward, u);
  const scale = Math.hypot(...u) / Math.hypot(...v);
  const angle = (corner: number) => {
    const from = minus(points[corner], center);
    return Math.atan2(dot(from, v) * scale, dot(from, u));
  };
  return [...corners].sort((p, q) => angle(p) - angle(q));
}

function volumeOf(
  points: readonly Vec3[],
  faces: readonly (readonly number[])[],
  apex: Vec3,
): number {
  let volume = 0;
  for (const [first, ...rest] of faces) {
    for (let n = 0; n + 1 < rest.length; n++) {
      const [a, b, c] = [first, rest[n], rest[n + 1]].map((corner) => minus(points[corner], apex));
      volume += dot(a, cross(b, c)) / 6;
    }
  }
  return volume;
}
