import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementByNumber } from "../../src/base/elements.js";
import { PrismError } from "../../src/base/errors.js";
import { Crystal } from "../../src/crystal/crystal.js";
import { reciprocalLengths, turnedDisplacement } from "../../src/crystal/displacement-tensor.js";
import type { SiteProperties } from "../../src/crystal/site-properties.js";
import { Species } from "../../src/crystal/species.js";
import { parseCif } from "../../src/io/cif/structure.js";
import { writeCif } from "../../src/io/cif/write.js";
import { trajectoryOf } from "../../src/io/trajectory.js";
import { Lattice } from "../../src/lattice/lattice.js";
import "../../src/io/register.js";
import { operationsFromHall } from "../../src/symmetry/hall-symbol.js";
import { applyRotation, formatOperation, parseOperation } from "../../src/symmetry/operation.js";
import { spaceGroup } from "../../src/symmetry/space-group.js";

// One seed, so that a failure on another machine is the same failure here.
fc.configureGlobal({ seed: 20_240_611 });

const length = fc.double({ min: 3, max: 20, noNaN: true });
const angle = fc.double({ min: 70, max: 110, noNaN: true });
const species = fc
  .tuple(fc.integer({ min: 1, max: 118 }), fc.constantFrom("", "1+", "2-", "3+"))
  .map(([number, charge]) => Species.from(elementByNumber(number).symbol + charge));
const occupants = fc.oneof(
  species.map((one) => [{ species: one, occupancy: 1 }]),
  fc
    .tuple(species, species, fc.double({ min: 0.01, max: 0.99, noNaN: true }))
    .filter(([p, q]) => p !== q)
    .map(([p, q, share]) => [
      { species: p, occupancy: share },
      { species: q, occupancy: 1 - share },
    ]),
);

/** Sites on a grid of 1/6 with small shifts, so that no two are near enough to be joined. */
const sites = fc
  .uniqueArray(fc.integer({ min: 0, max: 215 }), { minLength: 1, maxLength: 12 })
  .chain((cells) =>
    fc.tuple(
      ...cells.map((n) =>
        fc.record({
          occupants,
          label: fc.string({ maxLength: 8, unit: "grapheme-ascii" }),
          position: fc
            .array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 3, maxLength: 3 })
            .map((shift) =>
              [n % 6, Math.floor(n / 6) % 6, Math.floor(n / 36)].map((g, k) => g / 6 + shift[k]),
            ),
        }),
      ),
    ),
  );

