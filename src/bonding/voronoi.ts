import { requireInRange } from "../base/check.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";

export interface VoronoiOptions {
  /**
   * Where the crystal is not periodic in three directions, cells are cut by a cube around their site;
   * half of its edge in Å, default 15.
   */
  readonly openEdge?: number;
}

/** Faces of all cells, sorted by i, then j, then shift. Buffers belong to the caller. */
export interface VoronoiCells {
  /** Å³, [n]; infinite for a cell that is open. */
  readonly volume: Float64Array;
  /** Site of the cell, [m]. */
  readonly i: Int32Array;
  /** Site on the other side of the face, [m]. */
  readonly j: Int32Array;
  /** Cells from i's image to j's, [m, 3]. */
  readonly shift: Int32Array;
  /** Between the two sites, Å, [m]. */
  readonly distance: Float64Array;
  /** Å², [m]; of an open cell what lies within its cube. */
  readonly area: Float64Array;
  /** Solid angle that the face subtends at i, sr, [m]; those of a closed cell add up to 4π. */
  readonly solidAngle: Float64Array;
}

/**
 * The Voronoi cell of every site: all points that are nearer to it than to any other. Computed on
 * native threads by cutting a cube with the planes halfway to the neighbours.
 *
 * Planes that only touch a cell make no face: fcc has 12, bcc 14. Sites nearer than 10⁻⁶ Å to each
 * other are one place and get the same cell.
 *
 * @throws {DomainError} `openEdge` out of [0.001, 10⁶]; a cell with more than 256 faces.
 * @example
 * const { volume } = await voronoiCells(crystal); // sums to crystal.lattice.volume
 */
export function voronoiCells(
  crystal: Crystal,
  options: VoronoiOptions & TaskOptions = {},
): Task<VoronoiCells> {
  requireCrystal(crystal);
  requireTaskOptions("voronoiCells", options, ["openEdge"], "{ openEdge: 15 }");
  const runtime = Runtime.of(options);
  return runtime.run(
    {
      kernel: "voronoi",
      name: "voronoiCells",
      inputs: geometryOf(crystal),
      params: [openEdgeOf(options)],
      decode: (outputs) => cellsOf(outputs),
    },
    options,
  );
}

/** The first inputs of the kernels. */
export function geometryOf(crystal: Crystal): ArrayBufferView[] {
  return [crystal.fracPositions, crystal.lattice.matrix, Int32Array.from(crystal.periodic, Number)];
}

export function openEdgeOf({ openEdge = 15 }: VoronoiOptions): number {
  return requireInRange("openEdge", openEdge, 1e-3, 1e6, "Å");
}

/** What the kernels return; the weights are those of the CrystalNN rule. */
export function cellsOf(outputs: readonly ArrayBuffer[]): VoronoiCells & { weight: Float64Array } {
  const [volume, i, j, shift, distance, area, solidAngle, weight] = outputs;
  return {
    volume: new Float64Array(volume),
    i: new Int32Array(i),
    j: new Int32Array(j),
    shift: new Int32Array(shift),
    distance: new Float64Array(distance),
    area: new Float64Array(area),
    solidAngle: new Float64Array(solidAngle),
    weight: new Float64Array(weight),
  };
}
