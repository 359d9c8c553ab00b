import type { Vec3 } from "../math/mat3.js";
import { cross } from "../math/vec3.js";
import type { Pattern } from "../pattern/pattern.js";
import { combine, unit, vector } from "./vectors.js";

/** Corners of a parallelepiped by the bits of their number, in order round each face. */
const faceCorners = [
  [0, 2, 3, 1],
  [4, 5, 7, 6],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 4, 6, 2],
  [1, 3, 7, 5],
] as const;

export interface BoundaryFace {
  readonly kind: number;
  readonly corners: readonly Vec3[];
  /** Away from the tile. */
  readonly normal: Vec3;
}

/** The faces of tiles with eight corners that no other tile has: the skin of what they fill. */
export function boundaryFaces({ tiles, positions }: Pattern): BoundaryFace[] {
  if (tiles === undefined) return [];
  const place = (point: number) => vector((k) => positions[3 * point + k]);
  const found = new Map<string, BoundaryFace | undefined>();
  for (let tile = 0; tile < tiles.kind.length; tile++) {
    const points = tiles.vertices.subarray(tiles.offsets[tile], tiles.offsets[tile + 1]);
    if (points.length !== 8) continue;
    const middle = combine(place(points[0]), combine(place(points[7]), place(points[0]), -1), 0.5);
    for (const face of faceCorners) {
      const ids = face.map((bits) => points[bits]);
      const key = [...ids].sort((a, b) => a - b).join();
      if (found.has(key)) {
        found.set(key, undefined);
        continue;
      }
      const corners = ids.map(place);
      found.set(key, { kind: tiles.kind[tile], ...outward(corners, middle) });
    }
  }
  return [...found.values()].filter((face) => face !== undefined);
}

function outward(corners: readonly Vec3[], inside: Vec3): Pick<BoundaryFace, "corners" | "normal"> {
  const [a, b, , d] = corners;
  const normal = unit(cross(combine(b, a, -1), combine(d, a, -1)));
  const away = combine(a, inside, -1);
  const isOut = normal[0] * away[0] + normal[1] * away[1] + normal[2] * away[2] > 0;
  return isOut
    ? { corners, normal }
    : { corners: [...corners].reverse(), normal: [-normal[0], -normal[1], -normal[2]] };
}
