import {
  requireCallback,
  requireFlag,
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
  requireWhole,
  show,
} from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { gigapascals } from "../base/units.js";
import { Crystal, requireCrystal } from "../crystal/crystal.js";
import { selectedSites } from "../crystal/edits.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";
import { type Potential, requirePotential } from "../potentials/potential.js";
import { requireTaskOptions } from "../runtime/task-options.js";
import { spaceGroup, spaceGroups } from "../symmetry/space-group.js";
import type { GlobalSearchOptions } from "./global-search.js";
import { groupTable } from "./group-table.js";

/** eV/K (CODATA 2022). */
const boltzmann = 8.617333262e-5;
/** In the order of the engine. */
const methods = ["basinHopping", "annealing", "random"] as const;
const relaxations = ["fire", "lbfgs"] as const;
/** Distances of random structures are checked pair by pair. */
const mostAtoms = 5000;
const monitorLength = 4;
/** Å */
const distanceRange = [1e-3, 1e3] as const;
const fields = [
  ...(["potential", "composition", "crystal", "method", "seed", "trials", "steps"] as const),
  ...(["periodic", "formulaUnits", "volumePerAtom", "minDistances", "spaceGroups"] as const),
  ...(["temperature", "endTemperature", "displacement", "cell", "pressureGPa", "fmax"] as const),
  ...(["stressMaxGPa", "maxSteps", "relaxation", "keep", "energyTolerance"] as const),
  ...(["distanceTolerance", "targetEnergy", "fixed", "onStep"] as const),
] as const;
const example = "{ potential, composition: { Ar: 13 }, seed: 1 }";

/** A search as the engine wants it. */
export interface SearchInputs {
  readonly inputs: readonly ArrayBufferView[];
  /** What the engine writes while it runs. */
  readonly monitor: Float64Array;
  readonly method: (typeof methods)[number];
  readonly periodic: readonly [boolean, boolean, boolean];
  /** By index of the kind. */
  readonly species: readonly Species[];
  /** What trials start from. */
  readonly start: Crystal | undefined;
}

/** What atoms there are, and where they begin. */
interface Atoms {
  readonly species: readonly Species[];
  readonly formula: Int32Array;
  readonly encoded: ArrayBufferView;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly start: Crystal | undefined;
  readonly kinds: ArrayBufferView;
  /** Å³ an atom, of the crystal that was given. */
  readonly volume: number | undefined;
}

/** @throws {DomainError | InvalidConfiguration} as `globalSearch`. */
export function searchInputs(options: GlobalSearchOptions): SearchInputs {
  requireTaskOptions("globalSearch", options, fields, example);
  requireCallback("onStep", options.onStep, "({ energyPerAtom }) => {}");
  const method = requireOneOf("method", options.method ?? "basinHopping", methods);
  const atoms = atomsOf(options, method);
  const isBulk = !atoms.periodic.includes(false);
  requireFitting(options, atoms, isBulk);
  requireFewAtoms(options, atoms);
  const groups = groupsOf(options.spaceGroups);
  const distances = distancesOf(options.minDistances, atoms.species);
  const own = numbersOf(options, method, atoms, isBulk);
  const length = own.length + distances.length + monitorLength;
  const numbers = new Float64Array(new SharedArrayBuffer(8 * length));
  numbers.set(own);
  numbers.set(distances, own.length);
  const { start } = atoms;
  const fixed = fixedSites(start, options.fixed);
  return {
    inputs: [
      start?.fracPositions ?? new Float64Array(0),
      start?.lattice.matrix ?? new Float64Array(0),
      Int32Array.from(atoms.periodic, Number),
      start === undefined
        ? new Int32Array(0)
        : Int32Array.of(...(atoms.kinds as Int32Array), ...fixed),
      atoms.encoded,
      numbers,
      atoms.formula,
      groups,
    ],
    monitor: numbers.subarray(length - monitorLength),
    method,
    periodic: atoms.periodic,
    species: atoms.species,
    start,
  };
}

