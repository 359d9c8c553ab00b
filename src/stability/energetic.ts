import { DomainError, PrismError, TaskCancelled, TaskTimeout } from "../base/errors.js";
import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { relax } from "../optimize/relax.js";
import type { Potential, PotentialEvaluation } from "../potentials/potential.js";
import type { RunPart } from "../runtime/procedure.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { type HullPhase, hullAt } from "./hull.js";
import type { AskedPhase } from "./phases.js";
import { type Rest, restOf } from "./rest.js";
import type { StabilityThresholds } from "./thresholds.js";
import { type Criterion, figures, type StabilityVerdict, verdictOf } from "./verdict.js";

/** eV/Å³ of 1 GPa. */
const gigapascal = 1 / 160.21766208;
/** eV; kT at 300 K. */
const thermalEnergy = 0.0259;

/** What the energetic check asks of the engine. */
export interface Energies {
  readonly rest: Rest;
  /** eV an atom; with pV under pressure. */
  readonly energyPerAtom: number;
  /** eV an atom of the same atoms apart from each other; undefined where the potential has no such energy. */
  readonly freeAtoms: number | undefined;
  readonly phases: readonly HullPhase[];
  /** Names of phases that did not come to rest. */
  readonly unsettled: readonly string[];
}

/** All energies at once; a text where the crystal has none, as of atoms on top of each other. */
export async function energiesOf(
  run: RunPart,
  weight: number,
  crystal: Crystal,
  potential: Potential,
  asked: readonly AskedPhase[],
  pressureGPa: number,
  options: TaskOptions,
): Promise<Energies | string> {
  const unsettled: string[] = [];
  const [evaluation, freeAtoms, ...phases] = await Promise.all([
    evaluationOf(run, weight, crystal, potential, options),
    freeAtomsOf(run, crystal, potential, options),
    ...asked.map(async (phase): Promise<HullPhase> => {
      const { name, composition, energyPerAtom } = phase;
      if (energyPerAtom !== undefined) return { name, composition, energyPerAtom };
      const settled = await run(weight, () =>
        settledPhase(phase.crystal as Crystal, potential, pressureGPa, options),
      );
      if (!settled.converged) unsettled.push(name);
      return { name, composition, energyPerAtom: settled.enthalpy / settled.crystal.siteCount };
    }),
  ]);
  if (typeof evaluation === "string") return evaluation;
  const work = pressureGPa * gigapascal * crystal.lattice.volume;
  return {
    rest: restOf(crystal, evaluation, pressureGPa),
    energyPerAtom: (evaluation.energy + work) / crystal.siteCount,
    freeAtoms,
    phases,
    unsettled,
  };
}

async function evaluationOf(
  run: RunPart,
  weight: number,
  crystal: Crystal,
  potential: Potential,
  options: TaskOptions,
): Promise<PotentialEvaluation | string> {
  try {
    return await run(weight, () => potential.evaluate(crystal, options));
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

async function freeAtomsOf(
  run: RunPart,
  crystal: Crystal,
  potential: Potential,
  options: TaskOptions,
): Promise<number | undefined> {
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

/** What a potential or a crystal is not made for, in difference to a stop or a lack of memory. */
export function isRefusal(error: unknown): error is PrismError {
  if (!(error instanceof PrismError)) return false;
  if (error instanceof TaskCancelled || error instanceof TaskTimeout) return false;
  const refusals = ["DOMAIN_ERROR", "SHAPE_ERROR", "SYMMETRY_ERROR", "INVALID_CONFIGURATION"];
  return error instanceof DomainError || refusals.includes(error.code);
}

/** At rest, bound, and on the hull or near it. */
export function energetic(
  crystal: Crystal,
  energies: Energies,
  thresholds: StabilityThresholds,
): StabilityVerdict {
  const { rest, energyPerAtom, freeAtoms } = energies;
  const { fmax, stressGPa, cohesiveEnergy } = thresholds;
  const values: Record<string, number> = { energyPerAtom, longestForce: rest.longestForce };
  const remarks: string[] = [];
  const atRest = rest.longestForce < fmax;
  const criteria: Criterion[] = [
    {
      value: rest.longestForce,
      limit: fmax,
      safe: fmax / 2,
      reason: atRest
        ? `the longest force is ${figures(rest.longestForce)} eV/Å, below ${figures(fmax)}`
        : `it is not at rest: a force of ${figures(rest.longestForce)} eV/Å acts on site ${rest.site}, the limit is ${figures(fmax)}`,
    },
  ];
  if (rest.stress !== undefined) {
    const size = Math.abs(rest.stress);
    values[`stress${unitNames[rest.unit]}`] = rest.stress;
    criteria.push({
      value: size,
      limit: stressGPa,
      safe: stressGPa / 2,
      reason:
        size < stressGPa
          ? `the stress is ${figures(size)} ${rest.unit}, below ${figures(stressGPa)}`
          : `its cell is not at rest: a stress of ${figures(rest.stress)} ${rest.unit} is left, the limit is ${figures(stressGPa)}`,
    });
  }
  if (freeAtoms === undefined) {
    remarks.push("the potential has no energy of free atoms to compare with");
  } else {
    const bound = freeAtoms - energyPerAtom;
    values.cohesiveEnergy = bound;
    criteria.push({
      value: bound,
      limit: cohesiveEnergy,
      safe: cohesiveEnergy + thermalEnergy,
      reason:
        bound > cohesiveEnergy
          ? `it is bound by ${figures(bound)} eV an atom`
          : `it is not bound: free atoms are ${figures(-bound)} eV an atom lower`,
    });
  }
  addHull(crystal, energies, thresholds, criteria, values, remarks);
  return verdictOf(criteria, values, remarks);
}

export const unitNames: Readonly<Record<Rest["unit"], string>> = {
  GPa: "GPa",
  "N/m": "NPerM",
  nN: "NN",
};

function addHull(
  crystal: Crystal,
  { phases, energyPerAtom }: Energies,
  { energyAboveHull }: StabilityThresholds,
  criteria: Criterion[],
  values: Record<string, number>,
  remarks: string[],
): void {
  if (phases.length === 0) {
    remarks.push(
      "nothing to fall apart into was given: references and competing phases say whether it would",
    );
    return;
  }
  const hull = hullAt(crystal.composition, phases);
  if (hull === undefined) {
    const known = phases.map(({ name }) => name).join(", ");
    remarks.push(`the phases given (${known}) cannot make up ${crystal.formula}`);
    return;
  }
  const above = energyPerAtom - hull.energyPerAtom;
  values.energyAboveHull = above;
  const rivals = hull.parts
    .map(({ phase, share }) => (share > 1 - 1e-6 ? phase.name : `${figures(share)} ${phase.name}`))
    .join(" + ");
  const place = above > 0 ? "above" : "below";
  criteria.push({
    value: above,
    limit: energyAboveHull,
    safe: 0,
    reason: `it lies ${figures(Math.abs(above))} eV an atom ${place} ${rivals}${above > 0 ? `, the limit is ${figures(energyAboveHull)}` : ""}`,
  });
  const elements = phases.filter(({ composition }) => composition.size === 1);
  const formation = hullAt(crystal.composition, elements);
  if (crystal.composition.size > 1 && formation !== undefined) {
    values.formationEnergy = energyPerAtom - formation.energyPerAtom;
  }
}
