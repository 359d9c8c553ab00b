import type { PatternTiles } from "../pattern-parts.js";

/** The tiles of one planar cell, each once; their vertices may lie in the cells around. */
export interface MotifTiles {
  readonly kindNames: readonly string[];
  readonly tiles: readonly {
    readonly kind: number;
    readonly vertices: readonly TileVertex[];
  }[];
}

export interface TileVertex {
  readonly basis: number;
  /** Cells along a and b. */
  readonly shift: readonly [number, number];
}

export interface CellGrid {
  /** Indices of the first cell. */
  readonly from: readonly number[];
  readonly counts: readonly number[];
  readonly basisCount: number;
}

/**
 * The tiles whose vertices are all there. A tile across the border of a periodic patch is left out:
 * its vertices are on opposite sides.
 *
 * @param pointAt Index of each cell's points, -1 for none; undefined if all are there, in order.
 */
export function fillTiles(
  { kindNames, tiles }: MotifTiles,
  grid: CellGrid,
  pointAt: Int32Array | undefined,
): PatternTiles {
  const perCell = tiles.reduce((sum, { vertices }) => sum + vertices.length, 0);
  const cellCount = grid.counts[0] * grid.counts[1];
  const offsets = new Int32Array(tiles.length * cellCount + 1);
  const vertices = new Int32Array(perCell * cellCount);
  const kind = new Int32Array(tiles.length * cellCount);
  let tileCount = 0;
  let end = 0;
  for (let i = 0; i < grid.counts[0]; i++) {
    for (let j = 0; j < grid.counts[1]; j++) {
      for (const tile of tiles) {
        const next = placeTile(tile.vertices, i, j, grid, pointAt, vertices, end);
        if (next < 0) continue;
        end = next;
        kind[tileCount] = tile.kind;
        offsets[++tileCount] = end;
      }
    }
  }
  return {
    offsets: offsets.slice(0, tileCount + 1),
    vertices: vertices.slice(0, end),
    kind: kind.slice(0, tileCount),
    kindNames,
  };
}

/** Writes the tile's vertices at `start`; returns the place behind them, -1 if one is missing. */
function placeTile(
  tile: readonly TileVertex[],
  i: number,
  j: number,
  { counts, basisCount }: CellGrid,
  pointAt: Int32Array | undefined,
  vertices: Int32Array,
  start: number,
): number {
  for (let v = 0; v < tile.length; v++) {
    const { basis, shift } = tile[v];
    const a = i + shift[0];
    const b = j + shift[1];
    if (a < 0 || b < 0 || a >= counts[0] || b >= counts[1]) return -1;
    const slot = (a * counts[1] + b) * basisCount + basis;
    const point = pointAt === undefined ? slot : pointAt[slot];
    if (point < 0) return -1;
    vertices[start + v] = point;
  }
  return start + tile.length;
}
