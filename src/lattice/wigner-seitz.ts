import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { type ConvexCell, convexCell } from "../math/convex-cell.js";
import { norm, rowOf } from "../math/vec3.js";
import type { Lattice } from "./lattice.js";
import { nearestImages } from "./minimum-image.js";

export interface CellOptions {
  /**
   * Vertices nearer than this are one, relative to the radius of the cell; default 1e-5. So the
   * rounded parameters of a file do not split a vertex.
   */
  readonly tolerance?: number;
}

/** What is nearer to the origin than to any other point of a lattice. */
abstract class LatticeCell implements ConvexCell {
  /** Cartesian, [n, 3]. */
  readonly vertices: Float64Array;
  /** For each face its vertices, counter-clockwise seen from outside. */
  readonly faces: readonly (readonly number[])[];
  /** Outward unit normal of each face, Cartesian, [m, 3]. */
  readonly normals: Float64Array;
  /** Of each face, [m]. */
  readonly areas: Float64Array;
  /** For each face its number among the planes that were tried, [m]. */
  readonly planes: Int32Array;
  /** Pairs of vertices, the smaller index first. */
  readonly edges: readonly (readonly [number, number])[];
  readonly volume: number;
  /** For each face the lattice vector that it bisects, in whole numbers, [m, 3]. */
  protected readonly neighbors: Int32Array;

  constructor(lattice: Lattice, options: CellOptions) {
    requireOptions("a Wigner-Seitz cell", options, ["tolerance"], "{ tolerance: 1e-5 }");
    const { tolerance = 1e-5 } = options;
    const { vectors, coefficients } = nearestImages(lattice.matrix, [true, true, true]);
    const pairs = Array.from({ length: vectors.length / 3 }, (_, i) => i).flatMap((i) =>
      [1, -1].map((sign) => ({
        normal: rowOf(vectors, i).map((value) => sign * value),
        indices: rowOf(coefficients, i).map((value) => sign * value + 0),
      })),
    );
    const cell = convexCell(
      pairs.map(({ normal }) => ({ normal, distance: norm(normal) / 2 })),
      { tolerance },
    );
    this.vertices = cell.vertices;
    this.faces = cell.faces;
    this.normals = cell.normals;
    this.areas = cell.areas;
    this.planes = cell.planes;
    this.edges = cell.edges;
    this.volume = cell.volume;
    this.neighbors = Int32Array.from(
      Array.from(cell.planes).flatMap((plane) => pairs[plane].indices),
    );
  }

  protected describe(name: string, unit: string): string {
    const { vertices, edges, faces, volume } = this;
    return (
      `${name}: ${vertices.length / 3} vertices, ${edges.length} edges, ${faces.length} faces, ` +
      `volume ${Number(volume.toPrecision(6))} ${unit}`
    );
  }
}

/** The Wigner-Seitz cell of a lattice, lengths in Å: see `lattice.wignerSeitzCell()`. */
export class WignerSeitzCell extends LatticeCell {
  readonly lattice: Lattice;
  /** For each face the lattice vector that it bisects, [m, 3]. */
  readonly uvw: Int32Array;

  constructor(lattice: Lattice, options: CellOptions = {}) {
    super(lattice, options);
    this.lattice = lattice;
    this.uvw = this.neighbors;
  }

  override toString(): string {
    return this.describe("Wigner-Seitz cell", "Å³");
  }
}

/**
 * The first Brillouin zone, lengths in 1/Å with 2π: see `lattice.brillouinZone()`.
 */
export class BrillouinZone extends LatticeCell {
  /** With 2π, aᵢ·bⱼ = 2π δᵢⱼ. */
  readonly reciprocal: Lattice;
  /** For each face the reciprocal lattice vector that it bisects, [m, 3]. */
  readonly hkl: Int32Array;

  /** @param reciprocal With 2π. */
  constructor(reciprocal: Lattice, options: CellOptions = {}) {
    super(reciprocal, options);
    this.reciprocal = reciprocal;
    this.hkl = this.neighbors;
  }

  override toString(): string {
    return this.describe("First Brillouin zone", "1/Å³ (with 2π)");
  }
}

inspectAsText(WignerSeitzCell);
inspectAsText(BrillouinZone);
