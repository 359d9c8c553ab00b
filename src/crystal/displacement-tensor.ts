import type { Lattice } from "../lattice/lattice.js";
import { inverse, transpose } from "../math/mat3.js";

/** The order in which a displacement tensor is stored, as pairs of axes. */
export const tensorPairs = [
  [0, 0],
  [1, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** B = 8π² U. */
export const bOfU: number = 8 * Math.PI ** 2;

/** |a*|, |b*|, |c*| in 1/Å, without 2π. */
export type ReciprocalLengths = readonly [number, number, number];

export function reciprocalLengths({ reciprocal }: Lattice): ReciprocalLengths {
  const { a, b, c } = reciprocal.parameters;
  return [a, b, c];
}

/**
 * A tensor U of displacements that become Δx' = W Δx on columns of fractional coordinates. Uⁱʲ a*ᵢ a*ⱼ
 * is ⟨Δxᵢ Δxⱼ⟩, which W carries to W ⟨Δx Δxᵀ⟩ Wᵀ.
 *
 * @param from Of the cell that U refers to. @param to Of the one that U' refers to.
 * @see Grosse-Kunstleve, R. W. & Adams, P. D. (2002). J. Appl. Cryst. 35, 477.
 */
export function turnedDisplacement(
  tensor: ArrayLike<number>,
  w: ArrayLike<number>,
  from: ReciprocalLengths,
  to: ReciprocalLengths = from,
): number[] {
  const u = [tensor[0], tensor[5], tensor[4], tensor[5], tensor[1], tensor[3]];
  u.push(tensor[4], tensor[3], tensor[2]);
  const scaled = (i: number, k: number) => (w[3 * i + k] * from[k]) / to[i];
  return tensorPairs.map(([i, j]) => {
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l < 3; l++) sum += scaled(i, k) * u[3 * k + l] * scaled(j, l);
    }
    return sum;
  });
}

/** ⟨u uᵀ⟩ of displacements u in Å along Cartesian axes, xx, yy, zz, yz, xz, xy, of the tensors of a cell. */
export function cartesianDisplacements(tensors: Float64Array, lattice: Lattice): Float64Array {
  return turnedAll(tensors, transpose(lattice.matrix), reciprocalLengths(lattice), [1, 1, 1]);
}

/** The tensors of a cell from those along Cartesian axes. */
export function displacementsInCell(cartesian: Float64Array, lattice: Lattice): Float64Array {
  const toCell = inverse(transpose(lattice.matrix));
  return turnedAll(cartesian, toCell, [1, 1, 1], reciprocalLengths(lattice));
}

function turnedAll(
  tensors: Float64Array,
  w: ArrayLike<number>,
  from: ReciprocalLengths,
  to: ReciprocalLengths,
): Float64Array {
  const turned = new Float64Array(tensors.length);
  for (let at = 0; at < tensors.length; at += 6) {
    turned.set(turnedDisplacement(tensors.subarray(at, at + 6), w, from, to), at);
  }
  return turned;
}
