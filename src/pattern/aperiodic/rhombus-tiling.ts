import type { PatternParts, PatternTiles } from "../pattern-parts.js";
import type { RhombusPatch } from "./rhombus-patch.js";

/** The vertices of a patch within the disc and the tiles that have all corners among them. */
export interface KeptPatch {
  /** New index of each vertex of the patch, or -1. */
  readonly newIndex: Int32Array;
  /** Old index of each kept vertex. */
  readonly vertices: Int32Array;
  readonly positions: Float64Array;
  /** Old index of each kept tile. */
  readonly tiles: Int32Array;
}

/** @param radius In edges, as the patch. @param spacing Å an edge. */
export function keepDisc(patch: RhombusPatch, radius: number, spacing: number): KeptPatch {
  const { planar, vertexCount, tileCount, corners } = patch;
  const newIndex = new Int32Array(vertexCount).fill(-1);
  const kept = new Int32Array(vertexCount);
  let count = 0;
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    const x = planar[2 * vertex];
    const y = planar[2 * vertex + 1];
    if (x * x + y * y > radius * radius) continue;
    newIndex[vertex] = count;
    kept[count++] = vertex;
  }
  const positions = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    positions[3 * i] = spacing * planar[2 * kept[i]];
    positions[3 * i + 1] = spacing * planar[2 * kept[i] + 1];
  }
  const tiles = new Int32Array(tileCount);
  let keptTiles = 0;
  for (let tile = 0; tile < tileCount; tile++) {
    const c = 4 * tile;
    const low = Math.min(newIndex[corners[c]], newIndex[corners[c + 1]]);
    const high = Math.min(newIndex[corners[c + 2]], newIndex[corners[c + 3]]);
    if (low >= 0 && high >= 0) tiles[keptTiles++] = tile;
  }
  return { newIndex, vertices: kept.slice(0, count), positions, tiles: tiles.slice(0, keptTiles) };
}

/** The kept tiles as polygons; the kind of each by its shape. */
export function rhombi(
  { corners, shape }: RhombusPatch,
  { tiles, newIndex }: KeptPatch,
  kindOfShape: Int32Array,
  kindNames: readonly string[],
): PatternTiles {
  const count = tiles.length;
  const offsets = new Int32Array(count + 1);
  const vertices = new Int32Array(4 * count);
  const kind = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const from = 4 * tiles[i];
    offsets[i + 1] = 4 * i + 4;
    for (let c = 0; c < 4; c++) vertices[4 * i + c] = newIndex[corners[from + c]];
    kind[i] = kindOfShape[shape[tiles[i]]];
  }
  return { offsets, vertices, kind, kindNames };
}

/** Points by the number of tiles that meet in them in the infinite tiling. */
export function coordinationKinds(
  { cornerSum }: RhombusPatch,
  { vertices }: KeptPatch,
  largest: number,
): Required<Pick<PatternParts, "kindOfPoint" | "kindNames">> {
  const kindNames = Array.from({ length: largest - 2 }, (_, i) => String(i + 3));
  return { kindOfPoint: vertices.map((vertex) => cornerSum[vertex] - 3), kindNames };
}
