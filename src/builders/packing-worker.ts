// The kernel of `densePacking`, which runs on a thread of its own.
import type { ModuleCall } from "../runtime/remote/module-kernels.js";
import { relaxOverlaps } from "./overlap-relaxation.js";

/** inputs: matrix, distances, kindOfSite; outputs: positions; reached, attempts. */
export function pack({ inputs, params, isCancelled, progress }: ModuleCall): Float64Array[] {
  const [matrix, distances, kindOfSite] = inputs as [Float64Array, Float64Array, Int32Array];
  const [seed, maxIterations, maxAttempts] = params;
  const kindCount = Math.sqrt(distances.length);
  const outcome = relaxOverlaps(
    { matrix, distances, kindOfSite, kindCount, seed, maxIterations, maxAttempts },
    (done, total) => {
      progress(done, total);
      return isCancelled();
    },
  );
  return [outcome.positions, Float64Array.of(outcome.reached, outcome.attempts)];
}
