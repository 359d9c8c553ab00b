import { requireInRange, requireObject, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { SeededRandom } from "../base/random.js";
import { requireKnownFields } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { OccupantInput } from "../crystal/crystal-input.js";
import { type SiteSelection, selectedSites } from "../crystal/edits.js";
import { Species } from "../crystal/species.js";
import { type InterstitialOptions, interstitialSites } from "./interstitial-sites.js";

/**
 * A crystal without a site, or without several: a supercell first makes the defect dilute.
 *
 * @throws {DomainError} no such site. @throws {InvalidConfiguration} no site would be left.
 * @example vacancy(nacl.supercell([2, 2, 2]), 0).cellFormula // "Na31Cl32"
 */
export function vacancy(crystal: Crystal, site: SiteSelection): Crystal {
  requireCrystal(crystal);
  return crystal.withoutSite(site);
}

/**
 * A crystal with another species at a site, or at several.
 *
 * @throws {DomainError} no such site, or no such element. @throws {InvalidConfiguration} no site is
 *   selected.
 * @example substitution(nacl.supercell([2, 2, 2]), 0, "K").cellFormula // "KNa31Cl32"
 */
export function substitution(
  crystal: Crystal,
  site: SiteSelection,
  species: OccupantInput,
): Crystal {
  requireCrystal(crystal);
  const chosen = new Set(selectedSites(crystal.sites, site));
  if (chosen.size > 0) return crystal.withSpecies((_, i) => (chosen.has(i) ? species : undefined));
  throw new InvalidConfiguration("no site is selected to be substituted", { site });
}

export interface InterstitialInput extends Pick<InterstitialOptions, "tolerance" | "symprec"> {
  readonly species: OccupantInput;
  /** Place in the list of `interstitialSites`, default 0: the widest void. Or give `fracPosition`. */
  readonly site?: number;
  readonly fracPosition?: ArrayLike<number>;
  /** Å to the nearest site, or it is an error; default 0.5. */
  readonly minDistance?: number;
}

/**
 * A crystal with one more site in a void: one of `interstitialSites`, or where you say.
 *
 * @throws {InvalidConfiguration} no such void, too close to a site, or site properties that the new
 *   one would lack. Otherwise as `interstitialSites`.
 * @example interstitial(silicon, { species: "Li" }) // in the tetrahedral void
 */
export function interstitial(crystal: Crystal, input: InterstitialInput): Crystal {
  requireCrystal(crystal);
  requireObject("options", input, '{ species: "Li" }');
  requireKnownFields("the options of an interstitial", input, [
    ...["species", "site", "fracPosition", "minDistance", "tolerance", "symprec"],
  ]);
  const { species, site = 0, fracPosition, minDistance = 0.5, tolerance, symprec } = input;
  requireInRange("minDistance", minDistance, 0, 100, "Å");
  const voids =
    fracPosition === undefined
      ? interstitialSites(crystal, {
          ...(tolerance === undefined ? {} : { tolerance }),
          ...(symprec === undefined ? {} : { symprec }),
        })
      : [];
  const place = fracPosition ?? voids[site]?.fracPosition;
  if (place === undefined) {
    throw new InvalidConfiguration(
      `the crystal has ${voids.length} kinds of void, 0 to ${voids.length - 1}, got ${show(site)}`,
      { site, count: voids.length },
    );
  }
  const added = crystal.withSite({ species, fracPosition: place });
  const last = crystal.siteCount;
  for (let i = 0; i < last; i++) {
    const distance = added.distance(i, last);
    if (distance >= minDistance) continue;
    throw new InvalidConfiguration(
      `the interstitial would lie ${distance.toFixed(3)} Å from ${crystal.labels[i]}, nearer than ` +
        `minDistance = ${minDistance} Å`,
      { site: i, distance, minDistance },
    );
  }
  return added;
}

export interface RandomAlloyOptions {
  /** The element or species whose sites are shared out; default all sites. */
  readonly site?: string;
  /** Shares of the sites by species, with a sum of 1: { Cu: 0.75, Au: 0.25 }. */
  readonly fractions: Readonly<Record<string, number>>;
  /** 0 to 2³² − 1. */
  readonly seed: number;
}

/**
 * A random substitutional alloy: the sites shared out at random in whole numbers as near to the
 * fractions as there can be (largest remainders), the same for the same seed.
 *
 * @throws {DomainError} a fraction outside [0, 1] or a sum that is not 1; a seed that is none.
 * @throws {InvalidConfiguration} no site of that species.
 * @example randomAlloy(copper.supercell([4, 4, 4]), { fractions: { Cu: 0.75, Au: 0.25 }, seed: 1 })
 */
export function randomAlloy(crystal: Crystal, options: RandomAlloyOptions): Crystal {
  requireCrystal(crystal);
  requireObject("options", options, "{ fractions: { Cu: 0.75, Au: 0.25 }, seed: 1 }");
  requireKnownFields("the options of an alloy", options, ["site", "fractions", "seed"]);
  const { site, fractions, seed } = options;
  requireObject("fractions", fractions, "{ Cu: 0.75, Au: 0.25 }");
  const random = new SeededRandom(seed);
  const isShared = crystal.kinds.map(
    ([{ species }]) => site === undefined || species.symbol === site || String(species) === site,
  );
  const places = Array.from(crystal.kindOfSite.keys()).filter(
    (i) => isShared[crystal.kindOfSite[i]],
  );
  if (places.length === 0) {
    throw new InvalidConfiguration(`the crystal has no site of ${show(site)}`, { site });
  }
  const species = sharedOut(fractions, places.length);
  random.shuffle(species);
  const speciesAt = new Map(places.map((place, i) => [place, species[i]]));
  return crystal.withSpecies((_, i) => speciesAt.get(i));
}

/** Each species as often as its fraction says. */
function sharedOut(fractions: Readonly<Record<string, number>>, count: number): Species[] {
  const shares = Object.entries(fractions).map(([name, fraction]) => ({
    species: Species.from(name),
    exact: requireInRange(`fraction of ${name}`, fraction, 0, 1) * count,
  }));
  const sum = shares.reduce((total, { exact }) => total + exact, 0) / count;
  requireInRange("the sum of the fractions", sum, 1 - 1e-6, 1 + 1e-6);
  const missing = count - shares.reduce((total, { exact }) => total + Math.floor(exact + 1e-9), 0);
  const byRemainder = shares
    .map(({ exact }, i) => ({ i, remainder: exact - Math.floor(exact + 1e-9) }))
    .sort((p, q) => q.remainder - p.remainder || p.i - q.i);
  const further = new Set(byRemainder.slice(0, missing).map(({ i }) => i));
  return shares.flatMap(({ species, exact }, i) =>
    Array<Species>(Math.floor(exact + 1e-9) + Number(further.has(i))).fill(species),
  );
}