function numbersOf(
  options: GlobalSearchOptions,
  method: (typeof methods)[number],
  atoms: Atoms,
  isBulk: boolean,
): number[] {
  const {
    trials = method === "random" ? 100 : 8,
    steps = method === "annealing" ? 20_000 : 1000,
    displacement = 0.4,
    relaxation = "lbfgs",
    cell = isBulk,
    targetEnergy,
  } = options;
  return [
    methods.indexOf(method),
    relaxations.indexOf(requireOneOf("relaxation", relaxation, relaxations)),
    requireWhole("seed", options.seed, 0, 0xffffffff),
    requireWhole("trials", trials, 1, 1e6),
    requireWhole("steps", steps, 0, 1e9),
    kelvin("temperature", options.temperature),
    kelvin("endTemperature", options.endTemperature),
    requireInRange("displacement", displacement, 0.01, 2),
    Number(cell),
    requireInRange("pressureGPa", options.pressureGPa ?? 0, -1e6, 1e6) / gigapascals,
    options.fmax === undefined ? 0 : requirePositive("fmax", options.fmax, "eV/Å"),
    options.stressMaxGPa === undefined
      ? 0
      : requirePositive("stressMaxGPa", options.stressMaxGPa, "GPa") / gigapascals,
    requireWhole("maxSteps", options.maxSteps ?? 2000, 1, 1e9),
    ...rangeOf("formulaUnits", options.formulaUnits ?? 1, (name, value) =>
      requireWhole(name, value, 1, 1e4),
    ),
    ...rangeOf("volumePerAtom", options.volumePerAtom ?? atoms.volume ?? 0, (name, value) =>
      options.volumePerAtom === undefined ? value : requirePositive(name, value, "Å³"),
    ),
    requireWhole("keep", options.keep ?? 20, 1, 1e5),
    requireInRange("energyTolerance", options.energyTolerance ?? 1e-5, 0, 1),
    requireInRange("distanceTolerance", options.distanceTolerance ?? 2e-3, 0, 1),
    targetEnergy === undefined
      ? Number.NEGATIVE_INFINITY
      : requireInRange("targetEnergy", targetEnergy, -1e15, 1e15, "eV"),
  ];
}

/** A number for each site of the start, or none at all. */
function fixedSites(start: Crystal | undefined, fixed: GlobalSearchOptions["fixed"]): Int32Array {
  if (fixed === undefined) return new Int32Array(0);
  if (start === undefined) {
    throw new InvalidConfiguration(
      'fixed sites are those of the crystal that a search starts from; give crystal, and method "basinHopping" or "annealing"',
      { fixed: show(fixed) },
    );
  }
  const mask = new Int32Array(start.siteCount);
  for (const site of selectedSites(start.sites, fixed)) mask[site] = 1;
  return mask;
}

function kelvin(name: string, value: number | undefined): number {
  return value === undefined ? 0 : requirePositive(name, value, "K") * boltzmann;
}

function rangeOf(
  name: string,
  given: number | readonly [number, number],
  check: (name: string, value: number) => number,
): [number, number] {
  const [low, high] = Array.isArray(given) ? given : [given, given];
  if (check(name, low) <= check(name, high)) return [low, high];
  throw new DomainError(`${name} must go from a to b with a ≤ b, got ${show(given)}`, {
    name,
    value: given,
  });
}

function atomsOf(options: GlobalSearchOptions, method: string): Atoms {
  const potential = requirePotential(options.potential);
  const { composition, crystal, periodic = false } = options;
  if (crystal !== undefined && composition === undefined) {
    return atomsOfCrystal(potential, crystal, method !== "random");
  }
  if (composition !== undefined && crystal === undefined) {
    return atomsOfComposition(potential, composition, requireFlag("periodic", periodic));
  }
  throw new InvalidConfiguration(
    "a search needs either a composition such as { Ar: 13 } or a crystal",
    { composition, crystal },
  );
}

function atomsOfCrystal(potential: Potential, crystal: Crystal, isStart: boolean): Atoms {
  requireCrystal(crystal);
  const [, , , kinds, encoded] = potential.inputsFor(crystal);
  const species: Species[] = [];
  const kindOfSite = kinds as Int32Array;
  kindOfSite.forEach((kind, site) => {
    species[kind] ??= crystal.kinds[crystal.kindOfSite[site]][0].species;
  });
  const formula = new Int32Array(species.length);
  for (const kind of kindOfSite) formula[kind] += 1;
  const { periodic } = crystal;
  const volume = periodic.includes(false) ? undefined : crystal.volumePerAtom;
  return {
    species,
    formula,
    encoded,
    periodic,
    start: isStart ? crystal : undefined,
    kinds,
    volume,
  };
}

