import {
  requireCallback,
  requireFlag,
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
  requireWhole,
  show,
} from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { type SiteSelection, selectedSites } from "../crystal/edits.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { DynamicsTrajectory, type TrajectoryPlan } from "./dynamics-trajectory.js";
import { boltzmann } from "./motion-units.js";

/** In the order of the engine. */
const ensembles = ["nve", "langevin", "bussi"] as const;
const optionNames = [
  "ensemble",
  "temperature",
  "timeStepFs",
  "steps",
  "damping",
  "seed",
  "velocities",
  "masses",
  "fixed",
  "removeRotation",
  "sampleEvery",
  "frames",
  "pairDistances",
  "velocityCorrelation",
  "skin",
  "continueFrom",
  "onStep",
] as const;

export interface DynamicsStep {
  readonly step: number;
  readonly timeFs: number;
  /** K */
  readonly temperature: number;
  /** eV */
  readonly potentialEnergy: number;
  /** eV */
  readonly kineticEnergy: number;
  /** eV; constant but for the error of the steps, also with a thermostat. */
  readonly conservedEnergy: number;
}

export interface MolecularDynamicsOptions extends TaskOptions {
  /**
   * "nve" (default): constant energy. "langevin": friction and noise, the most robust bath. "bussi":
   * velocities rescaled at random, which keeps momentum and hardly disturbs the motion.
   */
  readonly ensemble?: (typeof ensembles)[number];
  /** K; of the bath, and of velocities that are drawn. */
  readonly temperature?: number;
  /** Default 1. */
  readonly timeStepFs?: number;
  readonly steps: number;
  /** fs; 1/γ of Langevin's friction, or Bussi's time of relaxation; default 100. */
  readonly damping?: number;
  /** 0 to 2³² − 1; default 1. */
  readonly seed?: number;
  /**
   * Å/fs, [n, 3]; or "random": of Maxwell and Boltzmann, at rest as a whole, at the exact temperature.
   * Default: `crystal.siteProperties.velocities`, or else "random".
   */
  readonly velocities?: "random" | ArrayLike<number>;
  /** u by element, where not the standard ones: `{ H: 2.014 }`. */
  readonly masses?: Readonly<Record<string, number>>;
  /** Sites that stay where they are. */
  readonly fixed?: SiteSelection;
  /** Random velocities do not turn the whole either; for what is not periodic; default false. */
  readonly removeRotation?: boolean;
  /** Steps from one sample to the next; default such that there are about 1000. */
  readonly sampleEvery?: number;
  /** Structures kept on the way, about so many, evenly spaced, first and last included; default 50, 0 for none. */
  readonly frames?: number;
  /** g(r) of the samples, up to `rMax` Å in `bins` bins (default 200). */
  readonly pairDistances?: { readonly rMax: number; readonly bins?: number };
  /** ⟨v(0)·v(t)⟩ over `window` lags (default 500), `every` so many steps (default 1). */
  readonly velocityCorrelation?: { readonly window?: number; readonly every?: number };
  /** Å that the list of neighbours reaches beyond the cutoff; changes the speed alone. */
  readonly skin?: number;
  /** Goes on where an earlier run ended, to the last bit; same crystal and potential. */
  readonly continueFrom?: DynamicsTrajectory;
  /** Called some times a second with the latest sample. */
  readonly onStep?: (step: DynamicsStep) => void;
}

/**
 * Newton's equations by velocity Verlet, m r̈ = −∂E/∂r, alone or in a heat bath.
 *
 * A run depends on its input and its seed alone: on any number of threads it is the same to the last bit.
 * Resolves also where atoms fly apart, as after too long a time step, with what there was until then: see
 * `reason` and `warnings`.
 *
 * @throws {DomainError} an element that the potential does not know or that has no mass, an option out of
 *   range; sites so close that the energy is no number (rejects the task).
 * @throws {InvalidConfiguration} options that do not go together.
 * @see Swope et al., J. Chem. Phys. 76, 637 (1982); Leimkuhler & Matthews, Appl. Math. Res. Express 2013, 34
 *   (BAOAB); Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007).
 * @example
 * const run = await molecularDynamics(copper, potential, {
 *   ensemble: "bussi", temperature: 300, timeStepFs: 2, steps: 10_000,
 * });
 * console.log(run.meanTemperature, run.meanPressureGPa);
 */
