import {
  requireCallback,
  requireFlag,
  requireInRange,
  requireOneOf,
  requirePositive,
  requireWhole,
  show,
} from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { gigapascals } from "../base/units.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { type SiteSelection, selectedSites } from "../crystal/edits.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { keptSymmetry, wholeOrbits } from "./kept-symmetry.js";
import { Relaxation, type RelaxationStep } from "./relaxation.js";

/** In the order of the engine. */
const methods = ["fire", "lbfgs", "cg", "sd"] as const;
const cells = [false, "isotropic", "full"] as const;
/** @internal Those that say what comes to rest, and how. */
export const settingFields = [
  "method",
  "fmax",
  "cell",
  "stressMaxGPa",
  "pressureGPa",
  "fixed",
  "maxSteps",
  "maxStep",
  "keepSymmetry",
] as const;
const relaxFields = [...settingFields, "frames", "onStep"] as const;

export interface RelaxOptions extends TaskOptions {
  /**
   * "lbfgs" (default): limited-memory BFGS, the fewest evaluations. "fire": damped dynamics, the most
   * robust. "cg": conjugate gradients. "sd": steepest descent, to compare with.
   */
  readonly method?: (typeof methods)[number];
  /** eV/Å; the longest force that counts as none; default 0.001. */
  readonly fmax?: number;
  /**
   * What else may change: `false` the positions alone, "isotropic" the cell's size, "full" its shape too.
   * Default: what `crystal.config.optimizationLevel` says.
   */
  readonly cell?: (typeof cells)[number];
  /** GPa; the largest stress, less the pressure, that counts as none; default 0.001. */
  readonly stressMaxGPa?: number;
  /** External pressure; default 0. The energy that falls is then the enthalpy E + pV. */
  readonly pressureGPa?: number;
  /** Sites that stay where they are; with `keepSymmetry` those equivalent to them do, too. */
  readonly fixed?: SiteSelection;
  /** Default 1000. */
  readonly maxSteps?: number;
  /** Å; the longest way of a site in one step; default 0.2. */
  readonly maxStep?: number;
  /**
   * Keeps every operation of the space group that the crystal has within 0.01 Å, which it is made to
   * obey first; default false.
   */
  readonly keepSymmetry?: boolean;
  /** Structures kept on the way, at most, evenly spaced; default 50, 0 for none. */
  readonly frames?: number;
  /** Called some times a second with the energy and the largest force so far. */
  readonly onStep?: (step: RelaxationStep) => void;
}

/**
 * The nearest minimum of the energy, or of the enthalpy under pressure.
 *
 * Resolves also where it did not get there: see `converged` and `reason`.
 *
 * @throws {DomainError} an element that the potential does not know, an option out of range; sites so close
 *   that the energy is no number (rejects the task).
 * @throws {InvalidConfiguration} options that do not go together, as a changing cell of a crystal that is not
 *   periodic in three directions.
 * @see the methods' sources in `native/src/forces/minimizers.zig`.
 * @example
 * const { crystal, energy, converged } = await relax(copper, potential, { cell: "full" });
 * console.log(crystal.lattice.a, energy / crystal.siteCount, converged);
 */
export function relax(
  crystal: Crystal,
  potential: Potential,
  options: RelaxOptions = {},
): Task<Relaxation> {
  requireCrystal(crystal);
  requirePotential(potential);
  const checked = checkedRelaxOptions(crystal, options);
  const kept = checked.keepSymmetry ? keptSymmetry(crystal) : undefined;
  const start = kept?.crystal ?? crystal;
  const fixed = fixedMask(start, options.fixed);
  const monitor = new Float64Array(new SharedArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT));
  const runtime = Runtime.of(options);
  return runtime.run(
    {
      kernel: "relax",
      inputs: [
        ...potential.inputsFor(start),
        kept === undefined ? fixed : wholeOrbits(fixed, kept),
        monitor,
        kept?.operations ?? new Float64Array(0),
      ],
      params: checked.params,
      decode: (outputs) => Relaxation.of(start, potential, outputs),
    },
    { ...options, ...progressOf(options, monitor) },
  );
}

/** @internal The engine's numbers of options, or the error of one that means nothing. */
export function checkedRelaxOptions(
  crystal: Crystal,
  options: RelaxOptions,
): { params: number[]; keepSymmetry: boolean } {
  requireTaskOptions("relax", options, relaxFields, '{ method: "lbfgs", fmax: 1e-3 }');
  const level = crystal.config.optimizationLevel;
  const {
    method = "lbfgs",
    fmax = 1e-3,
    cell = level === "cell" || level === "global" ? "full" : false,
    stressMaxGPa = 1e-3,
    pressureGPa = 0,
    maxSteps = level === "none" ? 0 : 1000,
    maxStep = 0.2,
    keepSymmetry = false,
    frames = 50,
  } = options;
  requireOneOf("method", method, methods);
  if (!cells.includes(cell)) {
    throw new InvalidConfiguration(`cell must be false, "isotropic" or "full"; got ${show(cell)}`, {
      cell,
    });
  }
  if (cell !== false && crystal.periodic.includes(false)) {
    throw new InvalidConfiguration(
      "the cell of a crystal that is not periodic in three directions has no stress to relax; leave cell out",
      { cell, periodic: crystal.periodic },
    );
  }
  if (cell === false && pressureGPa !== 0) {
    throw new InvalidConfiguration(
      'a pressure changes nothing unless the cell may change; give cell: "isotropic" or "full"',
      { pressureGPa },
    );
  }
  const params = [
    methods.indexOf(method),
    cells.indexOf(cell),
    requirePositive("fmax", fmax, "eV/Å"),
    requirePositive("stressMaxGPa", stressMaxGPa, "GPa") / gigapascals,
    requireInRange("pressureGPa", pressureGPa, -1e6, 1e6) / gigapascals,
    requireWhole("maxSteps", maxSteps, 0, 1e9),
    requirePositive("maxStep", maxStep, "Å"),
    requireWhole("frames", frames, 0, 1e6),
  ];
  requireCallback("onStep", options.onStep, "({ step, energy }) => {}");
  return { params, keepSymmetry: requireFlag("keepSymmetry", keepSymmetry) };
}

/** Three numbers a site, or none at all. */
function fixedMask(crystal: Crystal, fixed: SiteSelection | undefined): Int32Array {
  if (fixed === undefined) return new Int32Array(0);
  const mask = new Int32Array(3 * crystal.siteCount);
  for (const site of selectedSites(crystal.sites, fixed)) mask.fill(1, 3 * site, 3 * site + 3);
  return mask;
}

function progressOf(options: RelaxOptions, monitor: Float64Array): TaskOptions {
  const { onStep, onProgress } = options;
  if (onStep === undefined) return {};
  return {
    onProgress: (progress) => {
      onProgress?.(progress);
      const [step, energy, fmax, stress] = monitor;
      // Nothing has been evaluated yet.
      if (step === 0 && energy === 0 && fmax === 0) return;
      onStep({ step, energy, fmax, stressGPa: stress * gigapascals });
    },
  };
}
