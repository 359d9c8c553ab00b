import type { Crystal } from "../crystal/crystal.js";
import { untold } from "../crystal/crystal-parts.js";
import type { Potential } from "../potentials/potential.js";
import type { OptimisationOptions } from "./flow-options.js";
import { Refusal } from "./flow-record.js";
import { type FlowDraft, FlowResult } from "./flow-result.js";
import type { FlowRun } from "./flow-run.js";
import { type EvaluatedState, enthalpyOf, evaluated, forceText, stateOf } from "./flow-state.js";
import { improved } from "./improve.js";
import { withinMemory } from "./memory.js";
import { type FlowStrategy, strategyOf } from "./strategy.js";
import { type FlowCheck, validity } from "./verify.js";

export function emptyDraft(): FlowDraft {
  return { attempts: [], checks: [], warnings: [] };
}

/** Runs the steps; then commits what they propose, or, where one refuses, rolls back. */
export async function transacted(
  run: FlowRun,
  source: Crystal | FlowResult,
  draft: FlowDraft,
  steps: () => Promise<void>,
): Promise<FlowResult> {
  const { name } = run;
  try {
    await steps();
    await run.step("commit", (step) => {
      const { cellFormula, hash } = draft.proposed!;
      step.detail = `${cellFormula}, content ${hash.slice(0, 8)}`;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const reason = run.current?.reason;
    await run.step("rollback", (step) => {
      step.detail = "the crystal is the one that was given";
    });
    return FlowResult.of({ ...draft, name, source, committed: false, reason, record: run.record });
  }
  return FlowResult.of({
    ...draft,
    name,
    source,
    committed: true,
    reason: undefined,
    record: run.record,
  });
}

/** What an evaluation of its own says of the state in the end, and what must hold of it beside stability. */
export async function lastState(
  run: FlowRun,
  draft: FlowDraft,
  start: EvaluatedState,
  potential: Potential,
  options: OptimisationOptions,
  upTo: number,
): Promise<{ readonly end: EvaluatedState; readonly checks: readonly FlowCheck[] }> {
  const { maxVolumeRatio = 1.5, maxDisplacement = Number.POSITIVE_INFINITY, relax } = options;
  const end = await evaluated(run, draft.proposed!, potential, upTo);
  if (end === undefined) throw overlapping();
  draft.after = stateOf(end);
  const { relaxation } = draft;
  const pressureGPa = relax?.pressureGPa ?? 0;
  const expected = { start, relaxation, pressureGPa, maxVolumeRatio, maxDisplacement };
  return { end, checks: validity(end, expected) };
}

/** The strategy for a state, with its warnings in the draft. */
export function chosenStrategy(
  draft: FlowDraft,
  { crystal, fmax }: EvaluatedState,
  options: OptimisationOptions,
): FlowStrategy {
  const strategy = strategyOf(crystal, fmax, options);
  draft.strategy = strategy;
  draft.warnings.push(...strategy.warnings);
  return strategy;
}

/**
 * Brings a crystal to rest.
 *
 * @returns what was done, in words; undefined where nothing was to be done.
 * @throws {Refusal} it did not come to rest.
 */
export async function optimised(
  run: FlowRun,
  draft: FlowDraft,
  start: EvaluatedState,
  potential: Potential,
  strategy: FlowStrategy,
  options: OptimisationOptions,
): Promise<string | undefined> {
  draft.proposed = start.crystal;
  draft.after = stateOf(start);
  const { relax = {} } = options;
  const found = await withinMemory(run, draft, options, () =>
    improved(run, start.crystal, potential, strategy, relax),
  );
  draft.warnings.push(...untold((found?.relaxation ?? start).warnings, draft.warnings));
  if (found === undefined) return undefined;
  const { relaxation, attempts, warnings } = found;
  draft.relaxation = relaxation;
  draft.attempts = attempts;
  draft.warnings.push(...warnings);
  const { crystal, energy, fmax, converged, reason } = relaxation;
  const { siteCount, volumePerAtom } = crystal;
  draft.proposed = crystal;
  draft.after = { crystal, energy, energyPerAtom: energy / siteCount, fmax, volumePerAtom };
  const steps = attempts.reduce((sum, attempt) => sum + attempt.steps, 0);
  const methods = attempts.map(({ method }) => method).join(", ");
  if (!converged) {
    throw new Refusal(
      "NOT_CONVERGED",
      `not at rest after ${steps} steps of ${methods} (${reason}): the longest force is ${forceText(fmax)}; give a larger relax.maxSteps or relax.fmax`,
      { fmax, steps, reason },
    );
  }
  const gain = enthalpyOf(start, relax.pressureGPa ?? 0) - relaxation.enthalpy;
  const milli = ((1000 * gain) / siteCount).toPrecision(3);
  return `${methods}: ${steps} steps, ${milli} meV/atom lower, longest force ${forceText(fmax)}`;
}

export function overlapping(): Refusal {
  return new Refusal(
    "OVERLAP",
    "atoms are so close to each other that the energy means nothing; take sites away, or begin with larger distances",
  );
}
