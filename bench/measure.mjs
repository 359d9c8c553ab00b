/** Median of the wall time of `work`, which is awaited; one run before is not counted. */
export async function median(work, runs = 7) {
  let result = await work();
  const seconds = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    result = await work();
    seconds.push((performance.now() - start) / 1000);
  }
  seconds.sort((a, b) => a - b);
  return { secondsMedian: seconds[Math.floor(runs / 2)], runs, result };
}
