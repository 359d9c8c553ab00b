import type { Vec3 } from "../../math/mat3.js";
import { dot } from "../../math/vec3.js";
import type { Affine } from "../affine.js";
import type { PatternParts } from "../pattern-parts.js";
import type { PointCloud } from "./point-cloud.js";
import { tileEdges } from "./tile-edges.js";

/** A pattern in the frame of its own line, plane or space: a tilted plane lies in xy here. */
export function cloudOf(
  data: Pick<PatternParts, "positions" | "dimension"> & {
    readonly cell?: PatternParts["cell"] | undefined;
    readonly tiles?: PatternParts["tiles"] | undefined;
    readonly transform: Affine;
  },
): PointCloud {
  const { positions, dimension, cell } = data;
  const { matrix } = cell?.lattice ?? {};
  const periods = [0, 1, 2]
    .filter((k) => matrix !== undefined && cell?.periodic[k])
    .map((k): Vec3 => [matrix![3 * k], matrix![3 * k + 1], matrix![3 * k + 2]]);
  const edges = knownEdges(data);
  const [u, v, w] = ownFrame(data.transform);
  const isUpright = u[0] === 1 && v[1] === 1;
  if (dimension === 3 || isUpright) return { positions, dimension, periods, ...edges };
  const turned = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i], positions[i + 1], positions[i + 2]];
    turned[i] = u[0] * x + u[1] * y + u[2] * z;
    turned[i + 1] = v[0] * x + v[1] * y + v[2] * z;
    turned[i + 2] = w[0] * x + w[1] * y + w[2] * z;
  }
  const along = (row: Vec3): Vec3 => [dot(u, row), dot(v, row), dot(w, row)];
  return { positions: turned, dimension, periods: periods.map(along), ...edges };
}

/** Of a finite pattern most points of which are corners of tiles; a periodic one lacks some tiles. */
function knownEdges({
  positions,
  cell,
  tiles,
}: Parameters<typeof cloudOf>[0]): Pick<PointCloud, "edges"> {
  if (tiles === undefined || cell?.periodic.some(Boolean)) return {};
  const pointCount = positions.length / 3;
  const isCorner = new Uint8Array(pointCount);
  for (const vertex of tiles.vertices) isCorner[vertex] = 1;
  const corners = isCorner.reduce((sum, flag) => sum + flag, 0);
  return 2 * corners > pointCount ? { edges: tileEdges(tiles, pointCount) } : {};
}

/** Where the generator's x axis points, the rest of its xy plane, and the normal of both. */
function ownFrame(transform: Affine): [Vec3, Vec3, Vec3] {
  const column = (k: number): Vec3 => [transform[k], transform[4 + k], transform[8 + k]];
  const u = unit(column(0));
  const y = column(1);
  const share = dot(u, y);
  const v = unit([y[0] - share * u[0], y[1] - share * u[1], y[2] - share * u[2]]);
  const w: Vec3 = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  return [u, v, w];
}

function unit([x, y, z]: Vec3): Vec3 {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
