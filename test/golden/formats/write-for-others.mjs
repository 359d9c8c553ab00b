// Writes a structure in every format into a folder, for read-back.py:
//   node test/golden/formats/write-for-others.mjs FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Crystal, Lattice, trajectoryText } from "prism-lab";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const lattice = Lattice.fromMatrix([4.1, 0.2, -0.3, 0.7, 5.2, 0.1, -0.4, 0.9, 6.3]);
const crystal = Crystal.create({
  lattice,
  species: ["Ti", "O", "O", "Ti"],
  fracPositions: [0, 0, 0, 0.3, 0.31, 0.02, 0.71, 0.7, 0.98, 0.5, 0.51, 0.52],
  siteProperties: {
    charge: [1.2, -0.6, -0.6, 1.2],
    forces: Float64Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    magneticMoment: [0.5, 0, 0, -0.5],
    selectiveDynamics: [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1],
    velocities: Float64Array.from({ length: 12 }, (_, i) => Math.cos(i) / 100),
  },
  info: { energy: -12.5, note: "two words", list: [1, 2.5], source: { run: 4 }, quoted: 'a "b" c' },
});
const shared = Crystal.create({
  lattice,
  species: [
    [
      { species: "Fe3+", occupancy: 0.75 },
      { species: "Al3+", occupancy: 0.25 },
    ],
    "O2-",
  ],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
});
const molecule = Crystal.create({
  lattice: Lattice.cubic(8),
  species: ["O", "H", "H"],
  cartPositions: [0, 0, 0.12, 0, 0.76, -0.48, 0, -0.76, -0.48],
  periodic: [false, false, false],
});
const save = (name, text) => writeFileSync(path.join(folder, name), text);
const { cartPositions, numbers } = crystal;
const expected = {
  cell: [...lattice.matrix],
  positions: [...cartPositions],
  numbers: [...numbers],
};
const properties = Object.entries(crystal.siteProperties).map(([name, values]) => [
  name,
  [...values],
]);
save("expected.json", JSON.stringify({ ...expected, properties: Object.fromEntries(properties) }));
const formats = [
  "poscar",
  "xdatcar",
  "extxyz",
  "pdb",
  "lammps-data",
  "lammps-dump",
  "xsf",
  "ase-json",
];
// ASE 3.22 fails on charges in dumps, also its own.
const { charge: _, ...uncharged } = crystal.siteProperties;
const neutral = Crystal.create({
  lattice,
  species: crystal.sites.map((site) => site.occupants),
  fracPositions: crystal.fracPositions,
  siteProperties: uncharged,
});
save("neutral.lammps-dump", neutral.toText("lammps-dump"));
save("two-neutral.lammps-dump", trajectoryText([neutral, neutral], "lammps-dump"));
for (const format of [...formats, "pymatgen-json", "optimade", "cif"]) {
  save(`one.${format}`, crystal.toText(format));
}
for (const format of ["xdatcar", "extxyz", "pdb", "lammps-dump", "xsf", "ase-json"]) {
  save(`two.${format}`, trajectoryText([crystal, crystal], format));
}
save("full.lammps-data", crystal.toText("lammps-data", { atomStyle: "full" }));
save("cartesian.poscar", crystal.toText("poscar", { positions: "cartesian" }));
save("shared.pymatgen-json", shared.toText("pymatgen-json"));
for (const format of ["xyz", "extxyz", "xsf", "pdb", "ase-json"]) {
  save(`molecule.${format}`, molecule.toText(format));
}
