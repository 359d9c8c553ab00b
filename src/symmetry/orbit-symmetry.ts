import { inverse } from "../math/mat3.js";
import type { SymmetryOperation } from "./operation.js";

/** A group's operation, exact, and where it takes each site. */
export interface SiteOperation extends SymmetryOperation {
  readonly image: ArrayLike<number>;
}

/** The orbits of sites under a group. */
export interface Orbits {
  /** For each site the first one that is equivalent to it. */
  readonly firstSites: Int32Array;
  /** How many operations take a site to itself, for each site. */
  readonly stabilizerOrders: Int32Array;
}

export function orbitsUnder(operations: readonly SiteOperation[], siteCount: number): Orbits {
  const firstSites = new Int32Array(siteCount).fill(-1);
  const stabilizerOrders = new Int32Array(siteCount);
  for (let first = 0; first < siteCount; first++) {
    if (firstSites[first] >= 0) continue;
    let order = 0;
    for (const { image } of operations) {
      firstSites[image[first]] = first;
      if (image[first] === first) order++;
    }
    for (const { image } of operations) stabilizerOrders[image[first]] = order;
  }
  return { firstSites, stabilizerOrders };
}

/**
 * Makes sites obey a group: the first site x of each orbit goes to the mean over the group of
 * W⁻¹ (x_image − w), each taken at the lattice vector that brings it next to x, and the others to the
 * images of that.
 *
 * @param operations A group modulo lattice vectors, the identity among them.
 * @returns Fractional positions, each near the one it was, [n, 3].
 */
export function symmetrizeSites(
  x: Float64Array,
  operations: readonly SiteOperation[],
): Float64Array {
  const siteCount = x.length / 3;
  const fracPositions = new Float64Array(x.length);
  const done = new Uint8Array(siteCount);
  const inverses = operations.map(({ rotation }) => inverse(rotation));
  const mean = new Float64Array(3);
  for (let first = 0; first < siteCount; first++) {
    if (done[first]) continue;
    mean.fill(0);
    for (let g = 0; g < operations.length; g++) {
      addError(x, operations[g], inverses[g], first, mean);
    }
    for (let k = 0; k < 3; k++) mean[k] = x[3 * first + k] + mean[k] / operations.length;
    for (const { rotation: w, translation: t, image } of operations) {
      const site = image[first];
      if (done[site]) continue;
      done[site] = 1;
      for (let k = 0; k < 3; k++) {
        const row = 3 * k;
        const moved = w[row] * mean[0] + w[row + 1] * mean[1] + w[row + 2] * mean[2] + t[k];
        fracPositions[3 * site + k] = moved - Math.round(moved - x[3 * site + k]);
      }
    }
  }
  return fracPositions;
}

/** Adds d with W (x + d) + w = x_image up to a lattice vector, the shortest such d. */
function addError(
  x: Float64Array,
  { rotation: w, translation: t, image }: SiteOperation,
  back: ArrayLike<number>,
  site: number,
  sum: Float64Array,
): void {
  const [x0, x1, x2] = [x[3 * site], x[3 * site + 1], x[3 * site + 2]];
  const to = 3 * image[site];
  const error = (k: number) => {
    const moved = w[3 * k] * x0 + w[3 * k + 1] * x1 + w[3 * k + 2] * x2 + t[k];
    const difference = x[to + k] - moved;
    return difference - Math.round(difference);
  };
  const [d0, d1, d2] = [error(0), error(1), error(2)];
  for (let k = 0; k < 3; k++) {
    sum[k] += back[3 * k] * d0 + back[3 * k + 1] * d1 + back[3 * k + 2] * d2;
  }
}
