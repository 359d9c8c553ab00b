/**
 * The hat's four clusters of tiles, H, T, P and F, and how each is made of smaller ones.
 *
 * All lengths are whole numbers: a displacement in a tiling by Tile(a, b) is A a + B b exp(iπ/6) with A
 * and B in ℤ[ω], ω = exp(iπ/3), so four integers [A₀, A₁, B₀, B₁] with A = A₀ + A₁ ω. Relative to
 * anchors that were chosen to that end, the part of a cluster of level n lies at
 *
 *   p F(2n − 1) + q F(2n),   F the Fibonacci numbers, p and q below,
 *
 * since the inflation acts on displacements as a linear map L with L² = 3L − 1.
 *
 * @see D. Smith, J. S. Myers, C. S. Kaplan & C. Goodman-Strauss, Combinatorial Theory 4(1), 6 (2024),
 *   for the tile, the clusters and the parts of each, which the authors' program hatviz also lists;
 *   M. Baake, F. Gähler & L. Sadun, arXiv:2305.05639, for displacements as ℤ⁴. The anchors, p and q are solved from that substitution.
 */
export type Displacement = readonly [number, number, number, number];

export type Metatile = 0 | 1 | 2 | 3;
const [H, T, P, F] = [0, 1, 2, 3] as const;

export interface Part {
  readonly metatile: Metatile;
  /** Turned by this many times 60°. */
  readonly rotation: number;
  readonly p: Displacement;
  readonly q: Displacement;
}

export interface HatOfMetatile {
  readonly rotation: number;
  /** Mirrored in the real axis before it is turned. */
  readonly isReflected: boolean;
  readonly at: Displacement;
}

/** Corners of the unturned hat, counterclockwise; the fourth lies within a straight edge of length 2a. */
export const hatCorners: readonly Displacement[] = [
  [0, 0, 0, 0],
  [0, 0, -1, 0],
  [1, -1, -1, 0],
  [2, -1, -1, 0],
  [3, -1, -1, 0],
  [3, 0, -1, 0],
  [3, 0, 0, -1],
  [3, 0, 1, -1],
  [2, 1, 1, -1],
  [1, 1, 1, -1],
  [1, 1, 1, 0],
  [1, 1, 0, 1],
  [1, 0, 0, 1],
  [0, 0, 0, 1],
];

function part(metatile: Metatile, rotation: number, p: Displacement, q: Displacement): Part {
  return { metatile, rotation, p, q };
}

/** By metatile: the parts of H, T, P and F of the next level. */
export const partsOf: readonly (readonly Part[])[] = [
  [
    part(H, 0, [0, 0, 0, 0], [-2, 1, -1, 1]),
    part(H, 0, [3, 0, 2, -1], [-1, 2, 0, -1]),
    part(H, 4, [-4, 2, 0, 0], [-3, 6, 2, 1]),
    part(T, 0, [0, 0, 0, 0], [-1, 5, 1, 0]),
    part(P, 4, [-3, 3, -1, 2], [-4, 5, 1, 1]),
    part(F, 4, [-2, 1, -3, 1], [-4, 2, 0, 2]),
    part(P, 0, [-2, 1, -1, -1], [0, 0, 0, 0]),
    part(F, 0, [-1, 2, 2, -3], [3, 0, 0, -1]),
    part(P, 5, [0, 3, 1, -1], [-1, 5, 3, -2]),
    part(F, 2, [-3, 3, 1, 2], [-2, 7, 3, -1]),
  ],
  [part(H, 5, [0, -3, 1, -1], [-4, -1, -1, 1])],
  [
    part(F, 5, [0, 0, -2, 0], [0, -3, -3, 3]),
    part(H, 1, [1, 1, -1, 2], [1, -2, -2, 1]),
    part(P, 1, [0, 0, 0, 0], [2, -1, -1, 1]),
    part(H, 2, [0, 3, -1, 1], [5, -1, 1, -2]),
    part(F, 2, [2, -1, 1, 1], [3, 3, 1, -2]),
  ],
  [
    part(F, 5, [0, 0, -2, 0], [-2, -2, -2, 2]),
    part(H, 1, [1, 1, -1, 2], [-1, -1, -1, 0]),
    part(P, 1, [0, 0, 0, 0], [0, 0, 0, 0]),
    part(H, 2, [0, 3, -1, 1], [3, 0, 2, -3]),
    part(F, 0, [1, 1, 1, -2], [4, -2, 0, -2]),
    part(F, 2, [2, -1, 1, 1], [1, 4, 2, -3]),
  ],
];

/** By metatile: the hats of H, T, P and F of level 0. */
export const hatsOf: readonly (readonly HatOfMetatile[])[] = [
  [
    { rotation: 4, isReflected: false, at: [-3, 3, -1, 0] },
    { rotation: 4, isReflected: false, at: [0, 3, 1, -1] },
    { rotation: 2, isReflected: false, at: [-1, 2, 0, 1] },
    { rotation: 2, isReflected: true, at: [0, 0, 0, 0] },
  ],
  [{ rotation: 3, isReflected: false, at: [0, 0, 0, 0] }],
  [
    { rotation: 0, isReflected: false, at: [0, 0, 0, 0] },
    { rotation: 5, isReflected: false, at: [-2, 1, -1, 1] },
  ],
  [
    { rotation: 0, isReflected: false, at: [0, 0, 0, 0] },
    { rotation: 5, isReflected: false, at: [-2, 1, -1, 1] },
  ],
];

/** Turned by `rotation` times 60°: ω (x + y ω) = −y + (x + y) ω. */
export function turned(d: Displacement, rotation: number): Displacement {
  let [a0, a1, b0, b1] = d;
  for (let turn = 0; turn < rotation; turn++) {
    [a0, a1] = [-a1, a0 + a1];
    [b0, b1] = [-b1, b0 + b1];
  }
  return [a0, a1, b0, b1];
}

/** Mirrored in the real axis: A becomes Ā, and B exp(iπ/6) becomes B̄ ω⁻¹ exp(iπ/6). */
export function mirrored([a0, a1, b0, b1]: Displacement): Displacement {
  return [a0 + a1, -a1, b0, -b0 - b1];
}

/** Where a part of a metatile of level n ≥ 1 lies in it. */
export function partPosition({ p, q }: Part, level: number): Displacement {
  const [odd, even] = [fibonacci(2 * level - 1), fibonacci(2 * level)];
  return p.map((value, i) => value * odd + q[i] * even) as unknown as Displacement;
}

function fibonacci(n: number): number {
  let [value, next] = [0, 1];
  for (let i = 0; i < n; i++) [value, next] = [next, value + next];
  return value;
}
