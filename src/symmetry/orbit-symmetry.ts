import { inverse } from "../math/mat3.js";
import type { SymmetryOperation } from "./operation.js";
import type { Arrangement } from "./translations.js";

/** A group's operation, exact, and where it takes each site. */
export interface SiteOperation extends SymmetryOperation {
  readonly image: ArrayLike<number>;
}

/** Sites put on the positions that a group gives them. */
export interface SymmetrizedSites {
  /** Each near the one it was. */
  readonly fracPositions: Float64Array;
  /** For each site the first one that is equivalent to it. */
  readonly orbits: Int32Array;
  /** How many operations take a site to itself, for each site. */
  readonly stabilizerOrders: Int32Array;
}

/**
 * Makes sites obey a group: the first site x of each orbit goes to the mean over the group of
 * W⁻¹ (x_image − w), each taken at the lattice vector that brings it next to x, and the others to the
 * images of that.
 *
 * @param operations A group modulo lattice vectors, the identity among them.
 */
export function symmetrizeSites(
  { fracPositions: x, kindOfSite }: Pick<Arrangement, "fracPositions" | "kindOfSite">,
  operations: readonly SiteOperation[],
): SymmetrizedSites {
  const siteCount = kindOfSite.length;
  const fracPositions = new Float64Array(3 * siteCount);
  const orbits = new Int32Array(siteCount).fill(-1);
  const stabilizerOrders = new Int32Array(siteCount);
  const inverses = operations.map(({ rotation }) => inverse(rotation));
  const mean = new Float64Array(3);
  for (let first = 0; first < siteCount; first++) {
    if (orbits[first] >= 0) continue;
    let order = 0;
    mean.fill(0);
    for (let g = 0; g < operations.length; g++) {
      addError(x, operations[g], inverses[g], first, mean);
      if (operations[g].image[first] === first) order++;
    }
    for (let k = 0; k < 3; k++) mean[k] = x[3 * first + k] + mean[k] / operations.length;
    for (const { rotation: w, translation: t, image } of operations) {
      const site = image[first];
      if (orbits[site] >= 0) continue;
      orbits[site] = first;
      stabilizerOrders[site] = order;
      for (let k = 0; k < 3; k++) {
        const row = 3 * k;
        const moved = w[row] * mean[0] + w[row + 1] * mean[1] + w[row + 2] * mean[2] + t[k];
        fracPositions[3 * site + k] = moved - Math.round(moved - x[3 * site + k]);
      }
    }
  }
  return { fracPositions, orbits, stabilizerOrders };
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
