// Kernels in JavaScript for engine.ipynb. Each runs on a thread of its own.

/**
 * Histogram of all distances between the sites of a finite cluster.
 *
 * inputs: cartPositions in Å, shape [n, 3]; params: largest distance in Å, number of bins.
 */
export function distanceHistogram({ inputs: [positions], params, isCancelled, progress }) {
  const [largest, binCount] = params;
  const counts = new Float64Array(binCount);
  const siteCount = positions.length / 3;
  for (let i = 0; i < siteCount; i++) {
    if (i % 64 === 0) {
      if (isCancelled()) throw new Error("stopped");
      progress(i, siteCount);
    }
    for (let j = 0; j < i; j++) {
      const x = positions[3 * i] - positions[3 * j];
      const y = positions[3 * i + 1] - positions[3 * j + 1];
      const z = positions[3 * i + 2] - positions[3 * j + 2];
      const bin = Math.floor((Math.sqrt(x * x + y * y + z * z) / largest) * binCount);
      if (bin < binCount) counts[bin] += 1;
    }
  }
  return [counts];
}

/** A detector that is ready at the third reading. inputs: how often it was read, in shared memory. */
export function readDetector({ inputs: [readings] }) {
  const reading = Atomics.add(readings, 0, 1) + 1;
  if (reading < 3) throw new Error(`the detector is not ready at reading ${reading}`);
  return [Float64Array.of(1812, 1790, 1835)];
}
