import { type Mat3, multiply } from "../math/mat3.js";
import { dot } from "../math/vec3.js";
import { lllChange } from "./lll.js";
import { obtuseSuperbase, rowsOf, voronoiVectors } from "./superbase.js";

/** A lattice of rank 0 to 3, made ready to find nearest images in it. */
export interface NearestImages {
  /** The cell, rows in Å. */
  readonly matrix: Mat3;
  /** Voronoi vectors, one of each pair ±v, Cartesian, [m, 3]. */
  readonly vectors: Float64Array;
  /** The same in terms of the cell, [m, 3]. */
  readonly coefficients: Int32Array;
  readonly periodic: readonly boolean[];
}

export interface MinimumImage {
  /** Cartesian, Å. */
  readonly vector: [number, number, number];
  /** The lattice vector that was added: `vector = (fracDelta + shift) · M`. */
  readonly shift: [number, number, number];
  /** Å */
  readonly distance: number;
}

/** More than half a lattice vector by less than this is rounding, and would go on for ever. */
const slack = 1e-12;

export function nearestImages(matrix: Mat3, periodic: readonly boolean[]): NearestImages {
  const reduced = periodic.every(Boolean) ? lllChange(matrix) : undefined;
  const rows = rowsOf(reduced ? multiply(reduced, matrix) : matrix).filter((_, k) => periodic[k]);
  const basis = rowsOf(reduced ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]).filter((_, k) => periodic[k]);
  const found = rows.length === 0 ? [] : voronoiVectors(obtuseSuperbase(rows));
  return {
    matrix,
    periodic,
    vectors: Float64Array.from(found.flatMap(({ vector }) => vector)),
    coefficients: Int32Array.from(
      found.flatMap(({ coefficients }) =>
        [0, 1, 2].map((k) => coefficients.reduce((sum, n, i) => sum + n * basis[i][k], 0)),
      ),
    ),
  };
}

/**
 * The shortest of all vectors that differ from the given one by a lattice vector.
 *
 * A vector x is the shortest exactly when it lies in the lattice's Voronoi cell, that is when
 * 2 |x·v| ≤ v·v for every Voronoi vector v, of which there are at most seven pairs. So no shell of
 * cells is searched: as long as one v fails, the multiple of it that is nearest to x is taken away,
 * which makes x shorter, and ends because a lattice has finitely many vectors below a length.
 */
export function minimumImage(images: NearestImages, fracDelta: ArrayLike<number>): MinimumImage {
  const { matrix, vectors, coefficients, periodic } = images;
  const shift = periodic.map((isPeriodic, k) => (isPeriodic ? -Math.round(fracDelta[k]) : 0));
  const frac = shift.map((whole, k) => fracDelta[k] + whole);
  const at = (k: number) => frac[0] * matrix[k] + frac[1] * matrix[3 + k] + frac[2] * matrix[6 + k];
  const x = [at(0), at(1), at(2)];
  for (let isShortest = false; !isShortest; ) {
    isShortest = true;
    for (let i = 0; i < vectors.length; i += 3) {
      const v = [vectors[i], vectors[i + 1], vectors[i + 2]];
      const share = dot(x, v) / dot(v, v);
      if (!(Math.abs(share) > 0.5 + slack)) continue;
      isShortest = false;
      const multiple = Math.round(share);
      for (let k = 0; k < 3; k++) {
        x[k] -= multiple * v[k];
        shift[k] -= multiple * coefficients[i + k];
      }
    }
  }
  return {
    vector: [x[0], x[1], x[2]],
    shift: [shift[0] + 0, shift[1] + 0, shift[2] + 0],
    distance: Math.hypot(x[0], x[1], x[2]),
  };
}
