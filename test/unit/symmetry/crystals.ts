import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";

const fcc = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

function shifted(by: number): number[][] {
  return fcc.map((position) => position.map((x) => x + by));
}

export const rocksalt: Crystal = Crystal.create({
  lattice: Lattice.cubic(5.6402),
  species: [...Array<string>(4).fill("Na"), ...Array<string>(4).fill("Cl")],
  fracPositions: [...fcc, ...shifted(0.5)],
});

const u = 0.305;
export const rutile: Crystal = Crystal.create({
  lattice: Lattice.tetragonal(4.594, 2.959),
  species: ["Ti", "Ti", "O", "O", "O", "O"],
  fracPositions: [
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [u, u, 0],
    [-u, -u, 0],
    [0.5 - u, 0.5 + u, 0.5],
    [0.5 + u, 0.5 - u, 0.5],
  ],
});

/** P3_221 with `hand` 1, its mirror image P3_121 with -1. */
export function quartz(hand: 1 | -1): Crystal {
  const [x, y, z] = [0.4135, 0.2669, 0.1191];
  const silicon = 0.4697;
  const positions = [
    [silicon, 0, 2 / 3],
    [0, silicon, 1 / 3],
    [-silicon, -silicon, 0],
    [x, y, z + 2 / 3],
    [-y, x - y, z + 1 / 3],
    [y - x, -x, z],
    [y, x, 1 / 3 - z],
    [x - y, -y, 2 / 3 - z],
    [-x, y - x, -z],
  ];
  return Crystal.create({
    lattice: Lattice.hexagonal(4.916, 5.4054),
    species: [...Array<string>(3).fill("Si"), ...Array<string>(6).fill("O")],
    fracPositions: positions.map((position) => position.map((value) => hand * value)),
  });
}
