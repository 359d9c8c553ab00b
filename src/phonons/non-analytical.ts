import { requireFinite, requirePositive, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { multiply, transpose } from "../math/mat3.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import type { CellOperation } from "./phonon-cells.js";

/** A number for a multiple of 1, or a 3×3 tensor, flat or as rows. */
export type TensorLike = number | ArrayLike<number> | readonly ArrayLike<number>[];

export interface NonAnalyticalOptions {
  /**
   * Z* in e: Z_αβ is the polarisation along α (times the volume) of a displacement along β, so that a field E
   * pulls by F_β = Σ E_α Z_αβ. By element, or a list of one for each site of the crystal.
   */
  readonly bornCharges: Readonly<Record<string, TensorLike>> | readonly TensorLike[];
  /** ε of the electrons alone, at fixed nuclei: 1 for rigid ions. */
  readonly dielectric: TensorLike;
}

/** What splits longitudinal and transverse modes of a polar crystal, as it was used. */
export interface NonAnalytical {
  /** e, [n, 3, 3]: symmetrised, and adding up to 0. */
  readonly bornCharges: Float64Array;
  /** [3, 3], symmetrised. */
  readonly dielectric: Float64Array;
  /** e; what the charges that were given add up to, its largest component. */
  readonly chargeSum: number;
}

/** e for an atom; charges that add up to more are worth a word. */
const neutral = 0.05;

/**
 * Charges and dielectric tensor of the primitive atoms, made to obey the symmetry and Σ Z* = 0.
 *
 * @param atoms The primitive atom of each site that the charges are given for.
 * @throws {ShapeError | DomainError} charges of too few atoms, tensors that are none, ε that is not positive.
 */
export function nonAnalyticalOf(
  given: NonAnalyticalOptions,
  crystal: Crystal,
  atoms: ArrayLike<number>,
  operations: readonly CellOperation[],
): NonAnalytical {
  const known = ["bornCharges", "dielectric"] as const;
  const example = "{ bornCharges: { Na: 1.1, Cl: -1.1 }, dielectric: 2.4 }";
  requireOptions("nonAnalytical", given, known, example);
  const dielectric = symmetrisedTensor(tensorOf("dielectric", given.dielectric), operations);
  const { values } = symmetricEigen(dielectric);
  requirePositive("the least eigenvalue of dielectric", values[0]);
  const charges = symmetrisedCharges(chargesOf(given.bornCharges, crystal, atoms), operations);
  const sum = new Float64Array(9);
  charges.forEach((value, i) => {
    sum[i % 9] += value;
  });
  return {
    bornCharges: charges.map((value, i) => value - sum[i % 9] / crystal.siteCount),
    dielectric,
    chargeSum: sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

export function chargeWarnings({ chargeSum, bornCharges }: NonAnalytical): CrystalWarning[] {
  if (chargeSum <= (neutral * bornCharges.length) / 9) return [];
  const message = `the Born charges added up to ${chargeSum.toPrecision(3)} e; they were shifted by equal parts so that they add up to 0`;
  return [{ code: "CHARGES_NOT_NEUTRAL", message }];
}

function chargesOf(
  given: NonAnalyticalOptions["bornCharges"],
  crystal: Crystal,
  atoms: ArrayLike<number>,
): Float64Array {
  const charges = new Float64Array(9 * crystal.siteCount);
  if (isList(given)) {
    if (given.length !== atoms.length) {
      throw new ShapeError(
        `bornCharges must hold one for each of the ${atoms.length} sites, or be given by element; got ${given.length}`,
        { length: given.length, siteCount: atoms.length },
      );
    }
    const images = atoms.length / crystal.siteCount;
    Array.from(given).forEach((each, site) => {
      tensorOf(`bornCharges[${site}]`, each).forEach((value, i) => {
        charges[9 * atoms[site] + i] += value / images;
      });
    });
    return charges;
  }
  if (typeof given !== "object" || given === null) {
    throw new ShapeError(
      `bornCharges must be tensors by element, such as { Na: 1.1, Cl: -1.1 }, or a list of them by site; got ${show(given)}`,
      { bornCharges: given },
    );
  }
  crystal.kindOfSite.forEach((kind, atom) => {
    const { symbol } = crystal.kinds[kind][0].species;
    if (given[symbol] === undefined) {
      throw new DomainError(`bornCharges has none of ${symbol}; give { ${symbol}: ... } in e`, {
        symbol,
      });
    }
    charges.set(tensorOf(`bornCharges.${symbol}`, given[symbol]), 9 * atom);
  });
  return charges;
}

function isList(value: unknown): value is readonly TensorLike[] {
  return typeof value === "object" && value !== null && "length" in value;
}

function tensorOf(name: string, value: TensorLike): Float64Array {
  if (typeof value === "number") {
    requireFinite(name, value);
    return Float64Array.of(value, 0, 0, 0, value, 0, 0, 0, value);
  }
  const parts = isList(value) ? Array.from<number | ArrayLike<number>>(value) : [];
  const numbers = parts.flatMap((part) =>
    typeof part === "object" && part !== null ? Array.from(part) : [part],
  );
  if (numbers.length !== 9) {
    throw new ShapeError(`${name} must be a number or 3×3 numbers, got ${show(value)}`, { value });
  }
  return Float64Array.from(numbers, (number, i) => requireFinite(`${name}[${i}]`, number));
}

function symmetrisedTensor(
  tensor: Float64Array,
  operations: readonly CellOperation[],
): Float64Array {
  const sum = new Float64Array(9);
  for (const { cartRotation } of operations) {
    const turned = multiply(multiply(transpose(cartRotation), tensor), cartRotation);
    for (let i = 0; i < 9; i++) sum[i] += turned[i] / operations.length;
  }
  return sum.map((value, i) => (value + sum[3 * (i % 3) + Math.floor(i / 3)]) / 2);
}

/** Z(j) is Rᵀ Z(gj) R. */
function symmetrisedCharges(
  charges: Float64Array,
  operations: readonly CellOperation[],
): Float64Array {
  const sum = new Float64Array(charges.length);
  for (const { cartRotation, image } of operations) {
    const back = transpose(cartRotation);
    image.forEach((to, atom) => {
      const turned = multiply(multiply(back, charges.subarray(9 * to, 9 * to + 9)), cartRotation);
      for (let i = 0; i < 9; i++) sum[9 * atom + i] += turned[i] / operations.length;
    });
  }
  return sum;
}

/**
 * Charges of all atoms from those of the first of each orbit, in their order.
 *
 * @throws {ShapeError} another count of charges than orbits, or atoms.
 */
export function orbitCharges(
  given: Float64Array,
  orbits: Int32Array,
  operations: readonly CellOperation[],
): Float64Array {
  if (given.length === 9 * orbits.length) return given;
  const firsts = [...new Set(orbits)].sort((a, b) => a - b);
  if (given.length !== 9 * firsts.length) {
    throw new ShapeError(
      `BORN must hold charges of the ${firsts.length} atoms that the symmetry leaves, or of all ${orbits.length}; got ${given.length / 9}`,
      { charges: given.length / 9, independent: firsts.length, atoms: orbits.length },
    );
  }
  const charges = new Float64Array(9 * orbits.length);
  orbits.forEach((first, atom) => {
    const { cartRotation } = operations.find(({ image }) => image[atom] === first)!;
    const index = firsts.indexOf(first);
    const own = given.subarray(9 * index, 9 * index + 9);
    charges.set(multiply(multiply(transpose(cartRotation), own), cartRotation), 9 * atom);
  });
  return charges;
}
