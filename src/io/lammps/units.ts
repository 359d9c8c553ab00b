import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { Lines } from "../lines.js";
import { clip } from "../source.js";

/** Factors to Å, Å/fs and eV/Å; undefined where the unit is not of a kind that has one. */
export interface Units {
  readonly length: number;
  readonly velocity: number | undefined;
  readonly force: number | undefined;
}

/** eV of one kcal/mol: 4184 J over the Avogadro constant and e (SI, exact). */
const kilocalorie = 4184 / (6.02214076e23 * 1.602176634e-19);

const known: Readonly<Record<string, Units>> = {
  metal: { length: 1, velocity: 1e-3, force: 1 },
  real: { length: 1, velocity: 1, force: kilocalorie },
  lj: { length: 1, velocity: undefined, force: undefined },
  // Bohr radius, CODATA 2022.
  electron: { length: 0.529177210544, velocity: undefined, force: undefined },
  nano: { length: 10, velocity: undefined, force: undefined },
  micro: { length: 1e4, velocity: undefined, force: undefined },
  cgs: { length: 1e8, velocity: undefined, force: undefined },
  si: { length: 1e10, velocity: undefined, force: undefined },
};

/** Of LAMMPS' unit styles, "metal" unless the file names another. */
export function unitsNamed(
  lines: Lines,
  name: string | undefined,
  warnings: CrystalWarning[],
): Units {
  if (name === undefined) return known.metal;
  const units = Object.hasOwn(known, name) ? known[name] : undefined;
  if (units === undefined) {
    throw lines.error(`expected units of ${Object.keys(known).join(", ")}, got ${clip(name)}`);
  }
  if (name === "lj") {
    const message = "the file is in reduced units: lengths are taken as Å";
    warnings.push({ code: "REDUCED_UNITS", message, line: lines.lineNumber });
  }
  return units;
}
