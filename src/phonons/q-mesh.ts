import { show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { Lattice } from "../lattice/lattice.js";
import { rowTimes } from "../math/mat3.js";
import { norm } from "../math/vec3.js";
import type { CellOperation } from "./phonon-cells.js";

/** A regular mesh of wave vectors q = (g + s/2)/n, reduced by symmetry and q ↔ −q. */
export interface QMesh {
  readonly counts: readonly [number, number, number];
  /** s: 1 where the mesh lies half a step off Γ. */
  readonly shift: readonly [number, number, number];
  /** Irreducible points, [m, 3], in fractions of the reciprocal cell. */
  readonly qPoints: Float64Array;
  /** How many points of the mesh each stands for, [m]. */
  readonly weights: Float64Array;
  /** Which point of the mesh it is, [m]. */
  readonly addresses: Int32Array;
  /** The irreducible one of every point of the mesh. */
  readonly irreducible: Int32Array;
  /** Those that leave the mesh as it is. */
  readonly operations: readonly CellOperation[];
}

type Counts = readonly [number, number, number];
const maxMesh = 2e8;

/** With or without Γ: see `MeshOptions.gammaCentred`. */
export function qMesh(
  operations: readonly CellOperation[],
  given: ArrayLike<number>,
  gammaCentred: boolean,
): QMesh {
  const counts = checkedCounts(given);
  const shift = counts.map((n) => (gammaCentred ? 0 : 1 - (n % 2))) as unknown as Counts;
  const steps = stepsOf(operations, counts).filter(({ matrix }) => keeps(matrix, shift));
  return reduced(counts, shift, steps);
}

function checkedCounts(given: ArrayLike<number>): Counts {
  const counts = typeof given === "object" && given !== null ? Array.from(given) : [];
  const areCounts = counts.every((count) => Number.isInteger(count) && count >= 1);
  const size = counts.reduce((product, count) => product * count, 1);
  if (counts.length === 3 && areCounts && size <= maxMesh) return counts as unknown as Counts;
  throw new DomainError(
    `a mesh needs three counts of 1 or more, at most ${maxMesh} points in all, such as [20, 20, 20]; got ${show(given)}`,
    { counts: given },
  );
}

/** An operation on twice the steps of the mesh: d' = M d. */
interface Step {
  readonly matrix: readonly number[];
  readonly operation: CellOperation;
}

/** q' = q R as a row, for those R that take the mesh about Γ to itself. */
function stepsOf(operations: readonly CellOperation[], counts: Counts): Step[] {
  return operations.flatMap((operation) => {
    const matrix = Array.from({ length: 9 }, (_, at) => {
      const [i, j] = [Math.floor(at / 3), at % 3];
      return (operation.rotation[3 * j + i] * counts[i]) / counts[j];
    });
    return matrix.every(Number.isInteger) ? [{ matrix, operation }] : [];
  });
}

function keeps(m: readonly number[], shift: Counts): boolean {
  return shift.every((own, i) => {
    const parity = m[3 * i] * shift[0] + m[3 * i + 1] * shift[1] + m[3 * i + 2] * shift[2];
    return (parity - own) % 2 === 0;
  });
}

function reduced(counts: Counts, shift: Counts, steps: readonly Step[]): QMesh {
  const size = counts[0] * counts[1] * counts[2];
  const irreducible = new Int32Array(size).fill(-1);
  const matrices = [...new Map(steps.map(({ matrix }) => [matrix.join(), matrix])).values()];
  const qPoints: number[] = [];
  const weights: number[] = [];
  const addresses: number[] = [];
  const d = [0, 0, 0];
  for (let index = 0; index < size; index++) {
    if (irreducible[index] >= 0) continue;
    d[2] = 2 * (index % counts[2]) + shift[2];
    d[1] = 2 * (Math.floor(index / counts[2]) % counts[1]) + shift[1];
    d[0] = 2 * Math.floor(index / (counts[1] * counts[2])) + shift[0];
    const own = weights.length;
    let weight = 0;
    for (const m of matrices) {
      for (const sign of [1, -1]) {
        let to = 0;
        for (let i = 0; i < 3; i++) {
          const value = sign * (m[3 * i] * d[0] + m[3 * i + 1] * d[1] + m[3 * i + 2] * d[2]);
          const step = ((value - shift[i]) / 2) % counts[i];
          to = to * counts[i] + (step < 0 ? step + counts[i] : step);
        }
        if (irreducible[to] >= 0) continue;
        irreducible[to] = own;
        weight++;
      }
    }
    // Within (−1/2, 1/2].
    qPoints.push(
      ...d.map((value, i) => (value > counts[i] ? value / 2 - counts[i] : value / 2) / counts[i]),
    );
    weights.push(weight);
    addresses.push(index);
  }
  return {
    counts,
    shift,
    qPoints: Float64Array.from(qPoints),
    weights: Float64Array.from(weights),
    addresses: Int32Array.from(addresses),
    irreducible,
    operations: steps.map(({ operation }) => operation),
  };
}

/** Signs along the axes of the shortest diagonal of the mesh's steps, along which cells are cut. */
export function shortestDiagonal(lattice: Lattice, counts: Counts): number[] {
  const { matrix } = lattice.reciprocal;
  const signs = [
    [1, 1, 1],
    [-1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
  ];
  const lengths = signs.map((each) =>
    norm(
      rowTimes(
        each.map((sign, i) => sign / counts[i]),
        matrix,
      ),
    ),
  );
  return signs[lengths.indexOf(Math.min(...lengths))];
}
