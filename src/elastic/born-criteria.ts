import { symmetricEigenvalues } from "../math/dense.js";
import { determinant } from "../math/mat3.js";
import type { CrystalSystem } from "../symmetry/space-group.js";
import { kelvin } from "./voigt.js";

/** An expression that must be positive. */
export interface BornCriterion {
  /** "C11 − C12 > 0", of the constants in the standard axes. */
  readonly name: string;
  /** GPa, GPa² or higher: as the expression says. */
  readonly value: number;
  readonly holds: boolean;
}

/** Whether any small strain costs energy. */
export interface BornStability {
  readonly isStable: boolean;
  readonly crystalSystem: CrystalSystem;
  readonly criteria: readonly BornCriterion[];
  /**
   * GPa, ascending: the stiffness against the six strains that have a stress along themselves. All are
   * positive where the crystal is stable, whatever its symmetry and axes.
   */
  readonly eigenvaluesGPa: Float64Array;
}

/** C by the indices of Voigt, 1 to 6. */
type Constant = (i: number, j: number) => number;
type Expression = readonly [name: string, of: (c: Constant) => number];

const shear: readonly Expression[] = [
  ["C44", (c) => c(4, 4)],
  ["C55", (c) => c(5, 5)],
  ["C66", (c) => c(6, 6)],
];

const uniaxial: readonly Expression[] = [
  ["C11 − |C12|", (c) => c(1, 1) - Math.abs(c(1, 2))],
  ["C33 (C11 + C12) − 2 C13²", (c) => c(3, 3) * (c(1, 1) + c(1, 2)) - 2 * c(1, 3) ** 2],
];

/**
 * Necessary and sufficient for each system, in standard axes. Those of tetragonal and trigonal crystals
 * are of the Laue classes 4/m and -3, and become those of 4/mmm and -3m where C16 and C15 are 0.
 */
const expressions: Readonly<Record<CrystalSystem, readonly Expression[]>> = {
  cubic: [
    ["C11 − C12", (c) => c(1, 1) - c(1, 2)],
    ["C11 + 2 C12", (c) => c(1, 1) + 2 * c(1, 2)],
    ["C44", (c) => c(4, 4)],
  ],
  hexagonal: [...uniaxial, ["C44", (c) => c(4, 4)]],
  trigonal: [
    ...uniaxial,
    ["C44", (c) => c(4, 4)],
    [
      "C44 (C11 − C12) − 2 (C14² + C15²)",
      (c) => c(4, 4) * (c(1, 1) - c(1, 2)) - 2 * (c(1, 4) ** 2 + c(1, 5) ** 2),
    ],
  ],
  tetragonal: [
    ...uniaxial,
    ["C44", (c) => c(4, 4)],
    ["C66", (c) => c(6, 6)],
    ["C66 (C11 − C12) − 2 C16²", (c) => c(6, 6) * (c(1, 1) - c(1, 2)) - 2 * c(1, 6) ** 2],
  ],
  orthorhombic: [
    ["C11", (c) => c(1, 1)],
    ["C11 C22 − C12²", (c) => c(1, 1) * c(2, 2) - c(1, 2) ** 2],
    ["|C11 C12 C13; C12 C22 C23; C13 C23 C33|", (c) => minor(c, 3)],
    ...shear,
  ],
  monoclinic: leadingMinors(),
  triclinic: leadingMinors(),
};

/**
 * Born's criteria.
 *
 * @param standard Stiffnesses in GPa in the standard axes of the system.
 * @see M. Born, Math. Proc. Camb. Phil. Soc. 36, 160 (1940); F. Mouhat & F.-X. Coudert, Phys. Rev. B 90,
 *   224104 (2014).
 */
export function bornStability(
  standard: ArrayLike<number>,
  crystalSystem: CrystalSystem,
): BornStability {
  const constant: Constant = (i, j) => standard[6 * (i - 1) + j - 1];
  const criteria = expressions[crystalSystem].map(([name, of]) => {
    const value = of(constant);
    return { name: `${name} > 0`, value, holds: value > 0 };
  });
  const eigenvaluesGPa = symmetricEigenvalues(kelvin(standard), 6);
  return { isStable: eigenvaluesGPa[0] > 0, crystalSystem, criteria, eigenvaluesGPa };
}

/** Sylvester's: no simpler ones are known where symmetry leaves 13 or 21 constants. */
function leadingMinors(): readonly Expression[] {
  return [1, 2, 3, 4, 5, 6].map((order) => [
    order === 1 ? "C11" : `leading minor of order ${order}`,
    (c) => minor(c, order),
  ]);
}

/** Of the first rows and columns. */
function minor(c: Constant, order: number): number {
  if (order === 3) {
    return determinant([1, 2, 3].flatMap((i) => [1, 2, 3].map((j) => c(i, j))));
  }
  const block = Array.from({ length: order * order }, (_, index) =>
    c(Math.floor(index / order) + 1, (index % order) + 1),
  );
  return symmetricEigenvalues(block, order).reduce((product, value) => product * value, 1);
}
