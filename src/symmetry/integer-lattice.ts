/** Vectors of whole numbers modulo a divisor: pure translations as exact fractions of a cell. */

/**
 * Upper triangular rows that span the lattice of the given vectors and of `divisor` times the unit
 * vectors; each entry above a pivot is at most half of it, so that the cell is not needlessly skew.
 */
export function spannedLattice(
  vectors: readonly (readonly number[])[],
  divisor: number,
): number[][] {
  const rows = [[divisor, 0, 0], [0, divisor, 0], [0, 0, divisor], ...vectors.map((v) => [...v])];
  for (let column = 0; column < 3; column++) {
    for (let row = column + 1; row < rows.length; row++) eliminate(rows, column, row);
    if (rows[column][column] < 0) rows[column] = rows[column].map((value) => -value);
  }
  for (let column = 1; column < 3; column++) {
    for (let row = 0; row < column; row++) {
      const times = Math.round(rows[row][column] / rows[column][column]);
      rows[row] = rows[row].map((value, k) => value - times * rows[column][k]);
    }
  }
  return rows.slice(0, 3);
}

/** Euclid's algorithm on two rows until the entry of `row` in `column` is 0. */
function eliminate(rows: number[][], column: number, row: number): void {
  while (rows[row][column] !== 0) {
    const times = Math.trunc(rows[column][column] / rows[row][column]);
    const rest = rows[column].map((value, k) => value - times * rows[row][k]);
    rows[column] = rows[row];
    rows[row] = rest;
  }
}

/** The representative of a vector modulo the lattice of upper triangular rows. */
export function residue(vector: readonly number[], rows: readonly (readonly number[])[]): number[] {
  let rest = vector.slice();
  for (let column = 0; column < 3; column++) {
    const times = Math.floor(rest[column] / rows[column][column]);
    if (times !== 0) rest = rest.map((value, k) => value - times * rows[column][k]);
  }
  return rest;
}

/** The group that `group` and one more vector generate, modulo `divisor`. */
export function extendGroup(
  group: number[][],
  vector: readonly number[],
  divisor: number,
): number[][] {
  const members = new Set(group.map((element) => element.join()));
  const out = [...group];
  let multiple = vector.slice();
  while (!members.has(multiple.join())) {
    for (const element of group) {
      out.push(element.map((component, k) => modulo(component + multiple[k], divisor)));
    }
    multiple = multiple.map((component, k) => modulo(component + vector[k], divisor));
  }
  return out;
}

/** Ascending, without 1: a translation by a whole cell is none. */
export function divisorsOf(n: number): number[] {
  const out: number[] = [];
  for (let d = 2; d <= n; d++) if (n % d === 0) out.push(d);
  return out;
}

export function modulo(a: number, n: number): number {
  return ((a % n) + n) % n;
}
