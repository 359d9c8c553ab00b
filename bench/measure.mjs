/** Median of the wall time of `work`, which is awaited; one run before is not counted. */
export async function median(work, runs = 7) {
  let result = await work();
  const seconds = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    result = await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return { secondsMedian: quantile(seconds, 0.5), runs, result };
}

/** The smallest value that has at least the share `q` of them below it; all of them in any order. */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/**
 * Runs every way once before and then all of them in turn, `rounds` times, so that they see the same
 * state of the machine. The result has the returned values of each way, in the order of the ways.
 */
export async function inTurn(ways, rounds) {
  for (const way of ways) await way();
  const values = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) values[index].push(await way());
  }
  return values;
}

/** Milliseconds until what `work` returns has settled. */
export async function elapsedMs(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
