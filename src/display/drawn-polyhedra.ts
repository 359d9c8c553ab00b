import type { CoordinationPolyhedron } from "../bonding/polyhedra.js";
import type { Vec3 } from "../math/mat3.js";
import { cross, dot, norm } from "../math/vec3.js";
import type { DrawnFace } from "./crystal-drawing.js";
import { elementColor } from "./data/element-colors.js";
import { combine, scale, unit } from "./vectors.js";

/** The faces of a polyhedron whose centre stands at `position`, in the colour of the central element. */
export function drawnPolyhedron(polyhedron: CoordinationPolyhedron, position: Vec3): DrawnFace[] {
  const { vectors, crystal, center } = polyhedron;
  const faces = polyhedron.faces.length > 0 ? polyhedron.faces : flatFace(vectors);
  const color = elementColor(crystal.numbers[center]);
  return faces.map((corners) => {
    const relative = corners.map((corner) => vectors[corner]);
    return {
      corners: relative.map((vector) => combine(position, vector, 1)),
      normal: normalOf(relative),
      color,
      label: polyhedron.shape ?? `${polyhedron.cornerCount} corners`,
    };
  });
}

/** Corners in one plane, round their middle: a square, a triangle. */
function flatFace(vectors: readonly Vec3[]): number[][] {
  if (vectors.length < 3) return [];
  const middle = scale(
    vectors.reduce<Vec3>((sum, vector) => combine(sum, vector, 1), [0, 0, 0]),
    1 / vectors.length,
  );
  const spokes = vectors.map((vector) => combine(vector, middle, -1));
  const first = spokes.find((spoke) => Math.hypot(...spoke) > 1e-6) ?? [1, 0, 0];
  const normal = spokes
    .map((spoke) => cross(first, spoke))
    .reduce((a, b) => (norm(b) > norm(a) ? b : a));
  if (Math.hypot(...normal) < 1e-6) return [];
  const right = unit(first);
  const up = cross(unit(normal), right);
  const angle = (corner: number) => Math.atan2(dot(spokes[corner], up), dot(spokes[corner], right));
  return [Array.from(vectors.keys()).sort((a, b) => angle(a) - angle(b))];
}

/** Newell's: right also where the first three corners lie in a line. */
function normalOf(corners: readonly Vec3[]): Vec3 {
  const sum = corners.reduce<Vec3>(
    (total, corner, i) => combine(total, cross(corner, corners[(i + 1) % corners.length]), 1),
    [0, 0, 0],
  );
  const length = Math.hypot(...sum);
  return length > 0 ? scale(sum, 1 / length) : [0, 0, 1];
}
