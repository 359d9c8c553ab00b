import { inspectAsText } from "../base/inspect.js";
import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import type { SearchInputs } from "./search-inputs.js";

/** Numbers of a minimum and of what comes with it, from the engine. */
const minimumLength = 17;
const historyLength = 3;
const trialLength = 3;

/** A minimum of the energy. */
export interface GlobalMinimum {
  readonly crystal: Crystal;
  /** eV, of all sites; the enthalpy under pressure. */
  readonly energy: number;
  readonly energyPerAtom: number;
  /** How often the search came here. */
  readonly found: number;
  /** The trial that came here first, and after how many relaxations of its own. */
  readonly trial: number;
  readonly relaxations: number;
  /** eV/Å; the longest force. */
  readonly fmax: number;
  readonly converged: boolean;
}

/** A lower energy than the trial had before. */
export interface GlobalSearchImprovement {
  readonly trial: number;
  /** Relaxations of this trial until then. */
  readonly relaxations: number;
  readonly energyPerAtom: number;
}

export interface GlobalSearchTrial {
  /** eV; undefined where no structure came to rest. */
  readonly energyPerAtom: number | undefined;
  readonly relaxations: number;
  /** Share of hops that were taken. */
  readonly acceptance: number;
}

/** The minima that a search has found, the lowest first. */
export class GlobalSearchResult {
  readonly method: "basinHopping" | "annealing" | "random";
  /** Different ones, by energy an atom. */
  readonly minima: readonly GlobalMinimum[];
  readonly trials: readonly GlobalSearchTrial[];
  /** How each trial came down: the energies on the way, each lower than those before. */
  readonly history: readonly GlobalSearchImprovement[];
  /** Relaxations in all. */
  readonly relaxations: number;
  /** Trials in which no structure came to rest. */
  readonly failedTrials: number;
  /** Whether a trial got to `targetEnergy`. */
  readonly reachedTarget: boolean;
  /** Å; the distance at which two atoms have least energy, in which lengths were measured. */
  readonly bondLength: number;

  private constructor(search: SearchInputs, outputs: readonly ArrayBuffer[]) {
    const [summary, rows, positions, , history, trials] = outputs.map((output, index) =>
      index === 3 ? new Int32Array(output) : new Float64Array(output),
    );
    const kinds = new Int32Array(outputs[3]);
    this.method = search.method;
    this.relaxations = summary[1];
    this.bondLength = summary[2];
    this.failedTrials = summary[4];
    this.reachedTarget = summary[5] === 1;
    let at = 0;
    this.minima = rowsOf(rows, minimumLength).map((row) => {
      const [energy, count, found, trial, relaxations, fmax, , converged] = row;
      const crystal = crystalOf(
        search,
        row.slice(8),
        positions.subarray(3 * at, 3 * (at + count)) as Float64Array,
        kinds.subarray(at, at + count),
      );
      at += count;
      const energyPerAtom = energy / count;
      const numbers = { energy, energyPerAtom, found, trial, relaxations, fmax };
      return { crystal, ...numbers, converged: converged === 1 };
    });
    this.history = rowsOf(history, historyLength).map(([trial, relaxations, energyPerAtom]) => ({
      trial,
      relaxations,
      energyPerAtom,
    }));
    this.trials = rowsOf(trials, trialLength).map(([energy, relaxations, acceptance]) => ({
      energyPerAtom: Number.isNaN(energy) ? undefined : energy,
      relaxations,
      acceptance,
    }));
  }

  /** @internal */
  static of(search: SearchInputs, outputs: readonly ArrayBuffer[]): GlobalSearchResult {
    return new GlobalSearchResult(search, outputs);
  }

  /** The lowest minimum; undefined where no trial found any. */
  get best(): GlobalMinimum | undefined {
    return this.minima[0];
  }

  /** "basinHopping: 20 minima in 8008 relaxations of 8 trials, the lowest -44.3268 eV (found 12 times)". */
  toString(): string {
    const { best } = this;
    const trials = this.trials.length === 1 ? "1 trial" : `${this.trials.length} trials`;
    const work = `${this.relaxations} relaxations of ${trials}`;
    if (best === undefined) return `${this.method}: no minimum in ${work}`;
    const times = best.found === 1 ? "once" : `${best.found} times`;
    const count = this.minima.length === 1 ? "1 minimum" : `${this.minima.length} minima`;
    return `${this.method}: ${count} in ${work}, the lowest ${best.energy.toFixed(4)} eV (found ${times})`;
  }
}

inspectAsText(GlobalSearchResult);

function rowsOf(numbers: ArrayLike<number>, length: number): number[][] {
  return Array.from({ length: numbers.length / length }, (_, row) =>
    Array.from({ length }, (_, column) => numbers[row * length + column]),
  );
}

function crystalOf(
  search: SearchInputs,
  matrix: ArrayLike<number>,
  cartPositions: Float64Array,
  kinds: Int32Array,
): Crystal {
  const lattice = Lattice.fromMatrix(matrix);
  const { start, periodic, species } = search;
  if (start !== undefined) return start.withLattice(lattice).withPositions(cartPositions, "cart");
  const made = Crystal.create({
    lattice,
    species: Array.from(kinds, (kind) => species[kind]),
    cartPositions,
    periodic,
  });
  return periodic[0] ? made.wrapped() : made;
}
