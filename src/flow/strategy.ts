import type { OptimizationLevel } from "../crystal/config.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { GlobalSearchOptions } from "../optimize/global-search.js";
import type { RelaxOptions } from "../optimize/relax.js";
import type { OptimisationOptions } from "./flow-options.js";
import { forceText } from "./flow-state.js";

/** One way down, tried when those before did not get there. */
export interface Descent {
  readonly method: NonNullable<RelaxOptions["method"]>;
  /** eV/Å: only so far, to where the next one is at home. */
  readonly roughFmax?: number;
}

/** What a flow will do to bring a crystal to rest, and why. */
export interface FlowStrategy {
  readonly level: OptimizationLevel;
  readonly cell: NonNullable<RelaxOptions["cell"]>;
  /** In the order in which they are tried. */
  readonly descents: readonly Descent[];
  readonly search:
    | (Pick<GlobalSearchOptions, "method" | "seed" | "trials" | "steps" | "temperature"> & object)
    | undefined;
  readonly followModes: boolean;
  /** A sentence. */
  readonly why: string;
  readonly warnings: readonly CrystalWarning[];
}

/** eV/Å; beyond, a quadratic model of the energy means nothing. */
const violentForce = 10;
const calmForce = 1;
/** Sites; hops between minima of more are hardly ever taken. */
const mostHoppingSites = 100;
/** Sites that `globalSearch` takes. */
const mostSearchedSites = 5000;

/**
 * The strategy for a crystal, by level, size and the longest force at the start:
 *
 * 1. "none": nothing moves. 2. A method that was asked for is the only one.
 * 3. From up to 10 eV/Å: L-BFGS; if it does not get there, FIRE from the best state so far; then L-BFGS.
 * 4. From more than 10 eV/Å: FIRE in short steps down to 1 eV/Å first.
 * 5. "global": after that, basin hopping (up to 100 sites) or annealing (up to 5000), then 3 again.
 *
 * What does not fit the crystal is left out with a warning: a cell that is not periodic in three
 * directions, a search among too many sites.
 */
export function strategyOf(
  crystal: Crystal,
  fmax: number,
  options: OptimisationOptions,
): FlowStrategy {
  const { relax = {}, search = {}, followModes = false } = options;
  const level = options.level ?? crystal.config.optimizationLevel;
  const warnings: CrystalWarning[] = [];
  const cell = cellOf(crystal, level, relax.cell, warnings);
  const none = { level, cell, descents: [], search: undefined, followModes: false, warnings };
  if (level === "none") return { ...none, why: 'level "none": the crystal is judged as it is' };
  const { descents, why } = descentsFrom(fmax, relax.method);
  const { siteCount } = crystal;
  const restrained = relax.keepSymmetry === true || relax.fixed !== undefined;
  const common = { level, cell, descents, followModes: followModes && !restrained, warnings };
  if (level !== "global") return { ...common, search: undefined, why };
  if (siteCount > mostSearchedSites || restrained) {
    const cause = restrained ? "fixed sites or a kept symmetry" : `${siteCount} sites`;
    const message = `no global search with ${cause}: the nearest minimum is taken`;
    warnings.push({ code: "SEARCH_LEFT_OUT", message });
    return { ...common, search: undefined, why: `${why}; ${message}` };
  }
  const method = search.method ?? (siteCount <= mostHoppingSites ? "basinHopping" : "annealing");
  const steps = method === "basinHopping" ? 100 : 5000;
  return {
    ...common,
    search: { seed: 1, trials: 4, steps, ...search, method },
    why: `${why}; then ${method === "basinHopping" ? "basin hopping" : "annealing"}, as there are ${siteCount} sites`,
  };
}

function cellOf(
  crystal: Crystal,
  level: OptimizationLevel,
  asked: RelaxOptions["cell"],
  warnings: CrystalWarning[],
): NonNullable<RelaxOptions["cell"]> {
  if (asked !== undefined) return asked;
  if (level !== "cell" && level !== "global") return false;
  if (!crystal.periodic.includes(false)) return "full";
  warnings.push({
    code: "CELL_KEPT",
    message: `level "${level}": the cell stays, as the crystal is not periodic in three directions`,
  });
  return false;
}

function descentsFrom(
  fmax: number,
  method: RelaxOptions["method"],
): Pick<FlowStrategy, "descents" | "why"> {
  if (method !== undefined) return { descents: [{ method }], why: `${method}, as asked for` };
  const usual: Descent[] = [{ method: "lbfgs" }, { method: "fire" }, { method: "lbfgs" }];
  if (fmax <= violentForce) {
    return { descents: usual, why: `L-BFGS, as the longest force is ${forceText(fmax)}` };
  }
  return {
    descents: [{ method: "fire", roughFmax: calmForce }, ...usual],
    why: `FIRE in short steps, then L-BFGS, as the longest force is ${forceText(fmax)}`,
  };
}
