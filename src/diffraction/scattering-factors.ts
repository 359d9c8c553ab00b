import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import type { SpeciesOccupancy } from "../crystal/species.js";
import { waasmaierKirfel } from "./data/waasmaier-kirfel.js";

/** The fits hold up to here: s = sinθ/λ = 1/(2d) in 1/Å. */
const largestFittedS = 6;

interface ScatteringSource {
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  readonly kindOfSite: Int32Array;
  readonly fracPositions: Float64Array;
}

/** One row for each site and species on it, as the native kernels want them. */
export interface Scatterers {
  /** [m, 3] */
  readonly fracPositions: Float64Array;
  /** Index into the rows of `coefficients`, [m]. */
  readonly species: Int32Array;
  readonly occupancies: Float64Array;
  /** [k, 11]: a₁ ... a₅, b₁ ... b₅, c. */
  readonly coefficients: Float64Array;
}

/**
 * X-ray form factor of a neutral atom in electrons,
 *
 *   f(s) = Σᵢ aᵢ exp(−bᵢ s²) + c,   s = sinθ/λ = 1/(2d) in 1/Å.
 *
 * @throws {DomainError} no fit for the element (beyond Cf), or s outside [0, 6].
 * @see D. Waasmaier & A. Kirfel, Acta Cryst. A51, 416 (1995).
 * @example formFactor("Si", 0) // 14.0
 */
export function formFactor(symbol: string, s: number): number {
  requireFitted(s);
  const row = coefficientsOf(symbol);
  let f = row[10];
  for (let i = 0; i < 5; i++) f += row[i] * Math.exp(-row[5 + i] * s * s);
  return f;
}

/** @throws {DomainError} s outside the range in which the form factors were fitted. */
export function requireFitted(s: number): void {
  if (typeof s === "number" && s >= 0 && s <= largestFittedS) return;
  throw new DomainError(
    `form factors are known for sinθ/λ from 0 to ${largestFittedS} 1/Å, got ${show(s)}; ` +
      "use a longer wavelength, a smaller angle or smaller indices",
    { s, largest: largestFittedS },
  );
}

/** @throws {InvalidConfiguration} a direction in which the cell is a box that repeats nothing. */
export function requirePeriodic(
  what: string,
  { periodic }: { readonly periodic: readonly boolean[] },
): void {
  if (periodic.every(Boolean)) return;
  const along = ["a", "b", "c"].filter((_, k) => periodic[k]).join(" and ") || "no direction";
  throw new InvalidConfiguration(
    `${what} a crystal that is periodic along a, b and c; this one is periodic along ${along}, and ` +
      "elsewhere its cell is an arbitrary box. To repeat the box, give Crystal.create no periodic",
    { periodic },
  );
}

export function scatterersOf(crystal: ScatteringSource): Scatterers {
  const rowOf = new Map<string, number>();
  const coefficients: number[] = [];
  const positions: number[] = [];
  const species: number[] = [];
  const occupancies: number[] = [];
  crystal.kindOfSite.forEach((kind, i) => {
    for (const { species: which, occupancy } of crystal.kinds[kind]) {
      let row = rowOf.get(which.symbol);
      if (row === undefined) {
        row = rowOf.size;
        rowOf.set(which.symbol, row);
        coefficients.push(...coefficientsOf(which.symbol));
      }
      for (let k = 0; k < 3; k++) positions.push(crystal.fracPositions[3 * i + k]);
      species.push(row);
      occupancies.push(occupancy);
    }
  });
  return {
    fracPositions: Float64Array.from(positions),
    species: Int32Array.from(species),
    occupancies: Float64Array.from(occupancies),
    coefficients: Float64Array.from(coefficients),
  };
}

/** Isotopes scatter X-rays as their element does. */
function coefficientsOf(symbol: string): readonly number[] {
  const row = waasmaierKirfel[symbol === "D" || symbol === "T" ? "H" : symbol];
  if (row) return row;
  throw new DomainError(`no X-ray form factor is tabulated for ${symbol}; known are H to Cf`, {
    species: symbol,
  });
}
