import { requireFlag, requireInRange, requirePositive, requireWhole } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { gigapascals } from "../base/units.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { mirrored } from "./checked-tensor.js";
import { type DeformedStates, deformedStates } from "./deformed-states.js";
import { symmetryOfCrystal } from "./elastic-symmetry.js";
import { ElasticTensor } from "./elastic-tensor.js";
import { voigtPairs } from "./voigt.js";

const elasticFields = ["relaxIons", "strain", "fmax", "maxSteps"] as const;

export interface ElasticTensorOptions extends TaskOptions {
  /** Whether the ions come to rest in each strained cell; `false`: clamped ions. Default true. */
  readonly relaxIons?: boolean;
  /** The strains are ± this; default 0.001. The error of the differences grows with its square. */
  readonly strain?: number;
  /** eV/Å; the longest force that counts as none; default 1e-5. */
  readonly fmax?: number;
  /** Of each relaxation; default 2000. */
  readonly maxSteps?: number;
}

/** GPa; a start under more stress than this is said to be. */
const restingStress = 0.1;
/** Share of the largest constant; more asymmetry than this is said. */
const symmetricShare = 0.01;
const strainNames = ["xx", "yy", "zz", "yz", "xz", "xy"];

/**
 * Elastic constants at T = 0 by differences of the stress, C_ij = [σ_i(+ε_j) − σ_i(−ε_j)]/2ε, with
 * both C_ij and C_ji averaged. First the ions come to rest in the cell as it is; then twelve
 * strained cells are relaxed in parallel, their shapes fixed.
 *
 * A start under stress gives the stress-strain coefficients B of that state, which are those of C at
 * rest alone: relax the cell first (`relax(crystal, potential, { cell: "full" })`), or mind the warning.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions, or a misspelt option.
 * @throws {DomainError} an option out of range; an element that the potential does not know; sites so
 *   close that the energy is no number (rejects the task).
 * @see D. C. Wallace, Thermodynamics of Crystals (Wiley, 1972), on the coefficients under stress.
 * @example
 * const { crystal } = await relax(copper, potential, { cell: "full" });
 * const tensor = await elasticTensor(crystal, potential);
 * tensor.voigtGPa[0]; // C11
 */
export function elasticTensor(
  crystal: Crystal,
  potential: Potential,
  options: ElasticTensorOptions = {},
): Task<ElasticTensor> {
  requireCrystal(crystal);
  requirePotential(potential);
  requireTaskOptions("elasticTensor", options, elasticFields, "{ relaxIons: true, strain: 1e-3 }");
  const { relaxIons = true, strain = 1e-3, fmax = 1e-5, maxSteps = 2000 } = options;
  requirePeriodic("elasticTensor", crystal);
  requireFlag("relaxIons", relaxIons);
  requireInRange("strain", strain, 1e-6, 0.1);
  const strains = voigtPairs.flatMap(([i, j]) =>
    [strain, -strain].map((size) => strained(i, j, size)),
  );
  return deformedStates(
    "elasticTensor",
    crystal,
    potential,
    strains,
    {
      relaxed: relaxIons ? "positions" : "nothing",
      fmax: requirePositive("fmax", fmax, "eV/Å"),
      stress: 0,
      maxSteps: requireSteps(maxSteps),
    },
    (result) => tensorOf(result, strain),
    options,
  );
}

/** F = 1 + ε, symmetric, of one component in Voigt's order with engineering shear. */
function strained(i: number, j: number, size: number): number[] {
  const f = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  if (i === j) f[4 * i] += size;
  else {
    f[3 * i + j] = size / 2;
    f[3 * j + i] = size / 2;
  }
  return f;
}

function tensorOf(
  { start, crystal, states, warnings: potentialWarnings }: DeformedStates,
  strain: number,
): ElasticTensor {
  const raw = Float64Array.from({ length: 36 }, (_, index) => {
    const [i, j] = [Math.floor(index / 6), index % 6];
    const [plus, minus] = [states[2 * j], states[2 * j + 1]];
    return ((plus.stress[i] - minus.stress[i]) / (2 * strain)) * gigapascals;
  });
  const voigtGPa = mirrored(raw);
  const asymmetryGPa = raw.reduce(
    (most, value, index) => Math.max(most, 2 * Math.abs(value - voigtGPa[index])),
    0,
  );
  const stressGPa = start.stress.map((value) => value * gigapascals);
  const largest = voigtGPa.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const warnings = [
    ...potentialWarnings,
    ...stressWarnings(stressGPa),
    ...convergenceWarnings([start, ...states].map(({ converged }) => converged)),
  ];
  if (asymmetryGPa > symmetricShare * largest) {
    warnings.push({
      code: "ASYMMETRIC",
      message: `C_ij and C_ji differ by up to ${asymmetryGPa.toPrecision(2)} GPa: the start is under stress, or the potential jumps at its cutoff`,
    });
  }
  return ElasticTensor.of({
    voigtGPa,
    asymmetryGPa,
    stressGPa,
    warnings,
    crystal,
    density: crystal.density,
    atomicVolume: start.volume / crystal.siteCount,
    symmetry: () => symmetryOfCrystal(crystal),
  });
}

function stressWarnings(stressGPa: Float64Array): CrystalWarning[] {
  const most = stressGPa.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most <= restingStress) return [];
  const message = `the start is under a stress of up to ${most.toPrecision(3)} GPa; relax the cell first: relax(crystal, potential, { cell: "full" })`;
  return [{ code: "STRESSED_START", message }];
}

function convergenceWarnings(converged: readonly boolean[]): CrystalWarning[] {
  const names = ["start", ...strainNames.flatMap((name) => [`+${name}`, `-${name}`])];
  const failed = names.filter((_, state) => !converged[state]);
  if (failed.length === 0) return [];
  const message = `ions did not come to rest (${failed.join(", ")}); give a larger maxSteps or fmax`;
  return [{ code: "NOT_CONVERGED", message }];
}

/** @throws {InvalidConfiguration} a crystal that is not periodic in three directions. */
export function requirePeriodic(what: string, crystal: Crystal): void {
  if (!crystal.periodic.includes(false)) return;
  throw new InvalidConfiguration(
    `${what} needs a crystal that is periodic in three directions; periodic is ${crystal.periodic.join(", ")}`,
    { periodic: crystal.periodic },
  );
}

/** @throws {DomainError} no whole number of steps. */
export function requireSteps(maxSteps: number): number {
  return requireWhole("maxSteps", maxSteps, 0, 1e9);
}
