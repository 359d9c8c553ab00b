/**
 * Solution of A x = b by elimination with partial pivots.
 *
 * @returns Undefined where A is singular to the digits of its numbers.
 */
export function solveDense(
  matrix: ArrayLike<number>,
  right: ArrayLike<number>,
): Float64Array | undefined {
  const n = right.length;
  const a = Float64Array.from(matrix);
  const x = Float64Array.from(right);
  const least = 1e-14 * a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[n * row + column]) > Math.abs(a[n * pivot + column])) pivot = row;
    }
    if (!(Math.abs(a[n * pivot + column]) > least)) return undefined;
    swapRows(a, n, column, pivot);
    swapRows(x, 1, column, pivot);
    for (let row = column + 1; row < n; row++) {
      const factor = a[n * row + column] / a[n * column + column];
      for (let k = column; k < n; k++) a[n * row + k] -= factor * a[n * column + k];
      x[row] -= factor * x[column];
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row] -= a[n * row + k] * x[k];
    x[row] /= a[n * row + row];
  }
  return x;
}

/** Undefined where the matrix, n by n, is singular to the digits of its numbers. */
export function inverseDense(matrix: ArrayLike<number>, n: number): Float64Array | undefined {
  const out = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    const unit = new Float64Array(n);
    unit[column] = 1;
    const x = solveDense(matrix, unit);
    if (x === undefined) return undefined;
    for (let row = 0; row < n; row++) out[n * row + column] = x[row];
  }
  return out;
}

const mostSweeps = 60;

/** Eigenvalues of a symmetric matrix, n by n, ascending, by Jacobi's rotations. */
export function symmetricEigenvalues(matrix: ArrayLike<number>, n: number): Float64Array {
  const a = Float64Array.from(matrix);
  const scale = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) off += Math.abs(a[n * p + q]);
    }
    if (off <= 1e-17 * scale) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) eliminate(a, n, p, q);
    }
  }
  return Float64Array.from({ length: n }, (_, i) => a[(n + 1) * i]).sort();
}

/** The plane rotation that makes a[p][q] zero. */
function eliminate(a: Float64Array, n: number, p: number, q: number): void {
  if (a[n * p + q] === 0) return;
  const angle = 0.5 * Math.atan2(2 * a[n * p + q], a[(n + 1) * q] - a[(n + 1) * p]);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[n * k + p], a[n * k + q]];
    a[n * k + p] = c * x - s * y;
    a[n * k + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[n * p + k], a[n * q + k]];
    a[n * p + k] = c * x - s * y;
    a[n * q + k] = s * x + c * y;
  }
}

function swapRows(rows: Float64Array, width: number, i: number, j: number): void {
  if (i === j) return;
  for (let k = 0; k < width; k++) {
    const index = width * i + k;
    const other = width * j + k;
    [rows[index], rows[other]] = [rows[other], rows[index]];
  }
}
