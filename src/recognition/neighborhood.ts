import { requirePositive, show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";

/** Inputs 0 to 2 of every kernel that looks at one neighbourhood after the other. */
export function neighborhoodInputs(crystal: Crystal): ArrayBufferView[] {
  return [crystal.fracPositions, crystal.lattice.matrix, Int32Array.from(crystal.periodic, Number)];
}

export function requireCount(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
    return Number(value);
  }
  throw new DomainError(
    `${name} must be a whole number from ${least} to ${most}, got ${show(value)}`,
    { name, value, least, most },
  );
}

/** Å; at most what a slip of the unit would not give. */
export function requireCutoff(value: unknown): number {
  return requirePositive("cutoff", value, "Å");
}
