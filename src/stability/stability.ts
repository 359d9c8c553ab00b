import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import { relax } from "../optimize/relax.js";
import type { Relaxation } from "../optimize/relaxation.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { Procedure, type RunPart } from "../runtime/procedure.js";
import { Runtime } from "../runtime/runtime.js";
import { Task } from "../runtime/task.js";
import {
  type CompositeOptions,
  checkedTaskOptions,
  type TaskOptions,
} from "../runtime/task-options.js";
import { type JudgedRun, stabilityCache } from "./cache.js";
import { type DynamicalResult, dynamical } from "./dynamical.js";
import { type Energies, energetic, energiesOf, isRefusal } from "./energetic.js";
import { geometric } from "./geometric.js";
import { type MechanicalResult, mechanical } from "./mechanical.js";
import { type CheckedOptions, checkedOptions, keyOf, type StabilityOptions } from "./options.js";
import { Stability, type StabilityParts } from "./result.js";
import {
  figures,
  type StabilityCheck,
  type StabilityVerdict,
  skipped,
  unknown,
  unstable,
} from "./verdict.js";

/** Shares of the progress, about those of the time. */
const weights = { relax: 20, energies: 4, geometric: 1, mechanical: 15, dynamical: 60 } as const;

/**
 * Whether a crystal is stable, by four checks:
 *
 * - **energetic**: it is at rest (forces, stress), bound against free atoms, and not above the hull of the `references`
 *   and `competing` phases that are given;
 * - **mechanical**: no small strain lowers its energy, by the eigenvalues of the elastic tensor with relaxed ions
 *   (Born's criteria); of sheets and chains within themselves; clusters skip it;
 * - **dynamical**: no vibration is imaginary at the wave vectors that fit into a supercell, where they are exact, nor
 *   between them by interpolation; motions of the crystal as a whole do not count; clusters at Γ alone;
 * - **geometric**: no atoms overlap, and none stands alone.
 *
 * Each holds numbers against thresholds, x = (value − limit)/(safe − limit), with the score 3x² − 2x³ of x in [0, 1];
 * a check's score is that of its worst number, and the index that of the worst check. What is not at rest has no elastic
 * constants and vibrations: these are then "unknown". Give `relax: true`, or relax the crystal first.
 *
 * Runs are kept in `stabilityCache` by content: the same crystal, potential and options are judged once. Results do not
 * depend on the number of threads.
 *
 * @throws {DomainError} an element that the potential does not know, sites shared by several species, an option out of
 *   range. @throws {InvalidConfiguration} an option that means nothing.
 * @see F. Mouhat & F.-X. Coudert, Phys. Rev. B 90, 224104 (2014), on Born's criteria; M. Born & K. Huang, Dynamical
 *   Theory of Crystal Lattices (Oxford, 1954).
 * @example
 * const verdict = await stability(silicon, stillingerWeber({ element: "Si" }), { relax: true });
 * console.log(verdict.isStable, verdict.index, verdict.reasons);
 */
export function stability(
  crystal: Crystal,
  potential: Potential,
  options: StabilityOptions = {},
): Task<Stability> {
  requireCrystal(crystal);
  requirePotential(potential);
  const checked = checkedOptions(crystal, options);
  checkedTaskOptions(options);
  const runtime = Runtime.of(options);
  const { isolation = "thread", memoryLimit, priority, retry } = options;
  const whole: CompositeOptions = chosen({
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    onProgress: options.onProgress,
  });
  const part: TaskOptions = chosen({ runtime, isolation, memoryLimit, priority, retry });
  const key = keyOf(crystal, potential, checked);
  const procedure = () => new Procedure("stability", totalWeight(checked), judge);
  const judge = (run: RunPart) => judged(run, crystal, potential, checked, part);
  const finish = (run: JudgedRun) => resultOf(crystal, run);
  if (checked.cache) {
    const begin = () => new Task("stability", procedure());
    return stabilityCache.follow(key, { runtime, isolation, memoryLimit }, begin, finish, whole);
  }
  const own = async (run: RunPart) => finish(await judge(run));
  return new Task("stability", new Procedure("stability", totalWeight(checked), own), whole);
}

