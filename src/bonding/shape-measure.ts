import type { Vec3 } from "../math/mat3.js";
import { cross, dot } from "../math/vec3.js";
import { meanOf, minus } from "./convex-hull.js";

/**
 * Continuous shape measure of a central site with its corners against an ideal shape,
 *
 *   S = 100 · min Σₖ |qₖ − A pₖ|² / Σₖ |qₖ − q₀|²,
 *
 * over all rotations and scalings A and assignments of the corners, about the common centroid q₀; 0 is
 * ideal. The centre counts as a point.
 *
 * The assignments are found by turning two corners of the shape onto two of the polyhedron, taking
 * the nearest ones for the rest, and repeating with the best rotation.
 *
 * @see M. Pinsky, D. Avnir, Inorg. Chem. 37, 5575 (1998).
 */
export function shapeMeasure(corners: readonly Vec3[], ideal: readonly Vec3[]): number {
  const points = centered([...corners, [0, 0, 0]]);
  const shape = centered([...ideal, [0, 0, 0]]);
  const [first, second] = crossedPair(corners);
  let best = Number.POSITIVE_INFINITY;
  for (let a = 0; a < ideal.length; a++) {
    for (let b = 0; b < ideal.length; b++) {
      if (a === b) continue;
      const rotation = frameRotation(ideal[a], ideal[b], corners[first], corners[second]);
      if (rotation) best = Math.min(best, refined(points, shape, rotation));
    }
  }
  if (best === Number.POSITIVE_INFINITY) best = refined(points, shape, identity);
  return 100 * Math.max(best, 0);
}

type Rotation = readonly [Vec3, Vec3, Vec3];
const identity: Rotation = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function centered(points: readonly Vec3[]): Vec3[] {
  const center = meanOf(points);
  return points.map((point) => minus(point, center));
}

/** The two corners whose directions are nearest to a right angle. */
function crossedPair(corners: readonly Vec3[]): [number, number] {
  let best: [number, number] = [0, Math.min(1, corners.length - 1)];
  let most = -1;
  corners.forEach((a, n) => {
    corners.slice(0, n).forEach((b, m) => {
      const sine = Math.hypot(...cross(a, b)) / (Math.hypot(...a) * Math.hypot(...b));
      if (sine > most + 1e-9) [best, most] = [[n, m], sine];
    });
  });
  return best;
}

/** Right-handed axes with the first along a and the second in the plane of a and b. */
function axesOf(a: Vec3, b: Vec3): Rotation | undefined {
  const unit = (v: Vec3): Vec3 => {
    const length = Math.hypot(...v);
    return [v[0] / length, v[1] / length, v[2] / length];
  };
  const normal = cross(a, b);
  if (!(Math.hypot(...normal) > 1e-6 * Math.hypot(...a) * Math.hypot(...b))) return undefined;
  const [x, z] = [unit(a), unit(normal)];
  return [x, cross(z, x), z];
}

/** Rows of the matrix that turns the directions a, b into those of c, d. */
function frameRotation(a: Vec3, b: Vec3, c: Vec3, d: Vec3): Rotation | undefined {
  const from = axesOf(a, b);
  const to = axesOf(c, d);
  if (!from || !to) return undefined;
  const row = (r: number): Vec3 => {
    const entry = (k: number) =>
      to[0][r] * from[0][k] + to[1][r] * from[1][k] + to[2][r] * from[2][k];
    return [entry(0), entry(1), entry(2)];
  };
  return [row(0), row(1), row(2)];
}

/** The share of the squares that is left with the assignment that a rotation suggests. */
function refined(points: readonly Vec3[], shape: readonly Vec3[], start: Rotation): number {
  const squares = sumOfSquares(points) * sumOfSquares(shape);
  let [rotation, left] = [start, Number.POSITIVE_INFINITY];
  for (let step = 0; step < 10; step++) {
    const order = assigned(points, shape, rotation);
    const fit = bestRotation(
      points,
      order.map((n) => shape[n]),
    );
    const now = 1 - fit.overlap ** 2 / squares;
    if (!(now < left - 1e-12)) break;
    [rotation, left] = [fit.rotation, now];
  }
  return left;
}

const sumOfSquares = (points: readonly Vec3[]) => points.reduce((sum, p) => sum + dot(p, p), 0);

/** For each point the corner of the shape that is its own, nearest pairs first; the centre is last. */
function assigned(points: readonly Vec3[], shape: readonly Vec3[], rotation: Rotation): number[] {
  const count = points.length - 1;
  const scale = Math.sqrt(sumOfSquares(points) / sumOfSquares(shape));
  const pairs: [number, number, number][] = [];
  for (let m = 0; m < count; m++) {
    const turned = rotation.map((row) => scale * dot(row, shape[m])) as unknown as Vec3;
    for (let n = 0; n < count; n++) {
      const between = minus(points[n], turned);
      pairs.push([dot(between, between), n, m]);
    }
  }
  pairs.sort((a, b) => a[0] - b[0]);
  const order = new Array<number>(count + 1).fill(-1);
  const isTaken = new Set<number>();
  order[count] = count;
  for (const [, n, m] of pairs) {
    if (order[n] >= 0 || isTaken.has(m)) continue;
    order[n] = m;
    isTaken.add(m);
  }
  return order;
}

/**
 * The rotation with the largest Σ qₖ · R pₖ: the eigenvector of Horn's 4×4 matrix (J. Opt. Soc. Am. A
 * 4, 629 (1987)) with the largest eigenvalue, which is that sum.
 */
function bestRotation(
  points: readonly Vec3[],
  shape: readonly Vec3[],
): { rotation: Rotation; overlap: number } {
  const s = [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) => shape.reduce((sum, p, n) => sum + p[a] * points[n][b], 0)),
  );
  const horn = [
    [s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]],
    [s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]],
    [s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]],
    [s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1]],
  ];
  const { value, vector } = largestEigen(horn);
  const [w, x, y, z] = vector;
  const rotation: Rotation = [
    [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
  ];
  return { rotation, overlap: value };
}

/** Jacobi's method for a small symmetric matrix, which it changes. */
function largestEigen(m: number[][]): { value: number; vector: number[] } {
  const size = m.length;
  const vectors = m.map((_, r) => m.map((__, c) => Number(r === c)));
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        off += m[p][q] ** 2;
        if (Math.abs(m[p][q]) < 1e-300) continue;
        const theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cos = 1 / Math.hypot(t, 1);
        rotate(m, vectors, p, q, cos, t * cos);
      }
    }
    if (off < 1e-28 * m.reduce((sum, row, k) => sum + row[k] ** 2, 0)) break;
  }
  const at = m.reduce((best, row, k) => (row[k] > m[best][best] ? k : best), 0);
  return { value: m[at][at], vector: vectors.map((row) => row[at]) };
}

function rotate(
  m: number[][],
  vectors: number[][],
  p: number,
  q: number,
  cos: number,
  sin: number,
): void {
  for (const row of [...m, ...vectors]) {
    [row[p], row[q]] = [cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]];
  }
  for (let k = 0; k < m.length; k++) {
    [m[p][k], m[q][k]] = [cos * m[p][k] - sin * m[q][k], sin * m[p][k] + cos * m[q][k]];
  }
}