export function molecularDynamics(
  crystal: Crystal,
  potential: Potential,
  options: MolecularDynamicsOptions,
): Task<DynamicsTrajectory> {
  requireCrystal(crystal);
  requirePotential(potential);
  requireTaskOptions(
    "molecularDynamics",
    options,
    optionNames,
    '{ ensemble: "bussi", temperature: 300, steps: 1000 }',
  );
  const masses = massesOf(crystal, options);
  const start = startOf(crystal, options);
  const plan = planOf(crystal, options, masses);
  const monitor = new Float64Array(new SharedArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT));
  const runtime = Runtime.of(options);
  return runtime.run(
    {
      kernel: "molecularDynamics",
      inputs: [...potential.inputsFor(crystal), masses, start, monitor],
      params: paramsOf(crystal, options, plan, start.length > 0),
      decode: (outputs) => DynamicsTrajectory.of(crystal, potential, plan, outputs),
    },
    { ...options, ...progressOf(options, plan, monitor) },
  );
}

function planOf(
  crystal: Crystal,
  options: MolecularDynamicsOptions,
  masses: Float64Array,
): TrajectoryPlan {
  const { timeStepFs = 1, steps, sampleEvery, frames = 50, pairDistances } = options;
  requireWhole("steps", steps, 0, 1e9);
  requireWhole("frames", frames, 0, 1e6);
  if (pairDistances !== undefined) requirePairDistances(crystal, pairDistances);
  const { window = 500, every = 1 } = correlationOf(options);
  requireCallback("onStep", options.onStep, "({ step, temperature }) => {}");
  return {
    ensemble: requireOneOf("ensemble", options.ensemble ?? "nve", ensembles),
    timeStepFs: requirePositive("timeStepFs", timeStepFs, "fs"),
    steps,
    sampleEvery: requireWhole(
      "sampleEvery",
      sampleEvery ?? Math.max(1, Math.ceil(steps / 1000)),
      1,
      1e9,
    ),
    frameEvery: frames === 0 ? 0 : Math.max(1, Math.ceil(steps / Math.max(1, frames - 1))),
    degreesOfFreedom: degreesOf(crystal, options, masses),
    rMax: pairDistances?.rMax ?? 0,
    bins: pairDistances === undefined ? 0 : (pairDistances.bins ?? 200),
    window:
      options.velocityCorrelation === undefined
        ? 0
        : requireWhole("velocityCorrelation.window", window, 2, 1e6),
    correlateEvery: requireWhole("velocityCorrelation.every", every, 1, 1e9),
  };
}

function paramsOf(
  crystal: Crystal,
  options: MolecularDynamicsOptions,
  plan: TrajectoryPlan,
  hasStart: boolean,
): number[] {
  const { temperature, damping = 100, seed = 1, removeRotation = false, skin } = options;
  if (temperature === undefined && (plan.ensemble !== "nve" || !hasStart)) {
    throw new InvalidConfiguration(
      "temperature is missing: give it in K, such as { temperature: 300 }; only a run at constant energy that starts with velocities needs none",
      { ensemble: plan.ensemble },
    );
  }
  const rate = 1 / requirePositive("damping", damping, "fs");
  const keepsMomentum = options.fixed === undefined;
  return [
    ensembles.indexOf(plan.ensemble),
    plan.timeStepFs,
    boltzmann * requireInRange("temperature", temperature ?? 0, 0, 1e9, "K"),
    plan.ensemble === "nve" ? 0 : rate,
    requireWhole("seed", seed, 0, 2 ** 32 - 1),
    plan.steps,
    plan.degreesOfFreedom,
    (keepsMomentum ? 1 : 0) + (removesRotation(crystal, removeRotation) ? 2 : 0),
    plan.sampleEvery,
    plan.frameEvery,
    plan.bins,
    plan.rMax,
    plan.window,
    plan.correlateEvery,
    skin === undefined ? 0 : requirePositive("skin", skin, "Å"),
  ];
}

function removesRotation(crystal: Crystal, removeRotation: boolean): boolean {
  requireFlag("removeRotation", removeRotation);
  if (removeRotation && crystal.periodic.includes(true)) {
    throw new InvalidConfiguration(
      "removeRotation is for clusters: what is periodic cannot turn; leave it out",
      { periodic: crystal.periodic },
    );
  }
  return removeRotation;
}

function requirePairDistances(
  crystal: Crystal,
  pairDistances: { readonly rMax: number; readonly bins?: number },
): void {
  requireOptions("pairDistances", pairDistances, ["rMax", "bins"], "{ rMax: 8 }");
  if (crystal.periodic.includes(false)) {
    throw new InvalidConfiguration(
      "pairDistances are relative to the density of the cell, so the crystal must be periodic in three directions",
      { periodic: crystal.periodic },
    );
  }
  requireInRange("pairDistances.rMax", pairDistances.rMax, 1e-3, 1e3, "Å");
  requireWhole("pairDistances.bins", pairDistances.bins ?? 200, 1, 100_000);
}