/** Without the members that are undefined. */
function chosen<T extends object>(given: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function totalWeight({ checks, relax: first, phases }: CheckedOptions): number {
  const known = phases.filter(({ energyPerAtom }) => energyPerAtom === undefined);
  return (
    (first === undefined ? 0 : weights.relax) +
    weights.energies * (1 + known.length) +
    checks.reduce((sum, check) => sum + (check === "energetic" ? 0 : weights[check]), 0)
  );
}

function resultOf(crystal: Crystal, { parts, moved }: JudgedRun): Stability {
  if (moved === undefined) return Stability.of(crystal, parts);
  const lattice = Lattice.fromMatrix(moved.lattice);
  return Stability.of(crystal.withLattice(lattice).withPositions(moved.frac), parts);
}

async function judged(
  run: RunPart,
  given: Crystal,
  potential: Potential,
  checked: CheckedOptions,
  options: TaskOptions,
): Promise<JudgedRun> {
  const warnings: CrystalWarning[] = [];
  const relaxation = await relaxationOf(run, given, potential, checked, options, warnings);
  const crystal = relaxation?.crystal ?? given;
  const parts = await verdictsOf(run, crystal, potential, checked, options);
  const moved = relaxation && {
    lattice: crystal.lattice.matrix.slice(),
    frac: crystal.fracPositions.slice(),
  };
  return {
    parts: { ...parts, relaxation, warnings: [...warnings, ...parts.warnings] },
    moved,
  };
}

/** Undefined where it was not asked for, or where the crystal has no energy to go down. */
async function relaxationOf(
  run: RunPart,
  crystal: Crystal,
  potential: Potential,
  { relax: first, pressureGPa }: CheckedOptions,
  options: TaskOptions,
  warnings: CrystalWarning[],
): Promise<Relaxation | undefined> {
  if (first === undefined) return undefined;
  const pressure = first.cell === false ? {} : { pressureGPa };
  try {
    const relaxation = await run(weights.relax, () =>
      relax(crystal, potential, { ...options, ...first, ...pressure }),
    );
    if (!relaxation.converged) {
      const message = `the crystal did not come to rest (${relaxation.reason}, ${figures(relaxation.fmax)} eV/Å left); give relax: { maxSteps } or another method`;
      warnings.push({ code: "NOT_CONVERGED", message });
    }
    return relaxation;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `the crystal was judged as it is given: ${error.message}`;
    warnings.push({ code: "NOT_RELAXED", message });
    return undefined;
  }
}

type Verdicts = Omit<StabilityParts, "relaxation">;

async function verdictsOf(
  run: RunPart,
  crystal: Crystal,
  potential: Potential,
  checked: CheckedOptions,
  options: TaskOptions,
): Promise<Verdicts> {
  const { checks, thresholds } = checked;
  const phases = checks.includes("energetic") ? checked.phases : [];
  const asked = (check: StabilityCheck) => checks.includes(check);
  const needsEnergies = checks.some((check) => check !== "geometric");
  const [shape, energies] = await Promise.all([
    asked("geometric")
      ? geometric(run, weights.geometric, crystal, thresholds, checked.radii, options)
      : notAsked,
    needsEnergies
      ? energiesOf(run, weights.energies, crystal, potential, phases, checked.pressureGPa, options)
      : undefined,
  ]);
  const restless = restlessness(energies, checked);
  const guarded = async <R extends { readonly verdict: StabilityVerdict }>(
    check: "mechanical" | "dynamical",
    make: () => Promise<R>,
  ): Promise<R | { readonly verdict: StabilityVerdict }> => {
    if (!asked(check)) return { verdict: notAsked };
    if (restless !== undefined) return { verdict: unknown(restless) };
    try {
      return await make();
    } catch (error) {
      if (isRefusal(error)) return { verdict: unknown(error.message) };
      throw error;
    }
  };
  const [elasticity, vibrations] = await Promise.all([
    guarded("mechanical", () =>
      mechanical(run, weights.mechanical, crystal, potential, thresholds, options),
    ),
    guarded("dynamical", () =>
      dynamical(run, weights.dynamical, crystal, potential, thresholds, checked, options),
    ),
  ]);
  return {
    energetic: asked("energetic") ? energeticVerdict(crystal, energies, checked) : notAsked,
    mechanical: elasticity.verdict,
    dynamical: vibrations.verdict,
    geometric: shape,
    thresholds,
    energyPerAtom: typeof energies === "object" ? energies.energyPerAtom : undefined,
    elastic: (elasticity as MechanicalResult).elastic,
    phonons: (vibrations as DynamicalResult).phonons,
    worstMode: (vibrations as DynamicalResult).worstMode,
    warnings: [
      ...unsettledWarnings(energies),
      ...((elasticity as MechanicalResult).elastic?.warnings ?? []).filter(
        ({ code }) => code !== "STRESSED_START",
      ),
      ...((vibrations as DynamicalResult).warnings ?? []),
    ],
  };
}

const notAsked: StabilityVerdict = skipped("it was not asked for");

/** Why the crystal has no elastic constants and vibrations, if so. */
function restlessness(
  energies: Energies | string | undefined,
  { thresholds }: CheckedOptions,
): string | undefined {
  if (energies === undefined) return undefined;
  if (typeof energies === "string") return `it has no energy: ${energies}`;
  const { longestForce } = energies.rest;
  if (longestForce < thresholds.fmax) return undefined;
  return `it is not at rest (${figures(longestForce)} eV/Å, the limit is ${figures(thresholds.fmax)}), where alone this has a meaning: give relax: true`;
}

function energeticVerdict(
  crystal: Crystal,
  energies: Energies | string | undefined,
  { thresholds }: CheckedOptions,
): StabilityVerdict {
  if (energies === undefined) return notAsked;
  if (typeof energies === "string") return unstable(`it has no energy: ${energies}`);
  return energetic(crystal, energies, thresholds);
}

function unsettledWarnings(energies: Energies | string | undefined): CrystalWarning[] {
  if (typeof energies !== "object") return [];
  return energies.unsettled.map((name) => ({
    code: "PHASE_NOT_CONVERGED",
    message: `the competing phase ${name} did not come to rest: its energy is too high; relax it first, and give energyPerAtom`,
  }));
}
