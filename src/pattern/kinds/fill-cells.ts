import { Lattice } from "../../lattice/lattice.js";
import { determinant, inverse, rowTimes } from "../../math/mat3.js";
import type { GenerationWatch } from "../pattern-kind.js";
import type { PatternParts } from "../pattern-parts.js";
import type { Region } from "./cell-size.js";
import { type CellGrid, fillTiles, type MotifTiles } from "./fill-tiles.js";

/** What a lattice repeats, in units of `spacing`. */
export interface Motif {
  readonly dimension: 1 | 2 | 3;
  /** Rows a, b, c; those beyond the dimension are unit vectors normal to it. */
  readonly lattice: Float64Array;
  /** Cartesian, [m, 3]. */
  readonly basis: Float64Array;
  readonly kindOfBasis?: readonly number[];
  readonly kindNames?: readonly string[];
  readonly tiles?: MotifTiles;
}

/** Relative: points on the border count as inside whatever the rounding. */
const borderTolerance = 1e-9;

/** Points of the motif in a region; with counts a cell, else a finite cut. */
export function fillCells(motif: Motif, region: Region, watch?: GenerationWatch): PatternParts {
  const grid = gridOf(motif, region);
  const isInside = insideOf(motif, region);
  const hasAll = region.shape === "cells";
  const size = cellTotal(grid) * grid.basisCount;
  const pointCount = hasAll ? size : visitPoints(motif, grid, isInside, undefined, undefined);
  const positions = new Float64Array(3 * pointCount);
  const kindOfPoint = motif.kindOfBasis && new Int32Array(pointCount);
  const pointAt = motif.tiles && !hasAll ? new Int32Array(size).fill(-1) : undefined;
  const store = { positions, kindOfPoint, pointAt };
  visitPoints(motif, grid, hasAll ? undefined : isInside, store, watch);
  return {
    positions,
    dimension: motif.dimension,
    ...(hasAll ? { cell: cellOf(motif, grid.counts) } : {}),
    ...(kindOfPoint ? { kindOfPoint, kindNames: motif.kindNames ?? [] } : {}),
    ...(motif.tiles ? { tiles: fillTiles(motif.tiles, grid, pointAt) } : {}),
    facts: { density: grid.basisCount / Math.abs(determinant(motif.lattice)) },
  };
}

/** About how many points a region holds. */
export function regionPoints({ dimension, lattice, basis }: Motif, region: Region): number {
  const density = basis.length / 3 / Math.abs(determinant(lattice));
  if (region.shape === "box") return density * region.half.reduce((size, h) => size * 2 * h, 1);
  if (region.shape === "ball") {
    return density * [2, Math.PI, (4 / 3) * Math.PI][dimension - 1] * region.radius ** dimension;
  }
  return (basis.length / 3) * region.counts.reduce((product, count) => product * count, 1);
}

function cellTotal({ counts }: CellGrid): number {
  return counts[0] * counts[1] * counts[2];
}

function cellOf(motif: Motif, counts: readonly number[]): NonNullable<PatternParts["cell"]> {
  const matrix = motif.lattice.map((value, i) => value * counts[Math.floor(i / 3)]);
  const [a, b, c] = [0, 1, 2].map((axis) => axis < motif.dimension);
  return { lattice: Lattice.fromMatrix(matrix), periodic: [a, b, c] };
}

/** The cells that may hold points of the region. */
function gridOf({ dimension, lattice, basis }: Motif, region: Region): CellGrid {
  const basisCount = basis.length / 3;
  if (region.shape === "cells") {
    const counts = [0, 1, 2].map((axis) => region.counts[axis] ?? 1);
    return { from: [0, 0, 0], counts, basisCount };
  }
  const toFrac = inverse(lattice);
  const from = [0, 0, 0];
  const counts = [1, 1, 1];
  for (let axis = 0; axis < dimension; axis++) {
    const column = [toFrac[axis], toFrac[3 + axis], toFrac[6 + axis]];
    const reach =
      region.shape === "ball"
        ? region.radius * Math.hypot(...column)
        : region.half.reduce((sum, half, k) => sum + half * Math.abs(column[k]), 0);
    const offsets = Array.from(
      { length: basisCount },
      (_, m) => rowTimes(basis.subarray(3 * m, 3 * m + 3), toFrac)[axis],
    );
    from[axis] = Math.floor(-reach - Math.max(...offsets) - 1e-6);
    counts[axis] = Math.ceil(reach - Math.min(...offsets) + 1e-6) - from[axis] + 1;
  }
  return { from, counts, basisCount };
}

type Inside = (x: number, y: number, z: number) => boolean;

function insideOf({ dimension }: Motif, region: Region): Inside {
  if (region.shape === "ball") {
    const limit = region.radius ** 2 * (1 + borderTolerance);
    return (x, y, z) => x * x + y * y + z * z <= limit;
  }
  if (region.shape === "cells") return () => true;
  const [hx, hy, hz] = [0, 1, 2].map((k) => (k < dimension ? region.half[k] : 1));
  const room = borderTolerance * Math.max(hx, hy, hz);
  const within = (value: number, half: number) => value >= -half - room && value < half - room;
  return (x, y, z) => within(x, hx) && within(y, hy) && within(z, hz);
}

interface PointStore {
  readonly positions: Float64Array;
  readonly kindOfPoint: Int32Array | undefined;
  /** Index of the point of each cell and basis site, -1 for none. */
  readonly pointAt: Int32Array | undefined;
}

/** Counts the points inside, and stores them if there is a store. */
function visitPoints(
  { lattice, basis, kindOfBasis }: Motif,
  { from, counts, basisCount }: CellGrid,
  isInside: Inside | undefined,
  store: PointStore | undefined,
  watch: GenerationWatch | undefined,
): number {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = lattice;
  const kinds = Int32Array.from(kindOfBasis ?? []);
  let point = 0;
  let slot = 0;
  for (let i = from[0]; i < from[0] + counts[0]; i++) {
    watch?.(i - from[0], counts[0]);
    for (let j = from[1]; j < from[1] + counts[1]; j++) {
      const ox = i * ax + j * bx;
      const oy = i * ay + j * by;
      const oz = i * az + j * bz;
      for (let k = from[2]; k < from[2] + counts[2]; k++) {
        for (let m = 0; m < basisCount; m++, slot++) {
          const x = ox + k * cx + basis[3 * m];
          const y = oy + k * cy + basis[3 * m + 1];
          const z = oz + k * cz + basis[3 * m + 2];
          if (isInside !== undefined && !isInside(x, y, z)) continue;
          if (store !== undefined) {
            store.positions[3 * point] = x;
            store.positions[3 * point + 1] = y;
            store.positions[3 * point + 2] = z;
            if (store.kindOfPoint !== undefined) store.kindOfPoint[point] = kinds[m];
            if (store.pointAt !== undefined) store.pointAt[slot] = point;
          }
          point++;
        }
      }
    }
  }
  return point;
}
