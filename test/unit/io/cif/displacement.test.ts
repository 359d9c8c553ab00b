import { describe, expect, it } from "vitest";
import type { Crystal } from "../../../../src/crystal/crystal.js";
import { parseCif } from "../../../../src/io/cif/structure.js";
import { inverse, multiply, transpose } from "../../../../src/math/mat3.js";
import { spaceGroup } from "../../../../src/symmetry/space-group.js";

const anisoTags = ["label", "U_11", "U_22", "U_33", "U_23", "U_13", "U_12"];

function cif(
  cell: readonly number[],
  symbol: string,
  atoms: { tags: string; rows: string },
  aniso?: string,
): string {
  const names = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"];
  const tensors = aniso
    ? `loop_\n${anisoTags.map((tag) => `_atom_site_aniso_${tag}`).join("\n")}\n${aniso}\n`
    : "";
  return `data_x
${names.map((name, i) => `_cell_${name} ${cell[i]}`).join("\n")}
_symmetry_space_group_name_H-M '${symbol}'
loop_
${atoms.tags
  .split(" ")
  .map((tag) => `_atom_site_${tag}`)
  .join("\n")}
${atoms.rows}
${tensors}`;
}

const bare = "label fract_x fract_y fract_z";
const withU = `${bare} U_iso_or_equiv`;
const tetragonal = [4, 4, 6, 90, 90, 90];
const hexagonal = [5, 5, 7, 90, 90, 120];

function tensor(crystal: Crystal, site: number): number[] {
  const values = crystal.siteProperties.uAniso as Float64Array;
  return Array.from(values.subarray(6 * site, 6 * site + 6), (value) => +value.toFixed(10));
}

/** ⟨u uᵀ⟩ in Å² along Cartesian axes: Σ Uⁱʲ a*ᵢ a*ⱼ aᵢ aⱼᵀ. */
function cartesian(crystal: Crystal, site: number): Float64Array {
  const [u11, u22, u33, u23, u13, u12] = tensor(crystal, site);
  const u = [u11, u12, u13, u12, u22, u23, u13, u23, u33];
  const { a, b, c } = crystal.lattice.reciprocal.parameters;
  const scale = [a, b, c];
  const fractional = Float64Array.from(u, (value, k) => {
    return value * scale[Math.floor(k / 3)] * scale[k % 3];
  });
  const { matrix } = crystal.lattice;
  return multiply(multiply(transpose(matrix), fractional), matrix);
}

