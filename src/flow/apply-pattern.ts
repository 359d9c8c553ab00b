import { createHash } from "node:crypto";
import { requireObject } from "../base/check.js";
import { snapshot } from "../base/snapshot.js";
import { requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import type { OccupantInput } from "../crystal/crystal-input.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";
import type { Decoration } from "../pattern/decorate.js";
import { planOf } from "../pattern/generate-parts.js";
import { generatePattern } from "../pattern/generate-pattern.js";
import { Pattern } from "../pattern/pattern.js";
import type { PatternConfig } from "../pattern/pattern-config.js";
import { generatePatternAsync } from "../pattern/pattern-tasks.js";
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
import { crystalOf, type FlowDraft, FlowResult, type PatternId } from "./flow-result.js";
import type { FlowRun } from "./flow-run.js";
import { type EvaluatedState, evaluated, stateOf, stateText } from "./flow-state.js";
import { startFlow } from "./flow-task.js";
import { judged } from "./judge.js";
import { reserved } from "./memory.js";
import { placed } from "./placement.js";
import { checkPlacement, type PlacementOptions, placementFields } from "./placement-options.js";
import {
  chosenStrategy,
  emptyDraft,
  lastState,
  optimised,
  overlapping,
  transacted,
} from "./transaction.js";
import { requirePassed } from "./verify.js";

export interface ApplyPatternOptions extends OptimisationOptions, PlacementOptions {
  /** What the crystal is optimised and judged with; it must know all of its elements. */
  readonly potential: Potential;
  /**
   * Thresholds and checks of `stability`, or false: not judged. Default: energies and distances; elastic
   * constants and phonons are made for `checks: ["mechanical", "dynamical", ...]`.
   */
  readonly stability?: FlowStabilityOptions | false;
}

const fields = [...optimisationFields, ...placementFields, "potential", "stability"] as const;
const example = '{ species: "Li", potential }';

const weights: Partial<Record<FlowStepName, number>> = {
  check: 1,
  reserve: 3,
  generate: 5,
  update: 5,
  optimise: 60,
  verify: 25,
  commit: 1,
};

/** Points; of more a thread of its own makes the pattern. */
const mostAtOnce = 20_000;

interface Application {
  readonly source: Crystal | FlowResult;
  readonly crystal: Crystal;
  readonly config: PatternConfig | Pattern;
  readonly options: ApplyPatternOptions;
  readonly draft: FlowDraft;
}

/**
 * Applies a pattern to a crystal as a transaction: new sites at its points, other species or vacancies at
 * the sites there. The crystal is then brought to rest and judged, and kept if all is well:
 *
 * 1. check: configuration, options, elements, `crystal.config.maxNodes`. 2. reserve: memory, by an evaluation
 * of the crystal as it is. 3. generate: the pattern. 4. update: its points on the crystal; a pattern that
 * repeats is repeated through the cell, which it must fit. 5. optimise: as `optimizeCrystal`, to the level of
 * `crystal.config.optimizationLevel`. 6. verify: the same sites, an evaluation of its own agrees, the energy
 * has not risen in 5, the volume is sound, `stability` says yes and reaches `config.stabilityThreshold`.
 * 7. commit, or rollback with the reason.
 *
 * Resolves also where it rolled back: `committed` is then false and `crystal` the very one that was given. A
 * task that was stopped rejects, its error's `data.record` tells how far it had come; the crystal is never
 * changed. Transient failures are tried again, three times unless `retry` says otherwise.
 *
 * @param source A crystal, or the result of a flow before: `patterns` then has those of both.
 * @throws {InvalidConfiguration | DomainError | ShapeError} a configuration or options that have no meaning,
 *   an element that the potential does not know: at once. @throws {TaskCancelled | TaskTimeout | TaskFailed}
 *   rejects the task.
 * @example
 * const sites = { patternType: "bravais", lattice: "cP", a: 3.615, counts: [4, 4, 4] } as const;
 * const { committed, crystal, reason } = await applyPattern(copper.supercell([4, 4, 4]), sites, {
 *   as: "substitution", species: "Au", potential: suttonChen({ elements: ["Cu", "Au"] }), level: "cell",
 * });
 * committed ? crystal.formula : reason?.message; // "AuCu3", ordered as L1₂
 */
export function applyPattern(
  source: Crystal | FlowResult,
  config: PatternConfig | Pattern,
  options: ApplyPatternOptions,
): Task<FlowResult> {
  const crystal = crystalOf(source);
  requireObject("options", options, example);
  const own = snapshot(options);
  requireTaskOptions("applyPattern", own, fields, example);
  requirePotential(own.potential);
  const pattern = config instanceof Pattern ? config : planOf(config).config;
  checkOptimisation(crystal, own);
  checkPlacement(crystal, own);
  requireElements(crystal, own);
  const draft = emptyDraft();
  const given = { source, crystal, config: pattern, options: own, draft };
  return startFlow("applyPattern", weights, own, (run) =>
    transacted(run, source, draft, () => applied(run, given)),
  );
}

async function applied(run: FlowRun, given: Application): Promise<void> {
  const { crystal, config, options, draft } = given;
  const { potential } = options;
  const siteCount = await run.step("check", (step) => {
    const count = expectedSites(given);
    requireNodes("the crystal with the pattern", count.least, crystal.config);
    step.detail = `${options.as ?? "sites"}, up to about ${count.most} sites of ${potential}`;
    return count.most;
  });
  const before = await run.step("reserve", async (step) => {
    const state = await stateBefore(run, given);
    step.detail = reserved(run, state, siteCount, options, isGlobal(crystal, options));
    return state;
  });
  const pattern = await run.step("generate", async (step) => {
    step.isSkipped = config instanceof Pattern;
    const made = await generated(run, config);
    draft.pattern = { id: idOf(made, given), pattern: made };
    step.detail = String(made);
    return made;
  });
  const start = await run.step("update", async (step) => {
    const placement = await placed(run, crystal, pattern, options);
    const { crystal: edited, misfits, pointCount } = placement;
    draft.proposed = edited;
    if (misfits > 0) {
      const message = `${misfits} of ${misfits + pointCount} points have no place and were left out`;
      draft.warnings.push({ code: "POINTS_LEFT_OUT", message });
    }
    reserved(run, before, edited.siteCount, options, isGlobal(crystal, options));
    const state = await evaluated(run, edited, potential, 1);
    if (state === undefined) throw overlapping();
    step.detail = `${pointCount} points: ${crystal.cellFormula} became ${stateText(state)}`;
    return state;
  });
  const strategy = await run.step("optimise", async (step) => {
    const chosen = chosenStrategy(draft, start, options);
    const done = await optimised(run, draft, start, potential, chosen, options);
    step.isSkipped = done === undefined;
    step.detail = done ?? chosen.why;
    return chosen;
  });
  await run.step("verify", async (step) => {
    const { end, checks } = await lastState(run, draft, start, potential, options, 0.1);
    draft.checks = checks;
    requirePassed(draft.checks);
    step.detail = draft.checks.map(({ detail }) => detail).join("; ");
    if (options.stability === false) return;
    const judging = { run, crystal: end.crystal, potential, strategy, options, draft };
    const verdict = await judged({ ...judging, isThorough: false });
    draft.checks = [...draft.checks, verdict];
    requirePassed(draft.checks);
    step.detail = `${verdict.detail}; ${step.detail}`;
  });
}

/** Energy and forces of the crystal that was given; there may be none, which the pattern may mend. */
async function stateBefore(run: FlowRun, given: Application): Promise<EvaluatedState | undefined> {
  const { crystal, options, draft } = given;
  const state = await evaluated(run, crystal, options.potential, 1);
  draft.before = stateOf(state);
  if (state === undefined) {
    const message = "the energy of the crystal that was given means nothing: atoms are too close";
    draft.warnings.push({ code: "NO_ENERGY_BEFORE", message });
  }
  return state;
}

function generated(run: FlowRun, config: PatternConfig | Pattern): Promise<Pattern> | Pattern {
  if (config instanceof Pattern) return config;
  const { pointEstimate } = planOf(config);
  if (pointEstimate <= mostAtOnce) return generatePattern(config);
  return run.run((options) => generatePatternAsync(config, options));
}

/**
 * Sites of the crystal with the pattern, before it is made. Points that fall on one place are one, and
 * estimates are rough: surely too many are ten times as many.
 */
function expectedSites({ crystal, config, options }: Application): { least: number; most: number } {
  const { siteCount } = crystal;
  if ((options.as ?? "sites") !== "sites") return { least: 1, most: siteCount };
  const points =
    config instanceof Pattern ? config.pointCount : Math.ceil(planOf(config).pointEstimate);
  const isWhole = options.misfits !== "skip" && options.outside !== "drop";
  const least = siteCount + (isWhole ? Math.max(1, Math.floor(points / 10)) : 1);
  return { least, most: siteCount + points };
}

/** @throws {DomainError} an element that the potential has no parameters for. */
function requireElements(crystal: Crystal, { potential, species }: ApplyPatternOptions): void {
  // Those that look at more than elements are asked when the crystal is there.
  if (potential.terms.some(({ perCrystal }) => perCrystal)) return;
  const all: OccupantInput[] = [...crystal.kinds, ...occupantsOf(species)];
  const oneOfEach = Crystal.create({
    lattice: Lattice.cubic(100),
    species: all,
    fracPositions: all.map((_, index) => [index / all.length, 0, 0]),
  });
  potential.inputsFor(oneOfEach);
}

function occupantsOf(species: Decoration | undefined): OccupantInput[] {
  if (species === undefined) return [];
  const isOne = typeof species === "string" || species instanceof Species || Array.isArray(species);
  if (isOne) return [species as OccupantInput];
  return Object.values(species).filter((occupant) => occupant !== null) as OccupantInput[];
}

/** By content: the same points, placed in the same way, have the same name; a second time "#2" and so on. */
function idOf(pattern: Pattern, { source, options }: Application): PatternId {
  const { as, species, fracOrigin, cartOrigin, hkl, uvw, tolerance, minDistance, outside } =
    options;
  const origin = [fracOrigin, cartOrigin, hkl, uvw].map((list) => list && Array.from(list));
  const placement = [as, species, origin, tolerance, minDistance, outside];
  const text = JSON.stringify([pattern.hash, placement], (_, value: unknown) =>
    value instanceof Species ? String(value) : value,
  );
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const id = `${pattern.config?.patternType ?? "points"}:${digest}`;
  const known = source instanceof FlowResult ? [...source.patterns.keys()] : [];
  const times = known.filter((other) => other === id || other.startsWith(`${id}#`)).length;
  return times === 0 ? id : `${id}#${times + 1}`;
}
