import { deserialize, serialize } from "node:v8";
import type { ModuleCall } from "../runtime/remote/module-kernels.js";
import { type ToleranceStep, toleranceStep } from "./tolerance-scan.js";
import { type TravellingCrystal, unpackedCrystal } from "./travelling-crystal.js";

/** A crystal, and the tolerances in Å. */
export interface ScanRequest {
  readonly crystal: TravellingCrystal;
  readonly tolerances: readonly number[];
}

/** Runs on a thread of its own. */
export function scanTolerances({ inputs, isCancelled, progress }: ModuleCall): [Uint8Array] {
  const request = deserialize(inputs[0] as Uint8Array) as ScanRequest;
  const { tolerances } = request;
  const crystal = unpackedCrystal(request.crystal);
  const steps: ToleranceStep[] = [];
  for (const symprec of tolerances) {
    if (isCancelled()) break;
    steps.push(toleranceStep(crystal, symprec));
    progress(steps.length, tolerances.length);
  }
  return [new Uint8Array(serialize(steps))];
}

/** What `scanTolerances` gave. */
export function stepsOf(reply: Uint8Array): readonly ToleranceStep[] {
  return deserialize(reply) as readonly ToleranceStep[];
}
