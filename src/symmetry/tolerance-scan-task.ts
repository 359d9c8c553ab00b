import { serialize } from "node:v8";
import type { Crystal } from "../crystal/crystal.js";
import { registerKernel } from "../runtime/register-kernel.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import {
  scanExample,
  scanFields,
  scannedTolerances,
  ToleranceScan,
  type ToleranceScanOptions,
} from "./tolerance-scan.js";
import { type ScanRequest, stepsOf } from "./tolerance-scan-worker.js";
import { packedCrystal } from "./travelling-crystal.js";

/**
 * `toleranceScan` on a thread of its own, for hundreds of sites and more: the same code, with progress,
 * a deadline and a stop.
 *
 * @throws {DomainError | SymmetryError} as `toleranceScan`, at once.
 * @example (await toleranceScanAsync(relaxed, { to: 0.2, timeoutMs: 60_000 })).plateaus
 */
export function toleranceScanAsync(
  crystal: Crystal,
  options: ToleranceScanOptions & TaskOptions = {},
): Task<ToleranceScan> {
  requireTaskOptions("toleranceScanAsync", options, scanFields, scanExample);
  const tolerances = scannedTolerances(crystal, options);
  const runtime = Runtime.of(options);
  const kernel = registerKernel({
    name: "prism/toleranceScanAsync",
    module: workerModule(),
    export: "scanTolerances",
  });
  const request: ScanRequest = { crystal: packedCrystal(crystal), tolerances };
  return runtime.run(
    {
      kernel: kernel.name,
      name: "toleranceScanAsync",
      inputs: [new Uint8Array(serialize(request))],
      decode: ([reply]) => new ToleranceScan(stepsOf(new Uint8Array(reply))),
    },
    options,
  );
}

/** Compiled, also when the sources run as they are, as the tests do. */
function workerModule(): URL {
  const worker = new URL("./tolerance-scan-worker.js", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return worker;
  return new URL("../../dist/src/symmetry/tolerance-scan-worker.js", import.meta.url);
}
