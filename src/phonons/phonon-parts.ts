import { DomainError } from "../base/errors.js";
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

/** Those of any crystal are far below; products of such numbers are still finite. */
const mostOfAny = 1e60;

/**
 * With force constants of the short range, and with what is to be said of the charges.
 *
 * @throws {DomainError} numbers so large that no frequency comes of them.
 */
export function completed<T>(
  name: string,
  parts: Omit<PhononParts, "shortRange">,
  options: TaskOptions,
  make: (parts: PhononParts) => T,
): Task<T> | T {
  const { supercell, forceConstants, nonAnalytical, masses } = parts;
  requireMeaning("force constant", forceConstants, "eV/Å²");
  requireMeaning(
    "inverse mass",
    masses.map((mass) => 1 / mass),
    "1/u",
  );
  requireMeaning("Born charge", nonAnalytical?.bornCharges ?? [], "e");
  requireMeaning("component of the dielectric tensor", nonAnalytical?.dielectric ?? [], "");
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

function requireMeaning(what: string, numbers: ArrayLike<number>, unit: string): void {
  for (let i = 0; i < numbers.length; i++) {
    if (Math.abs(numbers[i]) <= mostOfAny) continue;
    throw new DomainError(
      `a ${what} of ${numbers[i]} ${unit} gives no frequencies; look for a wrong number among the forces, force constants, masses and charges`,
      { what, index: i, value: numbers[i] },
    );
  }
}
