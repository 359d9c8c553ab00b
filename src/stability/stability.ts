import { snapshot } from "../base/snapshot.js";
import { defaultConfig } from "../crystal/config.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { Procedure } from "../runtime/procedure.js";
import { Runtime } from "../runtime/runtime.js";
import { Task } from "../runtime/task.js";
import {
  type CompositeOptions,
  checkedTaskOptions,
  type TaskOptions,
} from "../runtime/task-options.js";
import { type JudgedRun, stabilityCache } from "./cache.js";
import { judged } from "./judge.js";
import { type CheckedOptions, checkedOptions, keyOf, type StabilityOptions } from "./options.js";
import { Stability } from "./result.js";
import { weights } from "./trial.js";

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
 * Runs are kept in `stabilityCache` by content: the same crystal, potential and options are judged once, and calls share
 * `phonons` and `elastic`, whose arrays are not to be written into. Results do not
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
  const checked = checkedOptions(crystal, snapshot(options));
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
  // A crystal's own rules are for its owner, not for strained and repeated copies of it.
  const plain = crystal.withConfig({ systemType: undefined, ...defaultConfig });
  const procedure = <T>(finish: (run: JudgedRun) => T): Procedure<T> =>
    new Procedure(name, totalWeight(checked), async (run) =>
      finish(await judged({ run, crystal: plain, potential, checked, options: part })),
    );
  const finish = (run: JudgedRun) => resultOf(crystal, run);
  if (!checked.cache) return new Task(name, procedure(finish), whole);
  const begin = () =>
    new Task(
      name,
      procedure((run) => run),
    );
  return stabilityCache.follow(key, { runtime, isolation, memoryLimit }, begin, finish, whole);
}

const name = "stability";

/** Without the members that are undefined. */
function chosen<T extends object>(given: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function totalWeight({ checks, relax: first, phases }: CheckedOptions): number {
  const asked = phases.filter(({ energyPerAtom }) => energyPerAtom === undefined);
  const isEnergetic = checks.includes("energetic");
  return (
    (first === undefined ? 0 : weights.relax) +
    weights.energetic * ((isEnergetic ? asked.length : 0) + Number(!isEnergetic)) +
    checks.reduce((sum, check) => sum + weights[check], 0)
  );
}

function resultOf(crystal: Crystal, { parts, moved }: JudgedRun): Stability {
  if (moved === undefined) return Stability.of(crystal, parts);
  const lattice = Lattice.fromMatrix(moved.lattice);
  return Stability.of(crystal.withLattice(lattice).withPositions(moved.fracPositions), parts);
}
