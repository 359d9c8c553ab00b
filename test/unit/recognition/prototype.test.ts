import { Crystal, fromPrototype, Lattice, prototypeOf, prototypes, SymmetryError } from "prism-lab";
import { describe, expect, it } from "vitest";
import { bcc, diamond, fcc, hcp, randomNumbers, withPeriodic } from "./crystals.js";

const faces = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

/** Face-centred cubic with species at the given points. */
function faceCentred(a: number, sites: readonly (readonly [string, readonly number[]])[]): Crystal {
  const all = sites.flatMap(([species, at]) =>
    faces.map((face) => ({ species, at: at.map((x, k) => x + face[k]) })),
  );
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: all.map(({ species }) => species),
    fracPositions: all.flatMap(({ at }) => at),
  });
}

const quarter = [0.25, 0.25, 0.25];
const half = [0.5, 0.5, 0.5];
const origin = [0, 0, 0];

const rutile = Crystal.create({
  lattice: Lattice.tetragonal(4.594, 2.959),
  species: ["Ti", "Ti", "O", "O", "O", "O"],
  fracPositions: [
    ...[0, 0, 0, 0.5, 0.5, 0.5, 0.305, 0.305, 0, 0.695, 0.695, 0],
    ...[0.805, 0.195, 0.5, 0.195, 0.805, 0.5],
  ],
});

const perovskite = Crystal.create({
  lattice: Lattice.cubic(3.9),
  species: ["Sr", "Ti", "O", "O", "O"],
  fracPositions: [0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5],
});

const corundum = Crystal.fromText(
  `data_corundum
_cell_length_a 4.7589
_cell_length_b 4.7589
_cell_length_c 12.991
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_space_group_IT_number 167
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Al 0 0 0.35216
O 0.30624 0 0.25
`,
  { format: "cif" },
);

/** The same structure with another origin, a skewed cell and a random order of the sites. */
function disguised(crystal: Crystal, shift: readonly number[]): Crystal {
  const cell = crystal.supercell([
    [1, 0, 0],
    [1, 1, 0],
    [0, -1, 1],
  ]);
  const random = randomNumbers(3);
  const order = Array.from(cell.kindOfSite, (_, site) => ({ site, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ site }) => site);
  return Crystal.create({
    lattice: cell.lattice,
    species: order.map((site) => cell.sites[site].occupants),
    fracPositions: order.flatMap((site) =>
      shift.map((x, k) => cell.fracPositions[3 * site + k] + x),
    ),
  });
}

const cases: readonly (readonly [string, Crystal])[] = [
  ["A_cF4_225_a", fcc],
  ["A_cI2_229_a", bcc],
  ["A_hP2_194_c", hcp],
  ["A_cF8_227_a", diamond],
  [
    "AB_cF8_225_a_b",
    faceCentred(5.64, [
      ["Na", origin],
      ["Cl", half],
    ]),
  ],
  [
    "AB_cF8_216_c_a",
    faceCentred(5.41, [
      ["Zn", origin],
      ["S", quarter],
    ]),
  ],
  [
    "AB2_cF12_225_a_c",
    faceCentred(5.46, [
      ["Ca", half],
      ["F", quarter],
      ["F", [0.75, 0.75, 0.75]],
    ]),
  ],
  ["A3BC_cP5_221_c_a_b", perovskite],
  ["A2B_tP6_136_f_a", rutile],
  ["A2B3_hR10_167_c_e", corundum],
];

