import { Crystal, Lattice } from "prism-lab";

const fcc = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
const shifted = (by: number) => fcc.map((value) => value + by);

export const halite = Crystal.create({
  lattice: Lattice.cubic(5.6402),
  species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
  fracPositions: [...fcc, ...shifted(0.5)],
});

export const fluorite = Crystal.create({
  lattice: Lattice.cubic(5.4626),
  species: [...Array(4).fill("Ca"), ...Array(8).fill("F")],
  fracPositions: [...fcc, ...shifted(0.25), ...shifted(0.75)],
});

export const perovskite = Crystal.create({
  lattice: Lattice.cubic(3.905),
  species: ["Sr", "Ti", "O", "O", "O"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
});

const x = 0.3053;
export const rutile = Crystal.create({
  lattice: Lattice.fromParameters(4.594, 4.594, 2.9586, 90, 90, 90),
  species: ["Ti", "Ti", "O", "O", "O", "O"],
  fracPositions: [
    ...[0, 0, 0, 0.5, 0.5, 0.5],
    ...[x, x, 0, -x, -x, 0, 0.5 + x, 0.5 - x, 0.5, 0.5 - x, 0.5 + x, 0.5],
  ],
});

/** Si–O of 1.61 Å in a cube of its own. */
export const silicate = Crystal.create({
  lattice: Lattice.cubic(20),
  species: ["Si", "O", "O", "O", "O"],
  cartPositions: [
    ...[0, 0, 0],
    ...[1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1].map((sign) => (sign * 1.61) / Math.sqrt(3)),
  ],
});
