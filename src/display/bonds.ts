import type { Crystal } from "../crystal/crystal.js";
import { covalentRadius } from "../crystal/data/covalent-radii.js";
import { rowTimes, type Vec3 } from "../math/mat3.js";

/** A neighbour that a stick is drawn to: site `site`, `shift` cells away. */
export interface BondedSite {
  readonly site: number;
  readonly shift: Vec3;
  readonly distance: number;
}

/** What the search reads of a crystal. */
export type BondSource = Pick<Crystal, "lattice" | "siteCount" | "numbers" | "periodic">;

const bondFactor = 1.15;
const bondTolerance = 0.05;
/** Split positions of a disordered site lie closer than any bond. */
const shortestFactor = 0.55;
const metallicFactor = 1.1;
/** Images of sites that the search for bonds looks at. */
const mostImages = 5e6;

const nonMetals: ReadonlySet<number> = new Set([
  ...[1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 33, 34, 35, 36],
  ...[51, 52, 53, 54, 85, 86],
]);

/** Pauling, 1960; the noble gases, which bond as centres, are left out. */
const electronegativity: Readonly<Record<number, number>> = {
  ...{ 1: 2.2, 5: 2.04, 6: 2.55, 7: 3.04, 8: 3.44, 9: 3.98 },
  ...{ 14: 1.9, 15: 2.19, 16: 2.58, 17: 3.16, 32: 2.01, 33: 2.18 },
  ...{ 34: 2.55, 35: 2.96, 51: 2.05, 52: 2.1, 53: 2.66 },
};

/**
 * The sticks to draw from each site. A stick is a guess from distances, made for pictures only:
 *
 * - two atoms are bonded up to 1.15 (r₁ + r₂) + 0.05 Å, r being covalent radii;
 * - where a crystal has non-metals, metals are not bonded to each other; where it has none, sticks
 *   go to neighbours up to 1.1 times the nearest distance;
 * - large cations (alkali, alkaline earth from Ca, rare earths) stand free where their neighbours
 *   bond to something else: Sr in SrTiO3, Ca in CaCO3, La in LaB6, but not Na in NaCl.
 *
 * @param fracPositions [n, 3], wrapped into the cell along periodic directions.
 * @returns One list a site, nearest first; every bond appears from both its ends.
 */
export function bondedSites(crystal: BondSource, fracPositions: Float64Array): BondedSite[][] {
  const numbers = Array.from(crystal.numbers);
  const hasNonMetal = numbers.some((z) => nonMetals.has(z));
  const largest = Math.max(...new Set(numbers.map(covalentRadius)));
  const reach = 2 * largest * bondFactor + bondTolerance;
  const neighbors = contacts(crystal, fracPositions, reach).map((list, i) =>
    list.filter(({ site, distance }) => {
      const sum = covalentRadius(numbers[i]) + covalentRadius(numbers[site]);
      if (distance < shortestFactor * sum) return false;
      if (!hasNonMetal) return true;
      if (!nonMetals.has(numbers[i]) && !nonMetals.has(numbers[site])) return false;
      return distance <= bondFactor * sum + bondTolerance;
    }),
  );
  return hasNonMetal ? freeLargeCations(numbers, neighbors) : nearestOnly(neighbors);
}

/**
 * Whether a bonded neighbour is drawn even outside the cell, so that no molecule or polyhedron of
 * a covalent centre (SiO4, CO3, PO4, NH4) is cut at the border.
 */
export function completesCenter(center: number, neighbor: number): boolean {
  if (neighbor === 1) return true;
  const own: number | undefined = electronegativity[center];
  const other: number | undefined = electronegativity[neighbor];
  return own !== undefined && other !== undefined && other > own;
}

function isLargeCation(z: number): boolean {
  const alkali = [3, 11, 19, 37, 55, 87];
  const alkalineEarth = [20, 38, 56, 88];
  const rareEarth = z === 39 || (z >= 57 && z <= 71) || (z >= 89 && z <= 103);
  return rareEarth || alkali.includes(z) || alkalineEarth.includes(z);
}

