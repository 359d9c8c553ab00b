import { requireInRange, requirePositive } from "../base/check.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import type { LatticeParameters } from "../lattice/lattice.js";
import { type Crystal, requireCrystal } from "./crystal.js";
import { SiteBins } from "./site-bins.js";
import type { SiteProperty } from "./site-properties.js";
import type { SpeciesOccupancy } from "./species.js";

export interface DiffOptions {
  /** Å; a site that moves by no more than this has not moved. Default 1e-4. */
  readonly tolerance?: number;
  /** Å; a site farther away than this is another one. Default 1. */
  readonly maxDistance?: number;
}

/** A site of the one crystal and its partner in the other. */
export interface SitePair {
  /** Index of the site before. */
  readonly before: number;
  /** Index of the site after. */
  readonly after: number;
  /** Of the site before. */
  readonly label: string;
}

export interface MovedSite extends SitePair {
  /** Å; the shortest way, in the cell after, so that a strain alone moves no site. */
  readonly distance: number;
  /** Cartesian, Å, in the cell after. */
  readonly vector: readonly [number, number, number];
}

export interface ChangedSpecies extends SitePair {
  /** "Fe3+", "Mg 0.9, Fe 0.1" */
  readonly from: string;
  readonly to: string;
}

/** A site that only one of the crystals has. */
export interface LoneSite {
  readonly index: number;
  readonly label: string;
  readonly species: string;
}

export interface ChangedLattice {
  readonly before: LatticeParameters;
  readonly after: LatticeParameters;
  /** V after / V before − 1. */
  readonly volumeChange: number;
}

export interface ChangedProperty {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** How many of the sites that both crystals have differ in it. */
  readonly siteCount: number;
}

type DiffParts = Omit<CrystalDiff, "isEmpty" | "toString" | "toRows">;

/** What changed from one crystal to another. */
export class CrystalDiff {
  readonly before: Crystal;
  readonly after: Crystal;
  readonly lattice: ChangedLattice | undefined;
  /** The directions before and after, where they differ. */
  readonly periodic: readonly [readonly boolean[], readonly boolean[]] | undefined;
  readonly added: readonly LoneSite[];
  readonly removed: readonly LoneSite[];
  readonly moved: readonly MovedSite[];
  readonly species: readonly ChangedSpecies[];
  readonly properties: readonly ChangedProperty[];

  /** @internal Made by `diff`. */
  constructor(parts: DiffParts) {
    this.before = parts.before;
    this.after = parts.after;
    this.lattice = parts.lattice;
    this.periodic = parts.periodic;
    this.added = parts.added;
    this.removed = parts.removed;
    this.moved = parts.moved;
    this.species = parts.species;
    this.properties = parts.properties;
  }

  /** Nothing changed within the tolerance; labels and warnings do not count. */
  get isEmpty(): boolean {
    return this.lattice === undefined && this.periodic === undefined && this.toRows().length === 0;
  }

  /** One row for each change of a site or a property: `table(diff(a, b).toRows())`. */
  toRows(): Readonly<Record<"change" | "site" | "detail", string>>[] {
    const { added, removed, moved, species, properties } = this;
    return [
      ...removed.map((site) => ({ change: "removed", site: site.label, detail: site.species })),
      ...added.map((site) => ({ change: "added", site: site.label, detail: site.species })),
      ...species.map(({ label, from, to }) => ({
        change: "species",
        site: label,
        detail: `${from} → ${to}`,
      })),
      ...moved.map(({ label, distance }) => ({
        change: "moved",
        site: label,
        detail: `${distance.toFixed(4)} Å`,
      })),
      ...properties.map(({ name, change, siteCount }) => ({
        change: `property ${change}`,
        site: name,
        detail: `${siteCount} sites`,
      })),
    ];
  }

  /** The changes, one a line; "no change" where there is none. */
  toString(): string {
    if (this.isEmpty) return "no change";
    const lines = this.toRows().map(({ change, site, detail }) => `${change} ${site}: ${detail}`);
    if (this.periodic) lines.unshift(`periodic: ${this.periodic.map(String).join(" → ")}`);
    if (this.lattice) lines.unshift(latticeLine(this.lattice));
    const shown = lines.slice(0, 30);
    return [...shown, ...(lines.length > 30 ? [`and ${lines.length - 30} more`] : [])].join("\n");
  }
}

inspectAsText(CrystalDiff);

function latticeLine({ before, after, volumeChange }: ChangedLattice): string {
  const names = ["a", "b", "c", "alpha", "beta", "gamma"] as const;
  const changes = names
    .filter((name) => Math.abs(before[name] - after[name]) > 5e-5)
    .map(
      (name) => `${name} ${Number(before[name].toFixed(4))} → ${Number(after[name].toFixed(4))}`,
    );
  const text = changes.length > 0 ? changes.join(", ") : "turned";
  return `lattice: ${text}; volume ${(100 * volumeChange).toFixed(2)} %`;
}

/**
 * What changed from one crystal to another: lattice, sites added, removed, moved or of another
 * species, properties. Sites are paired with the nearest of the same species, closest pairs first,
 * then with the nearest of any; what is left was removed or added.
 *
 * @throws {DomainError} a tolerance or distance below 0. @throws {InvalidConfiguration} no crystals.
 * @example diff(ideal, relaxed).moved.map(({ label, distance }) => [label, distance])
 */
