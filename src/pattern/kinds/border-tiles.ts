import type { Pattern } from "../pattern.js";
import { fillTiles, type TileVertex } from "./fill-tiles.js";
import { facesOfNet } from "./tilings.js";

/** A tile across the border of a periodic pattern. */
export interface BorderTile {
  readonly kind: number;
  /** For each corner its point, and the whole cells along a and b by which it is moved. */
  readonly corners: readonly {
    readonly point: number;
    readonly shift: readonly [number, number];
  }[];
}

/**
 * The tiles that `pattern.tiles` leaves out because their vertices are on opposite sides of the cell:
 * of a periodic tiling as it was generated, each once; of any other pattern none.
 */
export function borderTiles({ config, facts, tiles, cell, pointCount }: Pattern): BorderTile[] {
  const motif = facesOfNet(facts.vertexConfiguration);
  if (motif === undefined || tiles === undefined || cell === undefined) return [];
  const { counts: given } = config as { readonly counts?: number | readonly number[] };
  const counts = typeof given === "number" ? [given, given] : Array.from(given ?? []);
  const basisCount = pointCount / (counts[0] * counts[1]);
  if (counts.length !== 2 || basisCount !== motif.basisCount) return [];
  const inside = fillTiles(motif.faces, { from: [0, 0], counts, basisCount }, undefined);
  // Points that were reordered, merged or picked since have other tiles.
  if (!sameNumbers(inside.vertices, tiles.vertices) || !sameNumbers(inside.kind, tiles.kind)) {
    return [];
  }
  const found: BorderTile[] = [];
  for (let i = 0; i < counts[0]; i++) {
    for (let j = 0; j < counts[1]; j++) {
      for (const { kind, vertices } of motif.faces.tiles) {
        const corners = vertices.map((vertex) => cornerOf(vertex, [i, j], counts, basisCount));
        if (corners.some(({ shift }) => shift[0] !== 0 || shift[1] !== 0)) {
          found.push({ kind, corners });
        }
      }
    }
  }
  return found;
}

function cornerOf(
  { basis, shift }: TileVertex,
  at: readonly [number, number],
  counts: readonly number[],
  basisCount: number,
): BorderTile["corners"][number] {
  const [a, b] = [at[0] + shift[0], at[1] + shift[1]];
  const cells: [number, number] = [Math.floor(a / counts[0]), Math.floor(b / counts[1])];
  const [i, j] = [a - cells[0] * counts[0], b - cells[1] * counts[1]];
  return { point: (i * counts[1] + j) * basisCount + basis, shift: cells };
}

function sameNumbers(one: Int32Array, other: Int32Array): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
