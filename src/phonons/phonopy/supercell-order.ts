import { determinant, inverse } from "../../math/mat3.js";

/**
 * Lattice points of a supercell in the order in which phonopy repeats each atom: those of a frame around the supercell,
 * the first of each class, a fastest.
 *
 * @param matrix Rows: the supercell's vectors in terms of the cell's.
 * @returns Rows of whole numbers.
 */
export function phonopyCells(matrix: readonly number[]): number[][] {
  const size = Math.round(Math.abs(determinant(matrix)));
  const corners = Array.from({ length: 8 }, (_, corner) =>
    [0, 1, 2].map((k) =>
      [0, 1, 2].reduce((sum, row) => sum + ((corner >> row) & 1) * matrix[3 * row + k], 0),
    ),
  );
  const frame = [0, 1, 2].map((k) => {
    const values = corners.map((corner) => corner[k]);
    return Math.max(...values) - Math.min(...values);
  });
  const back = inverse(matrix);
  const seen = new Set<string>();
  const found: number[][] = [];
  for (let w = 0; w < frame[2]; w++) {
    for (let v = 0; v < frame[1]; v++) {
      for (let u = 0; u < frame[0] && found.length < size; u++) {
        const key = [0, 1, 2]
          .map((k) => {
            const share = Math.round((u * back[k] + v * back[3 + k] + w * back[6 + k]) * size);
            return ((share % size) + size) % size;
          })
          .join();
        if (seen.has(key)) continue;
        seen.add(key);
        found.push([u, v, w]);
      }
    }
  }
  return found;
}