function atomsOfComposition(
  potential: Potential,
  composition: Readonly<Record<string, number>>,
  periodic: boolean,
): Atoms {
  const counts = countsOf(composition);
  const oneOfEach = Crystal.create({
    lattice: Lattice.cubic(100),
    species: counts.map(({ species }) => species),
    fracPositions: counts.map((_, index) => [index / counts.length, 0, 0]),
  });
  const { species, formula, ...rest } = atomsOfCrystal(potential, oneOfEach, false);
  formula.fill(0);
  (rest.kinds as Int32Array).forEach((kind, index) => {
    formula[kind] += counts[index].count;
  });
  const directions = [periodic, periodic, periodic] as const;
  return { ...rest, species, formula, periodic: directions, volume: undefined };
}

function countsOf(
  composition: Readonly<Record<string, number>>,
): { species: Species; count: number }[] {
  requireObject("composition", composition, "{ Ar: 13 }");
  const counts = Object.entries(composition).map(([name, count]) => ({
    species: Species.from(name),
    count: requireWhole(`composition of ${name}`, count, 1, 1e5),
  }));
  if (counts.length > 0) return counts;
  throw new InvalidConfiguration("composition must name at least one element", { composition });
}

function requireFitting(options: GlobalSearchOptions, atoms: Atoms, isBulk: boolean): void {
  const refuse = (message: string) => {
    throw new InvalidConfiguration(message, { periodic: atoms.periodic });
  };
  if (options.cell !== undefined && requireFlag("cell", options.cell) && !isBulk) {
    refuse("a cell changes only where it is periodic in three directions; leave cell out");
  }
  if (options.pressureGPa !== undefined && (!isBulk || options.cell === false)) {
    refuse("a pressure needs a cell that may change");
  }
  if (isBulk) return;
  for (const field of ["spaceGroups", "formulaUnits"] as const) {
    if (options[field] !== undefined) {
      refuse(`${field} is for crystals; give periodic: true with the composition`);
    }
  }
}

function requireFewAtoms({ formulaUnits = 1 }: GlobalSearchOptions, { formula }: Atoms): void {
  const units = Array.isArray(formulaUnits) ? formulaUnits[1] : formulaUnits;
  const count = units * formula.reduce((sum, each) => sum + each, 0);
  if (!(count > mostAtoms)) return;
  throw new DomainError(
    `a search takes up to ${mostAtoms} atoms, got ${count}; relax is for more`,
    { count },
  );
}

function groupsOf(given: GlobalSearchOptions["spaceGroups"]): Float64Array {
  if (given === undefined) return groupTable([spaceGroup(1)]);
  if (given === "any") return groupTable(spaceGroups());
  if (!Array.isArray(given) || given.length === 0) {
    throw new InvalidConfiguration(
      `spaceGroups must be "any" or a list such as [225, "P6_3/mmc"], got ${show(given)}`,
      { spaceGroups: given },
    );
  }
  return groupTable(given.map((key) => spaceGroup(key)));
}

/** By kind and kind; 0 where the potential tells. */
function distancesOf(
  given: GlobalSearchOptions["minDistances"],
  species: readonly Species[],
): number[] {
  if (given === undefined) return species.flatMap(() => species.map(() => 0));
  if (typeof given === "number") {
    requireInRange("minDistances", given, ...distanceRange, "Å");
    return species.flatMap(() => species.map(() => given));
  }
  requireObject("minDistances", given, '{ "Na-Cl": 2 }');
  const byPair = new Map(
    Object.entries(given).map(([pair, distance]) => [
      keyOf(...(pair.split("-").map((name) => Species.from(name).symbol) as [string, string])),
      requireInRange(`minDistances ${pair}`, distance, ...distanceRange, "Å"),
    ]),
  );
  return species.flatMap((p) => species.map((q) => byPair.get(keyOf(p.symbol, q.symbol)) ?? 0));
}

function keyOf(...pair: string[]): string {
  return pair.sort().join("-");
}
