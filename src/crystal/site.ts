import type { SpeciesOccupancy } from "./species.js";

/** One position of the cell and what occupies it. */
export interface Site {
  /** "Si1"; unique labels are not required. */
  readonly label: string;
  /** Largest share first. */
  readonly occupants: readonly SpeciesOccupancy[];
  readonly fracPosition: readonly [number, number, number];
}
