import { inspectAsText } from "../../base/inspect.js";
import { type Crystal, requireCrystal } from "../../crystal/crystal.js";
import { inverse, multiply, rowTimes } from "../../math/mat3.js";
import { compareCells, type Mismatch } from "./compare-cells.js";
import { givenCell, reducedCell } from "./match-cell.js";
import { checkedMatchOptions, type MatchOptions } from "./match-options.js";
import type { Pair, PairMatch } from "./pair-search.js";
import { siteMapping } from "./site-mapping.js";

/** Where a site of the first structure lies in the second: x_b = x_a · matrix + translation. */
export interface StructureTransformation {
  /** Nine numbers, row-major, between fractional coordinates, which are rows. */
  readonly matrix: readonly number[];
  readonly translation: readonly [number, number, number];
}

/** How two structures fit. */
export class StructureMatch {
  readonly first: Crystal;
  readonly second: Crystal;
  readonly matches: boolean;
  /** Undefined where they match. */
  readonly reason: Mismatch | undefined;
  /**
   * Root mean square distance of the sites in units of (V/n)^{1/3}, the smallest of all mappings;
   * undefined where none is below the tolerance. It can be below where a single site is too far off
   * for a match.
   */
  readonly rms: number | undefined;
  /** Largest distance in that mapping, same units. */
  readonly maxDistance: number | undefined;
  /** For each site of the first structure the one of the second; several have one in a smaller cell. */
  readonly mapping: Int32Array | undefined;
  readonly transformation: StructureTransformation | undefined;
  /** Kind of site of the second structure -> that of the first; "Mg" -> "Na" of an anonymous match. */
  readonly species: ReadonlyMap<string, string> | undefined;

  constructor(found: {
    readonly first: Crystal;
    readonly second: Crystal;
    readonly matches: boolean;
    readonly reason?: Mismatch | undefined;
    readonly rms?: number;
    readonly maxDistance?: number;
    readonly mapping?: Int32Array;
    readonly transformation?: StructureTransformation;
    readonly species?: ReadonlyMap<string, string>;
  }) {
    this.first = found.first;
    this.second = found.second;
    this.matches = found.matches;
    this.reason = found.reason;
    this.rms = found.rms;
    this.maxDistance = found.maxDistance;
    this.mapping = found.mapping;
    this.transformation = found.transformation;
    this.species = found.species;
  }

  /** "match, rms 0.0132, largest 0.0235" */
  toString(): string {
    const verdict = this.matches ? "match" : `no match: ${this.reason}`;
    if (this.rms === undefined || this.maxDistance === undefined) return verdict;
    return `${verdict}, rms ${this.rms.toFixed(4)}, largest ${this.maxDistance.toFixed(4)}`;
  }
}

inspectAsText(StructureMatch);

/**
 * Compares two structures by the definition of pymatgen's StructureMatcher: their reduced (and
 * primitive) cells, scaled to one volume, are laid on one another by every lattice mapping and every
 * translation of the rarest kind of site onto itself, and sites are paired at the least sum of squared
 * distances in the mean cell, less the mean shift. They match if one of these ways leaves no site farther
 * from its partner than `siteTolerance` · (V/n)^{1/3}, and if one does when the second is laid on the first
 * (pymatgen's `symmetric=True`), so that the order of the two does not matter; rms, mapping and
 * transformation are those of the first laid on the second in the way with the smallest rms, and another
 * order gives nearly the same. A mirror image counts as the same structure.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions, an unknown option.
 * @throws {DomainError} a tolerance out of range.
 * @see Ong et al., Comput. Mater. Sci. 68, 314 (2013).
 * @example matchStructures(quartz, quartz.supercell([2, 1, 1])).rms // 0
 */
export function matchStructures(
  a: Crystal,
  b: Crystal,
  options: MatchOptions = {},
): StructureMatch {
  requireCrystal(a);
  requireCrystal(b);
  const checked = checkedMatchOptions(options);
  const first = reducedCell(givenCell(a, checked.compare), checked.primitive);
  const second = reducedCell(givenCell(b, checked.compare), checked.primitive);
  const { matches, reason, pair, best } = compareCells(first, second, checked, false);
  const given = { first: a, second: b };
  if (pair === undefined || best === undefined) {
    return new StructureMatch({ ...given, matches, reason });
  }
  const transformation = transformationOf(pair, best);
  return new StructureMatch({
    ...given,
    matches,
    reason,
    rms: best.rms,
    maxDistance: best.maxDistance,
    mapping: siteMapping(a, b, pair, best, transformation),
    transformation,
    species: speciesOf(pair, best),
  });
}

/**
 * Whether two structures match, as `matchStructures(a, b, options).matches`, which searches on for the
 * best mapping: this stops at the first that will do. Errors as of `matchStructures`.
 *
 * @example structuresMatch(rutile, anatase) // false
 */
export function structuresMatch(a: Crystal, b: Crystal, options: MatchOptions = {}): boolean {
  requireCrystal(a);
  requireCrystal(b);
  const checked = checkedMatchOptions(options);
  const first = reducedCell(givenCell(a, checked.compare), checked.primitive);
  const second = reducedCell(givenCell(b, checked.compare), checked.primitive);
  return compareCells(first, second, checked, true).matches;
}

/** From the cell of one crystal through both reduced cells to that of the other. */
function transformationOf(pair: Pair, { change, translation }: PairMatch): StructureTransformation {
  const toReduced = inverse(multiply(change, pair.first.basis));
  const [x, y, z] = rowTimes(translation, pair.second.basis);
  return {
    matrix: Array.from(multiply(toReduced, pair.second.basis)),
    translation: [0 - x, 0 - y, 0 - z],
  };
}

function speciesOf({ first, second, firstOrder, secondOrder }: Pair, { partner }: PairMatch) {
  const names = new Map<string, string>();
  partner.forEach((place, other) => {
    const to = first.kinds[first.kindOfSite[firstOrder[place]]];
    names.set(second.kinds[second.kindOfSite[secondOrder[other]]], to);
  });
  return names;
}