export function diff(before: Crystal, after: Crystal, options: DiffOptions = {}): CrystalDiff {
  requireCrystal(before);
  requireCrystal(after);
  requireOptions("diff", options, ["tolerance", "maxDistance"], "{ maxDistance: 1 }");
  const { periodic } = after;
  const tolerance = requireInRange("tolerance", options.tolerance ?? 1e-4, 0, 10, "Å");
  const maxDistance = requirePositive("maxDistance", options.maxDistance ?? 1, "Å");
  const kinds = { before: kindTexts(before), after: kindTexts(after) };
  const partners = pairs(before, after, kinds, maxDistance);
  const matched = Array.from(partners.entries()).filter(([, j]) => j >= 0);
  const taken = new Set(matched.map(([, j]) => j));
  const pairOf = (i: number, j: number) => ({ before: i, after: j, label: before.labels[i] });
  return new CrystalDiff({
    before,
    after,
    lattice: latticeChange(before, after),
    periodic: before.periodic.every((value, k) => value === after.periodic[k])
      ? undefined
      : [before.periodic, after.periodic],
    removed: lone(before, kinds.before, (i) => partners[i] < 0),
    added: lone(after, kinds.after, (j) => !taken.has(j)),
    moved: matched.flatMap(([i, j]): MovedSite[] => {
      const { distance, vector } = after.lattice.minimumImage(delta(before, after, i, j), {
        periodic,
      });
      return distance > tolerance ? [{ ...pairOf(i, j), distance, vector }] : [];
    }),
    species: matched.flatMap(([i, j]) => {
      const [from, to] = [kinds.before[i], kinds.after[j]];
      return from === to ? [] : [{ ...pairOf(i, j), from, to }];
    }),
    properties: propertyChanges(before, after, matched),
  });
}

function delta(before: Crystal, after: Crystal, i: number, j: number): number[] {
  const [p, q] = [before.fracPositions, after.fracPositions];
  return [0, 1, 2].map((k) => q[3 * j + k] - p[3 * i + k]);
}

function latticeChange(before: Crystal, after: Crystal): ChangedLattice | undefined {
  if (before.lattice.equals(after.lattice)) return undefined;
  return {
    before: before.lattice.parameters,
    after: after.lattice.parameters,
    volumeChange: after.lattice.volume / before.lattice.volume - 1,
  };
}

function kindTexts(crystal: Crystal): string[] {
  const texts = crystal.kinds.map(textOf);
  return Array.from(crystal.kindOfSite, (kind) => texts[kind]);
}

function textOf(occupants: readonly SpeciesOccupancy[]): string {
  const [{ species, occupancy }, ...others] = occupants;
  if (others.length === 0 && occupancy === 1) return String(species);
  const shares = occupants.map((each) => `${each.species} ${Number(each.occupancy.toFixed(4))}`);
  return shares.sort().join(", ");
}

function lone(
  crystal: Crystal,
  kinds: readonly string[],
  isLone: (index: number) => boolean,
): LoneSite[] {
  return kinds.flatMap((species, index) =>
    isLone(index) ? [{ index, label: crystal.labels[index], species }] : [],
  );
}

/** For each site before its partner after, or -1. */
function pairs(
  before: Crystal,
  after: Crystal,
  kinds: { readonly before: readonly string[]; readonly after: readonly string[] },
  maxDistance: number,
): Int32Array {
  const bins = new SiteBins(after.lattice, after.periodic, maxDistance);
  for (let j = 0; j < after.siteCount; j++) {
    const [x, y, z] = after.fracPositions.subarray(3 * j, 3 * j + 3);
    bins.insert(x, y, z);
  }
  const near: { i: number; j: number; distance: number }[] = [];
  for (let i = 0; i < before.siteCount; i++) {
    const [x, y, z] = before.fracPositions.subarray(3 * i, 3 * i + 3);
    bins.some(x, y, z, maxDistance, (j, distance) => {
      near.push({ i, j, distance });
      return false;
    });
  }
  // Among sites of one place, such as the shells of a model, the same index is the likelier partner.
  near.sort((p, q) => {
    const difference = p.distance - q.distance;
    return Math.abs(difference) > 1e-9 ? difference : Math.abs(p.i - p.j) - Math.abs(q.i - q.j);
  });
  const partners = new Int32Array(before.siteCount).fill(-1);
  const taken = new Uint8Array(after.siteCount);
  for (const ofOneKind of [true, false]) {
    for (const { i, j } of near) {
      if (partners[i] >= 0 || taken[j] === 1) continue;
      if (ofOneKind && kinds.before[i] !== kinds.after[j]) continue;
      partners[i] = j;
      taken[j] = 1;
    }
  }
  return partners;
}

function propertyChanges(
  before: Crystal,
  after: Crystal,
  matched: readonly (readonly [number, number])[],
): ChangedProperty[] {
  const names = [
    ...new Set([...Object.keys(before.siteProperties), ...Object.keys(after.siteProperties)]),
  ];
  return names.sort().flatMap((name): ChangedProperty[] => {
    const [old, now] = [before.siteProperties[name], after.siteProperties[name]];
    if (old === undefined) return [{ name, change: "added", siteCount: after.siteCount }];
    if (now === undefined) return [{ name, change: "removed", siteCount: before.siteCount }];
    const siteCount = matched.filter(
      ([i, j]) => valueAt(old, i, before.siteCount) !== valueAt(now, j, after.siteCount),
    ).length;
    return siteCount > 0 ? [{ name, change: "changed", siteCount }] : [];
  });
}

function valueAt(property: SiteProperty, site: number, siteCount: number): string {
  const width = property.length / siteCount;
  return property.slice(site * width, (site + 1) * width).join(" ");
}
