import type { Lattice } from "../lattice/lattice.js";
import type { CrystalConfig } from "./config.js";
import type { Info } from "./info.js";
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