describe("prototypeOf", () => {
  it.each(cases)("%s", (label, crystal) => {
    expect(prototypeOf(crystal).label).toBe(label);
  });

  it.each(cases)("%s wherever its origin lies", (label, crystal) => {
    for (const shift of [half, quarter, [0.5, 0, 0], [0.1, 0.27, -0.4]]) {
      expect(prototypeOf(disguised(crystal, shift)).label).toBe(label);
    }
  });

  it("has the parts that the label is made of", () => {
    const found = prototypeOf(perovskite);
    expect(found.anonymousFormula).toBe("A3BC");
    expect(found.pearsonSymbol).toBe("cP5");
    expect(found.spaceGroupNumber).toBe(221);
    expect(found.species).toEqual([
      { species: "O", wyckoffLetters: ["c"] },
      { species: "Sr", wyckoffLetters: ["a"] },
      { species: "Ti", wyckoffLetters: ["b"] },
    ]);
    expect(`${found}`).toBe(`${found.label} (perovskite)`);
  });

  it.each(prototypes())("names the structure type $name, whatever its origin and cell", (row) => {
    const { type } = prototypeOf(disguised(fromPrototype(row.name), [0.1, 0.27, -0.4]));
    expect(type).toEqual({
      name: row.name,
      strukturbericht: row.strukturbericht,
      aflow: row.aflow,
    });
  });

  it("gives a named type the label of the encyclopedia, where the order of the species allows it", () => {
    const named = (name: string, species: string[]) =>
      prototypeOf(fromPrototype(name, { species, a: 5.65 }));
    expect(String(named("zincblende", ["Ga", "As"]))).toBe("AB_cF8_216_c_a (zincblende)");
    expect(String(named("perovskite", ["Ba", "Ti", "O"]))).toBe("AB3C_cP5_221_a_c_b (perovskite)");
    expect(String(named("rutile", ["Cr", "O"]))).toBe("AB2_tP6_136_a_f (rutile)");
  });

  it("tells fluorite from antifluorite by what is electropositive", () => {
    const nameOf = (species: string[]) =>
      prototypeOf(fromPrototype("fluorite", { species, a: 5.5 })).type?.name;
    expect(nameOf(["U", "O"])).toBe("fluorite");
    expect(nameOf(["Te", "Na"])).toBe("antifluorite");
  });

  it("names no type that has the label and not the shape", () => {
    const stretched = fromPrototype("anatase", { species: ["Ti", "O"], a: 3.78, c: 20 });
    expect(prototypeOf(stretched).label).toContain("_tI12_141_");
    expect(prototypeOf(stretched).type).toBeUndefined();
  });

  it("lists the labels that other axes and origins give", () => {
    const blende = fromPrototype("zincblende");
    expect([...prototypeOf(blende).equivalentLabels].sort()).toEqual(
      ["a_c", "a_d", "b_c", "b_d", "c_a", "c_b", "d_a", "d_b"].map((end) => `AB_cF8_216_${end}`),
    );
    const tenorite = Crystal.fromText(
      "data_CuO\n_cell_length_a 4.6837\n_cell_length_b 3.4226\n_cell_length_c 5.1288\n" +
        "_cell_angle_alpha 90\n_cell_angle_beta 99.54\n_cell_angle_gamma 90\n" +
        "_space_group_IT_number 15\nloop_\n_atom_site_label\n_atom_site_fract_x\n" +
        "_atom_site_fract_y\n_atom_site_fract_z\nCu 0.25 0.25 0\nO 0 0.4184 0.25\n",
      { format: "cif" },
    );
    expect(prototypeOf(tenorite).equivalentLabels).toContain("AB_mC8_15_c_e");
  });

  it("counts orbits on one letter, and the axes of an orthorhombic cell may change places", () => {
    const sites = [0.11, 0.23, 0.41];
    const along = (axis: number) =>
      Crystal.create({
        lattice: Lattice.orthorhombic(
          ...([5, 6, 7].map((_, k) => [5, 6, 7][(k + axis) % 3]) as [number, number, number]),
        ),
        species: Array<string>(6).fill("Fe"),
        fracPositions: sites.flatMap((x) =>
          [x, -x].flatMap((value) => [0, 1, 2].map((k) => ((k + axis) % 3 === 0 ? value : 0))),
        ),
      });
    const labels = [0, 1, 2].map((axis) => prototypeOf(along(axis)).label);
    expect(labels).toEqual(Array(3).fill("A_oP6_47_3i"));
  });

  it("refuses a slab", () => {
    expect(() => prototypeOf(withPeriodic(fcc, [true, true, false]))).toThrow(SymmetryError);
  });
});
