import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { shortRange } from "./dipoles.js";
import type { Displacement } from "./displacements.js";
import type { ForceConstantCorrection } from "./force-constants.js";
import { chargeWarnings, type NonAnalytical } from "./non-analytical.js";
import type { CellOperation, PhononSupercell } from "./phonon-cells.js";

/** What a `Phonons` is made of. */
export interface PhononParts {
  readonly supercell: PhononSupercell;
  readonly masses: Float64Array;
  readonly operations: readonly CellOperation[];
  readonly displacements: readonly Displacement[];
  readonly forces: Float64Array;
  readonly residualForce: number | undefined;
  readonly forceConstants: Float64Array;
  readonly correction: ForceConstantCorrection | undefined;
  readonly nonAnalytical: NonAnalytical | undefined;
  /** Those without the dipoles that `nonAnalytical` makes; otherwise `forceConstants`. */
  readonly shortRange: Float64Array;
  readonly warnings: readonly CrystalWarning[];
}

/** With force constants of the short range, and with what is to be said of the charges. */
export function completed<T>(
  name: string,
  parts: Omit<PhononParts, "shortRange">,
  options: TaskOptions,
  make: (parts: PhononParts) => T,
): Task<T> | T {
  const { supercell, forceConstants, nonAnalytical } = parts;
  if (nonAnalytical === undefined) return make({ ...parts, shortRange: forceConstants });
  const warnings = [...parts.warnings, ...chargeWarnings(nonAnalytical)];
  return shortRange(
    name,
    supercell,
    forceConstants,
    nonAnalytical,
    (short) => make({ ...parts, shortRange: short, warnings }),
    options,
  );
}
