// The CIFs that are read: published lattice parameters and Wyckoff coordinates, origin choice 1,
// hexagonal axes; the same twenty crystals for everybody.
import { open } from "node:fs/promises";
import { Crystal } from "prism-lab";

const third = 1 / 3;
/** Name, Hermann-Mauguin symbol, cell, sites. */
const crystals = [
  ["Cu", "F m -3 m", [3.615], ["Cu 0 0 0"]],
  ["Si", "F d -3 m:1", [5.431], ["Si 0 0 0"]],
  ["NaCl", "F m -3 m", [5.6402], ["Na 0 0 0", "Cl .5 .5 .5"]],
  ["CsCl", "P m -3 m", [4.123], ["Cs 0 0 0", "Cl .5 .5 .5"]],
  ["CaF2", "F m -3 m", [5.4626], ["Ca 0 0 0", "F .25 .25 .25"]],
  ["ZnS", "F -4 3 m", [5.4093], ["Zn 0 0 0", "S .25 .25 .25"]],
  ["SrTiO3", "P m -3 m", [3.905], ["Sr 0 0 0", "Ti .5 .5 .5", "O .5 .5 0"]],
  [
    "CaTiO3",
    "P n m a",
    [5.4423, 7.6401, 5.3796, 90, 90, 90],
    ["Ca .0353 .25 .9936", "Ti 0 0 .5", "O .4839 .25 .0711", "O .2898 .0373 .7111"],
  ],
  ["rutile", "P 42/m n m", [4.5937, 4.5937, 2.9587, 90, 90, 90], ["Ti 0 0 0", "O .3053 .3053 0"]],
  ["anatase", "I 41/a m d:1", [3.7842, 3.7842, 9.5146, 90, 90, 90], ["Ti 0 0 0", "O 0 0 .2081"]],
  [
    "quartz",
    "P 32 2 1",
    [4.9134, 4.9134, 5.4052, 90, 90, 120],
    [`Si .4697 0 ${2 * third}`, "O .4135 .2669 .7857667"],
  ],
  [
    "Al2O3",
    "R -3 c:H",
    [4.7602, 4.7602, 12.9933, 90, 90, 120],
    ["Al 0 0 .35219", "O .30633 0 .25"],
  ],
  [
    "ZnO",
    "P 63 m c",
    [3.2498, 3.2498, 5.2066, 90, 90, 120],
    [`Zn ${third} ${2 * third} 0`, `O ${third} ${2 * third} .3821`],
  ],
  ["Mg", "P 63/m m c", [3.2094, 3.2094, 5.2108, 90, 90, 120], [`Mg ${third} ${2 * third} .25`]],
  ["MgAl2O4", "F d -3 m:1", [8.0806], ["Mg 0 0 0", "Al .625 .625 .625", "O .3874 .3874 .3874"]],
  ["YAG", "I a -3 d", [12.01], ["Y .125 0 .25", "Al 0 0 0", "Al .375 0 .25", "O .9694 .0512 .15"]],
  ["FeS2", "P a -3", [5.4179], ["Fe 0 0 0", "S .3848 .3848 .3848"]],
  [
    "CaCO3",
    "R -3 c:H",
    [4.9896, 4.9896, 17.061, 90, 90, 120],
    ["Ca 0 0 0", "C 0 0 .25", "O .2568 0 .25"],
  ],
  [
    "ZrO2",
    "P 1 21/c 1",
    [5.1505, 5.2116, 5.3173, 90, 99.23, 90],
    ["Zr .2754 .0395 .2083", "O .07 .3317 .3447", "O .4496 .7569 .4792"],
  ],
  [
    "microcline",
    "P -1",
    [8.56, 12.96, 7.21, 90.65, 115.83, 87.7],
    [
      ...["K .284 .999 .139", "Al .009 .187 .217", "Si .01 .82 .229", "Si .71 .12 .34"],
      ...["Si .708 .886 .35", "O 0 .145 .985", "O .638 .003 .285", "O .825 .15 .22"],
      ...["O .83 .855 .24", "O .035 .32 .25", "O .035 .695 .27", "O .19 .125 .405"],
      "O .177 .875 .41",
    ],
  ],
];

/** @returns Twenty CIFs with the space group's symbol and all its operations. */
export function symmetricCifs() {
  return crystals.map(([name, symbol, given, sites]) => {
    const cell = given.length === 1 ? [given[0], given[0], given[0], 90, 90, 90] : given;
    const text = [
      ...header(name, symbol, cell),
      ...["loop_", "_atom_site_label", ...coordinateTags, ...sites],
    ].join("\n");
    // Every reader but gemmi takes the operations; gemmi takes the symbol.
    const symbolLine = `_symmetry_space_group_name_H-M '${symbol}'\n_space_group_IT_number`;
    return Crystal.fromText(text)
      .toText("cif", { symmetry: true })
      .replace("_space_group_IT_number", symbolLine);
  });
}

const cellTags = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"];
const coordinateTags = ["x", "y", "z"].map((axis) => `_atom_site_fract_${axis}`);

function header(name, symbol, cell) {
  return [
    `data_${name}`,
    `_symmetry_space_group_name_H-M '${symbol}'`,
    ...cellTags.map((tag, i) => `_cell_${tag} ${cell[i]}`),
  ];
}

/**
 * Writes a P1 CIF of jittered fcc copper of `cells` cells a side.
 *
 * @returns The number of its atoms.
 */
export async function writeP1(path, cells) {
  const file = await open(path, "w");
  const edge = cells * 3.615;
  const tags = ["_atom_site_type_symbol", "_atom_site_label", ...coordinateTags];
  const lines = header("p1", "P 1", [edge, edge, edge, 90, 90, 90]);
  lines.push("loop_", "_symmetry_equiv_pos_as_xyz", "'x, y, z'", "loop_", ...tags);
  await file.write(`${lines.join("\n")}\n_atom_site_occupancy\n`);
  const random = mulberry32(12345);
  const corners = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
  let count = 0;
  for (let i = 0; i < cells; i++) {
    let rows = "";
    for (let site = 0; site < 4 * cells * cells; site++) {
      const cell = [i, Math.floor(site / 4 / cells), Math.floor(site / 4) % cells];
      const fractions = cell.map((n, axis) => {
        const jitter = 0.02 * (random() - 0.5) + 0.02;
        return ((n + corners[3 * (site % 4) + axis] + jitter) / cells).toFixed(8);
      });
      rows += `Cu Cu${count++} ${fractions.join(" ")} 1\n`;
    }
    await file.write(rows);
  }
  await file.close();
  return count;
}

/** T. Ettinger's generator: the same numbers everywhere from one seed. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
