import { show } from "../base/check.js";
import { DomainError, ResourceExhausted } from "../base/errors.js";
import { Lattice } from "../lattice/lattice.js";
import { hermiteNormalForm } from "../math/integer-matrix.js";
import { determinant, inverse, multiply } from "../math/mat3.js";
import { machineMemoryLimit } from "../runtime/hardware.js";
import type { CrystalParts } from "./crystal-parts.js";

/** Positions in both frames, kind, atomic number, and a label's pointer. */
const bytesPerSite = 64;

/** @see Crystal.supercell */
export function supercellParts(
  crystal: CrystalParts,
  scaling: ArrayLike<number> | readonly ArrayLike<number>[],
): CrystalParts {
  const matrix = scalingMatrix(scaling);
  const cellCount = Math.abs(determinant(matrix));
  const oldCount = crystal.kindOfSite.length;
  const siteCount = cellCount * oldCount;
  const limit = Math.floor(Math.min(2 ** 31 / 3, machineMemoryLimit() / bytesPerSite));
  if (siteCount > limit) {
    throw new ResourceExhausted(
      `the supercell would have ${siteCount} sites; at most ${limit} fit in this machine's memory`,
      { scaling, siteCount, limit },
    );
  }
  const toNew = inverse(matrix);
  const translations = cellTranslations(matrix);
  const fracPositions = new Float64Array(3 * siteCount);
  const kindOfSite = new Int32Array(siteCount);
  let out = 0;
  for (let i = 0; i < oldCount; i++) {
    for (let t = 0; t < translations.length; t += 3) {
      const x = crystal.fracPositions[3 * i] + translations[t];
      const y = crystal.fracPositions[3 * i + 1] + translations[t + 1];
      const z = crystal.fracPositions[3 * i + 2] + translations[t + 2];
      for (let k = 0; k < 3; k++) {
        fracPositions[3 * out + k] = wrap(x * toNew[k] + y * toNew[3 + k] + z * toNew[6 + k]);
      }
      kindOfSite[out++] = crystal.kindOfSite[i];
    }
  }
  return {
    lattice: Lattice.fromMatrix(multiply(matrix, crystal.lattice.matrix)),
    fracPositions,
    kinds: crystal.kinds,
    kindOfSite,
    periodic: crystal.periodic,
    labels: crystal.labels?.flatMap((label) => Array<string>(cellCount).fill(label)),
    warnings: crystal.warnings,
  };
}

function scalingMatrix(scaling: ArrayLike<number> | readonly ArrayLike<number>[]): Float64Array {
  const list = typeof scaling === "object" && scaling !== null ? Array.from<unknown>(scaling) : [];
  const isCounts = list.every((count) => typeof count === "number" && count >= 1);
  const isMatrix = list.every((row) => isArrayLike(row) && row.length === 3);
  const numbers = (
    isMatrix ? list.flatMap((row) => Array.from(row as number[])) : list
  ) as number[];
  if (list.length !== 3 || !(isCounts || isMatrix) || !numbers.every(Number.isInteger)) {
    throw new DomainError(
      `a supercell needs three counts of 1 or more, or a 3×3 matrix of integers; got ${show(scaling)}`,
      { scaling },
    );
  }
  const matrix =
    numbers.length === 9
      ? Float64Array.from(numbers)
      : Float64Array.of(numbers[0], 0, 0, 0, numbers[1], 0, 0, 0, numbers[2]);
  if (determinant(matrix) !== 0) return matrix;
  throw new DomainError(
    `the supercell matrix ${show(scaling)} has determinant 0: its rows must be independent`,
    {
      scaling,
    },
  );
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && "length" in value;
}

/** One translation for each old cell inside the new one, [count, 3]. */
function cellTranslations(matrix: Float64Array): Int32Array {
  const h = hermiteNormalForm(matrix);
  const out = new Int32Array(3 * h[0] * h[4] * h[8]);
  let at = 0;
  for (let i = 0; i < h[0]; i++) {
    for (let j = 0; j < h[4]; j++) {
      for (let k = 0; k < h[8]; k++) {
        out[at++] = i;
        out[at++] = j;
        out[at++] = k;
      }
    }
  }
  return out;
}

/** Into [0, 1), with values a rounding error below 1 at 0. */
function wrap(x: number): number {
  const rest = x - Math.floor(x);
  return rest > 1 - 1e-12 ? 0 : rest;
}
