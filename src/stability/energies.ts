import { PrismError } from "../base/errors.js";
import { gigapascals } from "../base/units.js";
import { Crystal } from "../crystal/crystal.js";
import { type CrystalWarning, untold } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import { relax } from "../optimize/relax.js";
import type { Potential, PotentialEvaluation } from "../potentials/potential.js";
import type { TaskOptions } from "../runtime/task-options.js";
import type { HullPhase } from "./hull.js";
import { type Rest, restOf } from "./rest.js";
import { type Trial, weights } from "./trial.js";

/** What the energetic check asks of the engine. */
export interface Energies {
  readonly rest: Rest;
  /** eV an atom; with pV under pressure. */
  readonly energyPerAtom: number;
  /** eV an atom of the same atoms apart from each other; undefined where that has no meaning. */
  readonly freeAtoms: number | undefined;
  readonly phases: readonly HullPhase[];
  /** Names of phases that did not come to rest. */
  readonly unsettled: readonly string[];
  /** Of the potential, about the crystal and then about the phases. */
  readonly warnings: readonly CrystalWarning[];
}

/** All energies at once; a text where the crystal has none, as of atoms on top of each other. */
export async function energiesOf(trial: Trial): Promise<Energies | string> {
  const { run, crystal, potential, checked, options } = trial;
  const { pressureGPa } = checked;
  const asked = checked.checks.includes("energetic") ? checked.phases : [];
  const unsettled: string[] = [];
  const ofPhases: CrystalWarning[] = [];
  const [evaluation, freeAtoms, ...phases] = await Promise.all([
    evaluationOf(trial),
    freeAtomsOf(trial),
    ...asked.map(async (phase): Promise<HullPhase> => {
      const { name, composition, energyPerAtom } = phase;
      if (energyPerAtom !== undefined) return { name, composition, energyPerAtom };
      const settled = await run(weights.energetic, () =>
        settledPhase(phase.crystal as Crystal, potential, pressureGPa, options),
      );
      if (!settled.converged) unsettled.push(name);
      for (const { code, message } of settled.warnings) {
        ofPhases.push({ code, message: `${name}: ${message}` });
      }
      return { name, composition, energyPerAtom: settled.enthalpy / settled.crystal.siteCount };
    }),
  ]);
  if (typeof evaluation === "string") return evaluation;
  const work = (pressureGPa / gigapascals) * crystal.lattice.volume;
  return {
    rest: restOf(crystal, evaluation, pressureGPa),
    energyPerAtom: (evaluation.energy + work) / crystal.siteCount,
    freeAtoms,
    phases,
    unsettled,
    warnings: [...evaluation.warnings, ...untold(ofPhases, evaluation.warnings)],
  };
}

async function evaluationOf({
  run,
  crystal,
  potential,
  options,
}: Trial): Promise<PotentialEvaluation | string> {
  try {
    return await run(weights.energetic, () => potential.evaluate(crystal, options));
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
}

function settledPhase(
  crystal: Crystal,
  potential: Potential,
  pressureGPa: number,
  options: TaskOptions,
): ReturnType<typeof relax> {
  const isSolid = !crystal.periodic.includes(false);
  return relax(crystal, potential, {
    ...options,
    ...(isSolid ? { cell: "full", pressureGPa } : { cell: false }),
    maxSteps: 1000,
    frames: 0,
  });
}

/** Å, of a cell that nothing repeats. */
const freeCell = 10;

async function freeAtomsOf({
  run,
  crystal,
  potential,
  checked,
  options,
}: Trial): Promise<number | undefined> {
  // Of one atom alone this is its own energy; under pressure a gas has no volume, or any.
  const isAlone = crystal.siteCount === 1 && !crystal.periodic.includes(true);
  if (isAlone || checked.pressureGPa !== 0) return undefined;
  try {
    const energies = await Promise.all(
      crystal.kinds.map(([{ species }]) => {
        const atom = Crystal.create({
          lattice: Lattice.cubic(freeCell),
          species: [species],
          fracPositions: [0, 0, 0],
          periodic: [false, false, false],
        });
        return run(0, () => potential.evaluate(atom, options));
      }),
    );
    const sum = crystal.kindOfSite.reduce((total, kind) => total + energies[kind].energy, 0);
    return sum / crystal.siteCount;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const refusals: readonly string[] = [
  "DOMAIN_ERROR",
  "SHAPE_ERROR",
  "SYMMETRY_ERROR",
  "INVALID_CONFIGURATION",
  "RESOURCE_EXHAUSTED",
];

/** What a potential or a crystal is not made for, in difference to a stop or a lack of memory. */
export function isRefusal(error: unknown): error is PrismError {
  return error instanceof PrismError && refusals.includes(error.code);
}
