/**
 * 3×3 matrices as nine numbers in row-major order. Vectors are rows: a fractional row vector times
 * the cell gives a Cartesian one, `cart = frac · M`.
 */
export type Mat3 = ArrayLike<number>;
export type Vec3 = readonly [number, number, number];

export function determinant(m: Mat3): number {
  return (
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6])
  );
}

/** Undefined for a singular matrix is the caller's check: divide by a determinant you have tested. */
export function inverse(m: Mat3): Float64Array {
  const d = 1 / determinant(m);
  return Float64Array.of(
    (m[4] * m[8] - m[5] * m[7]) * d,
    (m[2] * m[7] - m[1] * m[8]) * d,
    (m[1] * m[5] - m[2] * m[4]) * d,
    (m[5] * m[6] - m[3] * m[8]) * d,
    (m[0] * m[8] - m[2] * m[6]) * d,
    (m[2] * m[3] - m[0] * m[5]) * d,
    (m[3] * m[7] - m[4] * m[6]) * d,
    (m[1] * m[6] - m[0] * m[7]) * d,
    (m[0] * m[4] - m[1] * m[3]) * d,
  );
}

export function multiply(a: Mat3, b: Mat3): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
    }
  }
  return out;
}

export function transpose(m: Mat3): Float64Array {
  return Float64Array.of(m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]);
}

/**
 * The rotation nearest to a matrix that is nearly one, by Newton's iteration X → (X + X⁻ᵀ)/2.
 *
 * @see Higham, N. J. (1986). SIAM J. Sci. Stat. Comput. 7, 1160.
 */
export function nearestRotation(m: Mat3): Float64Array {
  let x = Float64Array.from(m);
  for (let step = 0; step < 10; step++) {
    const back = transpose(inverse(x));
    x = x.map((value, i) => (value + back[i]) / 2);
  }
  return x;
}

/** Row vector times matrix. */
export function rowTimes(v: ArrayLike<number>, m: Mat3): [number, number, number] {
  return [
    v[0] * m[0] + v[1] * m[3] + v[2] * m[6],
    v[0] * m[1] + v[1] * m[4] + v[2] * m[7],
    v[0] * m[2] + v[1] * m[5] + v[2] * m[8],
  ];
}

/** Every row of `rows` ([n, 3]) times the matrix, into a fresh buffer. */
export function rowsTimes(rows: ArrayLike<number>, m: Mat3): Float64Array {
  const out = new Float64Array(rows.length);
  const [m0, m1, m2] = [m[0], m[1], m[2]];
  const [m3, m4, m5] = [m[3], m[4], m[5]];
  const [m6, m7, m8] = [m[6], m[7], m[8]];
  for (let i = 0; i + 2 < rows.length; i += 3) {
    const x = rows[i];
    const y = rows[i + 1];
    const z = rows[i + 2];
    out[i] = x * m0 + y * m3 + z * m6;
    out[i + 1] = x * m1 + y * m4 + z * m7;
    out[i + 2] = x * m2 + y * m5 + z * m8;
  }
  return out;
}
