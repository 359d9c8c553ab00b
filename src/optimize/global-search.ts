import type { Crystal } from "../crystal/crystal.js";
import type { SiteSelection } from "../crystal/edits.js";
import type { Potential } from "../potentials/potential.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import type { SpaceGroupKey } from "../symmetry/space-group.js";
import { GlobalSearchResult } from "./global-search-result.js";
import { type SearchInputs, searchInputs } from "./search-inputs.js";

export interface GlobalSearchOptions extends TaskOptions {
  readonly potential: Potential;
  /** Atoms of each element, of a cluster or of one formula unit: { Ar: 38 }. Give this or `crystal`. */
  readonly composition?: Readonly<Record<string, number>>;
  /** What every trial starts from; for "random" its composition, volume and periodicity alone. */
  readonly crystal?: Crystal;
  /**
   * "basinHopping" (default): hops between minima. "annealing": Langevin dynamics that cools down.
   * "random": random structures, relaxed.
   */
  readonly method?: "basinHopping" | "annealing" | "random";
  /** 0 to 2³² − 1: the same seed, the same result. */
  readonly seed: number;
  /** Walkers, coolings or random structures, each on a thread of its own; default 8, or 100 random ones. */
  readonly trials?: number;
  /** Hops of each walker, default 1000; or steps of each cooling, default 20,000. */
  readonly steps?: number;
  /** With `composition`: true for a crystal, false (default) for a cluster in free space. */
  readonly periodic?: boolean;
  /** Formula units in a random cell, or the least and the most; default 1. */
  readonly formulaUnits?: number | readonly [number, number];
  /**
   * Å³ of a random structure, or a range. Default: from the distance r at which two atoms have least energy,
   * 0.9 to 1.4 r³/√2.
   */
  readonly volumePerAtom?: number | readonly [number, number];
  /**
   * Å, in random structures, for all pairs or by pair ({ "Na-Cl": 2 }); default 0.7 r. Where atoms do not bind in
   * pairs, distances for all of them also set lengths and volumes: r = distance/0.7.
   */
  readonly minDistances?: number | Readonly<Record<string, number>>;
  /** Random crystals are given the symmetry of one of these space groups, or of "any"; default P1. */
  readonly spaceGroups?: "any" | readonly SpaceGroupKey[];
  /**
   * K; of the hops, or where the cooling begins. Default: kT = b/2, where b = |E|/(3n − 6) for a cluster of n
   * atoms and |E|/(6n) for a crystal; for annealing b/4 of clusters, 0.9 b of crystals.
   */
  readonly temperature?: number;
  /** K; where the cooling ends; default a twentieth of where it begins. */
  readonly endTemperature?: number;
  /** Of hops, in units of r: the largest along each axis at the begin, adapted to accept half; default 0.4. */
  readonly displacement?: number;
  /** Sites of `crystal` that keep their places, as the bottom of a slab; not with "random". */
  readonly fixed?: SiteSelection;
  /** Whether the cell changes too; default true for a crystal that is periodic in three directions. */
  readonly cell?: boolean;
  /** External pressure; default 0. Energies are then enthalpies E + pV. */
  readonly pressureGPa?: number;
  /** eV/Å; longest force of a minimum; default 10⁻⁴ b/r. */
  readonly fmax?: number;
  /** Largest stress of a minimum, less the pressure; default 10⁻⁴ b/r³. */
  readonly stressMaxGPa?: number;
  /** Steps of one relaxation; default 2000. */
  readonly maxSteps?: number;
  /** "lbfgs" (default) or "fire". */
  readonly relaxation?: "lbfgs" | "fire";
  /** Different minima kept, the lowest; default 20. */
  readonly keep?: number;
  /** Relative difference below which two energies an atom are one; default 1e-5. */
  readonly energyTolerance?: number;
  /** Relative difference below which two mean distances are one; default 0.002. */
  readonly distanceTolerance?: number;
  /** eV; the first trial, in order, that gets as low is the last one. */
  readonly targetEnergy?: number;
  /** Called some times a second with the lowest energy so far. */
  readonly onStep?: (step: GlobalSearchStep) => void;
}

export interface GlobalSearchStep {
  /** eV an atom, the lowest so far; the enthalpy under pressure. */
  readonly energyPerAtom: number;
  readonly trialsDone: number;
  readonly relaxations: number;
}

/**
 * The lowest minima of the energy that a search finds, of a cluster or a crystal.
 *
 * Basin hopping (Wales & Doye 1997): each hop displaces all atoms at random, puts those that hardly hold on
 * another place of the surface, or lets two elements change places; then it relaxes, and Metropolis decides
 * between the two minima. Annealing (Kirkpatrick et al. 1983) is Langevin dynamics in the cell as it
 * is, with a temperature that falls exponentially. Random search (Pickard & Needs 2011) relaxes random cells, with symmetry if asked.
 *
 * Minima are one where the energies an atom agree, and the mean distances from an atom to its nearest, second
 * nearest, ... neighbour: mirror images count once, whatever the cell. Results do not depend on the threads.
 * No search is sure to find the lowest minimum: see how often each was found, and take other seeds.
 *
 * @throws {DomainError} an option out of range, an element that the potential does not know.
 * @throws {InvalidConfiguration} options that do not go together; a potential whose atoms do not bind in
 *   pairs, without volumePerAtom and minDistances (rejects the task).
 * @see Wales, D. J. & Doye, J. P. K., J. Phys. Chem. A 101, 5111 (1997); Kirkpatrick, S., Gelatt, C. D. &
 *   Vecchi, M. P., Science 220, 671 (1983); Pickard, C. J. & Needs, R. J., J. Phys.: Condens. Matter 23,
 *   053201 (2011).
 * @example
 * const argon = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 30 });
 * const { best } = await globalSearch({ potential: argon, composition: { Ar: 13 }, seed: 1 });
 * console.log(best?.energy); // -44.3268 times 0.0104: the icosahedron
 */
export function globalSearch(options: GlobalSearchOptions): Task<GlobalSearchResult> {
  const search = searchInputs(options);
  return Runtime.of(options).run(
    {
      kernel: "globalSearch",
      inputs: search.inputs,
      decode: (outputs) => GlobalSearchResult.of(search, outputs),
    },
    { ...options, ...progressOf(options, search) },
  );
}

function progressOf(
  { onStep, onProgress }: GlobalSearchOptions,
  { monitor }: SearchInputs,
): TaskOptions {
  if (onStep === undefined) return {};
  return {
    onProgress: (progress) => {
      onProgress?.(progress);
      const [energyPerAtom, trialsDone, relaxations, isKnown] = monitor;
      if (isKnown === 1) onStep({ energyPerAtom, trialsDone, relaxations });
    },
  };
}
