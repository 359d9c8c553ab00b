import type { Crystal } from "../../crystal/crystal.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { determinant, inverse, multiply, rowsTimes } from "../../math/mat3.js";

/** A crystal turned so that a lies along x and b in the xy plane, as LAMMPS has it. */
export interface TurnedCrystal {
  /** Rows a, b, c, lower triangular. */
  readonly matrix: Float64Array;
  readonly cartPositions: Float64Array;
  /** Turns a property of three numbers a site; undefined if it is none. */
  vectors(values: SiteProperty | undefined): Float64Array | undefined;
}

/** Exact where the cell lies so already. @param crystal With a right-handed cell. */
export function turned(crystal: Crystal): TurnedCrystal {
  const { lattice, fracPositions, cartPositions, siteCount } = crystal;
  const old = lattice.matrix;
  const isVector = (values: SiteProperty | undefined): values is Float64Array =>
    values instanceof Float64Array && values.length === 3 * siteCount;
  const isTurned =
    old[1] === 0 && old[2] === 0 && old[5] === 0 && old[0] > 0 && old[4] > 0 && old[8] > 0;
  if (isTurned) {
    return {
      matrix: old,
      cartPositions,
      vectors: (values) => (isVector(values) ? values : undefined),
    };
  }
  const matrix = triangular(old);
  const rotation = multiply(inverse(old), matrix);
  return {
    matrix,
    cartPositions: rowsTimes(fracPositions, matrix),
    vectors: (values) => (isVector(values) ? rowsTimes(values, rotation) : undefined),
  };
}

/** The same lengths and angles: LAMMPS manual, "Triclinic (non-orthogonal) simulation boxes". */
function triangular(m: Float64Array): Float64Array {
  const dot = (i: number, j: number) =>
    m[3 * i] * m[3 * j] + m[3 * i + 1] * m[3 * j + 1] + m[3 * i + 2] * m[3 * j + 2];
  const ax = Math.sqrt(dot(0, 0));
  const bx = dot(0, 1) / ax;
  const by = Math.sqrt(dot(1, 1) - bx * bx);
  const cx = dot(0, 2) / ax;
  const cy = (dot(1, 2) - bx * cx) / by;
  // From the volume, which is steadier than a difference of squares.
  return Float64Array.of(ax, 0, 0, bx, by, 0, cx, cy, determinant(m) / (ax * by));
}