describe("writing and reading a CIF", () => {
  it("is the identity", () => {
    fc.assert(
      fc.property(fc.tuple(length, length, length, angle, angle, angle), sites, (cell, list) => {
        const crystal = Crystal.create({
          lattice: Lattice.fromParameters(...cell),
          species: list.map((site) => site.occupants),
          fracPositions: list.map((site) => site.position),
          labels: list.map((site) => site.label),
        });
        const again = parseCif(writeCif(crystal));
        expect(again.lattice.parameters).toEqual(crystal.lattice.parameters);
        expect(again.sites).toEqual(crystal.sites);
        expect(again.warnings).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("displacement parameters", () => {
  const displacement = fc.double({ min: -0.1, max: 0.1, noNaN: true });
  it("are written and read with every digit", () => {
    const values = sites.chain((list) => {
      const count = list.length;
      const numbers = (width: number) =>
        fc.array(displacement, { minLength: width * count, maxLength: width * count });
      return fc.record({ list: fc.constant(list), uIso: numbers(1), uAniso: numbers(6) });
    });
    fc.assert(
      fc.property(values, fc.boolean(), ({ list, uIso, uAniso }, hasTensors) => {
        const crystal = Crystal.create({
          lattice: Lattice.fromParameters(20, 21, 22, 80, 95, 100),
          species: list.map((site) => site.occupants),
          fracPositions: list.map((site) => site.position),
          labels: list.map((site) => site.label),
          siteProperties: hasTensors ? { uIso, uAniso } : { uIso },
        });
        const again = parseCif(writeCif(crystal));
        // Negative zero is written as 0.
        const plain = (properties: SiteProperties) =>
          Object.entries(properties).map(([name, numbers]) => {
            return [name, Array.from(numbers as Float64Array, (value) => value + 0)];
          });
        expect(plain(again.siteProperties)).toEqual(plain(crystal.siteProperties));
        expect(again.warnings).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("displacement tensors on any position", () => {
  const special = fc.constantFrom(0, 0.25, 0.5, 0.13, 0.37, 1 / 3, 2 / 3);
  const structure = fc.record({
    hallNumber: fc.integer({ min: 1, max: 530 }),
    position: fc.tuple(special, special, special),
    tensor: fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    }),
    name: fc.constantFrom("U", "B", "beta"),
  });
  const cellOf = (system: string, setting: string): number[] => {
    if (setting === "R") return [7, 7, 7, 77, 77, 77];
    if (system === "trigonal" || system === "hexagonal") return [7, 7, 9, 90, 90, 120];
    return [7, 7, 7, 90, 90, 90];
  };

  it("obey the group, and are written and read with every digit", () => {
    fc.assert(
      fc.property(structure, ({ hallNumber, position, tensor, name }) => {
        const group = spaceGroup({ hall: hallNumber });
        const cell = cellOf(group.crystalSystem, group.setting);
        const crystal = parseCif(
          [
            "data_x",
            ...["length_a", "length_b", "length_c"].map((tag, i) => `_cell_${tag} ${cell[i]}`),
            ...["alpha", "beta", "gamma"].map((tag, i) => `_cell_angle_${tag} ${cell[3 + i]}`),
            "loop_",
            "_space_group_symop_operation_xyz",
            ...group.operations.map((operation) => formatOperation(operation)),
            "loop_",
            "_atom_site_label",
            ...["x", "y", "z"].map((axis) => `_atom_site_fract_${axis}`),
            ...["11", "22", "33", "23", "13", "12"].map(
              (element) => `_atom_site_aniso_${name}_${element}`,
            ),
            `Si1 ${position.join(" ")} ${tensor.join(" ")}`,
            "",
          ].join("\n"),
        );
        const { fracPositions, siteCount, siteProperties, lattice } = crystal;
        const u = siteProperties.uAniso as Float64Array;
        const lengths = reciprocalLengths(lattice);
        const size = Math.max(...u.map(Math.abs), 1e-9);
        for (const { rotation, translation } of group.operations) {
          const image = applyRotation(rotation, fracPositions).map((x, k) => x + translation[k]);
          const site = Array.from({ length: siteCount }, (_, i) => i).find((i) =>
            image.every((x, k) => {
              const difference = x - fracPositions[3 * i + k];
              return Math.abs(difference - Math.round(difference)) < 1e-6;
            }),
          );
          const turned = turnedDisplacement(u, rotation, lengths);
          turned.forEach((value, k) => {
            expect(Math.abs(value - u[6 * site! + k])).toBeLessThan(1e-9 * size);
          });
        }
        const again = parseCif(writeCif(crystal));
        expect(again.siteProperties).toEqual(crystal.siteProperties);
        const bySymmetry = parseCif(writeCif(crystal, { symmetry: true }));
        expect(bySymmetry.siteCount).toBe(siteCount);
      }),
      { numRuns: 200 },
    );
  });
});

const disordered = `data_disordered
_cell_length_a 7
_cell_length_b 7
_cell_length_c 9
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_symmetry_space_group_name_H-M 'P -3'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
_atom_site_U_iso_or_equiv
_atom_site_disorder_assembly
_atom_site_disorder_group
Si1 0.333333 0.666667 0.1 1 0.012(2) . .
O1 0.31 0.21 0.333 0.6 0.02 A 1
O2 0.35 0.22 0.41 0.4 0.02 A 2
loop_
_atom_site_aniso_label
_atom_site_aniso_U_11
_atom_site_aniso_U_22
_atom_site_aniso_U_33
_atom_site_aniso_U_23
_atom_site_aniso_U_13
_atom_site_aniso_U_12
Si1 0.01 0.01 0.016 0 0 0.005
`;

const fixtures = [
  "../golden/cif/rutile-symbol.cif",
  "../golden/cif/orthorhombic-operators.cif",
  "../golden/cif/spinel-origin-2.cif",
  "../../notebooks/data/quartz.cif",
].map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));
const matrices = disordered
  .replace(/loop_\n_atom_site_aniso[\s\S]*/, "")
  .concat("loop_\n_atom_site_aniso.label\n_atom_site_aniso.matrix_U\n")
  .concat("Si1 [[0.01(1) 0.005 0] # rows\n [0.005 0.01 0] [0 0 0.016]]\nO1 {'a':[1]}\n");
fixtures.push(disordered.replaceAll("aniso_U_", "aniso_beta_"), `#\\#CIF_2.0\n${matrices}`);
fixtures.push(disordered, `#\\#CIF_2.0\n${disordered}_a [1 {'b':"""c"""}]\n${disordered}`);

const fragments = [
  ..."'\";#_?.()[]{}\n\r\t \0\uFEFF",
  ...[
    "loop_",
    "data_",
    "data_x",
    "save_",
    "save_f",
    "global_",
    "stop_",
    "'''",
    '"""',
    "\n;",
    "nan",
  ],
  ...[
    "1e999",
    "-",
    "-1",
    "0",
    "1e-300",
    "1.2.3",
    "#\\#CIF_2.0\n",
    "_cell_length_a",
    "_atom_site_label",
  ],
  ...["x,y,z", "1/0", "-x", "P 1", ":2", "Fd-3m", "-P 2ybc", "(0 0 1)", "Xx", "Si4+", "\u{1F48E}"],
];

/** Cuts, repeats and foreign pieces in a real file. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 30 }),
  insert: fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 6, unit: "binary" })),
  copies: fc.constantFrom(1, 1, 1, 3, 200),
});

function mutate(
  text: string,
  { at, remove, insert, copies }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + insert.repeat(copies) + text.slice(from + remove);
}

function onlyPrismErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PrismError)) throw error;
  }
}

describe("damaged input", () => {
  it("gives a crystal or a PrismError from a mutated CIF", () => {
    const mutated = fc
      .tuple(fc.constantFrom(...fixtures), fc.array(mutation, { minLength: 1, maxLength: 6 }))
      .map(([text, mutations]) => mutations.reduce(mutate, text));
    fc.assert(
      fc.property(mutated, fc.constantFrom("all", "major"), (text, disorder) => {
        onlyPrismErrors(() => parseCif(text, undefined, { disorder }));
        onlyPrismErrors(() => trajectoryOf(text, { format: "cif", occupancyTolerance: 1.5 }));
      }),
      { numRuns: 1500 },
    );
  });

  it("gives a crystal or a PrismError from a CIF cut off anywhere", () => {
    for (const text of fixtures) {
      for (let end = 0; end < text.length; end++)
        onlyPrismErrors(() => parseCif(text.slice(0, end)));
    }
  });

  it("gives a value or a PrismError from any symmetry text", () => {
    const symbols = fc
      .array(fc.constantFrom(...'xyz+-,/.123456 PABCIRF:()"*abcmnd_', "1/2", "-3", "-P"), {
        maxLength: 14,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(symbols, (text) => {
        onlyPrismErrors(() => parseOperation(text));
        onlyPrismErrors(() => operationsFromHall(text));
        onlyPrismErrors(() => spaceGroup(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("hostile input", () => {
  const head = fixtures[0].slice(0, fixtures[0].indexOf("loop_"));
  const size = 1_000_000;
  const place = (i: number) =>
    [i, i / 40, i / 1600].map((n) => (Math.floor(n) % 40) / 40).join(" ");
  const crowd = (row: (i: number) => string) => {
    const rows = Array.from({ length: size / 25 }, (_, i) => row(i));
    return (
      disordered.slice(0, disordered.indexOf("Si1")).replace("'P -3'", "'P 1'") + rows.join("")
    );
  };
  it.each([
    ["quotes", `data_x\n${"' ".repeat(size / 2)}`],
    ["semicolons", `data_x\n${"\n;".repeat(size / 2)}`],
    ["loops", `data_x\n${"loop_\n_a\n".repeat(size / 9)}`],
    ["blocks", "data_x\n".repeat(size / 7)],
    [
      "a long number",
      `${head}loop_\n_atom_site_label\n_atom_site_fract_x\nSi ${"1".repeat(size)}x\n`,
    ],
    [
      "a long operation",
      `${head}_symmetry_equiv_pos_as_xyz '${"x+".repeat(size / 2)}'\n_atom_site_fract_x 0`,
    ],
    [
      "atoms that crowd in a corner",
      crowd((i) => `H${i} ${place(i)} .5 0 . .\n`)
        .replace(/_(length_[abc]) \d+/g, "_$1 100000")
        .replaceAll(/ (0\.\d+)/g, " $1e-4"),
    ],
    ["one-atom assemblies", crowd((i) => `H${i} ${place(i)} .5 0 A${i} 1\n`)],
    ["groups of one assembly", crowd((i) => `H${i} ${place(i)} .5 x A ${i + 1}\n`)],
    ["a text field that folds", `data_x\n_a\n;\\\n${"\\ \n".repeat(size / 3)};\n${head}`],
    ["a deep list", `#\\#CIF_2.0\ndata_x\n_a ${"[".repeat(size)}`],
    [
      "a wide list",
      `#\\#CIF_2.0\n${disordered}_atom_site_tensor_beta [${"[1] ".repeat(size / 4)}]`,
    ],
    ["tables in a list", `#\\#CIF_2.0\ndata_x\n_a [${"{'a':1}\n;\n;".repeat(size / 11)}`],
    ["blank lines", "\n \r".repeat(size / 3)],
  ])("reads a megabyte of %s in linear time", (_name, text) => {
    const start = performance.now();
    onlyPrismErrors(() => parseCif(text, undefined, { disorder: "major" }));
    onlyPrismErrors(() => trajectoryOf(text, { format: "cif" }));
    // Linear work takes some 50 ms here; quadratic work would take minutes.
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
