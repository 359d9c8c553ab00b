import { findElement, formulaRank } from "../base/elements.js";
import { fromPrototype, type Prototype, prototypes } from "../builders/prototype.js";
import type { Crystal } from "../crystal/crystal.js";
import type { SymmetryOptions } from "../symmetry/analysis.js";
import { primitive } from "../symmetry/standardize.js";
import { matchStructures } from "./match/match-structures.js";

/** A structure type that `fromPrototype` builds. */
export interface NamedStructureType {
  /** "rocksalt" */
  readonly name: string;
  /** "B1"; empty where the type has none. */
  readonly strukturbericht: string;
  /** The label that AFLOW's encyclopedia has for the type, with the species of its own compound. */
  readonly aflow: string;
}

/** What the label of a crystal says, its species and their order left out. */
export interface LabelParts {
  readonly spaceGroupNumber: number;
  readonly pearsonSymbol: string;
  /** Of each description the amount and letters of each species, as `unordered` gives them. */
  readonly descriptions: ReadonlySet<string>;
}

/**
 * The type whose label a crystal has in some description, up to the order of the species, and whose
 * structure it matches with any species for any other. Of fluorite and antifluorite, which differ by
 * nothing else, the one in which the electropositive species have the place that they have here.
 */
export function structureTypeOf(
  crystal: Crystal,
  parts: LabelParts,
  options: SymmetryOptions,
): NamedStructureType | undefined {
  const candidates = prototypes().filter((row) => hasLabel(row, parts));
  if (candidates.length === 0) return undefined;
  const cell = primitive(crystal, options);
  const found = candidates
    .map((row) => ({ row, match: matchStructures(cell, typical(row.name), { anonymous: true }) }))
    .filter(({ match }) => match.matches);
  const best = found.find(({ match }) => keepsOrder(match.species)) ?? found[0];
  if (best === undefined) return undefined;
  const { name, strukturbericht, aflow } = best.row;
  return { name, strukturbericht, aflow };
}

/** The amounts and letters of the species, whichever is first. */
export function unordered(amounts: readonly string[], letters: readonly string[]): string {
  return amounts
    .map((amount, index) => `${amount} ${letters[index]}`)
    .sort()
    .join(", ");
}

function hasLabel({ aflow, spaceGroup, pearson }: Prototype, parts: LabelParts): boolean {
  if (spaceGroup !== parts.spaceGroupNumber || pearson !== parts.pearsonSymbol) return false;
  const [formula, , , ...letters] = aflow.split("_");
  const amounts = Array.from(formula.matchAll(/[A-Z](\d*)/g), ([, amount]) => amount || "1");
  return parts.descriptions.has(unordered(amounts, letters));
}

const typicalCells = new Map<string, Crystal>();

function typical(name: string): Crystal {
  let cell = typicalCells.get(name);
  if (cell === undefined) {
    cell = fromPrototype(name, { primitive: true });
    typicalCells.set(name, cell);
  }
  return cell;
}

/** Whether the species of the type stand in the order of those that they are matched with. */
function keepsOrder(species: ReadonlyMap<string, string> | undefined): boolean {
  const pairs = [...(species ?? [])].map(([own, other]) => [rankOf(own), rankOf(other)]);
  return pairs.every(([p, q]) => pairs.every(([r, s]) => Math.sign(p - r) === Math.sign(q - s)));
}

/** By the first element of a name such as "Na", "Fe2+" or "Fe:0.5000, Ni:0.5000". */
function rankOf(name: string): number {
  const element = findElement(/^[A-Z][a-z]?/.exec(name)?.[0] ?? "");
  return element === undefined ? -1 : formulaRank(element.number);
}
