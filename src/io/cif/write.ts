import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { FrameWriter, WriteOptions } from "../../crystal/formats.js";
import { formatOperation } from "../../symmetry/operation.js";
import { symmetrized } from "../../symmetry/symmetrized.js";
import { symmetry } from "../../symmetry/symmetry.js";
import { reportLosses } from "../losses.js";

/** Å² that the symmetry search and its rounding may cost. */
const noticeable = 1e-6;

/** Order of a tensor in "uAniso". */
const tensorElements = ["11", "22", "33", "23", "13", "12"];

/**
 * A CIF 1.1 with every digit of its numbers: all sites of the cell in P1, or with
 * `{ symmetry: true }` those of the asymmetric unit with the operations. Labels stay as they are, so
 * that equivalent sites share one; displacement parameters are those of "uIso" and "uAniso", with
 * `symmetry` their means over the space group: where that changes them, `onLoss` hears of
 * `DISPLACEMENT_AVERAGED`.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions.
 */
export function writeCif(crystal: Crystal, options: WriteOptions = {}): string {
  return blockText(crystal, crystal.formula, options);
}

/** One data block a structure, each with a name of its own. */
export function cifWriter(options: WriteOptions): FrameWriter {
  let count = 0;
  return {
    write: (crystal) => blockText(crystal, `${crystal.formula}_${++count}`, options),
  };
}

function blockText(crystal: Crystal, name: string, options: WriteOptions): string {
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      `a CIF describes crystals periodic along a, b and c; this one has periodic = ` +
        `[${crystal.periodic.join(", ")}]`,
      { periodic: crystal.periodic },
    );
  }
  const { uIso, uAniso } = displacements(crystal);
  const siteProperties = [uIso && "uIso", uAniso && "uAniso"].filter((kept) => kept !== undefined);
  reportLosses("cif", crystal, options, { oxidationStates: true, labels: true, siteProperties });
  const { a, b, c, alpha, beta, gamma } = crystal.lattice.parameters;
  const formula = [...crystal.composition].map(([symbol, n]) => symbol + amount(n)).join(" ");
  const { lines: symmetryLines, sites } = symmetryOf(crystal, options);
  const listed = options.symmetry ? symmetricDisplacements(crystal, options) : { uIso, uAniso };
  return [
    `data_${name}`,
    `_chemical_formula_sum ${quoted(formula)}`,
    ...Object.entries({ a, b, c }).map(([axis, value]) => `_cell_length_${axis} ${value}`),
    ...Object.entries({ alpha, beta, gamma }).map(
      ([axis, value]) => `_cell_angle_${axis} ${value}`,
    ),
    `_cell_volume ${crystal.lattice.volume}`,
    ...symmetryLines,
    ...siteLines(crystal, sites, listed),
    "",
  ].join("\n");
}

/** Of the space group, and which sites are listed. */
function symmetryOf(
  crystal: Crystal,
  options: WriteOptions,
): { lines: string[]; sites: readonly number[] } {
  const all = Array.from({ length: crystal.siteCount }, (_, site) => site);
  const operationTag = ["loop_", "_space_group_symop_operation_xyz"];
  if (!options.symmetry) {
    const lines = ["_space_group_name_H-M_alt 'P 1'", "_space_group_IT_number 1"];
    return { lines: [...lines, ...operationTag, "x,y,z"], sites: all };
  }
  const { operations, orbits, spaceGroupNumber } = symmetry(crystal);
  // No symbol: the cell may be in none of the settings that symbols stand for.
  const lines = [
    `_space_group_IT_number ${spaceGroupNumber}`,
    ...operationTag,
    ...operations.map((operation) => formatOperation(operation)),
  ];
  return { lines, sites: all.filter((site) => orbits[site] === site) };
}

interface Displacements {
  readonly uIso: Float64Array | undefined;
  readonly uAniso: Float64Array | undefined;
}

/** One site stands for its orbit: what the others say goes into its displacement parameters. */
function symmetricDisplacements(crystal: Crystal, { onLoss }: WriteOptions): Displacements {
  const given = displacements(crystal);
  if (given.uIso === undefined && given.uAniso === undefined) return given;
  const mean = displacements(symmetrized(crystal).crystal);
  const changes = (["uIso", "uAniso"] as const).flatMap((name) =>
    Array.from(given[name] ?? [], (value, i) => Math.abs(value - mean[name]![i])),
  );
  const most = changes.reduce((largest, change) => Math.max(largest, change), 0);
  if (most > noticeable) {
    const message =
      '"cif" with symmetry lists one site of each orbit: the displacement parameters do not obey the ' +
      `space group, and their means were written, which changes them by up to ${most.toPrecision(2)} Å²`;
    onLoss?.({ code: "DISPLACEMENT_AVERAGED", message });
  }
  return mean;
}

function displacements({ siteProperties, siteCount }: Crystal): Displacements {
  const numbers = (name: string, width: number) => {
    const values = siteProperties[name];
    const fits = values instanceof Float64Array && values.length === width * siteCount;
    return fits ? values : undefined;
  };
  return { uIso: numbers("uIso", 1), uAniso: numbers("uAniso", 6) };
}

/**
 * One line an occupant: those that share a site have the same coordinates. Tensors follow in a list of
 * their own, by label; where labels repeat they stand with the coordinates, as CIF 1.1 allows.
 */
function siteLines(
  crystal: Crystal,
  sites: readonly number[],
  { uIso, uAniso }: Displacements,
): string[] {
  const listed = sites.map((index) => crystal.sites[index]);
  const isOwnList = uAniso && new Set(listed.map(({ label }) => label)).size === sites.length;
  const tensorTags = tensorElements.map((element) => `_atom_site_aniso_U_${element}`);
  const tensor = (site: number) => Array.from(uAniso!.subarray(6 * site, 6 * site + 6));
  const rows = listed.flatMap(({ label, occupants, fracPosition }, i) =>
    occupants.map(({ species, occupancy }) => {
      const values: (string | number)[] = [quoted(label), String(species), ...fracPosition];
      values.push(occupancy);
      if (uIso) values.push(uIso[sites[i]]);
      if (uAniso && !isOwnList) values.push(...tensor(sites[i]));
      return values.join(" ");
    }),
  );
  const lines = [
    "loop_",
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_fract_x",
    "_atom_site_fract_y",
    "_atom_site_fract_z",
    "_atom_site_occupancy",
    ...(uIso ? ["_atom_site_U_iso_or_equiv"] : []),
    ...(uAniso && !isOwnList ? tensorTags : []),
    ...rows,
  ];
  if (!isOwnList) return lines;
  const tensors = listed.map(({ label }, i) => [quoted(label), ...tensor(sites[i])].join(" "));
  return [...lines, "loop_", "_atom_site_aniso_label", ...tensorTags, ...tensors];
}

function amount(value: number): string {
  const rounded = Number(value.toFixed(4));
  return rounded === 1 ? "" : String(rounded);
}

/** A text as one value of a CIF. Line ends and control characters become spaces: no label has them. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
  const line = text.replace(/[\u0000-\u001f]+/g, " ");
  const bare = /^[^\s'"#$_;[\]{}?.][^\s]*$/.test(line);
  if (bare && !/^(data_|save_|loop_|stop_|global_)/i.test(line)) return line;
  if (!/'\s/.test(line)) return `'${line}'`;
  if (!/"\s/.test(line)) return `"${line}"`;
  return `\n;${line}\n;\n`;
}
