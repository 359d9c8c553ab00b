import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";

/**
 * A CIF 1.1 of all sites of the cell in P1, with every digit of its numbers. Labels stay as they are,
 * so that equivalent sites share one.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic in three directions.
 */
export function writeCif(crystal: Crystal): string {
  if (!crystal.periodic.every(Boolean)) {
    throw new InvalidConfiguration(
      `a CIF describes crystals periodic along a, b and c; this one has periodic = ` +
        `[${crystal.periodic.join(", ")}]`,
      { periodic: crystal.periodic },
    );
  }
  const { a, b, c, alpha, beta, gamma } = crystal.lattice.parameters;
  const formula = [...crystal.composition].map(([symbol, n]) => symbol + amount(n)).join(" ");
  return [
    `data_${crystal.formula}`,
    `_chemical_formula_sum ${quoted(formula)}`,
    ...Object.entries({ a, b, c }).map(([axis, value]) => `_cell_length_${axis} ${value}`),
    ...Object.entries({ alpha, beta, gamma }).map(
      ([name, value]) => `_cell_angle_${name} ${value}`,
    ),
    `_cell_volume ${crystal.lattice.volume}`,
    "_space_group_name_H-M_alt 'P 1'",
    "_space_group_IT_number 1",
    "loop_",
    "_space_group_symop_operation_xyz",
    "x,y,z",
    "loop_",
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_fract_x",
    "_atom_site_fract_y",
    "_atom_site_fract_z",
    "_atom_site_occupancy",
    ...siteLines(crystal),
    "",
  ].join("\n");
}

/** One line an occupant: those that share a site have the same coordinates. */
function siteLines(crystal: Crystal): string[] {
  return crystal.sites.flatMap(({ label, occupants, fracPosition }) =>
    occupants.map(({ species, occupancy }) =>
      [quoted(label), species, ...fracPosition, occupancy].join(" "),
    ),
  );
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
