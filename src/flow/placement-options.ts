import { requireInRange, requireOneOf, requirePositive } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requirePlane } from "../builders/surface-cell.js";
import type { Crystal } from "../crystal/crystal.js";
import type { SiteInput, SiteSelection } from "../crystal/edits.js";
import { selectedSites } from "../crystal/edits.js";
import { requireTriple } from "../lattice/cell-parameters.js";
import type { Decoration } from "../pattern/decorate.js";

const kinds = ["sites", "substitution", "vacancies"] as const;

/** Where the points of a pattern go in a crystal, and what becomes of them there. */
export interface PlacementOptions {
  /**
   * "sites" (default): every point becomes a site of its own. "substitution": the site nearest to a point
   * becomes another species. "vacancies": the site nearest to a point is taken away.
   */
  readonly as?: (typeof kinds)[number];
  /** One for all points or one for each kind of point, null for none, as `decorate`; not for vacancies. */
  readonly species?: Decoration;
  /** Sites that may be substituted or taken away; default all. */
  readonly target?: SiteSelection;
  /** Where the origin of the pattern goes, in fractions of the cell. Give this or `cartOrigin`. */
  readonly fracOrigin?: ArrayLike<number>;
  /** Å; default [0, 0, 0]. */
  readonly cartOrigin?: ArrayLike<number>;
  /** The lattice plane that the pattern's own xy plane lies in; default none: its axes are the Cartesian ones. */
  readonly hkl?: ArrayLike<number>;
  /** The lattice direction in that plane that the pattern's x goes along; default the shortest. */
  readonly uvw?: ArrayLike<number>;
  /**
   * Å. Substitution and vacancies: a site farther from a point than this is not meant; default 0.5.
   * Sites: points closer than this are one; default 0.1.
   */
  readonly tolerance?: number;
  /** Å between a new site and any other; default 0.8. */
  readonly minDistance?: number;
  /** Points that have no place, too near to a site or too far from one: the flow rolls back (default), or they are left out. */
  readonly misfits?: "rollback" | "skip";
  /** Points outside of the cell, along periodic directions: taken as their images inside (default), or left out. */
  readonly outside?: "wrap" | "drop";
  /** Of every new site, where the crystal's sites have properties. */
  readonly properties?: SiteInput["properties"];
}

export const placementFields = [
  "as",
  "species",
  "target",
  "fracOrigin",
  "cartOrigin",
  "hkl",
  "uvw",
  "tolerance",
  "minDistance",
  "misfits",
  "outside",
  "properties",
] as const;

/** @throws {InvalidConfiguration | DomainError | ShapeError} options that have no meaning for the crystal. */
export function checkPlacement(crystal: Crystal, options: PlacementOptions): void {
  const { species, target, fracOrigin, cartOrigin, hkl, uvw, tolerance, minDistance } = options;
  const as = requireOneOf("as", options.as ?? "sites", kinds);
  requireOneOf("misfits", options.misfits ?? "rollback", ["rollback", "skip"]);
  requireOneOf("outside", options.outside ?? "wrap", ["wrap", "drop"]);
  if (fracOrigin !== undefined && cartOrigin !== undefined) {
    refuse("the pattern's origin is given twice: give either fracOrigin or cartOrigin", options);
  }
  if (fracOrigin !== undefined) requireTriple("fracOrigin", fracOrigin);
  if (cartOrigin !== undefined) requireTriple("cartOrigin", cartOrigin);
  if (hkl !== undefined) requirePlane(hkl);
  if (uvw !== undefined && hkl === undefined)
    refuse("uvw is a direction in a plane: give hkl too", options);
  if (uvw !== undefined) requireTriple("uvw", uvw);
  if (tolerance !== undefined) requirePositive("tolerance", tolerance, "Å");
  if (minDistance !== undefined) requireInRange("minDistance", minDistance, 0, 100, "Å");
  if (target !== undefined) selectedSites(crystal.sites, target);
  if (as === "vacancies" && species !== undefined) {
    refuse(
      "vacancies have no species: leave species out, or choose points by pattern.ofKind(name)",
      options,
    );
  }
  if (as !== "vacancies" && species === undefined) {
    refuse(`as: "${as}" needs a species, such as "Li" or { A: "B", B: "N" }`, options);
  }
  if (as === "sites" && target !== undefined) {
    refuse(
      'target chooses among the sites there are: it is for "substitution" and "vacancies"',
      options,
    );
  }
  if (as !== "sites" && options.properties !== undefined) {
    refuse('properties are those of new sites: they are for as: "sites"', options);
  }
  if (as === "sites") requireProperties(crystal, options);
}

function requireProperties(crystal: Crystal, { properties = {} }: PlacementOptions): void {
  const missing = Object.keys(crystal.siteProperties).filter((name) => !(name in properties));
  if (missing.length === 0) return;
  refuse(
    `new sites need the ${missing.length === 1 ? "property" : "properties"} ${missing.join(", ")}, as all others ` +
      `have: give properties: { ${missing[0]}: ... }, or take it off by withSiteProperties({ ${missing[0]}: undefined })`,
    { missing },
  );
}

function refuse(message: string, data: object): never {
  throw new InvalidConfiguration(message, data);
}
