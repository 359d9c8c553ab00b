import {
  requireFlag,
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
} from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields, requireOptions } from "../base/suggest.js";
import type { OptimizationLevel } from "../crystal/config.js";
import type { Crystal } from "../crystal/crystal.js";
import type { GlobalSearchOptions } from "../optimize/global-search.js";
import { type RelaxOptions, settingFields } from "../optimize/relax.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { checkedOptions, type StabilityOptions } from "../stability/options.js";
import type { FlowTaskOptions } from "./flow-task.js";

const searchFields = ["method", "seed", "trials", "steps", "temperature"] as const;
const levels = ["none", "positions", "cell", "global"] as const;

/** How the crystal is brought to rest: as `relax` has it. A `method` is then the only one that is tried. */
export type FlowRelaxOptions = Pick<RelaxOptions, (typeof settingFields)[number]>;

/** How the level "global" searches: as `globalSearch` has it; the seed is 1 unless given. */
export type FlowSearchOptions = Partial<Pick<GlobalSearchOptions, (typeof searchFields)[number]>>;

/** How a flow judges its crystal: as `stability` has it, which then does not relax by itself. */
export type FlowStabilityOptions = Omit<
  StabilityOptions,
  keyof TaskOptions | "relax" | "pressureGPa"
>;

/** Options of a flow that brings a crystal to rest. */
export interface OptimisationOptions extends FlowTaskOptions {
  /** What may change; default `crystal.config.optimizationLevel`. */
  readonly level?: OptimizationLevel;
  readonly relax?: FlowRelaxOptions;
  readonly search?: FlowSearchOptions;
  /**
   * Whether a crystal at rest on a saddle is led down along its imaginary modes at Γ, which are those
   * that fit into its cell.
   */
  readonly followModes?: boolean;
  /** At most by this factor may the volume shrink or grow; default 1.5. */
  readonly maxVolumeRatio?: number;
  /** Å: at most so far may a site have gone from where the flow put it; default Infinity. */
  readonly maxDisplacement?: number;
}

export const optimisationFields = [
  "level",
  "relax",
  "search",
  "followModes",
  "maxVolumeRatio",
  "maxDisplacement",
  "onStep",
] as const;

/** @throws {DomainError | InvalidConfiguration} an option out of range, or that does not fit the crystal. */
export function checkOptimisation(
  crystal: Crystal,
  options: OptimisationOptions & { readonly stability?: FlowStabilityOptions | false },
): void {
  checkStability(crystal, options.stability);
  const { level, relax = {}, search = {}, followModes, maxVolumeRatio, maxDisplacement } = options;
  if (level !== undefined) requireOneOf("level", level, levels);
  if (followModes !== undefined) requireFlag("followModes", followModes);
  if (maxVolumeRatio !== undefined) requireInRange("maxVolumeRatio", maxVolumeRatio, 1, 1e6);
  if (maxDisplacement !== undefined && maxDisplacement !== Number.POSITIVE_INFINITY) {
    requirePositive("maxDisplacement", maxDisplacement, "Å");
  }
  checkRelax(crystal, relax);
  requirePressable(crystal, options);
  requireOptions("search", search, searchFields, '{ method: "annealing", seed: 1 }');
  const { method, seed, trials, steps, temperature } = search;
  if (method !== undefined) requireOneOf("search.method", method, ["basinHopping", "annealing"]);
  requireCount("search.seed", seed, 0, 0xffffffff);
  requireCount("search.trials", trials, 1, 1e6);
  requireCount("search.steps", steps, 0, 1e9);
  if (temperature !== undefined) requirePositive("search.temperature", temperature, "K");
}

function checkStability(crystal: Crystal, options: FlowStabilityOptions | false | undefined): void {
  if (options === undefined || options === false) return;
  requireObject("stability", options, "{ thresholds: { fmax: 0.01 } }");
  const notOwn = ["relax", "pressureGPa"].find((field) => field in options);
  if (notOwn === undefined) {
    checkedOptions(crystal, options);
    return;
  }
  throw new InvalidConfiguration(
    `the stability of a flow has no field ${notOwn}: the flow relaxes by itself, give relax: { ... } beside it`,
    { field: notOwn },
  );
}

function checkRelax(crystal: Crystal, relax: FlowRelaxOptions): void {
  requireObject("relax", relax, "{ fmax: 1e-3 }");
  requireKnownFields("the options of relax in a flow", relax, settingFields);
  const { method, fmax, cell, stressMaxGPa, pressureGPa, maxSteps, maxStep, keepSymmetry } = relax;
  if (method !== undefined) requireOneOf("relax.method", method, ["fire", "lbfgs", "cg", "sd"]);
  if (fmax !== undefined) requirePositive("relax.fmax", fmax, "eV/Å");
  if (stressMaxGPa !== undefined) requirePositive("relax.stressMaxGPa", stressMaxGPa, "GPa");
  if (pressureGPa !== undefined) requireInRange("relax.pressureGPa", pressureGPa, -1e6, 1e6, "GPa");
  requireCount("relax.maxSteps", maxSteps, 0, 1e9);
  if (maxStep !== undefined) requirePositive("relax.maxStep", maxStep, "Å");
  if (keepSymmetry !== undefined) requireFlag("relax.keepSymmetry", keepSymmetry);
  if (cell === undefined || cell === false) return;
  requireOneOf("relax.cell", cell, ["isotropic", "full"]);
  if (!crystal.periodic.includes(false)) return;
  throw new InvalidConfiguration(
    "the cell of a crystal that is not periodic in three directions has no stress to relax; leave relax.cell out",
    { cell, periodic: crystal.periodic },
  );
}

function requirePressable(crystal: Crystal, { level, relax = {} }: OptimisationOptions): void {
  const { pressureGPa = 0, cell } = relax;
  const chosen = level ?? crystal.config.optimizationLevel;
  const isFree = cell ?? (chosen === "cell" || chosen === "global");
  if (pressureGPa === 0 || (isFree !== false && !crystal.periodic.includes(false))) return;
  throw new InvalidConfiguration(
    'a pressure changes nothing unless the cell may change: give level: "cell", or relax: { cell: "full" }',
    { pressureGPa, level: chosen, periodic: crystal.periodic },
  );
}

export function isGlobal(crystal: Crystal, { level }: OptimisationOptions): boolean {
  return (level ?? crystal.config.optimizationLevel) === "global";
}

function requireCount(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DomainError(`${name} must be a whole number from ${least} to ${most}, got ${value}`, {
    name,
    value,
  });
}
