import type { PatternTiles } from "../pattern-parts.js";
import { projected, tau, twiceIndices } from "./icosahedral-module.js";
import type { IcosahedralPoints } from "./icosahedral-points.js";
import {
  addVector,
  findVector,
  type PackedVector,
  pack,
  packedVector,
  step,
  type VertexTable,
  vertexTable,
} from "./vertex-table.js";
import { triples, volumeOf } from "./zonotope-window.js";

/**
 * The rhombohedra between points of the primitive lattice. The window less the projection of a tile is
 * the projection of the other three edges: there is a tile wherever all eight vertices are points.
 */
export function rhombohedra({ count, p, q }: IcosahedralPoints): PatternTiles {
  const directions = projected(tau);
  const indices = new Int32Array(6 * count);
  let [reach, extent] = [0, 0];
  for (let i = 0; i < count; i++) {
    const at = 3 * i;
    const twice = twiceIndices(p.subarray(at, at + 3), q.subarray(at, at + 3));
    for (let c = 0; c < 6; c++) {
      indices[6 * i + c] = twice[c] / 2;
      reach = Math.max(reach, Math.abs(twice[c]));
    }
    for (let c = 0; c < 3; c++) extent = Math.max(extent, Math.abs(p[at + c] + q[at + c] * tau));
  }
  const table = vertexTable({ directions, extent: extent + 4, reach: reach + 2, expected: count });
  const packed = packedVector(table);
  for (let i = 0; i < count; i++) {
    pack(table, indices.subarray(6 * i, 6 * i + 6), packed);
    addVector(table, packed);
  }
  const tileKinds = triples.map((triple) => (Math.abs(volumeOf(directions, triple)) > 4 ? 0 : 1));
  const vertices: number[] = [];
  const kind: number[] = [];
  const next = new Int32Array(6);
  const corner = new Int32Array(8);
  for (let i = 0; i < count; i++) {
    pack(table, indices.subarray(6 * i, 6 * i + 6), packed);
    for (let edge = 0; edge < 6; edge++) next[edge] = reached(table, packed, [edge]);
    corner[0] = i;
    for (let t = 0; t < triples.length; t++) {
      const [a, b, c] = triples[t];
      corner[1] = next[a];
      corner[2] = next[b];
      corner[4] = next[c];
      if (corner[1] < 0 || corner[2] < 0 || corner[4] < 0) continue;
      corner[3] = reached(table, packed, [a, b]);
      corner[5] = reached(table, packed, [a, c]);
      corner[6] = reached(table, packed, [b, c]);
      corner[7] = reached(table, packed, [a, b, c]);
      if (corner[3] < 0 || corner[5] < 0 || corner[6] < 0 || corner[7] < 0) continue;
      for (let bits = 0; bits < 8; bits++) vertices.push(corner[bits]);
      kind.push(tileKinds[t]);
    }
  }
  return {
    offsets: Int32Array.from({ length: kind.length + 1 }, (_, tile) => 8 * tile),
    vertices: Int32Array.from(vertices),
    kind: Int32Array.from(kind),
    kindNames: ["prolate", "oblate"],
  };
}

/** Number of the point at the end of these edges, or -1; the packed vector stays as it is. */
function reached(table: VertexTable, packed: PackedVector, edges: readonly number[]): number {
  for (const edge of edges) step(table, packed, edge, 1);
  const found = findVector(table, packed);
  for (const edge of edges) step(table, packed, edge, -1);
  return found;
}
