import type { NeighborTable } from "./near-points.js";

/** Bond-orientational order of a planar pattern. */
export interface BondOrder {
  /** |ψₙ| of each point in [0, 1], [n]; 0 for a point without neighbours. */
  readonly magnitude: Float64Array;
  /** Argument of ψₙ in degrees over n: the direction of the bonds, in (−180/n, 180/n], [n]. */
  readonly direction: Float64Array;
  /** Mean of |ψₙ| over the points. */
  readonly local: number;
  /** |mean of ψₙ| over the points: 1 for one orientation throughout. */
  readonly global: number;
}

export function bondOrderOf({ offsets, vector }: NeighborTable, n: number): BondOrder {
  const count = offsets.length - 1;
  const magnitude = new Float64Array(count);
  const direction = new Float64Array(count);
  let local = 0;
  let [meanRe, meanIm] = [0, 0];
  for (let i = 0; i < count; i++) {
    let [re, im] = [0, 0];
    for (let at = offsets[i]; at < offsets[i + 1]; at++) {
      const angle = n * Math.atan2(vector[3 * at + 1], vector[3 * at]);
      re += Math.cos(angle);
      im += Math.sin(angle);
    }
    const bonds = Math.max(1, offsets[i + 1] - offsets[i]);
    magnitude[i] = Math.hypot(re, im) / bonds;
    direction[i] = ((Math.atan2(im, re) / n) * 180) / Math.PI;
    local += magnitude[i];
    meanRe += re / bonds;
    meanIm += im / bonds;
  }
  return { magnitude, direction, local: local / count, global: Math.hypot(meanRe, meanIm) / count };
}

/** Steinhardt's order of a pattern in space. */
export interface SteinhardtOrder {
  /** q_l of each point, [n]; 0 for a point without neighbours. */
  readonly values: Float64Array;
  /** Mean of q_l over the points. */
  readonly local: number;
  /** Q_l of all bonds together: 0 for disorder. */
  readonly global: number;
}

export function steinhardtOf({ offsets, vector }: NeighborTable, l: number): SteinhardtOrder {
  const count = offsets.length - 1;
  const values = new Float64Array(count);
  const harmonics = new Harmonics(l);
  const all = new Float64Array(2 * l + 1);
  const one = new Float64Array(2 * l + 1);
  let local = 0;
  for (let i = 0; i < count; i++) {
    one.fill(0);
    for (let at = offsets[i]; at < offsets[i + 1]; at++) {
      harmonics.add(vector[3 * at], vector[3 * at + 1], vector[3 * at + 2], one);
    }
    values[i] = invariant(one, offsets[i + 1] - offsets[i], l);
    local += values[i];
    for (let m = 0; m < all.length; m++) all[m] += one[m];
  }
  return { values, local: local / count, global: invariant(all, offsets[count], l) };
}

/** √(4π/(2l+1) Σₘ |q̄ₗₘ|²) with q̄ₗₘ = sum/bonds. */
function invariant(sums: Float64Array, bonds: number, l: number): number {
  if (bonds === 0) return 0;
  const squares = sums.reduce((total, value) => total + value * value, 0);
  return Math.sqrt((4 * Math.PI * squares) / (2 * l + 1)) / bonds;
}

/** Real spherical harmonics of one degree: the sum of their squares is that of the complex ones. */
class Harmonics {
  private readonly l: number;
  /** √((2l+1)/4π (l−m)!/(l+m)!), twice its square for m > 0. */
  private readonly norms: Float64Array;

  constructor(l: number) {
    this.l = l;
    this.norms = new Float64Array(l + 1);
    for (let m = 0; m <= l; m++) {
      let ratio = (2 * l + 1) / (4 * Math.PI);
      for (let k = l - m + 1; k <= l + m; k++) ratio /= k;
      this.norms[m] = Math.sqrt(m === 0 ? ratio : 2 * ratio);
    }
  }

  /** Adds Yₗₘ of a direction to `sums`, m from 0 to l as cosines, then from 1 to l as sines. */
  add(x: number, y: number, z: number, sums: Float64Array): void {
    const { l, norms } = this;
    const r = Math.hypot(x, y, z);
    const cosine = z / r;
    // (sinθ e^{iφ})^m takes the sine out of the associated Legendre function.
    let [re, im] = [1, 0];
    for (let m = 0; m <= l; m++) {
      const value = norms[m] * legendreOverSine(l, m, cosine);
      sums[m] += value * re;
      if (m > 0) sums[l + m] += value * im;
      [re, im] = [(re * x - im * y) / r, (re * y + im * x) / r];
    }
  }
}

/** Pₗₘ(cosθ)/sin^m θ without the Condon-Shortley phase, by upward recurrence in l. */
function legendreOverSine(l: number, m: number, cosine: number): number {
  let previous = 0;
  let value = 1;
  for (let k = 1; k <= m; k++) value *= 2 * k - 1;
  for (let k = m + 1; k <= l; k++) {
    const next = ((2 * k - 1) * cosine * value - (k + m - 1) * previous) / (k - m);
    previous = value;
    value = next;
  }
  return value;
}
