import { requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { collectKinds, type OccupantInput, requireShares } from "./crystal-input.js";
import type { CrystalParts } from "./crystal-parts.js";
import { guessOxidationStates } from "./oxidation-guess.js";
import type { Site } from "./site.js";
import { Species, type SpeciesOccupancy } from "./species.js";

/**
 * What takes the place of each species: by species ("Fe3+") or by element ("Fe", whatever its
 * oxidation state), or a function of the site; undefined leaves a site as it is.
 */
export type SpeciesReplacement =
  | Readonly<Record<string, OccupantInput>>
  | ((site: Site, index: number) => OccupantInput | undefined);

/** By element or species, or one a site; "guess" for a neutral choice of common ones. */
export type OxidationStates = Readonly<Record<string, number>> | readonly number[] | "guess";

export function replacedSpecies(
  parts: CrystalParts,
  sites: readonly Site[],
  replacement: SpeciesReplacement,
): CrystalParts {
  const changed =
    typeof replacement === "function"
      ? sites.map((site, i) => replacement(site, i) ?? site.occupants)
      : byKind(parts, mapped(parts, replacement));
  return withOccupants(parts, changed);
}

/** A site keeps its occupants where the kind is the same; its label follows the new main species. */
function withOccupants(parts: CrystalParts, occupants: readonly OccupantInput[]): CrystalParts {
  const { kinds, kindOfSite } = collectKinds(occupants);
  requireShares(kinds, parts.kinds);
  const labels = parts.labels?.map((label, i) => {
    const old = parts.kinds[parts.kindOfSite[i]][0].species.symbol;
    const now = kinds[kindOfSite[i]][0].species.symbol;
    const isNamed = label.startsWith(old) && !/^[a-z]/.test(label.slice(old.length));
    return old === now || !isNamed ? label : now + label.slice(old.length);
  });
  return { ...parts, kinds, kindOfSite, labels };
}

function byKind(
  parts: CrystalParts,
  kinds: readonly (readonly SpeciesOccupancy[])[],
): OccupantInput[] {
  return Array.from(parts.kindOfSite, (kind) => kinds[kind]);
}

function mapped(
  { kinds }: CrystalParts,
  replacement: Readonly<Record<string, OccupantInput>>,
): (readonly SpeciesOccupancy[])[] {
  requireObject("a replacement of species", replacement, '{ Ti: "Zr" }');
  const given = new Map(
    Object.entries(replacement).map(([key, value]) => [String(Species.from(key)), value]),
  );
  const used = new Set<string>();
  const changed = kinds.map((occupants) =>
    merged(
      occupants.flatMap(({ species, occupancy }) => {
        const key = [String(species), species.symbol].find((name) => given.has(name));
        if (key === undefined) return [{ species, occupancy }];
        used.add(key);
        const [kind] = collectKinds([given.get(key)!]).kinds;
        return kind.map((share) => ({
          species: share.species,
          occupancy: share.occupancy * occupancy,
        }));
      }),
    ),
  );
  const idle = [...given.keys()].find((key) => !used.has(key));
  if (idle === undefined) return changed;
  const present = [...new Set(kinds.flat().map(({ species }) => String(species)))];
  throw new InvalidConfiguration(
    `the crystal has no ${show(idle)} to replace; its species are ${present.join(", ")}`,
    { species: idle, present },
  );
}

/** Shares of the same species joined, largest first. */
function merged(occupants: readonly SpeciesOccupancy[]): SpeciesOccupancy[] {
  const shares = new Map<Species, number>();
  for (const { species, occupancy } of occupants) {
    shares.set(species, (shares.get(species) ?? 0) + occupancy);
  }
  return [...shares]
    .map(([species, occupancy]) => ({ species, occupancy }))
    .sort((p, q) => q.occupancy - p.occupancy);
}

export function oxidizedParts(parts: CrystalParts, states: OxidationStates): CrystalParts {
  if (states === "guess") return withStates(parts, guessOxidationStates(parts));
  if (Array.isArray(states)) return withSiteStates(parts, states as readonly number[]);
  requireObject("oxidation states", states, '{ Ti: 4, O: -2 }, one number a site, or "guess"');
  return withStates(parts, new Map(Object.entries(states as Readonly<Record<string, number>>)));
}

function withStates(parts: CrystalParts, states: ReadonlyMap<string, number>): CrystalParts {
  const kinds = parts.kinds.map((occupants) =>
    occupants.map(({ species, occupancy }) => {
      const state = states.get(String(species)) ?? states.get(species.symbol);
      if (state !== undefined) return { species: charged(species, state), occupancy };
      throw new InvalidConfiguration(
        `no oxidation state is given for ${species}; give one for every element, such as ` +
          `{ ${species.symbol}: 2 }, or "guess"`,
        { species: String(species), given: [...states.keys()] },
      );
    }),
  );
  return withOccupants(parts, byKind(parts, kinds));
}

function withSiteStates(parts: CrystalParts, states: readonly number[]): CrystalParts {
  if (states.length !== parts.kindOfSite.length) {
    throw new ShapeError(
      `oxidation states must be one for each of the ${parts.kindOfSite.length} sites, got ${states.length}`,
      { siteCount: parts.kindOfSite.length, length: states.length },
    );
  }
  const occupants = states.map((state, i) =>
    parts.kinds[parts.kindOfSite[i]].map(({ species, occupancy }) => ({
      species: charged(species, state),
      occupancy,
    })),
  );
  return withOccupants(parts, occupants);
}

function charged(species: Species, state: number): Species {
  if (typeof state === "number" && Math.abs(state) <= 9) {
    const digits = Number(Math.abs(state).toFixed(3));
    return Species.from(`${species.symbol}${digits}${state < 0 ? "-" : "+"}`);
  }
  throw new DomainError(
    `the oxidation state of ${species.symbol} must lie between -9 and 9, got ${show(state)}`,
    { species: species.symbol, state },
  );
}
