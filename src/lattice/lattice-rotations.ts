import { inverse, multiply } from "../math/mat3.js";
import { dot } from "../math/vec3.js";

type Row = readonly [number, number, number];

/**
 * Rotations, proper and improper, that leave a lattice as it is within a tolerance, the identity among
 * them: W, row-major, with W G Wᵀ = G for the metric tensor G. A row n of indices turns to n W, and a
 * column x of fractional coordinates to Wᵀ x. They need not form a group, and where the tolerance is
 * wide their determinant may be other than ±1.
 *
 * An isometry takes each vector of a reduced basis to one as long. Vectors may differ by the tolerance
 * in length, and their scalar products by what moving both ends by it can change.
 *
 * @param tolerance Å, for a vector of a length in Å.
 */
export function latticeRotations(
  cell: ArrayLike<number>,
  tolerance: (length: number) => number,
): Int32Array[] {
  const change = reducingTransformation(cell);
  const basis = multiply(change, cell);
  const back = inverse(change);
  return imagesOfBasis(rowsOf(basis), tolerance).map((image) =>
    Int32Array.from(multiply(multiply(back, image), change), Math.round),
  );
}

/** Each image as the rows of the basis' vectors in terms of it. */
function imagesOfBasis(basis: readonly Row[], tolerance: (length: number) => number): number[][] {
  const lengths = basis.map((row) => Math.hypot(...row));
  const room = lengths.map(tolerance);
  const vectors = nearVectors(basis, Math.max(...lengths.map((length, i) => length + room[i])));
  const candidates = lengths.map((length, i) =>
    vectors.filter((vector) => Math.abs(vector.length - length) <= room[i]),
  );
  const fits = (i: number, p: LatticeVector, j: number, q: LatticeVector) =>
    Math.abs(dot(p.cart, q.cart) - dot(basis[i], basis[j])) <=
    room[i] * lengths[j] + room[j] * lengths[i] + room[i] * room[j];
  const images: number[][] = [];
  for (const a of candidates[0]) {
    for (const b of candidates[1]) {
      if (!fits(0, a, 1, b)) continue;
      for (const c of candidates[2]) {
        if (fits(0, a, 2, c) && fits(1, b, 2, c)) images.push([...a.rows, ...b.rows, ...c.rows]);
      }
    }
  }
  return images;
}

interface LatticeVector {
  /** In terms of the basis. */
  readonly rows: Row;
  readonly cart: Row;
  readonly length: number;
}

/** Of a reduced basis: no vector as short as one of its own has larger coefficients than 2. */
function nearVectors(basis: readonly Row[], longest: number): LatticeVector[] {
  const [[a0, a1, a2], [b0, b1, b2], [c0, c1, c2]] = basis;
  const out: LatticeVector[] = [];
  for (let i = -2; i <= 2; i++) {
    for (let j = -2; j <= 2; j++) {
      for (let k = -2; k <= 2; k++) {
        const x = i * a0 + j * b0 + k * c0;
        const y = i * a1 + j * b1 + k * c1;
        const z = i * a2 + j * b2 + k * c2;
        const length = Math.sqrt(x * x + y * y + z * z);
        if (length === 0 || length > longest) continue;
        out.push({ rows: [i, j, k], cart: [x, y, z], length });
      }
    }
  }
  return out;
}

/**
 * Whole-number matrix T so that T times the cell is as short a basis as its vectors' sums allow: each
 * vector is at most as long as it plus or minus any sum of the others.
 */
function reducingTransformation(cell: ArrayLike<number>): Float64Array {
  const rows = rowsOf(cell).map((row) => [...row]);
  const change = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const add = (to: number, from: number, times: number) => {
    for (const matrix of [rows, change]) {
      for (let k = 0; k < 3; k++) matrix[to][k] += times * matrix[from][k];
    }
  };
  // Each step makes a vector shorter; rounding errors must not turn it into an endless exchange.
  for (let step = 0, changed = true; changed && step < 1000; step++) {
    changed = false;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const times = i === j ? 0 : -Math.round(dot(rows[i], rows[j]) / dot(rows[j], rows[j]));
        // A half rounds to either side: the vectors are then equally long.
        const gain = -times * (2 * dot(rows[i], rows[j]) + times * dot(rows[j], rows[j]));
        if (times === 0 || gain <= 1e-9 * dot(rows[i], rows[i])) continue;
        add(i, j, times);
        changed = true;
      }
    }
    changed = shortenBySum(rows, add) || changed;
  }
  return Float64Array.from(change.flat());
}

/** Replaces the longest vector by its sum with both others, signs free, where that is shorter. */
function shortenBySum(
  rows: readonly (readonly number[])[],
  add: (to: number, from: number, times: number) => void,
): boolean {
  const squares = rows.map((row) => dot(row, row));
  const longest = squares.indexOf(Math.max(...squares));
  const [p, q] = [0, 1, 2].filter((i) => i !== longest);
  for (const [s, t] of [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ]) {
    const sum = rows[longest].map((value, k) => value + s * rows[p][k] + t * rows[q][k]);
    if (dot(sum, sum) >= (1 - 1e-9) * squares[longest]) continue;
    add(longest, p, s);
    add(longest, q, t);
    return true;
  }
  return false;
}

function rowsOf(m: ArrayLike<number>): Row[] {
  return [
    [m[0], m[1], m[2]],
    [m[3], m[4], m[5]],
    [m[6], m[7], m[8]],
  ];
}
