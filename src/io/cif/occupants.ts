import type { Species, SpeciesOccupancy } from "../../crystal/species.js";
import type { Expansion } from "../../symmetry/expand-sites.js";
import { joinedShares, roundedFull } from "../shares.js";
import type { Atoms } from "./atoms.js";
import { type Reader, warn } from "./reader.js";

type Occupants = readonly SpeciesOccupancy[];

/** The distinct sets of occupants, and for each site its index among them. */
export interface Kinds {
  readonly kinds: readonly Occupants[];
  readonly kindOfSite: Int32Array;
}

export function kindsOfSites(
  reader: Reader,
  atoms: Atoms,
  { atomOfSite, sharing }: Expansion,
): Kinds {
  const table = new KindTable();
  const kindOfSite = new Int32Array(atomOfSite.length);
  const kindOfAtom = new Int32Array(atoms.count).fill(-1);
  const kindOfSharers = new Map<string, number>();
  const kindAlone = (atom: number): number => {
    if (kindOfAtom[atom] < 0) {
      kindOfAtom[atom] = table.single(atoms.speciesAt(atom), atoms.occupancies[atom]);
    }
    return kindOfAtom[atom];
  };
  const kindTogether = (sharers: readonly number[]): number => {
    const key = sharers.join();
    const known = kindOfSharers.get(key);
    if (known !== undefined) return known;
    const occupants = joined(reader, atoms, sharers);
    const kind = table.several(occupants);
    kindOfSharers.set(key, kind);
    return kind;
  };
  for (let site = 0; site < kindOfSite.length; site++) {
    const sharers = sharing.size === 0 ? undefined : sharing.get(site);
    kindOfSite[site] = sharers === undefined ? kindAlone(atomOfSite[site]) : kindTogether(sharers);
  }
  return { kinds: table.kinds, kindOfSite };
}

class KindTable {
  readonly kinds: Occupants[] = [];
  private readonly bySpecies = new Map<Species, Map<number, number>>();
  private readonly byText = new Map<string, number>();

  single(species: Species, occupancy: number): number {
    let known = this.bySpecies.get(species);
    if (known === undefined) {
      known = new Map();
      this.bySpecies.set(species, known);
    }
    let kind = known.get(occupancy);
    if (kind === undefined) {
      kind = this.kinds.push([{ species, occupancy }]) - 1;
      known.set(occupancy, kind);
    }
    return kind;
  }

  /** Largest share first. */
  several(occupants: Occupants): number {
    if (occupants.length === 1) return this.single(occupants[0].species, occupants[0].occupancy);
    const sorted = [...occupants].sort((p, q) => q.occupancy - p.occupancy);
    const key = sorted.map(({ species, occupancy }) => `${species}:${occupancy}`).join(" ");
    let kind = this.byText.get(key);
    if (kind === undefined) {
      kind = this.kinds.push(sorted) - 1;
      this.byText.set(key, kind);
    }
    return kind;
  }
}

function joined(reader: Reader, atoms: Atoms, sharers: readonly number[]): Occupants {
  const shares = sharers.map((atom) => {
    return { species: atoms.speciesAt(atom), occupancy: atoms.occupancies[atom] };
  });
  return withinOne(reader, atoms, sharers, joinedShares(shares));
}

function withinOne(
  reader: Reader,
  atoms: Atoms,
  sharers: readonly number[],
  { occupants, total, listed }: ReturnType<typeof joinedShares>,
): Occupants {
  const names = sharers.slice(0, 4).map((atom) => `"${atoms.label(atom).slice(0, 20)}"`);
  const labels = names.join(", ") + (sharers.length > 4 ? ", ..." : "");
  if (listed > total + 1e-6) {
    const message = `${labels} are on one position with more than one atom of a species: one is kept`;
    warn(reader, "ATOM_REPEATED", message, atoms.offset(sharers[1]));
  }
  if (total <= roundedFull) return occupants;
  const { occupancyTolerance: tolerance } = reader.options;
  const offset = atoms.offset(sharers[0]);
  const message = `${labels} share one site with a total occupancy of ${total.toFixed(3)}, above`;
  if (tolerance === undefined) {
    warn(reader, "OCCUPANCY_ABOVE_ONE", `${message} 1`, offset);
    return occupants;
  }
  if (total > tolerance) {
    throw reader.source.error(`${message} the occupancyTolerance of ${tolerance}`, offset, {
      occupancy: total,
      occupancyTolerance: tolerance,
    });
  }
  warn(reader, "OCCUPANCY_ABOVE_ONE", `${message} 1: it was scaled to 1`, offset);
  return occupants.map(({ species, occupancy }) => ({ species, occupancy: occupancy / total }));
}
