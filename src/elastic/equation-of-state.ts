import {
  requireFinite,
  requireInRange,
  requireMade,
  requireOneOf,
  requirePositive,
  show,
} from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { gigapascals } from "../base/units.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { deformedStates, relaxations } from "./deformed-states.js";
import { fittedParameters } from "./equation-fit.js";
import {
  type EquationFormName,
  type EquationParameters,
  equationForms,
  formOf,
} from "./equation-forms.js";
import { requirePeriodic, requireSteps } from "./strained-crystal.js";

const fewestPoints = 5;
const equationFields = [
  "range",
  "points",
  "form",
  "relax",
  "fmax",
  "stressMaxGPa",
  "maxSteps",
] as const;

export interface EquationOfStateOptions extends TaskOptions {
  /** The volumes are those of the crystal times 1 − range to 1 + range; default 0.06. */
  readonly range?: number;
  /** How many volumes, evenly spaced; 5 to 1000, default 9. */
  readonly points?: number;
  /** Default "birch-murnaghan". */
  readonly form?: EquationFormName;
  /**
   * What comes to rest at each volume: "positions" (default), "shape": also the shape of the cell, so
   * that only a pressure is left; "nothing".
   */
  readonly relax?: (typeof relaxations)[number];
  /** eV/Å; the longest force that counts as none; default 1e-4. */
  readonly fmax?: number;
  /** GPa; the largest stress, less the pressure, that counts as none; default 0.001. */
  readonly stressMaxGPa?: number;
  /** Of each relaxation; default 2000. */
  readonly maxSteps?: number;
}

/**
 * Energy over volume, fitted to one of the equations of state.
 *
 * @example
 * const { v0, bulkModulusGPa } = await equationOfState(copper, potential);
 */
export class EquationOfState {
  readonly form: EquationFormName;
  /** Å³, as given. */
  readonly volumes: Float64Array;
  /** eV, as given. */
  readonly energies: Float64Array;
  /** Å³, where the energy is least. */
  readonly v0: number;
  /** eV, at v0. */
  readonly e0: number;
  /** V d²E/dV² at v0. */
  readonly bulkModulusGPa: number;
  /** Its derivative by pressure at v0. */
  readonly bulkModulusDerivative: number;
  /** eV, root of the mean square of what the fit misses. */
  readonly residual: number;
  /** "MINIMUM_OUTSIDE", "NOT_CONVERGED", and those of the potential, as of `evaluate`. */
  readonly warnings: readonly CrystalWarning[];
  private readonly parameters: EquationParameters;

  private constructor(
    volumes: Float64Array,
    energies: Float64Array,
    form: EquationFormName,
    warnings: readonly CrystalWarning[],
  ) {
    const makers = "equationOfState(crystal, potential) or fitEquationOfState(volumes, energies)";
    requireMade(ArrayBuffer.isView(volumes), "EquationOfState", makers);
    this.form = form;
    this.volumes = volumes;
    this.energies = energies;
    this.parameters = fittedParameters(volumes, energies, form);
    const { v0, e0, bulkModulus, bulkModulusDerivative } = this.parameters;
    this.v0 = v0;
    this.e0 = e0;
    this.bulkModulusGPa = bulkModulus * gigapascals;
    this.bulkModulusDerivative = bulkModulusDerivative;
    const missed = volumes.map((volume, k) => this.energyAt(volume) - energies[k]);
    this.residual = Math.sqrt(missed.reduce((sum, each) => sum + each * each, 0) / volumes.length);
    this.warnings = [...warnings, ...outsideWarnings(volumes, v0)];
  }

  /** @internal */
  static of(
    volumes: Float64Array,
    energies: Float64Array,
    form: EquationFormName,
    warnings: readonly CrystalWarning[] = [],
  ): EquationOfState {
    return new EquationOfState(volumes, energies, form, warnings);
  }

  /** eV at a volume in Å³. @throws {DomainError} a volume not above 0. */
  energyAt(volume: number): number {
    return formOf[this.form].energy(this.parameters, requirePositive("volume", volume, "Å³"));
  }

  /** −dE/dV in GPa at a volume in Å³. @throws {DomainError} a volume not above 0. */
  pressureGPaAt(volume: number): number {
    const { pressure } = formOf[this.form];
    return gigapascals * pressure(this.parameters, requirePositive("volume", volume, "Å³"));
  }

  /** "birch-murnaghan: V₀ 47.24 Å³, E₀ -14.1609 eV, B₀ 138.35 GPa, B₀' 5.02" */
  toString(): string {
    const { form, v0, e0, bulkModulusGPa, bulkModulusDerivative } = this;
    return `${form}: V₀ ${v0.toFixed(4)} Å³, E₀ ${e0.toFixed(5)} eV, B₀ ${bulkModulusGPa.toFixed(2)} GPa, B₀′ ${bulkModulusDerivative.toFixed(3)}`;
  }
}