function freeLargeCations(numbers: readonly number[], neighbors: BondedSite[][]): BondedSite[][] {
  const inFramework = neighbors.map((list) =>
    list.some(({ site }) => !isLargeCation(numbers[site])),
  );
  return neighbors.map((list, i) =>
    list.filter(({ site }) => {
      if (isLargeCation(numbers[i])) return !inFramework[site];
      return !isLargeCation(numbers[site]) || !inFramework[i];
    }),
  );
}

function nearestOnly(neighbors: BondedSite[][]): BondedSite[][] {
  const limit = neighbors.map((list) => metallicFactor * (list[0]?.distance ?? 0));
  return neighbors.map((list, i) =>
    list.filter(({ site, distance }) => distance <= Math.max(limit[i], limit[site])),
  );
}

/** All pairs within `reach` through periodic images, nearest first, by a hashed grid. */
function contacts(crystal: BondSource, frac: Float64Array, reach: number): BondedSite[][] {
  const { matrix } = crystal.lattice;
  const images = imagesWithin(crystal, frac, reach);
  const bins = new Map<string, number[]>();
  const bin = (value: number) => Math.floor(value / reach);
  images.forEach(({ position: [x, y, z] }, index) => {
    const key = `${bin(x)},${bin(y)},${bin(z)}`;
    const list = bins.get(key);
    if (list) list.push(index);
    else bins.set(key, [index]);
  });
  return Array.from({ length: crystal.siteCount }, (_, i) => {
    const [x, y, z] = rowTimes(frac.subarray(3 * i, 3 * i + 3), matrix);
    const found: BondedSite[] = [];
    for (let cell = 0; cell < 27; cell++) {
      const key = [
        bin(x) + (cell % 3) - 1,
        bin(y) + (Math.floor(cell / 3) % 3) - 1,
        bin(z) + Math.floor(cell / 9) - 1,
      ].join();
      for (const index of bins.get(key) ?? []) {
        const { site, shift, position } = images[index];
        const distance = Math.hypot(position[0] - x, position[1] - y, position[2] - z);
        const isItself = site === i && shift.every((cells) => cells === 0);
        if (distance <= reach && !isItself) found.push({ site, shift, distance });
      }
    }
    return found.sort((a, b) => a.distance - b.distance || a.site - b.site);
  });
}

interface SiteImage {
  readonly site: number;
  readonly shift: Vec3;
  readonly position: Vec3;
}

/** Every image that lies in the cell or within `reach` of it. */
function imagesWithin(crystal: BondSource, frac: Float64Array, reach: number): SiteImage[] {
  const { lattice, periodic, siteCount } = crystal;
  const margins = [0, 1, 2].map((axis) =>
    periodic[axis] ? reach / lattice.dSpacing([0, 1, 2].map((k) => Number(k === axis))) : 0,
  );
  const [ma, mb, mc] = margins.map(Math.ceil);
  // A cell much thinner than an atom is no structure to draw bonds in.
  if ((2 * ma + 1) * (2 * mb + 1) * (2 * mc + 1) * siteCount > mostImages) return [];
  const inside = (value: number, axis: number) =>
    !periodic[axis] || (value >= -margins[axis] - 1e-9 && value <= 1 + margins[axis] + 1e-9);
  const images: SiteImage[] = [];
  for (let a = -ma; a <= ma; a++) {
    for (let b = -mb; b <= mb; b++) {
      for (let c = -mc; c <= mc; c++) {
        for (let site = 0; site < siteCount; site++) {
          const at: Vec3 = [frac[3 * site] + a, frac[3 * site + 1] + b, frac[3 * site + 2] + c];
          if (!at.every(inside)) continue;
          images.push({ site, shift: [a, b, c], position: rowTimes(at, lattice.matrix) });
        }
      }
    }
  }
  return images;
}
