import { covalentRadius } from "../crystal/data/covalent-radii.js";

/** Pairs of sites, each from both ends. */
export interface Contacts {
  readonly i: ArrayLike<number>;
  readonly j: ArrayLike<number>;
  /** Å */
  readonly distance: ArrayLike<number>;
}

const bondFactor = 1.15;
export const bondTolerance = 0.05;
/** Split positions of a disordered site lie closer than any bond. */
const shortestFactor = 0.55;
const metallicFactor = 1.1;

const nonMetals: ReadonlySet<number> = new Set([
  ...[1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 33, 34, 35, 36],
  ...[51, 52, 53, 54, 85, 86],
]);

/** Å within which all bonds of these atoms lie. */
export function bondReach(numbers: ArrayLike<number>, tolerance: number = bondTolerance): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, covalentRadius(numbers[i]));
  return 2 * largest * bondFactor + tolerance;
}

/**
 * Which contacts are bonds, by distance alone:
 *
 * - two atoms are bonded up to 1.15 (r₁ + r₂) + tolerance, r being covalent radii, and not below
 *   0.55 (r₁ + r₂);
 * - where a crystal has non-metals, metals are not bonded to each other; where it has none, bonds go
 *   to neighbours up to 1.1 times the nearest distance;
 * - large cations (alkali, alkaline earth from Ca, rare earths) stand free where their neighbours
 *   bond to something else: Sr in SrTiO3, Ca in CaCO3, La in LaB6, but not Na in NaCl.
 *
 * @param numbers Atomic numbers, [n]. @param contacts All within `bondReach`.
 * @returns 1 for a bond, [m].
 */
export function bondsByRadii(
  numbers: ArrayLike<number>,
  contacts: Contacts,
  tolerance: number = bondTolerance,
): Uint8Array {
  const isMetal = Uint8Array.from(numbers, (z) => Number(!nonMetals.has(z)));
  const isBond = new Uint8Array(contacts.i.length);
  const hasNonMetal = isMetal.includes(0);
  for (let n = 0; n < isBond.length; n++) {
    const [i, j, distance] = [contacts.i[n], contacts.j[n], contacts.distance[n]];
    const sum = covalentRadius(numbers[i]) + covalentRadius(numbers[j]);
    if (distance < shortestFactor * sum) continue;
    const isAllowed = !(isMetal[i] && isMetal[j]) && distance <= bondFactor * sum + tolerance;
    isBond[n] = Number(!hasNonMetal || isAllowed);
  }
  if (hasNonMetal) freeLargeCations(numbers, contacts, isBond);
  else keepNearest(numbers.length, contacts, isBond);
  return isBond;
}

function isLargeCation(z: number): boolean {
  const alkali = [3, 11, 19, 37, 55, 87];
  const alkalineEarth = [20, 38, 56, 88];
  const rareEarth = z === 39 || (z >= 57 && z <= 71) || (z >= 89 && z <= 103);
  return rareEarth || alkali.includes(z) || alkalineEarth.includes(z);
}

function freeLargeCations(
  numbers: ArrayLike<number>,
  { i, j }: Contacts,
  isBond: Uint8Array,
): void {
  const isLarge = Uint8Array.from(numbers, (z) => Number(isLargeCation(z)));
  const isInFramework = new Uint8Array(numbers.length);
  for (let n = 0; n < isBond.length; n++) {
    if (isBond[n] && !isLarge[j[n]]) isInFramework[i[n]] = 1;
  }
  for (let n = 0; n < isBond.length; n++) {
    const isFreed = isLarge[i[n]] ? isInFramework[j[n]] : isLarge[j[n]] && isInFramework[i[n]];
    if (isFreed) isBond[n] = 0;
  }
}

function keepNearest(siteCount: number, { i, j, distance }: Contacts, isBond: Uint8Array): void {
  const nearest = new Float64Array(siteCount).fill(Number.POSITIVE_INFINITY);
  for (let n = 0; n < isBond.length; n++) {
    if (isBond[n]) nearest[i[n]] = Math.min(nearest[i[n]], distance[n]);
  }
  for (let n = 0; n < isBond.length; n++) {
    const limit = metallicFactor * Math.max(nearest[i[n]], nearest[j[n]]);
    if (distance[n] > limit) isBond[n] = 0;
  }
}
