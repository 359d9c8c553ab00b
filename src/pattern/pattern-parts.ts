import type { Lattice } from "../lattice/lattice.js";

/** What a generator returns: points and what is known of them. */
export interface PatternParts {
  /** Cartesian, Å (units of `spacing`), [n, 3]; planar patterns have z = 0. */
  readonly positions: Float64Array;
  readonly dimension: 1 | 2 | 3; // of the space it fills
  /** The translations it repeats by, if any: rows, Cartesian; [] for an aperiodic one. */
  readonly cell?: {
    readonly lattice: Lattice;
    readonly periodic: readonly [boolean, boolean, boolean];
  };
  /** Class of each point, for decoration (sublattice, layer, vertex type), [n]; names of the classes. */
  readonly kindOfPoint?: Int32Array;
  readonly kindNames?: readonly string[];
  /** Polygons or polyhedra over the points: vertex indexes by `offsets`, kind by index into names. */
  readonly tiles?: PatternTiles;
  /** Anything exact that the generator knows: ideal density, angle, commensurate indices, ... */
  readonly facts?: Readonly<Record<string, number | string>>;
}
export interface PatternTiles {
  readonly offsets: Int32Array;
  readonly vertices: Int32Array;
  readonly kind: Int32Array;
  readonly kindNames: readonly string[]; // "thick", "thin"; "square", "rhombus"; "triangle", ...
}
/** One kind of pattern; each file of kinds registers its own. */
export interface PatternGenerator<Options> {
  readonly patternType: string;
  generate(options: Options): PatternParts;
}
