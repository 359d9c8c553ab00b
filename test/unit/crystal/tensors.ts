import { expect } from "vitest";
import type { Crystal } from "../../../src/crystal/crystal.js";
import { multiply, transpose } from "../../../src/math/mat3.js";

/** ⟨u uᵀ⟩ of a site in Å² along Cartesian axes: Σ Uⁱʲ a*ᵢ a*ⱼ aᵢ aⱼᵀ. */
export function cartesianTensor({ siteProperties, lattice }: Crystal, site: number): Float64Array {
  const values = siteProperties.uAniso as Float64Array;
  const [u11, u22, u33, u23, u13, u12] = values.subarray(6 * site, 6 * site + 6);
  const { a, b, c } = lattice.reciprocal.parameters;
  const lengths = [a, b, c];
  const u = [u11, u12, u13, u12, u22, u23, u13, u23, u33];
  const inFractions = u.map((value, k) => value * lengths[Math.floor(k / 3)] * lengths[k % 3]);
  return multiply(multiply(transpose(lattice.matrix), inFractions), lattice.matrix);
}

export function expectClose(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  digits = 10,
): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i], digits);
}
