import { determinant, type Vec3 } from "../../math/mat3.js";
import { cross, dot } from "../../math/vec3.js";

/**
 * The acceptance window of a canonical cut: the projection of the six-dimensional unit cube to
 * perpendicular space, Σ [−½, ½] vᵢ. Tiles made of three of the six edges then fill physical space
 * without gaps, whatever the direction of the cut.
 */
export interface ZonotopeWindow {
  readonly vectors: readonly Vec3[];
  /** [15, 3]: one normal of each pair of faces. */
  readonly normals: readonly Vec3[];
  /** y is inside where |y·normal| ≤ halfWidth for all of them. */
  readonly halfWidths: readonly number[];
  /** Half of the extent along x, y and z. */
  readonly halfBox: Vec3;
  readonly volume: number;
}

export function zonotopeWindow(vectors: readonly Vec3[]): ZonotopeWindow {
  const normals: Vec3[] = [];
  for (let i = 0; i < 6; i++) {
    for (let j = i + 1; j < 6; j++) normals.push(cross(vectors[i], vectors[j]));
  }
  const halfWidth = (n: Vec3) => vectors.reduce((sum, v) => sum + Math.abs(dot(v, n)) / 2, 0);
  return {
    vectors,
    normals,
    halfWidths: normals.map(halfWidth),
    halfBox: [halfWidth([1, 0, 0]), halfWidth([0, 1, 0]), halfWidth([0, 0, 1])],
    volume: triples.reduce((sum, triple) => sum + Math.abs(volumeOf(vectors, triple)), 0),
  };
}

/** The twenty ways to take three of six edges. */
export const triples: readonly Vec3[] = Array.from({ length: 6 }, (_, i) =>
  Array.from({ length: 6 }, (_, j) =>
    Array.from({ length: 6 }, (_, k): Vec3 => [i, j, k]).filter(() => i < j),
  )
    .flat()
    .filter(([, j, k]) => j < k),
).flat();

export function volumeOf(vectors: readonly Vec3[], [i, j, k]: Vec3): number {
  return determinant([...vectors[i], ...vectors[j], ...vectors[k]]);
}
