import { cross, dot, norm } from "../math/vec3.js";

/** The shape of the polyhedron of sites about a void. */
export type VoidShape =
  | "trigonal"
  | "tetrahedral"
  | "square planar"
  | "octahedral"
  | "trigonal prismatic"
  | "cubic"
  | "cuboctahedral"
  | `${number}-fold`;

/** Beyond this angle at the centre two corners are opposite, degrees. */
const opposite = 155;

/** By the number of corners and how many of them are opposite to another one. */
export function voidShape(corners: readonly (readonly number[])[]): VoidShape {
  const units = corners.map((corner) => corner.map((value) => value / norm(corner)));
  const least = Math.cos((opposite * Math.PI) / 180);
  const pairs = units.reduce(
    (sum, u, i) => sum + units.slice(0, i).filter((v) => dot(u, v) < least).length,
    0,
  );
  switch (corners.length) {
    case 3:
      return "trigonal";
    case 4:
      return isFlat(units) ? "square planar" : "tetrahedral";
    case 6:
      if (pairs === 3) return "octahedral";
      return pairs === 0 ? "trigonal prismatic" : "6-fold";
    case 8:
      return pairs === 4 ? "cubic" : "8-fold";
    case 12:
      return pairs === 6 ? "cuboctahedral" : "12-fold";
    default:
      return `${corners.length}-fold`;
  }
}

function isFlat([u, v, w, x]: readonly (readonly number[])[]): boolean {
  const normals = [cross(u, v), cross(u, w)];
  const normal = norm(normals[0]) > norm(normals[1]) ? normals[0] : normals[1];
  const rise = Math.max(
    Math.abs(dot(normal, w)),
    Math.abs(dot(normal, v)),
    Math.abs(dot(normal, x)),
  );
  return rise < 0.2 * norm(normal);
}
