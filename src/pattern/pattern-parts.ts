import type { Lattice } from "../lattice/lattice.js";

/** What a generator returns: points and what is known of them. */
export interface PatternParts {
  /** Cartesian, Å (units of `spacing`), [n, 3]; planar patterns have z = 0. */
  readonly positions: Float64Array;
  /** Of the space it fills. */
  readonly dimension: 1 | 2 | 3;
  /** The translations it repeats by, if any: rows, Cartesian; left out for an aperiodic one. */
  readonly cell?: {
    readonly lattice: Lattice;
    readonly periodic: readonly [boolean, boolean, boolean];
  };
  /** Class of each point, for decoration (sublattice, layer, vertex type), [n]. */
  readonly kindOfPoint?: Int32Array;
  /** Names of the classes. */
  readonly kindNames?: readonly string[];
  /** Polygons or polyhedra over the points: vertex indexes by `offsets`, kind by index into names. */
  readonly tiles?: PatternTiles;
  /** Anything exact that the generator knows: ideal density, angle, commensurate indices, ... */
  readonly facts?: Readonly<Record<string, number | string>>;
}

export interface PatternTiles {
  /** Tile t owns vertices offsets[t] to offsets[t + 1], [tiles + 1]. */
  readonly offsets: Int32Array;
  readonly vertices: Int32Array;
  readonly kind: Int32Array;
  /** "thick", "thin"; "square", "rhombus"; "triangle", ... */
  readonly kindNames: readonly string[];
}

/** One kind of pattern; each file of kinds registers its own. */
export interface PatternGenerator<Options> {
  readonly patternType: string;
  generate(options: Options): PatternParts;
}
