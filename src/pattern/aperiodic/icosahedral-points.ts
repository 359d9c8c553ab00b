import type { Vec3 } from "../../math/mat3.js";
import { dot } from "../../math/vec3.js";
import { signOfGolden, tau } from "./icosahedral-module.js";
import type { ZonotopeWindow } from "./zonotope-window.js";

/** Bravais types in six dimensions: primitive, face centred, body centred. */
export type IcosahedralLattice = "P" | "F" | "I";

/** Shifts of the window are whole multiples of 1/shiftDivisor, so that they compare exactly. */
export const shiftDivisor = 720_720;

/** A window that is singular for the lattice is the limit of windows moved in this direction. */
export const push: Vec3 = [0.6180413, 0.2360217, 0.7320911];

/** One coordinate p + qτ of points within the patch, ordered; one list for each parity of p and q. */
interface Axis {
  readonly value: Float64Array;
  /** p − q/τ. */
  readonly perpendicular: Float64Array;
  readonly p: Int32Array;
  readonly q: Int32Array;
}

export interface IcosahedralPoints {
  readonly count: number;
  /** [count, 3] each. */
  readonly p: Int32Array;
  readonly q: Int32Array;
}

/** All (p, q) with lowest ≤ p + qτ < highest and |p − q/τ − centre| ≤ half. */
function axisLists(lowest: number, highest: number, centre: number, half: number): Axis[] {
  const rows: { value: number; perpendicular: number; p: number; q: number }[][] = [[], [], [], []];
  // value − perpendicular = q (τ + 1/τ) = q √5
  const root = Math.sqrt(5);
  const lastQ = Math.floor((highest - (centre - half)) / root);
  for (let q = Math.ceil((lowest - (centre + half)) / root); q <= lastQ; q++) {
    const first = Math.ceil(Math.max(lowest - q * tau, centre - half + q / tau) - 1e-9);
    const last = Math.floor(Math.min(highest - q * tau, centre + half + q / tau) + 1e-9);
    for (let p = first; p <= last; p++) {
      const row = { value: p + q * tau, perpendicular: p - q / tau, p, q };
      if (row.value >= lowest && row.value < highest) rows[2 * (p & 1) + (q & 1)].push(row);
    }
  }
  return rows.map((list) => {
    list.sort((a, b) => a.value - b.value);
    return {
      value: Float64Array.from(list, (row) => row.value),
      perpendicular: Float64Array.from(list, (row) => row.perpendicular),
      p: Int32Array.from(list, (row) => row.p),
      q: Int32Array.from(list, (row) => row.q),
    };
  });
}

/** What to cut: all lengths in units in which the six vectors are those of `icosahedral-module.ts`. */
export interface Cut {
  readonly radius: number;
  readonly lattice: IcosahedralLattice;
  readonly window: ZonotopeWindow;
  /** Of the window, whole multiples of 1/shiftDivisor. */
  readonly shift: Vec3;
  /** Rows of M; a point is taken where x⊥ + M x∥ − shift is in the window. Undefined for zero. */
  readonly phason: readonly Vec3[] | undefined;
  readonly expected: number;
}

/** A slack within this is decided exactly. */
const doubtful = 1e-9;

export function icosahedralPoints(cut: Cut): IcosahedralPoints {
  const out = {
    count: 0,
    p: new Int32Array(3 * cut.expected),
    q: new Int32Array(3 * cut.expected),
  };
  const largest = cut.phason === undefined ? 0 : Math.max(...cut.phason.flat().map(Math.abs));
  // Under strain the window moves through space: blocks in which it moves by a part of itself only.
  const blocks = Math.max(1, Math.ceil((2 * cut.radius * largest) / 0.2));
  // A point between two blocks belongs to the upper one; the uppermost ends beyond the sphere.
  const side = (2.000001 * cut.radius) / blocks;
  const accepts = cut.phason === undefined ? straightTest(cut) : strainedTest(cut, cut.phason);
  for (let block = 0; block < blocks ** 3; block++) {
    const corner = [
      block % blocks,
      Math.floor(block / blocks) % blocks,
      Math.floor(block / blocks ** 2),
    ];
    const low = corner.map((index) => index * side - cut.radius) as unknown as Vec3;
    const high = corner.map((index) => (index + 1) * side - cut.radius) as unknown as Vec3;
    walkBlock(cut, low, high, accepts, out);
  }
  return out;
}

type Accepts = (axes: readonly Axis[], i: number, j: number, k: number) => boolean;

/** Triples of coordinates within a block, with the parities of the lattice; x² + y² + z² ≤ radius². */
function walkBlock(
  cut: Cut,
  low: Vec3,
  high: Vec3,
  accepts: Accepts,
  out: { count: number; p: Int32Array; q: Int32Array },
): void {
  const { radius, lattice, window, shift, phason } = cut;
  const lists = [0, 1, 2].map((c) => {
    const middle =
      phason === undefined
        ? 0
        : dot(phason[c], low.map((l, i) => (l + high[i]) / 2) as unknown as Vec3);
    const sway =
      phason === undefined
        ? 0
        : phason[c].reduce((sum, m, i) => sum + (Math.abs(m) * (high[i] - low[i])) / 2, 0);
    return axisLists(low[c], high[c], shift[c] - middle, window.halfBox[c] + sway);
  });
  const cosets = lattice === "I" ? [0, 1] : [0];
  for (const odd of cosets) {
    for (let classes = 0; classes < 8; classes++) {
      const [p1, p2, p3] = [classes & 1, (classes >> 1) & 1, classes >> 2];
      const [q1, q2, q3] = [p3 ^ odd, p1 ^ odd, p2 ^ odd];
      if (lattice === "F" && (q1 ^ q2 ^ q3) === 1) continue;
      const axes = [lists[0][2 * p1 + q1], lists[1][2 * p2 + q2], lists[2][2 * p3 + q3]];
      walkTriples(axes, radius, accepts, out);
    }
  }
}

