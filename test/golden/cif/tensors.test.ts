import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Crystal } from "../../../src/crystal/crystal.js";
import { parseCif } from "../../../src/io/cif/structure.js";

interface Row {
  readonly group: string;
  readonly cell: readonly number[];
  readonly label: string;
  readonly position: readonly number[];
  readonly given: readonly number[];
  readonly symmetrized: readonly number[];
  readonly uIso: number;
  readonly beta: readonly number[];
}

const rows = JSON.parse(readFileSync(new URL("tensors.json", import.meta.url), "utf8")) as Row[];
const elements = ["11", "22", "33", "23", "13", "12"];
const cellNames = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"];

function crystalOf(
  { group, cell, label, position }: Row,
  letter: string,
  values: readonly (number | string)[],
) {
  return parseCif(`data_x
${cellNames.map((name, i) => `_cell_${name} ${cell[i]}`).join("\n")}
_space_group_name_H-M_alt '${group}'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
${elements.map((element) => `_atom_site_aniso_${letter}_${element}`).join("\n")}
${[label, ...position, ...values].join(" ")}
`);
}

function expectTensor({ siteProperties: { uIso, uAniso } }: Crystal, row: Row): void {
  row.symmetrized.forEach((value, k) => {
    expect(uAniso[k]).toBeCloseTo(value, 12);
  });
  expect(uIso[0]).toBeCloseTo(row.uIso, 12);
}

describe("displacement tensors", () => {
  it.each(rows.map((row) => [row.group, row] as const))(
    "of a site in %s are made to obey its symmetry",
    (_, row) => {
      const crystal = crystalOf(
        row,
        "U",
        row.given.map((value) => value.toFixed(4)),
      );
      expectTensor(crystal, row);
      expect(crystal.warnings.map(({ code }) => code)).toEqual(["DISPLACEMENT_SYMMETRIZED"]);
      // Those that do, stay as they are.
      const again = crystalOf(row, "U", row.symmetrized);
      expectTensor(again, row);
      expect(again.warnings).toEqual([]);
    },
  );

  it.each(rows.map((row) => [row.group, row] as const))("given as β in %s are read", (_, row) => {
    expectTensor(crystalOf(row, "beta", row.beta), row);
  });
});
