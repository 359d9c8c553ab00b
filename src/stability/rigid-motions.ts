import type { Crystal } from "../crystal/crystal.js";

const negligible = 1e-6;

/**
 * The motions of a crystal as a whole, mass-weighted and orthonormal, [3n] each: three translations; of a chain also
 * the turn about it, of a cluster all turns that move an atom.
 */
export function rigidMotions(crystal: Crystal, masses: ArrayLike<number>): Float64Array[] {
  const { siteCount, cartPositions: x, periodic, lattice } = crystal;
  const centre = [0, 0, 0];
  let total = 0;
  for (let site = 0; site < siteCount; site++) {
    total += masses[site];
    for (let k = 0; k < 3; k++) centre[k] += masses[site] * x[3 * site + k];
  }
  const weighted = (of: (site: number) => readonly number[]): Float64Array => {
    const vector = new Float64Array(3 * siteCount);
    for (let site = 0; site < siteCount; site++) {
      const root = Math.sqrt(masses[site]);
      of(site).forEach((value, k) => {
        vector[3 * site + k] = root * value;
      });
    }
    return vector;
  };
  const motions = unitAxes.map((axis) => weighted(() => axis));
  for (const axis of turnsOf(periodic, lattice.matrix)) {
    motions.push(
      weighted((site) => {
        const [u, v, w] = [0, 1, 2].map((k) => x[3 * site + k] - centre[k] / total);
        return [axis[1] * w - axis[2] * v, axis[2] * u - axis[0] * w, axis[0] * v - axis[1] * u];
      }),
    );
  }
  return orthonormal(motions);
}

const unitAxes = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Axes about which a turn costs nothing. */
function turnsOf(periodic: readonly boolean[], matrix: Float64Array): readonly number[][] {
  const along = [0, 1, 2].filter((k) => periodic[k]);
  if (along.length > 1) return [];
  if (along.length === 0) return unitAxes;
  const vector = [...matrix.subarray(3 * along[0], 3 * along[0] + 3)];
  const length = Math.hypot(...vector);
  return [vector.map((value) => value / length)];
}

/** Gram and Schmidt's, without what is left of vectors that the others span. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const found: Float64Array[] = [];
  for (const vector of vectors) {
    const own = vector.slice();
    const before = norm(vector);
    for (const other of found) {
      const share = own.reduce((sum, value, i) => sum + value * other[i], 0);
      for (let i = 0; i < own.length; i++) own[i] -= share * other[i];
    }
    const length = norm(own);
    if (length > negligible * Math.max(before, 1)) found.push(own.map((value) => value / length));
  }
  return found;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