function walkTriples(
  axes: readonly Axis[],
  radius: number,
  accepts: Accepts,
  out: { count: number; p: Int32Array; q: Int32Array },
): void {
  const [x, y, z] = axes;
  for (let i = 0; i < x.value.length; i++) {
    const restX = radius * radius - x.value[i] ** 2;
    for (let j = 0; j < y.value.length; j++) {
      const rest = restX - y.value[j] ** 2;
      if (rest < 0) continue;
      const reach = Math.sqrt(rest);
      for (let k = firstAtLeast(z.value, -reach); k < z.value.length && z.value[k] <= reach; k++) {
        if (!accepts(axes, i, j, k)) continue;
        if (3 * out.count >= out.p.length) lengthen(out);
        const at = 3 * out.count++;
        out.p[at] = x.p[i];
        out.p[at + 1] = y.p[j];
        out.p[at + 2] = z.p[k];
        out.q[at] = x.q[i];
        out.q[at + 1] = y.q[j];
        out.q[at + 2] = z.q[k];
      }
    }
  }
}

function firstAtLeast(sorted: Float64Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lengthen(out: { p: Int32Array; q: Int32Array }): void {
  const longer = (from: Int32Array) => {
    const to = new Int32Array(2 * from.length + 96);
    to.set(from);
    return to;
  };
  out.p = longer(out.p);
  out.q = longer(out.q);
}

/**
 * The triacontahedron is cut by |x|, |y|, |z| ≤ τ and, with its faces of the kind (τ, 1/τ, 1), by
 * three conditions on the amounts alone.
 */
function straightTest({ shift: [sx, sy, sz] }: Cut): Accepts {
  const inverse = tau - 1;
  return ([x, y, z], i, j, k) => {
    const ax = Math.abs(x.perpendicular[i] - sx);
    const ay = Math.abs(y.perpendicular[j] - sy);
    const az = Math.abs(z.perpendicular[k] - sz);
    const sloped = Math.max(
      tau * ax + inverse * ay + az,
      ax + tau * ay + inverse * az,
      inverse * ax + ay + tau * az,
    );
    const slack = tau - Math.max(ax, ay, az, sloped / 2);
    if (slack > doubtful) return true;
    if (slack < -doubtful) return false;
    return isInsideExactly([x.p[i], y.p[j], z.p[k]], [x.q[i], y.q[j], z.q[k]], [sx, sy, sz]);
  };
}

/** Twice the unit normals of the 30 faces as pairs a + bτ. */
const faceNormals: readonly (readonly (readonly [number, number])[])[] = [
  ...permuted([2, 0], [0, 0], [0, 0]),
  ...permuted([0, 1], [-1, 1], [1, 0]),
].flatMap((normal) => signed(normal));

type Golden = readonly [number, number];

function permuted(a: Golden, b: Golden, c: Golden): Golden[][] {
  return [
    [a, b, c],
    [c, a, b],
    [b, c, a],
  ];
}

/** All choices of signs; those of zeros are the same face. */
function signed(normal: Golden[]): Golden[][] {
  let all: Golden[][] = [[]];
  for (const [a, b] of normal) {
    const signs = a === 0 && b === 0 ? [1] : [1, -1];
    all = all.flatMap((start) => signs.map((sign): Golden[] => [...start, [sign * a, sign * b]]));
  }
  return all;
}

function isInsideExactly(p: Vec3, q: Vec3, shift: Vec3): boolean {
  return faceNormals.every((normal) => {
    // 2 shiftDivisor (τ − y·normal) = a + bτ, with y = (p + q) − qτ − shift.
    let [a, b] = [0, 2 * shiftDivisor];
    let motion = 0;
    normal.forEach(([c, d], axis) => {
      const whole = shiftDivisor * (p[axis] + q[axis]) - Math.round(shift[axis] * shiftDivisor);
      const golden = -shiftDivisor * q[axis];
      a -= whole * c + golden * d;
      b -= whole * d + golden * c + golden * d;
      motion += push[axis] * (c + d * tau);
    });
    const sign = signOfGolden(a, b);
    return sign === 0 ? motion > 0 : sign > 0;
  });
}

function strainedTest({ window, shift }: Cut, phason: readonly Vec3[]): Accepts {
  const { normals, halfWidths } = window;
  const slackOf = (y: Vec3) =>
    normals.reduce((least, n, f) => Math.min(least, halfWidths[f] - Math.abs(dot(y, n))), 1);
  return ([x, y, z], i, j, k) => {
    const at: Vec3 = [x.value[i], y.value[j], z.value[k]];
    const inWindow: Vec3 = [
      x.perpendicular[i] + dot(phason[0], at) - shift[0],
      y.perpendicular[j] + dot(phason[1], at) - shift[1],
      z.perpendicular[k] + dot(phason[2], at) - shift[2],
    ];
    const slack = slackOf(inWindow);
    if (Math.abs(slack) > doubtful) return slack > 0;
    return slackOf(inWindow.map((value, c) => value - 1e-6 * push[c]) as unknown as Vec3) > 0;
  };
}
