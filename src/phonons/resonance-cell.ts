import { show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { greatestCommonDivisor } from "../math/integer-matrix.js";
import { determinant, inverse, type Mat3, multiply } from "../math/mat3.js";
import { PhononSupercell } from "./phonon-cells.js";

/** How far a number may be from the fraction that it is taken for. */
const tolerance = 1e-5;
/** Fractions of larger denominators are not looked for. */
const mostParts = 100;
/** Primitive cells that a supercell may have unless it is given. */
const mostCells = 512;
const mostSites = 100_000;

/** Waves whose vectors are fractions, in a supercell that they fit into. */
export interface ResonanceCell {
  readonly supercell: PhononSupercell;
  /** The wave vectors as the nearest doubles of their fractions. */
  readonly qPoints: readonly (readonly [number, number, number])[];
}

/**
 * The supercell of fewest primitive cells in which all waves exp 2πi q·R are periodic, of reduced vectors;
 * or the one that is given.
 *
 * @throws {DomainError} wave vectors that are no simple fractions, that need too large a cell, or that do
 *   not fit into the given one.
 * @see J. H. Lloyd-Williams & B. Monserrat, Phys. Rev. B 92, 184301 (2015).
 */
export function resonanceCell(
  crystal: Crystal,
  wanted: readonly ArrayLike<number>[],
  given: ArrayLike<number> | readonly ArrayLike<number>[] | undefined,
): ResonanceCell {
  const fractions = wanted.map((q) => fractionsOf(q));
  const qPoints = fractions.map(({ parts, whole }) =>
    parts.map((part) => part / whole),
  ) as unknown as ResonanceCell["qPoints"];
  const matrix = given === undefined ? smallest(crystal, fractions) : rowsOf(crystal, given);
  const cells = Math.abs(determinant(matrix));
  if (cells * crystal.siteCount > mostSites) {
    throw new DomainError(
      `the supercell would have ${cells * crystal.siteCount} sites; a resonance is shown of ${mostSites} at most`,
      { sites: cells * crystal.siteCount },
    );
  }
  qPoints.forEach((q) => {
    const turns = [0, 1, 2].map((i) => q.reduce((sum, x, k) => sum + matrix[3 * i + k] * x, 0));
    if (turns.every((turn) => Math.abs(turn - Math.round(turn)) < 1e-9)) return;
    throw new DomainError(
      `q = ${textOf(q)} does not fit into the given supercell: along its vectors the wave makes ${textOf(turns)} turns; leave supercell out for the smallest that fits`,
      { q, supercell: Array.from(matrix) },
    );
  });
  return { supercell: new PhononSupercell(crystal, matrix), qPoints };
}

/** parts/whole, not reduced. */
interface Fractions {
  readonly parts: readonly number[];
  readonly whole: number;
}

function fractionsOf(q: ArrayLike<number>): Fractions {
  const wholes = [0, 1, 2].map((k) => denominatorOf(q[k]));
  const whole = wholes.includes(undefined) ? Infinity : (wholes as number[]).reduce(common, 1);
  if (whole <= mostCells) {
    return { parts: [0, 1, 2].map((k) => Math.round(q[k] * whole)), whole };
  }
  const { parts, whole: near } = nearest(q);
  throw new DomainError(
    `q = ${textOf(Array.from(q))} fits into no supercell of up to ${mostCells} primitive cells (within ${tolerance}); the nearest that does is [${parts.map((part) => fractionText(part, near)).join(", ")}]`,
    { q: Array.from(q), nearest: parts.map((part) => part / near) },
  );
}

function denominatorOf(value: number): number | undefined {
  for (let whole = 1; whole <= mostParts; whole++) {
    if (Math.abs(value - Math.round(value * whole) / whole) <= tolerance) return whole;
  }
  return undefined;
}

/** The fraction nearest to a wave vector, the simplest of equals. */
function nearest(q: ArrayLike<number>): Fractions {
  let best = { parts: [0, 0, 0], whole: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (let whole = 1; whole <= mostCells; whole++) {
    const parts = [0, 1, 2].map((k) => Math.round(q[k] * whole));
    const off = Math.max(...parts.map((part, k) => Math.abs(q[k] - part / whole)));
    if (off >= least - 1e-12) continue;
    least = off;
    best = { parts, whole };
  }
  return best;
}

function common(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function fractionText(part: number, whole: number): string {
  const divisor = greatestCommonDivisor(part, whole);
  const below = whole / divisor;
  return below === 1 ? `${part / divisor}` : `${part / divisor}/${below}`;
}

function textOf(numbers: readonly number[]): string {
  return numbers.map((value) => String(Number(value.toPrecision(6)))).join(", ");
}

function smallest(crystal: Crystal, fractions: readonly Fractions[]): Mat3 {
  let rows = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (const each of fractions) rows = periodRows(rows, each);
  const matrix = rows.flat();
  const cells = Math.round(Math.abs(determinant(matrix)));
  if (cells > mostCells) {
    throw new DomainError(
      `the wave vectors fit together into no supercell of up to ${mostCells} primitive cells, but into one of ${cells}; take fractions with a common denominator`,
      { cells },
    );
  }
  if (cells === 1 || !crystal.periodic.every(Boolean)) return matrix;
  const lattice = Lattice.fromMatrix(multiply(matrix, crystal.lattice.matrix));
  const reduced = multiply(lattice.lll().transformation, matrix).map(Math.round);
  return determinant(reduced) < 0 ? reduced.map((value) => 0 - value) : reduced;
}

/** A basis of the combinations of rows along which the wave makes whole turns. */
function periodRows(rows: readonly number[][], { parts, whole }: Fractions): number[][] {
  const basis = rows.map((row) => ({
    row: [...row],
    turn: row.reduce((sum, value, k) => sum + value * parts[k], 0),
  }));
  // Euclid's algorithm, until one of the rows makes turns that are not whole.
  for (;;) {
    const left = basis.filter(({ turn }) => turn !== 0);
    if (left.length < 2) break;
    left.sort((a, b) => Math.abs(a.turn) - Math.abs(b.turn));
    const [least, next] = left;
    const times = Math.trunc(next.turn / least.turn);
    next.turn -= times * least.turn;
    next.row = next.row.map((value, k) => value - times * least.row[k]);
  }
  return basis.map(({ row, turn }) => {
    const times = whole / greatestCommonDivisor(turn, whole);
    return row.map((value) => times * value + 0);
  });
}

function rowsOf(crystal: Crystal, given: ArrayLike<number> | readonly ArrayLike<number>[]): Mat3 {
  const { lattice } = crystal.supercell(given);
  const matrix = multiply(lattice.matrix, inverse(crystal.lattice.matrix)).map(Math.round);
  if (Math.abs(determinant(matrix)) > 0.5) return matrix;
  throw new DomainError(`supercell must have a volume; got ${show(given)}`, { supercell: given });
}

/**
 * The longest wave that fits into a supercell, in fractions of the reciprocal vectors of its primitive cell.
 *
 * @param matrix The supercell's vectors as rows in terms of the primitive ones.
 */
export function longestWave(crystal: Crystal, matrix: Mat3): [number, number, number] {
  const back = inverse(matrix);
  const reciprocal = inverse(crystal.lattice.matrix);
  let best: [number, number, number] = [0.25, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < 125; index++) {
    const m = [Math.floor(index / 25) - 2, (Math.floor(index / 5) % 5) - 2, (index % 5) - 2];
    const q = [0, 1, 2].map(
      (k) => back[3 * k] * m[0] + back[3 * k + 1] * m[1] + back[3 * k + 2] * m[2],
    );
    if (q.every((value) => Math.abs(value - Math.round(value)) < 1e-9)) continue;
    const length = Math.hypot(
      ...[0, 1, 2].map(
        (i) =>
          reciprocal[3 * i] * q[0] + reciprocal[3 * i + 1] * q[1] + reciprocal[3 * i + 2] * q[2],
      ),
    );
    // Of q and −q, which come in turn, the later one points along the first axis it has a part of.
    if (length > least * (1 + 1e-9)) continue;
    least = length;
    best = [q[0] + 0, q[1] + 0, q[2] + 0];
  }
  return best;
}
