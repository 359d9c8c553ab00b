import type { Lattice } from "../lattice/lattice.js";
import type { CrystalConfig } from "./config.js";
import type { Info } from "./info.js";
import type { Site } from "./site.js";
import type { SiteProperties } from "./site-properties.js";
import type { SpeciesOccupancy } from "./species.js";

/** A remark about a crystal that is usable all the same. */
export interface CrystalWarning {
  /** Stable: "OCCUPANCY_ABOVE_ONE", "OVERLAPPING_SITES", ... */
  readonly code: string;
  readonly message: string;
  /** Line of the file it came from, 1-based. */
  readonly line?: number;
}

/** Those of a code that was not told yet. */
export function untold(
  warnings: readonly CrystalWarning[],
  told: readonly CrystalWarning[],
): CrystalWarning[] {
  const codes = new Set(told.map(({ code }) => code));
  return warnings.filter(({ code }) => !codes.has(code));
}

/** The arrays behind a crystal. */
export interface CrystalParts {
  readonly lattice: Lattice;
  readonly fracPositions: Float64Array;
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  readonly kindOfSite: Int32Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly labels: readonly string[] | undefined;
  readonly siteProperties?: SiteProperties | undefined;
  readonly config?: CrystalConfig | undefined;
  readonly info?: Info | undefined;
  readonly warnings: readonly CrystalWarning[];
}

export function sitesOf(parts: CrystalParts): readonly Site[] {
  const { fracPositions, kinds, kindOfSite } = parts;
  const labels = parts.labels ?? defaultLabels(parts);
  return Array.from(kindOfSite, (kind, i) => ({
    label: labels[i],
    occupants: kinds[kind],
    fracPosition: [fracPositions[3 * i], fracPositions[3 * i + 1], fracPositions[3 * i + 2]],
  }));
}

/** Atomic number of each site's main occupant. */
export function numbersOf(
  kinds: readonly (readonly SpeciesOccupancy[])[],
  kindOfSite: Int32Array,
): Int32Array {
  const numberOfKind = Int32Array.from(kinds, ([main]) => main.species.number);
  const numbers = new Int32Array(kindOfSite.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = numberOfKind[kindOfSite[i]];
  return numbers;
}

/** "Si1", "O1", ...: what a crystal without labels shows. */
export function defaultLabels({
  kinds,
  kindOfSite,
}: Pick<CrystalParts, "kinds" | "kindOfSite">): string[] {
  const counters = new Map<string, number>();
  return Array.from(kindOfSite, (kind) => {
    const { symbol } = kinds[kind][0].species;
    const counter = (counters.get(symbol) ?? 0) + 1;
    counters.set(symbol, counter);
    return `${symbol}${counter}`;
  });
}
