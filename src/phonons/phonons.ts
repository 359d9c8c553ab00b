import { requireFlag, requireInRange, requireObject, show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import { determinant, multiply } from "../math/mat3.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { displacementsOf } from "./displacements.js";
import { forceConstantsOf, imposeSumRules } from "./force-constants.js";
import { massesOf } from "./masses.js";
import {
  type NonAnalytical,
  type NonAnalyticalOptions,
  nonAnalyticalOf,
} from "./non-analytical.js";
import {
  type CellOperation,
  operationsOf,
  PhononSupercell,
  primitiveCell,
} from "./phonon-cells.js";
import { completed } from "./phonon-parts.js";
import { placesIn, symbolsOf } from "./places.js";
import { inTwoSteps } from "./two-steps.js";
import { Phonons } from "./vibrations.js";

/** Å; shorter ones drown in rounding, longer ones leave the harmonic range of any crystal. */
const displacementRange = [1e-6, 1] as const;
const phononFields = [
  "supercell",
  "displacement",
  "primitive",
  "sumRules",
  "masses",
  "nonAnalytical",
] as const;

export interface PhononOptions extends TaskOptions {
  /**
   * Repeats the given cell, as in `crystal.supercell`; so large that forces across it hardly matter. Default:
   * the least counts that make each periodic vector 12 Å long or more; those of the Niggli cell where the crystal's is
   * so skew that it would repeat within 8 Å.
   */
  readonly supercell?: ArrayLike<number> | readonly ArrayLike<number>[];
  /** Å; how far atoms are moved; 1e-6 to 1, default 0.01. */
  readonly displacement?: number;
  /**
   * Whether vibrations are those of the primitive cell (default) or of the given one, which sheets, chains and
   * clusters always keep.
   */
  readonly primitive?: boolean;
  /**
   * Whether the force constants are made to obey Σ Φ = 0 and Φ(j, J) = Φ(J, j)ᵀ; default true. What that
   * changed is `phonons.correction`.
   */
  readonly sumRules?: boolean;
  /** Masses in u by element, as of isotopes; default those of the elements. */
  readonly masses?: Readonly<Record<string, number>>;
  /**
   * Born charges, of the elements or of the sites of the given crystal, and ε for the splitting of longitudinal and
   * transverse modes in a polar crystal. Default: those of rigid ions (their charges, ε = 1) where the potential
   * has an `ewald` term, none otherwise; false for none.
   */
  readonly nonAnalytical?: NonAnalyticalOptions | false;
}

/**
 * Phonons by finite displacements: the atoms that the symmetry leaves are moved one at a time in a
 * supercell, and the forces give Φ(j, J) = −∂F_J/∂u_j; all displacements in parallel. The crystal should
 * be relaxed (`relax`): `residualForce` says how far it is from that. Of what is not periodic in three directions
 * no symmetry is used.
 *
 * @throws {DomainError} options out of range, a supercell that is none, an element without mass or
 *   without parameters of the potential.
 * @throws {SymmetryError} as of `symmetry`.
 * In a polar crystal the interaction of dipoles is taken out of the force constants and summed in reciprocal space
 * at each wave vector, so that longitudinal and transverse modes part at Γ as they should.
 *
 * @see K. Parlinski, Z. Q. Li & Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997); A. Togo & I. Tanaka,
 *   Scr. Mater. 108, 1 (2015); dipoles: X. Gonze & C. Lee, Phys. Rev. B 55, 10355 (1997).
 * @example
 * const vibrations = await phonons(copper, potential, { supercell: [4, 4, 4] });
 * vibrations.frequencies([0.5, 0, 0.5]) // THz, at X of fcc
 */
export function phonons(
  crystal: Crystal,
  potential: Potential,
  options: PhononOptions = {},
): Task<Phonons> {
  requireCrystal(crystal);
  requirePotential(potential);
  requireTaskOptions("phonons", options, phononFields, "{ supercell: [4, 4, 4] }");
  const { displacement = 0.01, sumRules = true } = options;
  requireInRange("displacement", displacement, ...displacementRange, "Å");
  requireFlag("sumRules", sumRules);
  const supercell = phononSupercell(crystal, options);
  const masses = massesOf(supercell.primitive, options.masses);
  const operations = operationsOf(supercell);
  const displacements = displacementsOf(supercell, operations, displacement);
  // The last one moves nothing.
  const rows = [...displacements, { atom: 0, vector: [0, 0, 0] as const }].flatMap(
    ({ atom, vector }) => [supercell.siteAt(atom, 0, 0, 0), ...vector],
  );
  const nonAnalytical = nonAnalyticalFor(
    crystal,
    potential,
    supercell.primitive,
    operations,
    options,
  );
  const parts = (forces: Float64Array, beyondTable: Float64Array) => {
    const used = forces.subarray(0, 3 * supercell.crystal.siteCount * displacements.length);
    const forceConstants = forceConstantsOf(supercell, operations, displacements, used);
    const residualForce = longest(forces.subarray(used.length));
    return {
      supercell,
      masses,
      operations,
      displacements,
      forces: used,
      residualForce,
      correction: sumRules ? imposeSumRules(supercell, forceConstants) : undefined,
      forceConstants,
      nonAnalytical,
      warnings: [
        ...potential.warningsFor(supercell.crystal, Math.max(...beyondTable)),
        ...restWarnings(residualForce),
      ],
    };
  };
  const call = {
    kernel: "displacedForces",
    name: "phonons",
    inputs: [...potential.inputsFor(supercell.crystal), Float64Array.from(rows)],
  };
  return inTwoSteps(
    "phonons",
    (own) =>
      Runtime.of(own).run(
        {
          ...call,
          decode: ([all, beyond]) => parts(new Float64Array(all), new Float64Array(beyond)),
        },
        own,
      ),
    (found, own) => completed("phonons", found, own, Phonons.of),
    options,
  );
}

/** eV/Å; the limit of `stability` for a crystal at rest. */
const restForce = 0.05;

function restWarnings(residualForce: number): CrystalWarning[] {
  if (residualForce < restForce) return [];
  const message = `the crystal is not at rest, a force of ${residualForce.toPrecision(3)} eV/Å acts on a site: these are not the vibrations about a minimum; relax it first, relax(crystal, potential, { cell: "full" })`;
  return [{ code: "NOT_AT_REST", message }];
}

/** What the call says, or what the potential does of rigid ions in a crystal that is periodic throughout. */
function nonAnalyticalFor(
  crystal: Crystal,
  potential: Potential,
  primitive: Crystal,
  operations: readonly CellOperation[],
  options: PhononOptions,
): NonAnalytical | undefined {
  const given = options.nonAnalytical;
  if (given === false) return undefined;
  const ions = crystal.periodic.every(Boolean) ? potential.ionCharges(crystal) : undefined;
  const used = given ?? (ions && { bornCharges: Array.from(ions), dielectric: 1 });
  if (used === undefined) return undefined;
  const { atomOf } = placesIn(primitive, crystal.cartPositions, symbolsOf(crystal));
  return nonAnalyticalOf(used, primitive, atomOf, operations);
}

function phononSupercell(crystal: Crystal, options: PhononOptions): PhononSupercell {
  const { supercell = defaultSupercell(crystal), primitive = true } = options;
  requireFlag("primitive", primitive);
  const cell =
    primitive && !crystal.periodic.includes(false)
      ? primitiveCell(crystal)
      : { crystal, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  const rows = Array.from<number | ArrayLike<number>>(
    requireObject("supercell", supercell, "[4, 4, 4]"),
  );
  const scaling = rows.every((row) => typeof row === "number")
    ? [rows[0], 0, 0, 0, rows[1], 0, 0, 0, rows[2]]
    : rows.flatMap((row) => Array.from((row ?? []) as ArrayLike<number>));
  // Says what is wrong with it where something is.
  if (scaling.length !== 9 || !scaling.every(Number.isInteger)) crystal.supercell(supercell);
  const matrix = scaling as number[];
  if (rows.length !== 3 || !(Math.abs(determinant(matrix)) > 0) || rows.some((row) => row === 0)) {
    throw new DomainError(
      `supercell must be three counts of 1 or more, or a 3×3 matrix of integers with a volume; got ${show(supercell)}`,
      { supercell },
    );
  }
  return new PhononSupercell(cell.crystal, multiply(matrix, cell.matrix).map(Math.round));
}

/** Å; least length of the supercell's vectors. */
const leastLength = 12;
/** Å; where a supercell repeats within it, its force constants are sums over images that matter. */
const leastRepeat = 8;

function defaultSupercell(crystal: Crystal): number[][] {
  const { lattice, periodic } = crystal;
  const given = defaultCounts(lattice, periodic);
  if (periodic.includes(false)) return given;
  const repeated = Lattice.fromMatrix(multiply(given.flat(), lattice.matrix));
  if (repeated.niggli().lattice.parameters.a >= leastRepeat) return given;
  // Long vectors of a skew cell can have a short sum.
  const { lattice: reduced, transformation } = lattice.niggli();
  const counts = defaultCounts(reduced, periodic).flat();
  const rows = multiply(counts, transformation).map(Math.round);
  return [0, 3, 6].map((at) => Array.from(rows.subarray(at, at + 3)));
}

function defaultCounts(lattice: Lattice, periodic: readonly boolean[]): number[][] {
  const { a, b, c } = lattice.parameters;
  return [a, b, c].map((length, k) => {
    const count = periodic[k] ? Math.ceil(leastLength / length - 1e-6) : 1;
    return [0, 1, 2].map((i) => (i === k ? count : 0));
  });
}

function longest(forces: Float64Array): number {
  let square = 0;
  for (let i = 0; i < forces.length; i += 3) {
    square = Math.max(square, forces[i] ** 2 + forces[i + 1] ** 2 + forces[i + 2] ** 2);
  }
  return Math.sqrt(square);
}