inspectAsText(EquationOfState);

function outsideWarnings(volumes: Float64Array, v0: number): CrystalWarning[] {
  const [least, most] = [Math.min(...volumes), Math.max(...volumes)];
  if (v0 >= least && v0 <= most) return [];
  const message = `the minimum at ${v0.toFixed(3)} Å³ lies outside the volumes from ${least.toFixed(3)} to ${most.toFixed(3)} Å³; start from there`;
  return [{ code: "MINIMUM_OUTSIDE", message }];
}

/**
 * An equation of state through given points by least squares.
 *
 * @param volumes Å³, five or more different ones.
 * @param energies eV, of the same cells.
 * @throws {ShapeError} counts that differ, or fewer than five. @throws {DomainError} a volume not above
 *   0, an energy that is no number, energies without a minimum. @throws {InvalidConfiguration} no such form.
 * @see the sources of the forms in `equation-forms.ts`.
 * @example fitEquationOfState(volumes, energies, "vinet").bulkModulusGPa
 */
export function fitEquationOfState(
  volumes: ArrayLike<number>,
  energies: ArrayLike<number>,
  form: EquationFormName = "birch-murnaghan",
): EquationOfState {
  requireOneOf("form", form, equationForms);
  const x = numbersOf("volumes", volumes, (value, name) => requirePositive(name, value, "Å³"));
  const y = numbersOf("energies", energies, (value, name) => requireFinite(name, value, "eV"));
  if (x.length !== y.length || new Set(x).size < fewestPoints) {
    throw new ShapeError(
      `an equation of state needs ${fewestPoints} different volumes or more and as many energies, got ${x.length} and ${y.length}`,
      { volumes: x.length, energies: y.length },
    );
  }
  return EquationOfState.of(x, y, form);
}

function numbersOf(
  name: string,
  values: ArrayLike<number>,
  check: (value: number, name: string) => number,
): Float64Array {
  if (typeof values !== "object" || values === null || !(values.length >= 0)) {
    throw new ShapeError(`${name} must be an array of numbers, got ${show(values)}`, { name });
  }
  return Float64Array.from(values, (value, k) => check(value, `${name}[${k}]`));
}

/**
 * Energies of a crystal over its volume, with an equation of state through them. The crystal grows and
 * shrinks with its shape, or to the best shape of each volume, all volumes in parallel.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions, or a misspelt option.
 * @throws {DomainError} an option out of range; an element that the potential does not know; energies
 *   without a minimum (rejects the task).
 * @example
 * const eos = await equationOfState(copper, potential, { form: "vinet" });
 * console.log(eos.v0, eos.bulkModulusGPa, eos.pressureGPaAt(45));
 */
export function equationOfState(
  crystal: Crystal,
  potential: Potential,
  options: EquationOfStateOptions = {},
): Task<EquationOfState> {
  requireCrystal(crystal);
  requirePotential(potential);
  requireTaskOptions("equationOfState", options, equationFields, '{ range: 0.06, form: "vinet" }');
  const { range = 0.06, points = 9, form = "birch-murnaghan", relax = "positions" } = options;
  const { fmax = 1e-4, stressMaxGPa = 1e-3, maxSteps = 2000 } = options;
  requirePeriodic("equationOfState", crystal);
  requireInRange("range", range, 1e-4, 0.5);
  requireInRange("points", points, fewestPoints, 1000);
  if (!Number.isInteger(points)) {
    throw new DomainError(`points must be a whole number, got ${points}`, { points });
  }
  requireOneOf("form", form, equationForms);
  const settling = {
    relaxed: requireOneOf("relax", relax, relaxations),
    fmax: requirePositive("fmax", fmax, "eV/Å"),
    stress: requirePositive("stressMaxGPa", stressMaxGPa, "GPa") / gigapascals,
    maxSteps: requireSteps(maxSteps),
  };
  const deformations = Array.from({ length: points }, (_, k) => {
    const stretch = Math.cbrt(1 + range * ((2 * k) / (points - 1) - 1));
    return [stretch, 0, 0, 0, stretch, 0, 0, 0, stretch];
  });
  return deformedStates(
    "equationOfState",
    crystal,
    potential,
    deformations,
    settling,
    ({ states, warnings }) => {
      const volumes = Float64Array.from(states, ({ volume }) => volume);
      const energies = Float64Array.from(states, ({ energy }) => energy);
      const failed = states.filter(({ converged }) => !converged).map(({ volume }) => volume);
      return EquationOfState.of(volumes, energies, form, [...warnings, ...unconverged(failed)]);
    },
    options,
  );
}

function unconverged(volumes: readonly number[]): CrystalWarning[] {
  if (volumes.length === 0) return [];
  const list = volumes.map((volume) => volume.toFixed(2)).join(", ");
  const message = `the crystal did not come to rest at ${list} Å³; give a larger maxSteps or fmax`;
  return [{ code: "NOT_CONVERGED", message }];
}
