import { deserialize, serialize } from "node:v8";
import { Crystal } from "../crystal/crystal.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";
import type { ModuleCall } from "../runtime/remote/module-kernels.js";
import { type ToleranceStep, toleranceStep } from "./tolerance-scan.js";

/** A crystal as far as its symmetry depends on it, and the tolerances in Å. */
export interface ScanRequest {
  readonly matrix: Float64Array;
  readonly fracPositions: Float64Array;
  readonly kinds: readonly (readonly { readonly species: string; readonly occupancy: number }[])[];
  readonly kindOfSite: Int32Array;
  /** Messages name the sites by them. */
  readonly labels: readonly string[];
  readonly tolerances: readonly number[];
}

/** Runs on a thread of its own. */
export function scanTolerances({ inputs, isCancelled, progress }: ModuleCall): [Uint8Array] {
  const request = deserialize(inputs[0] as Uint8Array) as ScanRequest;
  const { tolerances, labels, kindOfSite, fracPositions } = request;
  const crystal = Crystal.fromParts({
    lattice: Lattice.fromMatrix(request.matrix),
    fracPositions,
    kinds: request.kinds.map((occupants) =>
      occupants.map(({ species, occupancy }) => ({ species: Species.from(species), occupancy })),
    ),
    kindOfSite,
    periodic: [true, true, true],
    labels,
    warnings: [],
  });
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