function correlationOf({ velocityCorrelation = {} }: MolecularDynamicsOptions) {
  const known = ["window", "every"] as const;
  return requireOptions("velocityCorrelation", velocityCorrelation, known, "{ window: 500 }");
}

/** u, [n]; 0 where a site is fixed. */
function massesOf(crystal: Crystal, options: MolecularDynamicsOptions): Float64Array {
  const { masses = {}, fixed } = options;
  requireObject("masses", masses, "{ H: 2.014 }");
  const ofKind = crystal.kinds.map(([{ species }]) => {
    const mass = masses[species.symbol] ?? species.mass;
    if (mass !== undefined) return requirePositive(`the mass of ${species.symbol}`, mass, "u");
    throw new DomainError(
      `${species.symbol} has no standard mass; give one: masses: { ${species.symbol}: 210 }`,
      { species: species.symbol },
    );
  });
  const result = Float64Array.from(crystal.kindOfSite, (kind) => ofKind[kind]);
  if (fixed !== undefined) for (const site of selectedSites(crystal.sites, fixed)) result[site] = 0;
  return result;
}

/** 3 for each site that moves, less what the motion keeps: the momentum, and what a cluster's turning has. */
function degreesOf(
  crystal: Crystal,
  { ensemble, fixed, removeRotation }: MolecularDynamicsOptions,
  masses: Float64Array,
): number {
  const moving = masses.reduce((count, mass) => count + (mass > 0 ? 1 : 0), 0);
  const isFree = fixed === undefined && ensemble !== "langevin";
  const turning = isFree && removeRotation === true ? (crystal.siteCount === 2 ? 2 : 3) : 0;
  const degrees = 3 * moving - (isFree ? 3 : 0) - turning;
  if (degrees > 0) return degrees;
  throw new DomainError(
    `nothing can move: ${moving} moving sites leave no degree of freedom beside the motion of the whole`,
    { moving, siteCount: crystal.siteCount },
  );
}

/** The state of an earlier run, or velocities, or nothing. */
function startOf(crystal: Crystal, options: MolecularDynamicsOptions): Float64Array {
  const { continueFrom, velocities } = options;
  if (continueFrom !== undefined) {
    if (!(continueFrom instanceof DynamicsTrajectory)) {
      throw new InvalidConfiguration(
        `continueFrom must be what molecularDynamics gave, got ${show(continueFrom)}`,
        { continueFrom },
      );
    }
    if (velocities !== undefined) {
      throw new InvalidConfiguration("a run that is continued has velocities; leave them out", {});
    }
    if (!isOf(continueFrom, crystal)) {
      throw new InvalidConfiguration(
        `continueFrom is of another crystal, ${continueFrom.crystal}; give that one`,
        { crystal, continueFrom },
      );
    }
    return continueFrom.state;
  }
  const own = crystal.siteProperties.velocities;
  const given = velocities ?? (own instanceof Float64Array ? own : "random");
  if (given === "random") return new Float64Array(0);
  if (given?.length !== 3 * crystal.siteCount) {
    throw new ShapeError(
      `velocities must be "random" or hold ${3 * crystal.siteCount} numbers in Å/fs, three a site, got ${show(given)}`,
      { siteCount: crystal.siteCount },
    );
  }
  return Float64Array.from(given);
}

/** Whether a run was of the same sites in the same cell. */
function isOf({ crystal: other }: DynamicsTrajectory, crystal: Crystal): boolean {
  const [numbers, matrix] = [crystal.numbers, crystal.lattice.matrix];
  return (
    other.siteCount === crystal.siteCount &&
    other.numbers.every((number, site) => number === numbers[site]) &&
    other.lattice.matrix.every((value, index) => value === matrix[index])
  );
}

function progressOf(
  options: MolecularDynamicsOptions,
  plan: TrajectoryPlan,
  monitor: Float64Array,
): TaskOptions {
  const { onStep, onProgress } = options;
  if (onStep === undefined) return {};
  return {
    onProgress: (progress) => {
      onProgress?.(progress);
      const [step, potentialEnergy, kineticEnergy, conservedEnergy] = monitor;
      // Nothing has been evaluated yet.
      if (step === 0 && potentialEnergy === 0 && kineticEnergy === 0) return;
      const temperature = (2 * kineticEnergy) / (plan.degreesOfFreedom * boltzmann);
      const timeFs = step * plan.timeStepFs;
      onStep({ step, timeFs, temperature, potentialEnergy, kineticEnergy, conservedEnergy });
    },
  };
}
