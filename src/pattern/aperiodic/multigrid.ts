import { greatestCommonDivisor } from "../../math/integer-matrix.js";
import { type SineSums, signOfSines, sineSums } from "./sine-sums.js";

/**
 * Families of equidistant parallel lines in the plane: those of family j are p·e_j + γ_j = k for all
 * whole k, with unit vectors e_j at 360° j/n. The dual of the grid is a tiling by rhombi of edge 1: a
 * crossing of two lines is a tile, a mesh with K_j = ⌈p·e_j + γ_j⌉ is the vertex Σ K_j e_j.
 *
 * @see N. G. de Bruijn, Proc. K. Ned. Akad. Wet. A84, 39 (1981), sections 4 to 6, for n = 5.
 */
export interface Multigrid {
  /** Order of rotation of the directions. */
  readonly n: number;
  /** Families of lines: n for an odd n, n/2 for an even one. */
  readonly families: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** γ_j in whole multiples of 1/offsetDivisor. */
  readonly offsets: Float64Array;
  /** γ_j as taken. */
  readonly gamma: Float64Array;
  /** How the offsets of a singular grid are moved, by an infinitesimal amount. */
  readonly push: Float64Array;
  readonly leavingPush: Float64Array;
  readonly sums: SineSums;
}

/**
 * 2^14·3^2·5·7·11·13: offsets are fractions with this denominator, so that three lines through one
 * point are recognised by arithmetic of whole numbers.
 */
export const offsetDivisor = 738_017_280;

export function familyCount(n: number): number {
  return n % 2 === 1 ? n : n / 2;
}

export function multigrid(n: number, gamma: ArrayLike<number>): Multigrid {
  const families = familyCount(n);
  const index = Array.from({ length: families }, (_, j) => j);
  const offsets = Float64Array.from(index, (j) => Math.round(gamma[j] * offsetDivisor));
  return {
    n,
    families,
    cos: Float64Array.from(index, (j) => Math.cos((2 * Math.PI * j) / n)),
    sin: Float64Array.from(index, (j) => Math.sin((2 * Math.PI * j) / n)),
    offsets,
    gamma: offsets.map((offset) => offset / offsetDivisor),
    push: pushWithinClass(n, families),
    leavingPush: Float64Array.from(index, (j) => Math.cos(1 + 2.7 * j * j)),
    sums: sineSums(n),
  };
}

/**
 * A combination of cos 2πqj/n and sin 2πqj/n over the other q that are coprime to n. Whole numbers
 * c_j with Σ c_j e_j = 0 have Σ c_j push_j = 0 too, so the pushed grid keeps Σ c_j γ_j, its class.
 */
function pushWithinClass(n: number, families: number): Float64Array {
  const push = new Float64Array(families);
  for (let q = 2; 2 * q < n; q++) {
    if (greatestCommonDivisor(q, n) !== 1) continue;
    for (let j = 0; j < families; j++) push[j] += Math.cos((2 * Math.PI * q * j) / n + 0.4 * q) / q;
  }
  return push;
}

/** sin of the angle from e_a to e_b, exactly antisymmetric. */
export function sineBetween({ cos, sin }: Multigrid, a: number, b: number): number {
  return cos[a] * sin[b] - sin[a] * cos[b];
}

/** Closer than this to a whole number, doubles do not say on which side of a line a crossing lies. */
export const doubtful = 1e-7;

/**
 * K_l of the crossing of line `kj` of family j with line `kk` of family k, whose p·e_l + γ_l is `near`
 * as far as doubles can tell. Where three lines meet, the grid is the limit of pushed ones.
 */
export function doubtfulMeshIndex(
  grid: Multigrid,
  [j, k, l]: readonly [number, number, number],
  kj: number,
  kk: number,
  near: number,
): number {
  const { n, offsets, sums } = grid;
  const turn = (from: number, to: number) => (to - from + n) % n;
  const sign = signOfSines(
    sums,
    kj * offsetDivisor - offsets[j],
    turn(k, l),
    kk * offsetDivisor - offsets[k],
    turn(l, j),
    near * offsetDivisor - offsets[l],
    turn(j, k),
  );
  // e_j sin(kl) + e_k sin(lj) + e_l sin(jk) = 0 turns the sum into −(p·e_l + γ_l − near) sin(jk).
  const side = -(sign === 0 ? -pushed(grid, j, k, l) : sign) * Math.sign(sineBetween(grid, j, k));
  return side > 0 ? near + 1 : near;
}

/** Where a crossing of three lines moves to under the push, as a signed distance times sin(jk). */
function pushed(grid: Multigrid, j: number, k: number, l: number): number {
  const motion = ({ [j]: a, [k]: b, [l]: c }: Float64Array) =>
    a * sineBetween(grid, k, l) + b * sineBetween(grid, l, j) + c * sineBetween(grid, j, k);
  const within = motion(grid.push);
  return Math.abs(within) > 1e-9 ? within : motion(grid.leavingPush);
}
