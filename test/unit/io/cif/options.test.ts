import { describe, expect, it } from "vitest";
import { InvalidConfiguration, ParseError } from "../../../../src/base/errors.js";
import { Crystal } from "../../../../src/crystal/crystal.js";
import "../../../../src/io/register.js";

const cell = `data_x
_cell_length_a 8
_cell_length_b 8
_cell_length_c 8
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P 1'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
`;
const groups = "_atom_site_disorder_assembly\n_atom_site_disorder_group\n";

function shares(crystal: Crystal): string[] {
  return crystal.sites.map(({ label, occupants: [{ occupancy }] }) => `${label} ${occupancy}`);
}

describe("disordered groups of a CIF", () => {
  const text = `${cell}${groups}C1 0 0 0 .375 A 1
C2 .1 0 0 .625 A 2
C3 .2 0 0 .625 A 2
N1 .5 0 0 .5 B 1
N2 .5 .1 0 .25 B 2
O1 .5 .5 .5 1 . .
`;

  it("stay all unless told otherwise, with a warning that says how", () => {
    const crystal = Crystal.fromText(text);
    expect(crystal.siteCount).toBe(6);
    expect(crystal.warnings).toMatchObject([{ code: "DISORDER", line: 17 }]);
    expect(crystal.warnings[0].message).toContain('{ disorder: "major" }');
  });

  it("leave the largest of each assembly, with the share of the others", () => {
    const crystal = Crystal.fromText(text, { disorder: "major" });
    expect(shares(crystal)).toEqual(["C2 1", "C3 1", "N1 0.75", "O1 1"]);
    expect(crystal.warnings).toMatchObject([{ code: "DISORDER", line: 17 }]);
    expect(crystal.warnings[0].message).toMatch(/^2 of 5 atoms/);
  });

  it("leave the first of equal ones; a group alone keeps its occupancy", () => {
    const rows = "C1 0 0 0 .5 A 1\nC2 .1 0 0 .5 A 2\nN1 .5 0 0 .25 B -1\n";
    const crystal = Crystal.fromText(cell + groups + rows, { disorder: "major" });
    expect(shares(crystal)).toEqual(["C1 1", "N1 0.25"]);
  });

  it("are one assembly where the file names none", () => {
    const rows = "C1 0 0 0 .5 1\nC2 .1 0 0 .5 2\nN1 .2 0 0 1 .\n";
    const given = `${cell}_atom_site_disorder_group\n${rows}`;
    expect(shares(Crystal.fromText(given, { disorder: "major" }))).toEqual(["C1 1", "N1 1"]);
  });

  it("refuses another word", () => {
    const disorder = "minor" as "major";
    expect(() => Crystal.fromText(text, { disorder })).toThrow(InvalidConfiguration);
    expect(() => Crystal.fromText(text, { disorder })).toThrow(/"all" or "major", got "minor"/);
  });
});

describe("the tolerance of occupancies of a CIF", () => {
  const crowded = `${cell}Na1 0 0 0 1.3\n`;
  const shared = `${cell}Na1 0 0 0 .75\nK1 0 0 0 .5\n`;

  it("scales what is above 1 to 1", () => {
    expect(() => Crystal.fromText(crowded)).toThrow(
      /between 0 and 1, got 1.3; { occupancyTolerance }/,
    );
    const one = Crystal.fromText(crowded, { occupancyTolerance: 1.5 });
    expect(shares(one)).toEqual(["Na1 1"]);
    expect(one.warnings).toMatchObject([{ code: "OCCUPANCY_ABOVE_ONE", line: 15 }]);
    const two = Crystal.fromText(shared, { occupancyTolerance: 1.25 });
    expect(two.sites[0].occupants.map(({ occupancy }) => occupancy)).toEqual([0.6, 0.4]);
    expect(two.warnings).toMatchObject([{ code: "OCCUPANCY_ABOVE_ONE", line: 15 }]);
  });

  it("refuses more, at its line", () => {
    for (const text of [crowded, shared]) {
      expect(() => Crystal.fromText(text, { occupancyTolerance: 1.1 })).toThrow(
        expect.objectContaining({
          constructor: ParseError,
          data: expect.objectContaining({ line: 15 }),
        }),
      );
    }
  });

  it.each([0.9, Number.NaN, "1.1" as unknown as number])("cannot be %s", (occupancyTolerance) => {
    expect(() => Crystal.fromText(shared, { occupancyTolerance })).toThrow(InvalidConfiguration);
  });
});
