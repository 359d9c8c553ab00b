import { Crystal, Lattice } from "prism-lab";

const step = 1e-4;

/** Five-point slope at 0. */
export async function difference(f: (x: number) => Promise<number>): Promise<number> {
  const [a, b, c, d] = await Promise.all([-2, -1, 1, 2].map((k) => f(k * step)));
  return (a - 8 * b + 8 * c - d) / (12 * step);
}

export function speciesOf(crystal: Crystal): string[] {
  return crystal.sites.map(({ occupants }) => occupants[0].species.symbol);
}

/** One coordinate moved by x Å. */
export function moved(crystal: Crystal, index: number, x: number): Crystal {
  const cartPositions = crystal.cartPositions.slice();
  cartPositions[index] += x;
  const { lattice, periodic } = crystal;
  return Crystal.create({ lattice, species: speciesOf(crystal), cartPositions, periodic });
}

const voigtAxes = [
  [0, 0],
  [1, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** Cell and sites under one strain, shear as engineering shear. */
export function strained(crystal: Crystal, voigt: number, x: number): Crystal {
  const [p, q] = voigtAxes[voigt];
  const share = p === q ? x : x / 2;
  const matrix = Float64Array.from(crystal.lattice.matrix);
  for (let row = 0; row < 3; row++) {
    const [u, v] = [crystal.lattice.matrix[3 * row + p], crystal.lattice.matrix[3 * row + q]];
    matrix[3 * row + p] += share * v;
    if (p !== q) matrix[3 * row + q] += share * u;
  }
  return Crystal.create({
    lattice: Lattice.fromMatrix(matrix),
    species: speciesOf(crystal),
    fracPositions: crystal.fracPositions,
  });
}
