import { requireFinite, requireOneOf, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { symmetricEigen, symmetricFunction } from "../math/symmetric-eigen.js";
import { unit } from "./directions.js";

/** How a strain ε is meant; all agree where it is small. */
export type StrainMeasure = "linear" | "green-lagrange" | "hencky";

/**
 * The deformation gradient F without rotation, x' = F x, of a strain.
 *
 * @param strain Voigt xx, yy, zz, yz, xz, xy with engineering shear, or a symmetric 3×3 matrix.
 */
export function deformationOf(
  strain: ArrayLike<number> | readonly ArrayLike<number>[],
  measure: StrainMeasure,
): Float64Array {
  requireOneOf("measure", measure, ["linear", "green-lagrange", "hencky"]);
  const e = strainMatrix(strain);
  if (measure === "hencky") return symmetricFunction(e, Math.exp);
  const smallest = symmetricEigen(e).values[0];
  const bound = measure === "linear" ? -1 : -0.5;
  if (!(smallest > bound)) {
    throw new DomainError(
      `a ${measure} strain must be above ${bound} in every direction, or a length vanishes; got ` +
        `${smallest} in one`,
      { strain: Array.from(e), measure, smallest },
    );
  }
  if (measure === "green-lagrange") return symmetricFunction(e, (x) => Math.sqrt(1 + 2 * x));
  return e.map((value, i) => value + Number(i % 4 === 0));
}

function strainMatrix(strain: ArrayLike<number> | readonly ArrayLike<number>[]): Float64Array {
  const list = typeof strain === "object" && strain !== null ? Array.from<unknown>(strain) : [];
  const isNested =
    list.length === 3 && list.every((row) => (row as ArrayLike<number>)?.length === 3);
  const flat = isNested ? list.flatMap((row) => Array.from(row as ArrayLike<unknown>)) : list;
  if (flat.length !== 6 && flat.length !== 9) {
    throw new ShapeError(
      "a strain is six numbers (Voigt xx, yy, zz, yz, xz, xy with engineering shear) or a " +
        `symmetric 3×3 matrix, got ${show(strain)}`,
      { length: flat.length },
    );
  }
  const e = flat.map((value, i) => requireFinite(`strain component ${i}`, value));
  if (e.length === 6) {
    const [xx, yy, zz, yz, xz, xy] = [e[0], e[1], e[2], e[3] / 2, e[4] / 2, e[5] / 2];
    return Float64Array.of(xx, xy, xz, xy, yy, yz, xz, yz, zz);
  }
  const largest = Math.max(...e.map(Math.abs));
  const isSymmetric = [
    [1, 3],
    [2, 6],
    [5, 7],
  ].every(([i, j]) => Math.abs(e[i] - e[j]) <= 1e-9 * largest);
  if (isSymmetric) return Float64Array.from(e);
  throw new DomainError(
    `a strain matrix must be symmetric, got ${show(strain)}; for a deformation with rotation use ` +
      "lattice.deformed(F)",
    { strain: e },
  );
}

/** Rodrigues' rotation, x' = R x, by an angle in degrees, counter-clockwise seen against the axis. */
export function rotationMatrix(axis: ArrayLike<number>, angle: number): Float64Array {
  const [x, y, z] = unit(axis);
  const [c, s] = cosineAndSine(angle);
  const t = 1 - c;
  return Float64Array.of(
    ...[t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    ...[t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    ...[t * x * z - s * y, t * y * z + s * x, t * z * z + c],
  );
}

/** Exact for right angles, so that a cell turned by them keeps its zeros. */
function cosineAndSine(angle: number): [number, number] {
  const quarter = (((angle / 90) % 4) + 4) % 4;
  if (Number.isInteger(quarter)) return [[1, 0, -1, 0][quarter], [0, 1, 0, -1][quarter]];
  const radians = (angle * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}
