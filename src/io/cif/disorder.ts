import type { CifColumn } from "./document.js";
import { numberIn, type Reader, warn } from "./reader.js";

/** One alternative of a disordered part: atoms that are there together. */
interface Group {
  readonly rows: number[];
  occupancySum: number;
}

/**
 * By row of the atom list what its occupancy is multiplied by: 0 leaves the atom out. Undefined where
 * all atoms stay as they are.
 */
export function disorderShares(reader: Reader): Float64Array | undefined {
  const groups = reader.block.find("_atom_site_disorder_group", "_atom_site_label_alt_id");
  if (groups === undefined) return undefined;
  const assemblies = assembliesOf(reader, groups);
  if (assemblies.size === 0) return undefined;
  const all = [...assemblies.values()].flatMap((assembly) => [...assembly.values()]);
  const count = all.reduce((sum, { rows }) => sum + rows.length, 0);
  const offset = groups.offsetOf(all[0].rows[0]);
  if (reader.options.disorder !== "major") {
    warn(
      reader,
      "DISORDER",
      `${count} atoms belong to alternatives of a disordered group: all are kept with their ` +
        'occupancies, so that sites of different alternatives may overlap; { disorder: "major" } ' +
        "keeps one",
      offset,
    );
    return undefined;
  }
  const shares = new Float64Array(groups.rowCount).fill(1);
  let leftOut = 0;
  for (const assembly of assemblies.values()) leftOut += keepMajor(assembly, shares);
  const message = `${leftOut} of ${count} atoms of disordered groups belong to minor alternatives and were left out`;
  warn(reader, "DISORDER", message, offset);
  return shares;
}

/** Assembly and group of each disordered atom; those without an assembly are one. */
function assembliesOf(reader: Reader, groups: CifColumn): Map<string, Map<string, Group>> {
  const { block } = reader;
  const parts = block.find("_atom_site_disorder_assembly");
  const residues = ["_atom_site_label_asym_id", "_atom_site_label_seq_id", "_atom_site_auth_seq_id"]
    .map((tag) => block.find(tag))
    .filter((column) => column !== undefined);
  const occupancies = block.find("_atom_site_occupancy");
  const assemblies = new Map<string, Map<string, Group>>();
  for (let row = 0; row < groups.rowCount; row++) {
    if (groups.isMissing(row) || groups.text(row) === "0") continue;
    const name = parts ? parts.text(row) : residues.map((column) => column.text(row)).join(" ");
    const assembly = entry(assemblies, name, () => new Map<string, Group>());
    const group = entry(assembly, groups.text(row), () => ({ rows: [], occupancySum: 0 }));
    group.rows.push(row);
    // What is no number is an error when the atoms are read.
    group.occupancySum += (occupancies && numberIn(occupancies, row)) ?? 1;
  }
  return assemblies;
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Of equal groups the first. @returns The number of atoms left out. */
function keepMajor(assembly: ReadonlyMap<string, Group>, shares: Float64Array): number {
  const groups = [...assembly.values()].map(({ rows, occupancySum }) => {
    return { rows, occupancy: occupancySum / rows.length };
  });
  const major = groups.reduce((best, next) => (next.occupancy > best.occupancy ? next : best));
  const total = groups.reduce((sum, { occupancy }) => sum + occupancy, 0);
  for (const { rows } of groups) for (const row of rows) shares[row] = 0;
  const share = major.occupancy > 0 ? total / major.occupancy : 1;
  for (const row of major.rows) shares[row] = share;
  return groups.reduce((sum, { rows }) => sum + rows.length, 0) - major.rows.length;
}
