/**
 * How many pairs of points lie in each of `bins` equal ranges of distance up to `largest`.
 *
 * @param {import("prism-lab").ModuleCall} call inputs: positions, Float64Array [n, 3] in Å;
 *   params: largest distance in Å, number of bins.
 * @returns {readonly Float64Array[]} the counts
 */
export function histogram({ inputs: [positions], params: [largest, bins], isCancelled, progress }) {
  const counts = new Float64Array(bins);
  const total = positions.length / 3;
  for (let i = 0; i < total; i++) {
    if (isCancelled()) return [];
    for (let j = 0; j < i; j++) {
      const distance = Math.hypot(
        positions[3 * i] - positions[3 * j],
        positions[3 * i + 1] - positions[3 * j + 1],
        positions[3 * i + 2] - positions[3 * j + 2],
      );
      if (distance < largest) counts[Math.floor((distance / largest) * bins)] += 1;
    }
    progress(i + 1, total);
  }
  return [counts];
}
