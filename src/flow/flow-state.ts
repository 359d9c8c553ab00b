import { DomainError } from "../base/errors.js";
import { gigapascals } from "../base/units.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { Potential, PotentialEvaluation } from "../potentials/potential.js";
import type { Task } from "../runtime/task.js";
import type { FlowRun } from "./flow-run.js";

/** A crystal and what the potential says of it. */
export interface FlowState {
  readonly crystal: Crystal;
  /** eV, of the whole cell. */
  readonly energy: number;
  readonly energyPerAtom: number;
  /** eV/Å; the longest force. */
  readonly fmax: number;
  /** Å³ */
  readonly volumePerAtom: number;
}

/** @internal With what the evaluation gave. */
export interface EvaluatedState extends FlowState {
  readonly forces: Float64Array;
  /** The most that was held at once; undefined where the runtime does not tell. */
  readonly peakBytes: number | undefined;
  readonly warnings: readonly CrystalWarning[];
}

/** eV an atom; beyond, atoms are as good as on one place, whatever the potential says there. */
const mostEnergy = 1e6;

/** Energy and forces of a crystal; undefined where the energy means nothing, as of atoms on one place. */
export async function evaluated(
  run: FlowRun,
  crystal: Crystal,
  potential: Potential,
  upTo: number,
): Promise<EvaluatedState | undefined> {
  potential.inputsFor(crystal); // says what the potential does not know
  let task: Task<PotentialEvaluation> | undefined;
  try {
    const { energy, forces, warnings } = await run.run((options) => {
      task = potential.evaluate(crystal, options);
      return task;
    }, upTo);
    const { siteCount, volumePerAtom } = crystal;
    if (!(energy / siteCount <= mostEnergy)) return undefined;
    const fmax = longestForce(forces);
    const energyPerAtom = energy / siteCount;
    const peakBytes = task?.stats?.peakBytes;
    return { crystal, energy, energyPerAtom, fmax, volumePerAtom, forces, peakBytes, warnings };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** What the flow tells of a state. */
export function stateOf(state: EvaluatedState | undefined): FlowState | undefined {
  if (state === undefined) return undefined;
  const { crystal, energy, energyPerAtom, fmax, volumePerAtom } = state;
  return { crystal, energy, energyPerAtom, fmax, volumePerAtom };
}

/** eV; E + pV. */
export function enthalpyOf(state: FlowState, pressureGPa: number): number {
  return state.energy + (pressureGPa / gigapascals) * state.crystal.lattice.volume;
}

export function stateText({ crystal, energyPerAtom, fmax }: FlowState): string {
  const sites = crystal.siteCount === 1 ? "1 site" : `${crystal.siteCount} sites`;
  return `${crystal.cellFormula}, ${sites}, ${energyPerAtom.toFixed(4)} eV/atom, longest force ${forceText(fmax)}`;
}

export function forceText(fmax: number): string {
  return `${fmax < 1e-3 ? fmax.toExponential(1) : fmax.toPrecision(3)} eV/Å`;
}

function longestForce(forces: Float64Array): number {
  let square = 0;
  for (let i = 0; i < forces.length; i += 3) {
    square = Math.max(square, forces[i] ** 2 + forces[i + 1] ** 2 + forces[i + 2] ** 2);
  }
  return Math.sqrt(square);
}
