import { SymmetryError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { SpeciesOccupancy } from "../crystal/species.js";
import type { Lattice } from "../lattice/lattice.js";
import { type Analysis, analyze, type SymmetryOptions } from "./analysis.js";
import { applyRotation, type SymmetryOperation, wrapUnit } from "./operation.js";
import { hallSetting, type SpaceGroup } from "./space-group.js";
import { conventionalLattice } from "./standardize.js";
import { hasForm, type WyckoffForm, wyckoffFormOf } from "./wyckoff-forms.js";

/** One site for an orbit. */
export interface AsymmetricSite {
  /** Of the first of the given sites. */
  readonly label: string;
  readonly occupants: readonly SpeciesOccupancy[];
  /** In the conventional cell, [0, 1): an image with the coordinates of `coordinates`, x least. */
  readonly fracPosition: readonly [number, number, number];
  readonly wyckoffLetter: string;
  /** Sites of the orbit in the conventional cell. */
  readonly multiplicity: number;
  readonly siteSymmetry: string;
  /** The triplet that its coordinates have: "x,2x,1/4". */
  readonly coordinates: string;
  /** The given sites of the orbit. */
  readonly equivalentSites: readonly number[];
}

/** A crystal as its space group, conventional cell and one site for each orbit. */
export class AsymmetricUnit {
  /** The setting that the cell and the positions refer to. */
  readonly spaceGroup: SpaceGroup;
  /** The standardised conventional cell. */
  readonly lattice: Lattice;
  readonly sites: readonly AsymmetricSite[];

  /** @internal Made by `asymmetricUnit`. */
  constructor(spaceGroup: SpaceGroup, lattice: Lattice, sites: readonly AsymmetricSite[]) {
    this.spaceGroup = spaceGroup;
    this.lattice = lattice;
    this.sites = sites;
  }

  /** "Pnma (62), cell 5.44, 7.64, 5.38 Å, 90, 90, 90°: Ca1 4c, Ti1 4b, O1 4c, O2 8d" */
  toString(): string {
    const { internationalSymbol, number } = this.spaceGroup;
    const sites = this.sites.map(
      ({ label, multiplicity, wyckoffLetter }) => `${label} ${multiplicity}${wyckoffLetter}`,
    );
    return `${internationalSymbol} (${number}), cell ${this.lattice}: ${sites.join(", ")}`;
  }
}

inspectAsText(AsymmetricUnit);

/**
 * One site for each orbit of a crystal, with multiplicity and Wyckoff letter, in the standardised
 * conventional cell: what a table of atomic coordinates lists. The operations of its `spaceGroup` make
 * all sites of `conventional(crystal)` from it.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @example asymmetricUnit(rutile).sites.map((site) => site.wyckoffLetter) // ["a", "f"]
 */
export function asymmetricUnit(crystal: Crystal, options: SymmetryOptions = {}): AsymmetricUnit {
  const analysis = analyze(crystal, options);
  const spaceGroup = hallSetting(analysis.raw.hall_number);
  const lattice = conventionalLattice(analysis);
  const sites = Array.from(givenSitesOfOrbits(analysis), ([orbit, equivalentSites]) =>
    siteOf(crystal, analysis, orbit, equivalentSites),
  );
  return new AsymmetricUnit(spaceGroup, lattice, sites);
}

/** Primitive site that stands for an orbit -> the given sites. */
function givenSitesOfOrbits({ raw, reduction }: Analysis): ReadonlyMap<number, number[]> {
  const groups = new Map<number, number[]>();
  reduction.primitiveSite.forEach((primitiveSite, site) => {
    const orbit = raw.orbits[primitiveSite];
    const group = groups.get(orbit);
    if (group) group.push(site);
    else groups.set(orbit, [site]);
  });
  return groups;
}

function siteOf(
  crystal: Crystal,
  { raw, reduction }: Analysis,
  orbit: number,
  equivalentSites: readonly number[],
): AsymmetricSite {
  const { operations, centringVectors } = hallSetting(raw.hall_number);
  const primitiveSites = raw.orbits.filter((first) => first === orbit).length;
  const multiplicity = primitiveSites * centringVectors.length;
  // The conventional cell holds each primitive site once for each centring vector.
  const position = raw.std_cell.positions[orbit * centringVectors.length];
  const form = wyckoffFormOf(raw.hall_number, operations, multiplicity, position);
  if (form === undefined) {
    throw new SymmetryError(
      `site ${equivalentSites[0]} lies on no Wyckoff position of multiplicity ${multiplicity} of ` +
        `${raw.hm_symbol}: it is distorted by about symprec = ${raw.symprec} Å; try a smaller one`,
      { reason: "distorted", site: equivalentSites[0], symprec: raw.symprec },
    );
  }
  const [first] = equivalentSites;
  return {
    label: crystal.labels[first],
    occupants: crystal.kinds[crystal.kindOfSite[reduction.firstSite[orbit]]],
    fracPosition: leastImage(operations, form, position),
    wyckoffLetter: form.letter,
    multiplicity,
    siteSymmetry: form.siteSymmetry,
    coordinates: form.coordinates,
    equivalentSites,
  };
}

/** Of the equivalent positions with the form's coordinates the one with the least x, then y, then z. */
function leastImage(
  operations: readonly SymmetryOperation[],
  form: WyckoffForm,
  position: readonly number[],
): [number, number, number] {
  const images = operations
    .map(({ rotation, translation }) =>
      applyRotation(rotation, position).map((value, k) => wrapUnit(value + translation[k])),
    )
    .filter((image) => hasForm(form, image));
  const precedes = (p: readonly number[], q: readonly number[]) => {
    const k = p.findIndex((value, i) => Math.abs(value - q[i]) > 1e-9);
    return k >= 0 && p[k] < q[k];
  };
  const [x, y, z] = images.reduce((least, image) => (precedes(image, least) ? image : least));
  return [x, y, z];
}
