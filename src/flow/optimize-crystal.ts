import { snapshot } from "../base/snapshot.js";
import type { Crystal } from "../crystal/crystal.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions } from "../runtime/task-options.js";
import {
  checkOptimisation,
  type FlowStabilityOptions,
  isGlobal,
  type OptimisationOptions,
  optimisationFields,
} from "./flow-options.js";
import type { FlowStepName } from "./flow-record.js";
import { crystalOf, type FlowResult } from "./flow-result.js";
import type { FlowRun } from "./flow-run.js";
import { evaluated, stateOf, stateText } from "./flow-state.js";
import { startFlow } from "./flow-task.js";
import { judged } from "./judge.js";
import { reserved } from "./memory.js";
import {
  chosenStrategy,
  emptyDraft,
  lastState,
  optimised,
  overlapping,
  transacted,
} from "./transaction.js";
import { requirePassed } from "./verify.js";

export interface OptimizeCrystalOptions extends OptimisationOptions {
  /**
   * Thresholds and checks of `stability`, or false: not judged. Default: all four checks for up to 32 sites,
   * energies and distances for more, with a warning.
   */
  readonly stability?: FlowStabilityOptions | false;
}

const fields = [...optimisationFields, "stability"] as const;

const weights: Partial<Record<FlowStepName, number>> = {
  evaluate: 3,
  strategy: 1,
  improve: 55,
  stability: 36,
  validate: 4,
  commit: 1,
};

/**
 * Brings a crystal to rest and makes sure of it, or leaves it as it is:
 *
 * 1. evaluate: energy and forces as they are, and the memory that it takes. 2. strategy: the method by level,
 * size and longest force (`FlowStrategy`). 3. improve: what comes first in it; if that does not get there,
 * the next; off a saddle along imaginary modes. 4. stability: as `stability` judges. 5. validate: at rest,
 * the same sites, an evaluation of its own agrees, the energy has not risen, the volume is sound.
 * 6. commit, or rollback with the reason.
 *
 * Resolves also where it rolled back: `committed` is then false and `crystal` the one that was given. A
 * task that was stopped rejects, its error's `data.record` tells how far it had come. Transient failures are
 * tried again, three times unless `retry` says otherwise. Without a `memoryLimit` as much is set aside as the
 * first evaluation suggests.
 *
 * @throws {InvalidConfiguration | DomainError} options that have no meaning, an element that the potential
 *   does not know: at once. @throws {TaskCancelled | TaskTimeout | TaskFailed} rejects the task.
 * @example
 * const { committed, crystal, reason } = await optimizeCrystal(copper, potential, { level: "cell" });
 * console.log(committed ? crystal.lattice.a : reason?.message);
 */
export function optimizeCrystal(
  source: Crystal | FlowResult,
  potential: Potential,
  options: OptimizeCrystalOptions = {},
): Task<FlowResult> {
  const crystal = crystalOf(source);
  requirePotential(potential);
  const own = snapshot(options);
  requireTaskOptions("optimizeCrystal", own, fields, '{ level: "cell" }');
  checkOptimisation(crystal, own);
  potential.inputsFor(crystal);
  return startFlow("optimizeCrystal", weights, own, (run) =>
    optimisation(run, source, potential, own),
  );
}

function optimisation(
  run: FlowRun,
  source: Crystal | FlowResult,
  potential: Potential,
  given: OptimizeCrystalOptions,
): Promise<FlowResult> {
  const crystal = crystalOf(source);
  const options = { followModes: true, ...given };
  const draft = emptyDraft();
  return transacted(run, source, draft, async () => {
    const start = await run.step("evaluate", async (step) => {
      const state = await evaluated(run, crystal, potential, 1);
      if (state === undefined) throw overlapping();
      draft.before = stateOf(state);
      step.detail = `${stateText(state)}; ${reserved(run, state, crystal.siteCount, options, isGlobal(crystal, options))}`;
      return state;
    });
    const strategy = await run.step("strategy", (step) => {
      const chosen = chosenStrategy(draft, start, options);
      step.detail = chosen.why;
      return chosen;
    });
    await run.step("improve", async (step) => {
      const done = await optimised(run, draft, start, potential, strategy, options);
      step.isSkipped = done === undefined;
      step.detail = done ?? "nothing moves";
    });
    const verdict = await run.step("stability", async (step) => {
      step.isSkipped = options.stability === false;
      if (step.isSkipped) return undefined;
      const judging = { run, crystal: draft.proposed!, potential, strategy, options, draft };
      const check = await judged({ ...judging, isThorough: true });
      step.detail = check.detail;
      draft.checks = [check];
      requirePassed(draft.checks);
      return check;
    });
    await run.step("validate", async (step) => {
      const { end, checks } = await lastState(run, draft, start, potential, options, 1);
      draft.checks = [...checks, ...(verdict === undefined ? [] : [verdict])];
      requirePassed(checks);
      step.detail = stateText(end);
    });
  });
}
