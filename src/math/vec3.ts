export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: ArrayLike<number>, b: ArrayLike<number>): [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function norm(a: ArrayLike<number>): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** Row i of nine or more numbers, [n, 3]. */
export function rowOf(rows: ArrayLike<number>, i: number): [number, number, number] {
  return [rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]];
}
