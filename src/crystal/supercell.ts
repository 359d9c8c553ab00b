import { show } from "../base/check.js";
import { DomainError, ResourceExhausted } from "../base/errors.js";
import { Lattice } from "../lattice/lattice.js";
import { hermiteNormalForm } from "../math/integer-matrix.js";
import { determinant, inverse, multiply } from "../math/mat3.js";
import { machineMemoryLimit } from "../runtime/hardware.js";
import { requireNodes } from "./config.js";
import type { CrystalParts } from "./crystal-parts.js";
import { pickProperties } from "./site-properties.js";
import { propertyDropped, turnedProperties } from "./turned-properties.js";

/** Positions in both frames, kind, atomic number, and a label's pointer. */
const bytesPerSite = 64;

/** @see Crystal.supercell */
export function supercellParts(
  crystal: CrystalParts,
  scaling: ArrayLike<number> | readonly ArrayLike<number>[],
): CrystalParts {
  const matrix = scalingMatrix(scaling);
  requireRepeating(matrix, crystal.periodic);
  const cellCount = Math.abs(determinant(matrix));
  const oldCount = crystal.kindOfSite.length;
  const siteCount = cellCount * oldCount;
  requireNodes("the supercell", siteCount, crystal.config);
  const limit = Math.floor(Math.min(2 ** 31 / 3, machineMemoryLimit() / bytesPerSite));
  if (siteCount > limit) {
    throw new ResourceExhausted(
      `the supercell would have ${siteCount} sites; at most ${limit} fit in this machine's memory`,
      { scaling, siteCount, limit },
    );
  }
  const imagesOf = isCounts(matrix) ? gridImages : cosetImages;
  const fracPositions = new Float64Array(3 * siteCount);
  const kindOfSite = new Int32Array(siteCount);
  for (let i = 0; i < oldCount; i++) {
    imagesOf(crystal, i, matrix)(fracPositions, 3 * i * cellCount);
    kindOfSite.fill(crystal.kindOfSite[i], i * cellCount, (i + 1) * cellCount);
  }
  const lattice = Lattice.fromMatrix(multiply(matrix, crystal.lattice.matrix));
  const change = { from: crystal.lattice, to: lattice };
  const { properties, dropped } = turnedProperties(crystal.siteProperties, oldCount, change);
  const source = (site: number) => Math.floor(site / cellCount);
  return {
    lattice,
    fracPositions,
    kinds: crystal.kinds,
    kindOfSite,
    periodic: crystal.periodic,
    labels: crystal.labels?.flatMap((label) => Array<string>(cellCount).fill(label)),
    siteProperties: pickProperties(properties, oldCount, siteCount, source),
    warnings: [...crystal.warnings, ...dropped.map(propertyDropped)],
    config: crystal.config,
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

/** Where a crystal ends, there is nothing to repeat. */
function requireRepeating(matrix: Float64Array, periodic: readonly boolean[]): void {
  for (let k = 0; k < 3; k++) {
    if (periodic[k]) continue;
    const isKept = [0, 1, 2].every((other) => {
      const wanted = other === k ? 1 : 0;
      return matrix[3 * k + other] === wanted && matrix[3 * other + k] === wanted;
    });
    if (isKept) continue;
    throw new DomainError(
      `the crystal is not periodic along ${"abc"[k]}, so it cannot be repeated there; ` +
        "leave that vector as it is",
      { periodic, matrix: Array.from(matrix) },
    );
  }
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && "length" in value;
}

/** Writes the images of one site from an index of `out` on. */
type WriteImages = (out: Float64Array, start: number) => void;

function isCounts(matrix: Float64Array): boolean {
  return matrix.every((value, i) => (i % 4 === 0 ? value > 0 : value === 0));
}

/** Counts along a, b and c: each coordinate takes few values, and those are known beforehand. */
function gridImages(crystal: CrystalParts, site: number, matrix: Float64Array): WriteImages {
  const [x, y, z] = [0, 1, 2].map((k) => {
    const count = matrix[4 * k];
    const coordinate = crystal.fracPositions[3 * site + k];
    if (!crystal.periodic[k]) return Float64Array.of(coordinate);
    return Float64Array.from({ length: count }, (_, i) => wrap((coordinate + i) / count));
  });
  return (out, start) => {
    let at = start;
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < y.length; j++) at = writeRow(out, at, x[i], y[j], z);
    }
  };
}

function writeRow(out: Float64Array, start: number, x: number, y: number, z: Float64Array): number {
  let at = start;
  for (let k = 0; k < z.length; k++) {
    out[at] = x;
    out[at + 1] = y;
    out[at + 2] = z[k];
    at += 3;
  }
  return at;
}

/** Any matrix: one image for each translation that its Hermite normal form lists. */
function cosetImages(crystal: CrystalParts, site: number, matrix: Float64Array): WriteImages {
  const h = hermiteNormalForm(matrix);
  const toNew = inverse(matrix);
  return (out, start) => {
    let at = start;
    for (let i = 0; i < h[0]; i++) {
      for (let j = 0; j < h[4]; j++) {
        for (let k = 0; k < h[8]; k++) {
          writeWrapped(out, at, crystal.fracPositions, 3 * site, i, j, k, toNew);
          // What does not repeat stays: sites beyond the cell have no images within it.
          for (let axis = 0; axis < 3; axis++) {
            if (!crystal.periodic[axis]) out[at + axis] = crystal.fracPositions[3 * site + axis];
          }
          at += 3;
        }
      }
    }
  };
}

function writeWrapped(
  out: Float64Array,
  at: number,
  frac: Float64Array,
  from: number,
  i: number,
  j: number,
  k: number,
  toNew: Float64Array,
): void {
  const x = frac[from] + i;
  const y = frac[from + 1] + j;
  const z = frac[from + 2] + k;
  out[at] = wrap(x * toNew[0] + y * toNew[3] + z * toNew[6]);
  out[at + 1] = wrap(x * toNew[1] + y * toNew[4] + z * toNew[7]);
  out[at + 2] = wrap(x * toNew[2] + y * toNew[5] + z * toNew[8]);
}

/** Into [0, 1), with values a rounding error below 1 at 0. */
function wrap(x: number): number {
  const rest = x - Math.floor(x);
  return rest > 1 - 1e-12 ? 0 : rest;
}
