import type { Species, SpeciesOccupancy } from "../../crystal/species.js";
import type { Atom } from "./atoms.js";
import type { Expansion } from "./expand.js";
import { type Reader, warn } from "./reader.js";

/** The occupants of each site; sites with the same ones share one array. */
export function occupantsOfSites(
  reader: Reader,
  atoms: readonly Atom[],
  { atomOfSite, sharing }: Expansion,
): (readonly SpeciesOccupancy[])[] {
  const alone = atoms.map(({ species, occupancy }) => [{ species, occupancy }]);
  const together = new Map<string, readonly SpeciesOccupancy[]>();
  return Array.from(atomOfSite, (atom, site) => {
    const sharers = sharing.get(site);
    if (sharers === undefined) return alone[atom];
    const key = sharers.join();
    const known = together.get(key);
    if (known) return known;
    const occupants = joined(sharers.map((i) => atoms[i]));
    together.set(key, occupants);
    remarkShared(
      reader,
      sharers.map((i) => atoms[i]),
      occupants,
    );
    return occupants;
  });
}

/** An atom listed twice is one atom; two shares of one species are one share. */
function joined(sharers: readonly Atom[]): SpeciesOccupancy[] {
  const shares = new Map<Species, number>();
  for (const { species, occupancy } of sharers) {
    const before = shares.get(species) ?? 0;
    const sum = before + occupancy;
    shares.set(species, sum > 1.1 ? Math.max(before, occupancy) : sum);
  }
  return Array.from(shares, ([species, occupancy]) => ({ species, occupancy }));
}

function remarkShared(
  reader: Reader,
  sharers: readonly Atom[],
  occupants: readonly SpeciesOccupancy[],
): void {
  const listed = sharers.reduce((sum, { occupancy }) => sum + occupancy, 0);
  const total = occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
  const names = sharers.slice(0, 4).map(({ label }) => `"${label.slice(0, 20)}"`);
  const labels = names.join(", ") + (sharers.length > 4 ? ", ..." : "");
  if (listed > total + 1e-6) {
    const message = `${labels} are on one position with more than one atom of a species: one is kept`;
    warn(reader, "ATOM_REPEATED", message, sharers[1].offset);
  }
  // Shares of a third written with two digits add up to 0.99 or 1.01.
  if (total <= 1.02) return;
  const message = `${labels} share one site with a total occupancy of ${total.toFixed(3)}, above 1`;
  warn(reader, "OCCUPANCY_ABOVE_ONE", message, sharers[0].offset);
}
