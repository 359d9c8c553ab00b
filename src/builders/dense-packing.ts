import { requireObject, show } from "../base/check.js";
import { DomainError, ResourceExhausted } from "../base/errors.js";
import { SeededRandom } from "../base/random.js";
import { requireKnownFields } from "../base/suggest.js";
import { configOf, requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import type { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import { registerKernel } from "../runtime/register-kernel.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import {
  countsOf,
  distancesOf,
  latticeOf,
  type PackingContents,
  packingFields,
  requireRoom,
} from "./packing-contents.js";

export interface DensePackingOptions extends PackingContents, TaskOptions {
  /** Random starts before it counts as impossible; default 5. */
  readonly maxAttempts?: number;
  /** Steps of one start; default 20,000. */
  readonly maxIterations?: number;
}

const taskFields = [
  "runtime",
  "signal",
  "timeoutMs",
  "priority",
  "memoryLimit",
  "retry",
  "isolation",
  "onProgress",
] as const satisfies readonly (keyof TaskOptions)[];

/**
 * A dense random packing in a periodic cell: no pair of sites nearer than its distance, up to 0.63 of
 * the volume, taken as spheres of half the distances. Sites start at random places and move apart down
 * the energy of a soft repulsion, Σ ½ (D − r)² over r < D, until none overlap; in the dense ones many
 * pairs touch. The same seed gives the same packing. It runs on a thread of its own, can be cancelled
 * and tells its progress.
 *
 * @throws {ResourceExhausted} it does not fit, when awaited: `data.reachedFraction` is the share of the
 *   volume with all distances scaled by `data.reached` so that none overlap, `data.fraction` the one
 *   asked for. Above 1 it is refused at once.
 * @throws {InvalidConfiguration | DomainError} as `randomPacking`, at once.
 * @see O'Hern, Silbert, Liu & Nagel, Phys. Rev. E 68, 011306 (2003); Bitzek et al., Phys. Rev. Lett.
 *   97, 170201 (2006).
 * @example
 * const glass = await densePacking({
 *   composition: { Cu: 320, Zr: 180 },
 *   lattice: Lattice.cubic(21),
 *   minDistances: { "Cu-Cu": 2.4, "Cu-Zr": 2.65, "Zr-Zr": 2.9 },
 *   seed: 1,
 * });
 */
export function densePacking(options: DensePackingOptions): Task<Crystal> {
  requireObject(
    "options",
    options,
    "{ composition: { Ar: 500 }, density: 1.6, minDistances: 3.3, seed: 1 }",
  );
  requireKnownFields("the options of a dense packing", options, [
    ...packingFields,
    ...["maxAttempts", "maxIterations"],
    ...taskFields,
  ]);
  const runtime = Runtime.of(options);
  const { seed } = new SeededRandom(options.seed);
  const maxAttempts = requireWhole("maxAttempts", options.maxAttempts ?? 5, 1000);
  const maxIterations = requireWhole("maxIterations", options.maxIterations ?? 20_000, 1e7);
  const counts = countsOf(options.composition);
  const kinds = counts.flatMap(({ count }, kind) => Array<number>(count).fill(kind));
  requireNodes("the packing", kinds.length, configOf(options.config));
  const lattice = latticeOf(options, counts);
  const distances = distancesOf(options.minDistances, counts);
  requireRoom(lattice, distances);
  const fraction = fractionOf(lattice, kinds, distances);
  if (fraction > 1) throw tooDense({ fraction, reached: 0, attempts: 0, seed });
  const kernel = registerKernel({
    name: "prism/densePacking",
    module: workerModule(),
    export: "pack",
  });
  return runtime.run(
    {
      kernel: kernel.name,
      name: "densePacking",
      inputs: [
        Float64Array.from(lattice.matrix),
        Float64Array.from(distances.flat()),
        Int32Array.from(kinds),
      ],
      params: [seed, maxIterations, maxAttempts],
      decode: ([positions, result]) => {
        const [reached, attempts] = new Float64Array(result);
        if (reached < 1) throw tooDense({ fraction, reached, attempts, seed });
        return Crystal.create({
          lattice,
          species: kinds.map((kind) => counts[kind].species),
          fracPositions: rowsTimes(new Float64Array(positions), inverse(lattice.matrix)),
          ...(options.config === undefined ? {} : { config: options.config }),
        })
          .wrapped()
          .sorted();
      },
    },
    options,
  );
}

/** Share of the volume inside spheres whose diameters are the distances of each kind to itself. */
function fractionOf(
  { volume }: Lattice,
  kinds: readonly number[],
  distances: readonly (readonly number[])[],
): number {
  const spheres = distances.map((row, kind) => (Math.PI / 6) * row[kind] ** 3);
  return kinds.reduce((sum, kind) => sum + spheres[kind], 0) / volume;
}

function tooDense({
  fraction,
  reached,
  attempts,
  seed,
}: {
  readonly fraction: number;
  readonly reached: number;
  readonly attempts: number;
  readonly seed: number;
}): ResourceExhausted {
  const reachedFraction = fraction * reached ** 3;
  const found =
    attempts === 0
      ? "spheres cannot fill more than 0.74"
      : `the best of ${attempts} starts reached ${reachedFraction.toFixed(3)}`;
  return new ResourceExhausted(
    `the minDistances ask for ${fraction.toFixed(3)} of the volume, and ${found}; random packings of ` +
      "equal spheres end near 0.64: give smaller minDistances, a lower density, or another seed",
    { fraction, reachedFraction, reached, attempts, seed },
  );
}

function requireWhole(name: string, value: unknown, most: number): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw new DomainError(`${name} must be a whole number from 1 to ${most}, got ${show(value)}`, {
    name,
    value,
  });
}

/** Compiled, also when the sources run as they are, as the tests do. */
function workerModule(): URL {
  const worker = new URL("./packing-worker.js", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return worker;
  return new URL("../../dist/src/builders/packing-worker.js", import.meta.url);
}
