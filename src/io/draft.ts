import { PrismError } from "../base/errors.js";
import { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { type Info, infoOf } from "../crystal/info.js";
import type { SiteProperties, SiteProperty } from "../crystal/site-properties.js";
import { Species, type SpeciesOccupancy } from "../crystal/species.js";
import type { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import { speciesOfSymbol } from "./cif/element.js";

/** What a reader has found; arrays of the file's own, not copied again. */
export interface Draft {
  readonly lattice: Lattice;
  readonly kinds: Kinds;
  readonly kindOfSite: Int32Array;
  /** One of the two, [n, 3]. */
  readonly fracPositions?: Float64Array | undefined;
  readonly cartPositions?: Float64Array | undefined;
  readonly periodic?: readonly [boolean, boolean, boolean];
  readonly labels?: readonly string[] | undefined;
  readonly siteProperties?: Readonly<Record<string, SiteProperty>>;
  readonly info?: Info;
  readonly warnings?: readonly CrystalWarning[];
}

/** Cells away from the origin: the bound of `Crystal.create`. */
const farthest = 1e8;
const threeTimes = [true, true, true] as const;

/** The kinds of sites of a structure, as they are met. */
export class Kinds {
  readonly list: (readonly SpeciesOccupancy[])[] = [];
  private readonly byName = new Map<string, number>();

  /** Index of the kind that is one species, or undefined if the name is none. */
  named(name: string): number | undefined {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const species = speciesNamed(name);
    if (species === undefined) return undefined;
    const kind = this.of([{ species, occupancy: 1 }]);
    this.byName.set(name, kind);
    return kind;
  }

  of(occupants: readonly SpeciesOccupancy[]): number {
    const key = `=${occupants.map((o) => `${o.species}:${o.occupancy}`).join(" ")}`;
    const known = this.byName.get(key);
    if (known !== undefined) return known;
    this.byName.set(key, this.list.length);
    const largestFirst = [...occupants].sort((p, q) => q.occupancy - p.occupancy);
    return this.list.push(largestFirst) - 1;
  }
}

/** A species from what files call it: "Si", "SI", "Fe3+", "14", "C1". */
export function speciesNamed(name: string): Species | undefined {
  if (/^[1-9]\d{0,2}$/.test(name))
    return Number(name) <= 118 ? Species.fromNumber(Number(name)) : undefined;
  return speciesOfSymbol(name)?.species;
}

/**
 * @param fail Makes the error of a site that lies too far away, or of info that is none.
 */
export function crystalOf(draft: Draft, fail: (message: string) => Error): Crystal {
  const { lattice, kinds, kindOfSite, cartPositions } = draft;
  const fracPositions = draft.fracPositions ?? rowsTimes(cartPositions!, inverse(lattice.matrix));
  for (let i = 0; i < fracPositions.length; i++) {
    if (Math.abs(fracPositions[i]) <= farthest) continue;
    const site = Math.floor(i / 3);
    throw fail(`site ${site} must lie within ${farthest} cells of the origin`);
  }
  return Crystal.fromParts({
    lattice,
    fracPositions,
    kinds: kinds.list,
    kindOfSite,
    periodic: draft.periodic ?? threeTimes,
    labels: draft.labels,
    siteProperties: filled(draft.siteProperties),
    info: filled(checkedInfo(draft.info, fail)),
    warnings: draft.warnings ?? [],
  });
}

function checkedInfo(info: Info | undefined, fail: (message: string) => Error): Info | undefined {
  try {
    return infoOf(info);
  } catch (error) {
    if (error instanceof PrismError) throw fail(error.message);
    throw error;
  }
}

function filled<T extends SiteProperties | Info>(values: T | undefined): T | undefined {
  return values === undefined || Object.keys(values).length === 0
    ? undefined
    : Object.freeze(values);
}

/** A key of the file may be "__proto__": as an own property it does no harm. */
export function setProperty<T>(target: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
