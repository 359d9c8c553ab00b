/** Computes for 30 ms and never asks whether it should stop. */
export function deaf() {
  const begin = performance.now();
  while (performance.now() - begin < 30);
  return [];
}
