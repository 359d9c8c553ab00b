import type { PatternTiles } from "../pattern-parts.js";
import type { NeighborTable } from "./near-points.js";

/** The edges of all tiles, each once: pairs of points i < j, [m, 2], sorted. */
export function tileEdges(tiles: PatternTiles, pointCount: number): Int32Array {
  const { offsets, vertices, kind, kindNames } = tiles;
  const keys: number[] = [];
  const add = (p: number, q: number) => {
    const [i, j] = [vertices[p], vertices[q]];
    if (i !== j) keys.push(Math.min(i, j) * pointCount + Math.max(i, j));
  };
  for (let t = 0; t < kind.length; t++) {
    const [begin, end] = [offsets[t], offsets[t + 1]];
    if (isRhombohedron(kindNames[kind[t]])) {
      // Its corners are numbered by the edges that lead to them, a bit for each.
      for (let corner = 0; corner < 8; corner++) {
        for (const bit of [1, 2, 4]) if (!(corner & bit)) add(begin + corner, begin + corner + bit);
      }
      continue;
    }
    for (let at = begin; at + 1 < end; at++) add(at, at + 1);
    if (end - begin > 2) add(end - 1, begin);
  }
  const sorted = Float64Array.from(keys).sort();
  const pairs: number[] = [];
  sorted.forEach((key, n) => {
    if (n > 0 && key === sorted[n - 1]) return;
    pairs.push(Math.floor(key / pointCount), key % pointCount);
  });
  return Int32Array.from(pairs);
}

function isRhombohedron(kindName: string): boolean {
  return kindName === "prolate" || kindName === "oblate";
}

/** The edges from both ends, and the length of the longest. */
export function edgeTable(
  positions: Float64Array,
  edges: Int32Array,
): { readonly cutoff: number; readonly neighbors: NeighborTable } {
  const offsets = new Int32Array(positions.length / 3 + 1);
  for (const point of edges) offsets[point + 1]++;
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
  const index = new Int32Array(edges.length);
  const vector = new Float64Array(3 * edges.length);
  const next = offsets.slice(0, -1);
  let longest = 0;
  for (let n = 0; n < edges.length; n++) {
    const [i, j] = [edges[n], edges[n ^ 1]];
    const at = next[i]++;
    index[at] = j;
    let square = 0;
    for (let k = 0; k < 3; k++) {
      const component = positions[3 * j + k] - positions[3 * i + k];
      vector[3 * at + k] = component;
      square += component * component;
    }
    longest = Math.max(longest, square);
  }
  return { cutoff: Math.sqrt(longest), neighbors: { offsets, index, vector } };
}
