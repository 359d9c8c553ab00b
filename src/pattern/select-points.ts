import type { PatternParts, PatternTiles } from "./pattern-parts.js";

/** Points with the flag kept, in order, and the tiles all of whose vertices are. */
export function selectPoints(
  parts: Pick<PatternParts, "positions" | "kindOfPoint" | "tiles">,
  isKept: Uint8Array,
): Pick<PatternParts, "positions" | "kindOfPoint" | "tiles"> {
  const renumbered = new Int32Array(isKept.length).fill(-1);
  let count = 0;
  for (let i = 0; i < isKept.length; i++) if (isKept[i]) renumbered[i] = count++;
  const positions = new Float64Array(3 * count);
  const kindOfPoint = parts.kindOfPoint && new Int32Array(count);
  for (let i = 0; i < isKept.length; i++) {
    const target = renumbered[i];
    if (target < 0) continue;
    for (let k = 0; k < 3; k++) positions[3 * target + k] = parts.positions[3 * i + k];
    if (kindOfPoint && parts.kindOfPoint) kindOfPoint[target] = parts.kindOfPoint[i];
  }
  return {
    positions,
    ...(kindOfPoint ? { kindOfPoint } : {}),
    ...(parts.tiles ? { tiles: selectTiles(parts.tiles, renumbered) } : {}),
  };
}

function selectTiles(tiles: PatternTiles, renumbered: Int32Array): PatternTiles {
  const { offsets, vertices, kind, kindNames } = tiles;
  const keptOffsets = [0];
  const keptVertices: number[] = [];
  const keptKind: number[] = [];
  for (let t = 0; t < kind.length; t++) {
    const corners = vertices.subarray(offsets[t], offsets[t + 1]);
    if (corners.some((vertex) => renumbered[vertex] < 0)) continue;
    for (const vertex of corners) keptVertices.push(renumbered[vertex]);
    keptOffsets.push(keptVertices.length);
    keptKind.push(kind[t]);
  }
  return {
    offsets: Int32Array.from(keptOffsets),
    vertices: Int32Array.from(keptVertices),
    kind: Int32Array.from(keptKind),
    kindNames,
  };
}
