const mostIterations = 60;

/**
 * Eigenvalues of a real symmetric matrix of any order, ascending: Householder's reflections to tridiagonal
 * form, then QL with implicit shifts.
 *
 * @param matrix [n, n]; only the lower triangle is read; overwritten.
 * @see G. H. Golub & C. F. Van Loan, Matrix Computations, 4th ed. (2013), sections 8.3.1 and 8.3.3.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n + 1);
  tridiagonalise(matrix, n, diagonal, beside);
  implicitQl(diagonal, beside);
  return diagonal.sort();
}

/** Row by row from the last: row i keeps its diagonal and, in `beside[i]`, what is left of it. */
function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  const p = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const v = a.subarray(i * n, i * n + i);
    let scale = 0;
    for (let k = 0; k < i; k++) scale = Math.max(scale, Math.abs(v[k]));
    d[i] = a[i * n + i];
    if (scale === 0) continue;
    let square = 0;
    for (let k = 0; k < i; k++) {
      v[k] /= scale;
      square += v[k] * v[k];
    }
    const alpha = v[i - 1] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    e[i] = scale * alpha;
    // v := x − α e, so that (1 − v vᵀ/h) x = α e.
    const h = square - v[i - 1] * alpha;
    v[i - 1] -= alpha;
    p.fill(0, 0, i);
    for (let row = 0; row < i; row++) {
      const at = row * n;
      let sum = a[at + row] * v[row];
      for (let k = 0; k < row; k++) {
        sum += a[at + k] * v[k];
        p[k] += a[at + k] * v[row];
      }
      p[row] += sum;
    }
    let half = 0;
    for (let k = 0; k < i; k++) {
      p[k] /= h;
      half += v[k] * p[k];
    }
    half /= 2 * h;
    for (let k = 0; k < i; k++) p[k] -= half * v[k];
    for (let row = 0; row < i; row++) {
      const at = row * n;
      for (let k = 0; k <= row; k++) a[at + k] -= v[row] * p[k] + p[row] * v[k];
    }
  }
  d[0] = a[0];
}

/** `e[i]` is beside d[i − 1] and d[i]; destroyed. */
function implicitQl(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  e.copyWithin(0, 1);
  for (let first = 0; first < n; first++) {
    for (let iteration = 0; ; iteration++) {
      let last = first;
      while (last < n - 1) {
        const size = Math.abs(d[last]) + Math.abs(d[last + 1]);
        if (Math.abs(e[last]) <= Number.EPSILON * size) break;
        last++;
      }
      if (last === first || iteration === mostIterations) break;
      sweep(d, e, first, last);
    }
  }
}

/** One step of rotations from `last` up to `first` with Wilkinson's shift. */
function sweep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.hypot(half, 1);
  let g = d[last] - d[first] + e[first] / (half + (half < 0 ? -root : root));
  let [sin, cos, p] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = sin * e[i];
    const b = cos * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[last] = 0;
      return;
    }
    sin = f / r;
    cos = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * sin + 2 * cos * b;
    p = sin * t;
    d[i + 1] = g + p;
    g = cos * t - b;
  }
  d[first] -= p;
  e[first] = g;
  e[last] = 0;
}
