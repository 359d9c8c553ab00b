import type { Bonds } from "../bonding/bonds.js";
import { electronegativity } from "../bonding/data/electronegativities.js";
import { bondReach, bondsByRadii } from "../bonding/radii.js";
import type { Crystal } from "../crystal/crystal.js";
import { rowTimes, type Vec3 } from "../math/mat3.js";
import { vector } from "./vectors.js";

/** A neighbour that a stick is drawn to: site `site`, `shift` cells away. */
export interface BondedSite {
  readonly site: number;
  readonly shift: Vec3;
  readonly distance: number;
}

/** What the search reads of a crystal. */
export type BondSource = Pick<Crystal, "lattice" | "siteCount" | "numbers" | "periodic">;

/** Images of sites that the search for bonds looks at. */
const mostImages = 5e6;

/** Non-metals that form polyhedra and molecules with each other; the noble gases are left out. */
const covalent: ReadonlySet<number> = new Set([
  ...[1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 32, 33, 34, 35, 51, 52, 53],
]);

/**
 * The sticks to draw from each site: bonds by radii.
 *
 * @param fracPositions [n, 3], wrapped into the cell along periodic directions.
 * @returns One list a site, nearest first; every bond appears from both its ends.
 */
export function bondedSites(crystal: BondSource, fracPositions: Float64Array): BondedSite[][] {
  const lists = contacts(crystal, fracPositions, bondReach(crystal.numbers));
  const isBond = bondsByRadii(crystal.numbers, {
    i: lists.flatMap((list, i) => list.map(() => i)),
    j: lists.flatMap((list) => list.map(({ site }) => site)),
    distance: lists.flatMap((list) => list.map(({ distance }) => distance)),
  });
  let first = 0;
  return lists.map((list) => {
    const begin = first;
    first += list.length;
    return list.filter((_, n) => isBond[begin + n] === 1);
  });
}

/** Those that were found, from both ends also where only one site counts the other. */
export function givenBonds(
  crystal: Crystal,
  wrapped: Float64Array,
  { i, j, shift, distance }: Bonds,
): BondedSite[][] {
  const lists = Array.from({ length: crystal.siteCount }, () => new Map<string, BondedSite>());
  const add = (from: number, bond: BondedSite) =>
    lists[from].set(`${bond.site}:${bond.shift.map((cells) => cells + 0)}`, bond);
  for (let n = 0; n < i.length; n++) {
    const bond = { site: j[n], shift: shift.subarray(3 * n, 3 * n + 3) };
    const cells = wrappedShift(crystal, wrapped, i[n], bond);
    add(i[n], { site: j[n], shift: cells, distance: distance[n] });
    add(j[n], { site: i[n], shift: vector((k) => 0 - cells[k]), distance: distance[n] });
  }
  return lists.map((list) => [...list.values()].sort((a, b) => a.distance - b.distance));
}

/** A shift between two sites as they were given, for the sites as they are drawn. */
export function wrappedShift(
  { fracPositions }: Pick<Crystal, "fracPositions">,
  wrapped: Float64Array,
  from: number,
  { site, shift }: { readonly site: number; readonly shift: ArrayLike<number> },
): Vec3 {
  const moved = (index: number) => Math.round(fracPositions[index] - wrapped[index]);
  return vector((k) => shift[k] + moved(3 * site + k) - moved(3 * from + k));
}

/**
 * Whether a bonded neighbour is drawn even outside the cell, so that no molecule or polyhedron of
 * a covalent centre (SiO4, CO3, PO4, NH4) is cut at the border.
 */
export function completesCenter(center: number, neighbor: number): boolean {
  if (neighbor === 1) return true;
  if (!covalent.has(center) || !covalent.has(neighbor)) return false;
  const own = electronegativity(center);
  const other = electronegativity(neighbor);
  return own !== undefined && other !== undefined && other > own;
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
