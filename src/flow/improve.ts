import { PrismError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { globalSearch } from "../optimize/global-search.js";
import { type RelaxOptions, relax } from "../optimize/relax.js";
import type { Relaxation } from "../optimize/relaxation.js";
import { phonons } from "../phonons/phonons.js";
import type { Potential } from "../potentials/potential.js";
import { outcomeOfError } from "../runtime/task-errors.js";
import type { FlowRelaxOptions } from "./flow-options.js";
import { Refusal } from "./flow-record.js";
import type { FlowRun, PartOptions } from "./flow-run.js";
import type { Descent, FlowStrategy } from "./strategy.js";

/** One attempt to come down. */
export interface FlowAttempt {
  /** "mode": down from a saddle, along an imaginary mode. */
  readonly method: Descent["method"] | "basinHopping" | "annealing" | "random" | "mode";
  /** How it ended: as `relaxation.reason`, or in words. */
  readonly outcome: string;
  readonly steps: number;
  /** eV; the enthalpy under pressure. */
  readonly energy: number;
  /** eV/Å */
  readonly fmax: number;
}

export interface Improvement {
  readonly relaxation: Relaxation;
  readonly attempts: readonly FlowAttempt[];
  readonly warnings: readonly CrystalWarning[];
}

/** What all attempts of a flow share. */
interface Way {
  readonly run: FlowRun;
  readonly potential: Potential;
  readonly strategy: FlowStrategy;
  readonly settings: FlowRelaxOptions;
  readonly attempts: FlowAttempt[];
  readonly warnings: CrystalWarning[];
}

/** Å; in short steps. */
const shortStep = 0.05;
const usualSteps = 1000;
/** eV an atom; less is no way down. */
const worthwhile = 1e-6;
/** Sites; the modes of more take longer than the rest of the flow. */
const mostModeSites = 100;
/** THz; numbers that small are no sign of a saddle. */
const saddleThreshold = 0.1;
/** Å, of the site that moves most. */
const push = 0.1;
const mostSaddles = 3;

/** Brings a crystal to rest as the strategy says; undefined where it says: not at all. */
export async function improved(
  run: FlowRun,
  crystal: Crystal,
  potential: Potential,
  strategy: FlowStrategy,
  settings: FlowRelaxOptions,
): Promise<Improvement | undefined> {
  if (strategy.descents.length === 0) return undefined;
  const way: Way = { run, potential, strategy, settings, attempts: [], warnings: [] };
  const share = strategy.search === undefined ? 0.7 : 0.3;
  let relaxation = await descended(way, crystal, share);
  if (strategy.followModes && relaxation.converged) relaxation = await offSaddles(way, relaxation);
  if (strategy.search !== undefined) relaxation = await searched(way, relaxation);
  return { relaxation, attempts: way.attempts, warnings: way.warnings };
}

async function descended(way: Way, start: Crystal, share: number): Promise<Relaxation> {
  const { run, potential, strategy, settings, attempts } = way;
  let best: Relaxation | undefined;
  for (const descent of strategy.descents) {
    const relaxation = await run.run(
      (options) => relax(best?.crystal ?? start, potential, relaxOptions(way, descent, options)),
      share,
    );
    const { reason, steps, enthalpy, fmax } = relaxation;
    attempts.push({ method: descent.method, outcome: reason, steps, energy: enthalpy, fmax });
    if (reason === "broken") continue;
    if (best === undefined || relaxation.enthalpy <= best.enthalpy) best = relaxation;
    const isThere = relaxation.converged && (descent.roughFmax ?? 0) <= (settings.fmax ?? 1e-3);
    if (isThere) return relaxation;
  }
  if (best !== undefined) return best;
  throw new Refusal(
    "COLLAPSED",
    "every way down led to where the energy is no number: atoms collapse; check distances, and the range that the potential was made for",
    { attempts },
  );
}

function relaxOptions(
  { strategy, settings }: Way,
  { method, roughFmax }: Descent,
  options: PartOptions,
): RelaxOptions {
  const { maxSteps = usualSteps } = settings;
  const given = { ...options, ...settings, cell: strategy.cell, method, maxSteps };
  if (roughFmax === undefined) return given;
  return { ...given, fmax: Math.max(roughFmax, settings.fmax ?? 0), maxStep: shortStep };
}

/** The lowest of what a search finds, if it is lower. */
async function searched(way: Way, relaxation: Relaxation): Promise<Relaxation> {
  const { run, potential, strategy, settings, attempts } = way;
  const { crystal } = relaxation;
  const { pressureGPa } = settings;
  const isPressed = strategy.cell !== false && pressureGPa !== undefined;
  const found = await run.run(
    (options) =>
      globalSearch({
        ...options,
        ...strategy.search!,
        potential,
        crystal,
        ...(crystal.periodic.includes(false) ? {} : { cell: strategy.cell !== false }),
        ...(isPressed ? { pressureGPa } : {}),
      }),
    0.8,
  );
  const { best, relaxations, method, failedTrials, trials } = found;
  if (failedTrials > 0) {
    const message = `${failedTrials} of ${trials.length} trials of the search came to rest nowhere; give another search.seed or search.method`;
    way.warnings.push({ code: "SEARCH_FAILED", message });
  }
  if (best === undefined || !(best.energy < relaxation.enthalpy - worthwhile * crystal.siteCount)) {
    attempts.push({
      ...attemptOf(relaxation),
      method,
      outcome: "nothing lower",
      steps: relaxations,
    });
    return relaxation;
  }
  const { energy, fmax } = best;
  attempts.push({ method, outcome: "lower minimum", steps: relaxations, energy, fmax });
  const settled = await descended(way, best.crystal, 0.85);
  return settled.enthalpy < relaxation.enthalpy ? settled : relaxation;
}

/** From saddle to saddle, down to a minimum within the cell. */
async function offSaddles(way: Way, start: Relaxation): Promise<Relaxation> {
  let relaxation = start;
  const { siteCount } = start.crystal;
  if (siteCount > mostModeSites) {
    const message = `whether the crystal of ${siteCount} sites rests on a saddle was not looked at: that is done for up to ${mostModeSites} sites`;
    way.warnings.push({ code: "SADDLE_UNCHECKED", message });
    return relaxation;
  }
  for (let round = 0; round < mostSaddles; round++) {
    const starts = await saddleStarts(way, relaxation.crystal);
    if (starts.length === 0) return relaxation;
    const before = relaxation;
    for (const place of starts) {
      const lower = await descended(way, place, 0.95);
      const gain = before.enthalpy - lower.enthalpy;
      if (!(gain > worthwhile * siteCount)) continue;
      way.attempts.push({
        ...attemptOf(lower),
        method: "mode",
        outcome: "down from a saddle",
        steps: 0,
      });
      relaxation = lower;
      break;
    }
    if (relaxation === before) return relaxation;
  }
  return relaxation;
}

/** The crystal pushed both ways along its worst imaginary mode at Γ; none for a minimum. */
async function saddleStarts(way: Way, crystal: Crystal): Promise<Crystal[]> {
  const { run, potential, warnings } = way;
  try {
    const vibrations = await run.run(
      (options) =>
        phonons(crystal, potential, {
          ...options,
          supercell: [1, 1, 1],
          primitive: false,
        }),
      0.75,
    );
    const [worst] = await run.run(
      (options) => vibrations.imaginaryModes({ ...options, threshold: saddleThreshold }),
      0.8,
    );
    if (worst === undefined) return [];
    const { fracPositions: rest } = vibrations.displaced(worst, 0);
    return [push, -push].map((amplitude) => {
      const { fracPositions: moved } = vibrations.displaced(worst, amplitude);
      const places = crystal.fracPositions.map((value, i) => {
        const step = moved[i] - rest[i];
        return value + step - Math.round(step);
      });
      return crystal.withPositions(places);
    });
  } catch (error) {
    if (!(error instanceof PrismError) || outcomeOfError(error) !== "failed") throw error;
    const message = `whether the crystal rests on a saddle could not be found out: ${error.message}`;
    warnings.push({ code: "SADDLE_UNCHECKED", message });
    return [];
  }
}

function attemptOf({ steps, enthalpy, fmax }: Relaxation): Omit<FlowAttempt, "method" | "outcome"> {
  return { steps, energy: enthalpy, fmax };
}
