import { serialize } from "node:v8";
import type { Crystal } from "../crystal/crystal.js";
import { registerKernel } from "../runtime/register-kernel.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { type SymmetryOptions, searchTolerance } from "./analysis.js";
import type { SymmetryDataset } from "./dataset.js";
import { datasetOf } from "./symmetry.js";
import { foundIn, type SymmetryRequest } from "./symmetry-worker.js";
import { packedCrystal } from "./travelling-crystal.js";

/**
 * `symmetry` on a thread of its own, for thousands of sites and more: the same code and result. A stop
 * ends the task at once, and the search behind it within its second or so.
 *
 * @throws {SymmetryError} as `symmetry`: of what cannot be searched at once, of what is not found as the
 *   task's rejection. @throws {InvalidConfiguration} an unknown option.
 * @example (await symmetryAsync(relaxed.supercell([10, 10, 10]))).internationalSymbol // "Fm-3m"
 */
export function symmetryAsync(
  crystal: Crystal,
  options: SymmetryOptions & TaskOptions = {},
): Task<SymmetryDataset> {
  requireTaskOptions("symmetryAsync", options, ["symprec"], "{ symprec: 0.01 }");
  const { symprec: asked } = options;
  const symprec = searchTolerance(crystal, asked === undefined ? {} : { symprec: asked });
  const runtime = Runtime.of(options);
  const kernel = registerKernel({
    name: "prism/symmetryAsync",
    module: workerModule(),
    export: "searchSymmetry",
  });
  const request: SymmetryRequest = { crystal: packedCrystal(crystal), symprec };
  return runtime.run(
    {
      kernel: kernel.name,
      name: "symmetryAsync",
      inputs: [new Uint8Array(serialize(request))],
      decode: ([reply]) => datasetOf(crystal, foundIn(new Uint8Array(reply))),
    },
    options,
  );
}

/** Compiled, also when the sources run as they are, as the tests do. */
function workerModule(): URL {
  const worker = new URL("./symmetry-worker.js", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return worker;
  return new URL("../../dist/src/symmetry/symmetry-worker.js", import.meta.url);
}
