import type { GlobalMinimum, GlobalSearchResult } from "../optimize/global-search-result.js";
import { symmetry } from "../symmetry/symmetry.js";
import { Table } from "./table.js";

/** Symmetry is worth its time for crystals of so many sites. */
const mostSites = 500;

/** The minima, one a line: how far each is above the lowest, and how often it was found. */
export function globalSearchTable(result: GlobalSearchResult): Table {
  const { best } = result;
  const rows = result.minima.map((minimum, index) => {
    const above = minimum.energyPerAtom - (best ?? minimum).energyPerAtom;
    return {
      "": index + 1,
      formula: minimum.crystal.cellFormula,
      "eV/atom": minimum.energyPerAtom,
      "above (meV/atom)": 1000 * above,
      found: minimum.found,
      "first in trial": minimum.trial + 1,
      ...crystalColumns(minimum),
    };
  });
  return new Table(rows, { title: String(result) });
}

function crystalColumns({ crystal }: GlobalMinimum): Record<string, unknown> {
  if (crystal.periodic.includes(false)) return {};
  return { "Å³/atom": crystal.volumePerAtom, "space group": groupOf(crystal) };
}

function groupOf(crystal: GlobalMinimum["crystal"]): string | undefined {
  if (crystal.siteCount > mostSites) return undefined;
  return symmetry(crystal).internationalSymbol;
}