describe("displacement parameters of a CIF", () => {
  it("gives every image the isotropic one of its atom, B as 8π²U", () => {
    const rows = "Na1 0.1 0.2 0.3 0.02\nCl1 0.5 0.5 0 0.03(1)";
    const crystal = parseCif(cif(tetragonal, "P 4/m", { tags: withU, rows }));
    const expected = crystal.labels.map((label) => (label === "Na1" ? 0.02 : 0.03));
    expect(Array.from(crystal.siteProperties.uIso as Float64Array)).toEqual(expected);
    expect(crystal.siteProperties.uAniso).toBeUndefined();
    const tags = `${bare} B_iso_or_equiv`;
    const b = parseCif(cif(tetragonal, "P 1", { tags, rows: `Na1 0 0 0 ${8 * Math.PI ** 2}` }));
    expect((b.siteProperties.uIso as Float64Array)[0]).toBeCloseTo(1, 12);
  });

  it("turns a tensor by a fourfold axis: U11 and U22 change places", () => {
    const rows = "Na1 0.1 0.2 0.3";
    const text = cif(tetragonal, "P 4", { tags: bare, rows }, "Na1 .01 .02 .03 .004 .005 .006");
    const crystal = parseCif(text);
    const turned = Array.from({ length: 4 }, (_, site) => tensor(crystal, site));
    expect(turned).toContainEqual([0.01, 0.02, 0.03, 0.004, 0.005, 0.006]);
    expect(turned).toContainEqual([0.01, 0.02, 0.03, -0.004, -0.005, 0.006]);
    expect(turned).toContainEqual([0.02, 0.01, 0.03, 0.005, -0.004, -0.006]);
    expect(turned).toContainEqual([0.02, 0.01, 0.03, -0.005, 0.004, -0.006]);
    // A third of the trace, with orthogonal axes.
    expect((crystal.siteProperties.uIso as Float64Array)[2]).toBeCloseTo(0.02, 12);
  });

  it("keeps what a threefold axis keeps: U11 = U22 = 2 U12 (Peterse & Palm 1966)", () => {
    const text = cif(
      hexagonal,
      "P 3",
      { tags: bare, rows: "Si1 0.1 0.2 0.3\nO1 0 0 0" },
      "Si1 .02 .02 .03 0 0 .01\nO1 .01 .01 .02 0 0 .005",
    );
    const crystal = parseCif(text);
    for (let site = 0; site < 3; site++) {
      expect(tensor(crystal, site)).toEqual([0.02, 0.02, 0.03, 0, 0, 0.01]);
    }
  });

  it("turns the ellipsoid with the atom, whatever the cell", () => {
    const cells: [number[], string][] = [
      [hexagonal, "P 63/m m c"],
      [[5, 6, 7, 90, 103, 90], "P 1 21/c 1"],
      [[5, 5, 5, 80, 80, 80], "R -3 m :R"],
      [[6, 6, 6, 90, 90, 90], "P a -3"],
    ];
    for (const [cell, symbol] of cells) {
      const rows = "Na1 0.11 0.27 0.345";
      const text = cif(cell, symbol, { tags: bare, rows }, "Na1 .01 .02 .03 .004 -.005 .006");
      const crystal = parseCif(text);
      const { lattice } = crystal;
      const first = cartesian(crystal, 0);
      const trace = first[0] + first[4] + first[8];
      expect((crystal.siteProperties.uIso as Float64Array)[0]).toBeCloseTo(trace / 3, 12);
      const start = crystal.sites[0].fracPosition;
      for (const { rotation, translation } of spaceGroup(symbol).operations) {
        const [x, y, z] = [0, 1, 2].map((i) => {
          const sum = [0, 1, 2].reduce((s, k) => s + rotation[3 * i + k] * start[k], 0);
          return sum + translation[i];
        });
        const site = crystal.sites.findIndex(({ fracPosition: [u, v, w] }) =>
          [u - x, v - y, w - z].every((d) => Math.abs(d - Math.round(d)) < 1e-6),
        );
        // On rows: x' = x Wᵀ in fractions is M⁻¹ Wᵀ M in Å.
        const m = lattice.matrix;
        const r = multiply(multiply(inverse(m), transpose(Float64Array.from(rotation))), m);
        const expected = multiply(multiply(transpose(r), first), r);
        cartesian(crystal, site).forEach((value, k) => {
          expect(value).toBeCloseTo(expected[k], 10);
        });
      }
    }
  });

  it("gives an atom with U_iso alone the same sphere as a tensor", () => {
    const rows = "Na1 0 0 0 0.02\nH1 0.5 0.5 0.5 0.05";
    const crystal = parseCif(
      cif(hexagonal, "P 1", { tags: withU, rows }, "Na1 .02 .02 .02 0 0 .01"),
    );
    const sphere = cartesian(crystal, 1);
    [0.05, 0, 0, 0, 0.05, 0, 0, 0, 0.05].forEach((value, k) => {
      expect(sphere[k]).toBeCloseTo(value, 12);
    });
    expect(crystal.warnings).toEqual([]);
  });

  it("takes 0 for an atom without any, and no notice of what is no number, with a warning", () => {
    const rows = "Na1 0 0 0 .02\nCl1 .5 .5 .5 ?\nCl2 .5 0 .5 abc";
    const crystal = parseCif(cif(tetragonal, "P 1", { tags: withU, rows }));
    expect(Array.from(crystal.siteProperties.uIso as Float64Array)).toEqual([0.02, 0, 0]);
    expect(crystal.warnings).toMatchObject([
      { code: "DISPLACEMENT_IGNORED", line: 17 },
      { code: "NO_DISPLACEMENT", line: 15 },
    ]);
    const none = cif(tetragonal, "P 1", { tags: withU, rows: "Na1 0 0 0 ?\nCl1 .5 .5 .5 ." });
    expect(parseCif(none).siteProperties).toEqual({});
  });

  it("reads B tensors, and those of mmCIF", () => {
    const b = 8 * Math.PI ** 2;
    const rows = "Na1 0 0 0";
    const text = cif(tetragonal, "P 1", { tags: bare, rows }, `Na1 ${b} ${b} ${b} 0 0 0`);
    const crystal = parseCif(text.replaceAll("aniso_U_", "aniso_B_"));
    expect(tensor(crystal, 0)).toEqual([1, 1, 1, 0, 0, 0]);
    const mm = text
      .replace("_atom_site_label", "_atom_site.id\n_atom_site.type_symbol")
      .replace("Na1 0 0 0", "7 Na 0 0 0")
      .replace(`Na1 ${b} ${b} ${b}`, "7 .1 .2 .3")
      .replace("_atom_site_aniso_label", "_atom_site_anisotrop.id")
      .replace(/_atom_site_aniso_U_(\d)(\d)/g, "_atom_site_anisotrop.U[$1][$2]");
    expect(tensor(parseCif(mm), 0)).toEqual([0.1, 0.2, 0.3, 0, 0, 0]);
  });

  it("says so where a tensor breaks its site's symmetry by more than its digits", () => {
    const withTensor = (tensor: string) =>
      parseCif(cif(tetragonal, "P 4", { tags: bare, rows: "Na1 0 0 0.3" }, `Na1 ${tensor}`));
    // Their last digits, or their standard uncertainties, allow for that.
    for (const digits of ["0.0123 0.0124 .02 0 0 0", "0.0100(8) 0.0112(8) .02 0 0.0006(9) 0"]) {
      const crystal = withTensor(digits);
      expect(crystal.warnings).toEqual([]);
      const [u11, u22, , u23, u13, u12] = tensor(crystal, 0);
      expect([u11 - u22, u23, u13, u12]).toEqual([0, 0, 0, 0]);
    }
    const { warnings } = withTensor("0.010(1) 0.016(1) .02 0 0 0.001");
    expect(warnings).toMatchObject([{ code: "DISPLACEMENT_SYMMETRIZED", line: 14 }]);
    expect(warnings[0].message).toContain("changes it by up to 0.003 Å²");
  });

  it("takes U before B before β, atom by atom", () => {
    const rows = "Na1 0 0 0\nCl1 .5 .5 .5";
    const text = cif(
      tetragonal,
      "P 1",
      { tags: bare, rows },
      "Na1 .1 .2 .3 0 0 0\nCl1 ? ? ? ? ? ?",
    );
    const beta = text
      .slice(text.indexOf("loop_\n_atom_site_aniso"))
      .replaceAll("aniso_U_", "aniso_beta_")
      .replace("_atom_site_aniso_label", "_atom_site_aniso_id")
      .replace("Na1 .1 .2 .3 0 0 0\nCl1 ? ? ? ? ? ?", "Na1 1 1 1 0 0 0\nCl1 1 1 1 0 0 1");
    const crystal = parseCif(text + beta);
    const u = (edge: number, other: number) => +((edge * other) / (2 * Math.PI ** 2)).toFixed(10);
    expect(tensor(crystal, 0)).toEqual([0.1, 0.2, 0.3, 0, 0, 0]);
    expect(tensor(crystal, 1)).toEqual([u(4, 4), u(4, 4), u(6, 6), 0, 0, u(4, 4)]);
  });

  it("reads the matrices of CIF 2.0", () => {
    const text = cif(tetragonal, "P 1", {
      tags: bare,
      rows: "Na1 0 0 0\nCl1 .5 .5 .5\nCl2 .5 0 .5",
    });
    const matrices = (name: string) => `#\\#CIF_2.0\n${text}loop_
_atom_site_aniso.label
_atom_site_aniso.${name}
Cl1 [[0.01 0.006(2) 0.005] # first row
  [0.006 0.02 0.004] [0.005 0.004 0.03]]
Na1 [[0.02 0 0] [0 0.02 0] [0 0 0.02]]
Cl2 [[0.02 0] {'a':1}]
`;
    const crystal = parseCif(matrices("matrix_U"));
    expect(tensor(crystal, 0)).toEqual([0.02, 0.02, 0.02, 0, 0, 0]);
    expect(tensor(crystal, 1)).toEqual([0.01, 0.02, 0.03, 0.004, 0.005, 0.006]);
    expect(tensor(crystal, 2)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(crystal.warnings.map(({ code }) => code)).toEqual([
      "DISPLACEMENT_IGNORED",
      "NO_DISPLACEMENT",
    ]);
    const b = parseCif(matrices("matrix_B"));
    expect(tensor(b, 0)[0]).toBeCloseTo(0.02 / (8 * Math.PI ** 2), 10);
  });
});
