import { InvalidConfiguration } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { WriteOptions } from "../crystal/formats.js";
import type { Species } from "../crystal/species.js";
import { determinant } from "../math/mat3.js";

/** What a format keeps of a crystal beside the cell, the positions and the elements. */
export interface Keeps {
  readonly oxidationStates?: boolean;
  readonly labels?: boolean;
  /** Names of site properties; true: all. */
  readonly siteProperties?: boolean | readonly string[];
  readonly info?: boolean | readonly string[];
}

/** Tells `onLoss` what a format leaves out. */
export function reportLosses(
  format: string,
  crystal: Crystal,
  { onLoss }: WriteOptions,
  keeps: Keeps,
): void {
  if (!onLoss) return;
  const lose = (code: string, what: string) =>
    onLoss({ code, message: `"${format}" does not keep ${what}` });
  const hasStates = crystal.kinds.some((kind) =>
    kind.some(({ species }) => species.oxidationState !== undefined),
  );
  if (hasStates && !keeps.oxidationStates) lose("OXIDATION_STATES_LOST", "oxidation states");
  if (!keeps.labels && hasOwnLabels(crystal)) lose("LABELS_LOST", "labels");
  const properties = lost(crystal.siteProperties, keeps.siteProperties);
  if (properties.length > 0) {
    lose("SITE_PROPERTIES_LOST", `the site properties ${properties.join(", ")}`);
  }
  const info = lost(crystal.info, keeps.info);
  if (info.length > 0) lose("INFO_LOST", `the info ${info.join(", ")}`);
}

/** Of formats that describe crystals in three directions, whatever is between their images. */
export function reportPeriodicity(format: string, crystal: Crystal, options: WriteOptions): void {
  if (crystal.periodic.every(Boolean)) return;
  options.onLoss?.({
    code: "PERIODICITY_LOST",
    message: `"${format}" is periodic along a, b and c; periodic = [${crystal.periodic.join(", ")}] is not kept`,
  });
}

/** Whether the labels are other than the element and a counter. */
export function hasOwnLabels({ labels, kinds, kindOfSite }: Crystal): boolean {
  const symbols = kinds.map(([{ species }]) => species.symbol);
  const first = symbols.map((symbol) => symbols.indexOf(symbol));
  const counters = new Int32Array(kinds.length);
  return labels.some((label, i) => {
    const kind = kindOfSite[i];
    return label !== `${symbols[kind]}${++counters[first[kind]]}`;
  });
}

/**
 * The one species of each kind.
 *
 * @throws {InvalidConfiguration} a site that is shared or not full.
 */
export function requireOrdered(format: string, crystal: Crystal): readonly Species[] {
  return crystal.kinds.map((occupants) => {
    const [{ species, occupancy }] = occupants;
    if (occupants.length === 1 && occupancy === 1) return species;
    const shares = occupants.map((o) => `${o.species} ${o.occupancy}`).join(", ");
    throw new InvalidConfiguration(
      `"${format}" holds whole atoms only, and a site is occupied by ${shares}; ` +
        `write "cif", "pdb", "optimade" or "pymatgen-json", or make an ordered structure first`,
      { format, occupants },
    );
  });
}

/** @throws {InvalidConfiguration} a left-handed cell. */
export function requireRightHanded(format: string, crystal: Crystal): void {
  if (determinant(crystal.lattice.matrix) > 0) return;
  throw new InvalidConfiguration(
    `"${format}" turns the cell so that a lies along x, which a left-handed cell cannot; ` +
      "swap two of its vectors with supercell([[0, 1, 0], [1, 0, 0], [0, 0, 1]])",
    { format, matrix: Array.from(crystal.lattice.matrix) },
  );
}

/** One line without line ends or control characters. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();
}

function lost(
  values: Readonly<Record<string, unknown>>,
  kept: boolean | readonly string[] = [],
): string[] {
  if (kept === true) return [];
  return Object.keys(values).filter((name) => kept === false || !kept.includes(name));
}
