import { requireFlag, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { rowsTimes } from "../math/mat3.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { dipoleInputs } from "./dipoles.js";
import type { DynamicalMatrix } from "./dynamical-matrix.js";
import { frequencyOf, frequencyUnit } from "./units.js";

export interface ModeOptions extends TaskOptions {
  /** Default false. */
  readonly eigenvectors?: boolean;
  /** Default false. */
  readonly groupVelocities?: boolean;
  /**
   * From where Γ of a polar crystal is approached, in fractions of the reciprocal vectors, as longitudinal modes
   * depend on it. Default: from nowhere, which gives the transverse ones alone.
   */
  readonly direction?: ArrayLike<number>;
}

/** Vibrations of m wave vectors, 3n each. */
export interface PhononModes {
  /** THz, [m, 3n], ascending for each q; imaginary ones negative. */
  readonly frequencies: Float64Array;
  /**
   * [m, 3n, 3n, 2], re and im: a row for each frequency, of unit length. Atom j of the cell at R moves as
   * Re eⱼ/√mⱼ exp 2πi q·(R + xⱼ).
   */
  readonly eigenvectors: Float64Array | undefined;
  /** ∂ν/∂q in THz·Å = 100 m/s, Cartesian, [m, 3n, 3]; 0 where the frequency is. */
  readonly groupVelocities: Float64Array | undefined;
}

/** What meshes, bands and searches for modes need of `Phonons`. */
export interface ModeSource {
  readonly crystal: Crystal;
  readonly masses: Float64Array;
  readonly supercellMatrix: readonly number[];
  /** @internal */
  dynamicalMatrix(): DynamicalMatrix;
}

/** THz; closer frequencies are one. */
const degeneracy = 1e-4;

/** Modes at many wave vectors as a task of any name, with what is made of them. */
export function runModes<T>(
  source: ModeSource,
  name: string,
  qPoints: Float64Array,
  options: ModeOptions,
  finish: (modes: PhononModes) => T,
  directions?: Float64Array,
): Task<T> {
  const { eigenvectors = false, groupVelocities = false, direction, ...task } = options;
  requireFlag("eigenvectors", eigenvectors);
  requireFlag("groupVelocities", groupVelocities);
  const { atomCount, shifts, coefficients, fracPositions, lattice, dipoles } =
    source.dynamicalMatrix();
  const ways = directions ?? repeated(checkedDirection(direction), qPoints.length / 3);
  return Runtime.of(task).run(
    {
      kernel: "phononModes",
      name,
      inputs: [
        qPoints,
        cartesianDirections(source.crystal, ways),
        shifts,
        coefficients,
        fracPositions,
        lattice,
        ...dipoleInputs(dipoles),
      ],
      params: [
        atomCount,
        Number(eigenvectors),
        Number(groupVelocities),
        degeneracy / frequencyUnit,
      ],
      decode: ([values, slopes, vectors]) => {
        const frequencies = new Float64Array(values).map(frequencyOf);
        return finish({
          frequencies,
          eigenvectors: eigenvectors ? new Float64Array(vectors) : undefined,
          groupVelocities: groupVelocities
            ? velocitiesOf(new Float64Array(slopes), frequencies)
            : undefined,
        });
      },
    },
    task,
  );
}

/** @throws {ShapeError | DomainError} anything but three finite numbers. */
export function checkedDirection(direction: ArrayLike<number> | undefined): Float64Array {
  if (direction === undefined) return new Float64Array(3);
  const checked = checkedPoints([direction]);
  if (checked.length === 3) return checked;
  throw new ShapeError(`direction must be three numbers, got ${show(direction)}`, { direction });
}

function repeated(row: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: 3 * count }, (_, i) => row[i % 3]);
}

/** Rows in fractions of the reciprocal vectors as unit vectors; 0 stays. */
export function cartesianDirections(crystal: Crystal, rows: Float64Array): Float64Array {
  const cart = rowsTimes(rows, crystal.lattice.reciprocal.matrix);
  for (let i = 0; i < cart.length; i += 3) {
    const length = Math.hypot(cart[i], cart[i + 1], cart[i + 2]);
    for (let k = 0; k < 3 && length > 0; k++) cart[i + k] /= length;
  }
  return cart;
}

/** ∂ν/∂q of dλ/dk, where λ is (2πν)² in eV/Å²/u and k is 2πq. */
function velocitiesOf(slopes: Float64Array, frequencies: Float64Array): Float64Array {
  const factor = Math.PI * frequencyUnit * frequencyUnit;
  return slopes.map((slope, i) => {
    const frequency = Math.abs(frequencies[Math.floor(i / 3)]);
    return frequency < degeneracy ? 0 : (factor * slope) / frequency;
  });
}

const maxPoints = 2 ** 31 / 24;

/** @throws {ShapeError | DomainError} anything but rows of three finite numbers. */
export function checkedPoints(
  qPoints: ArrayLike<number> | readonly ArrayLike<number>[],
): Float64Array {
  const isList = typeof qPoints === "object" && qPoints !== null && "length" in qPoints;
  const rows = isList ? Array.from<number | ArrayLike<number>>(qPoints) : [];
  const areRows = rows.every((row) => typeof row === "object" && row !== null && row.length === 3);
  const flat = areRows ? rows.flatMap((row) => Array.from(row as ArrayLike<number>)) : rows;
  if (!isList || flat.length % 3 !== 0 || rows.length > maxPoints) {
    throw new ShapeError(
      `q-points must be rows of three numbers such as [[0.5, 0, 0.5]], got ${show(qPoints)}`,
      { qPoints },
    );
  }
  flat.forEach((value, index) => {
    if (typeof value === "number" && Number.isFinite(value)) return;
    throw new DomainError(`number ${index} of the q-points must be finite, got ${show(value)}`, {
      index,
      value,
    });
  });
  return Float64Array.from(flat as number[]);
}
