import { InvalidConfiguration } from "../../base/errors.js";

/** Å; CODATA 2018. */
const bohr = 0.529177210903;
/** eV; CODATA 2018. */
const hartree = 27.211386245988;

/** What the numbers of a program that computed the forces are in Å, eV/Å and eV/Å². */
export interface Units {
  readonly length: number;
  readonly force: number;
  readonly forceConstant: number;
  /** e²/(4πε₀) in the program's units of force constant times volume; undefined where phonopy knows none. */
  readonly coulomb: number | undefined;
}

const electronVolts: Units = {
  length: 1,
  force: 1,
  forceConstant: 1,
  coulomb: hartree * bohr,
};
const atomic = (energy: number): Units => ({
  length: bohr,
  force: energy / bohr,
  forceConstant: energy / bohr ** 2,
  coulomb: hartree / energy,
});
/** Forces in eV/Å of atoms displaced by bohrs. */
const mixed: Units = {
  length: bohr,
  force: 1,
  forceConstant: 1 / bohr,
  coulomb: hartree / bohr,
};

/** By phonopy's names: `get_default_physical_units` in its `interface/calculator.py`. */
const unitsOf: Readonly<Record<string, Units>> = {
  vasp: electronVolts,
  aims: electronVolts,
  castep: electronVolts,
  crystal: electronVolts,
  qe: atomic(hartree / 2),
  wien2k: atomic(hartree / 2000),
  elk: atomic(hartree),
  turbomole: atomic(hartree),
  fleur: atomic(hartree),
  dftbp: { ...atomic(hartree), coulomb: undefined },
  abinit: mixed,
  siesta: mixed,
  abacus: mixed,
  cp2k: {
    length: 1,
    force: hartree / bohr,
    forceConstant: hartree / bohr,
    coulomb: undefined,
  },
};

/** @throws {InvalidConfiguration} a program whose units are not known. */
export function calculatorUnits(calculator: string | undefined): Units {
  const units = unitsOf[calculator?.toLowerCase() ?? "vasp"];
  if (units !== undefined) return units;
  throw new InvalidConfiguration(
    `the units of the calculator ${JSON.stringify(calculator)} are not known; those of ${Object.keys(unitsOf).join(", ")} are`,
    { calculator },
  );
}
