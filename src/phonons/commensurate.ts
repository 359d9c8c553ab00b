import { determinant, inverse } from "../math/mat3.js";

/** Wave vectors that fit into a supercell, one of q and −q: q · S is whole. */
export function commensurate(matrix: readonly number[]): number[][] {
  const size = Math.round(Math.abs(determinant(matrix)));
  const back = inverse(matrix);
  const found = new Map<string, number[]>();
  // q = S⁻¹ m as a column; counts up to the size along each axis reach every class.
  const whole = (value: number) => ((Math.round(value * size) % size) + size) % size;
  const queue = [[0, 0, 0]];
  found.set("0,0,0", [0, 0, 0]);
  for (let at = 0; at < queue.length; at++) {
    for (let axis = 0; axis < 3; axis++) {
      const next = queue[at].map((value, i) => whole((value + back[3 * i + axis] * size) / size));
      const key = next.join();
      if (found.has(key)) continue;
      found.set(key, next);
      queue.push(next);
    }
  }
  return queue
    .filter((point) => {
      const opposite = point.map((value) => (size - value) % size);
      return point.join() <= opposite.join();
    })
    .map((point) => point.map((value) => (2 * value > size ? value - size : value) / size));
}
