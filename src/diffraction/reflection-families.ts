export type Hkl = readonly [number, number, number];

/** Reflections of one powder line that the crystal's symmetry makes equal. */
export interface ReflectionFamily {
  /** The member to name it by: fewest negative indices, then largest h, k, l. */
  readonly hkl: Hkl;
  /** Members, Friedel pairs included. */
  readonly multiplicity: number;
  /** |F|² of one member, electrons². */
  readonly modulusSquared: number;
}

/**
 * Splits the reflections of a line (equal d) into families: related by a rotation that keeps the
 * lattice, and of equal |F|² within 0.1 % of the line's largest (coordinates are rounded in files).
 * {511} and {333} of silicon part by the second rule, (101) and (011) of quartz by the first.
 *
 * @param hkl One of each Friedel pair, its first index other than 0 positive, sorted by descending h,
 *   k, l; [n, 3].
 * @param modulusSquared |F|², [n].
 * @param rotations Of the reciprocal lattice, on rows of indices: from `latticeRotations`.
 */
export function reflectionFamilies(
  hkl: Int32Array,
  modulusSquared: Float64Array,
  rotations: readonly Int32Array[],
): ReflectionFamily[] {
  const tolerance = 1e-3 * modulusSquared.reduce((a, b) => Math.max(a, b), 0);
  const taken = new Uint8Array(modulusSquared.length);
  const families: ReflectionFamily[] = [];
  modulusSquared.forEach((size, i) => {
    if (taken[i]) return;
    taken[i] = 1;
    const member: Hkl = [hkl[3 * i], hkl[3 * i + 1], hkl[3 * i + 2]];
    let count = 1;
    let name = betterName(member, negative(member));
    for (const rotation of modulusSquared.length > 1 ? rotations : []) {
      const image = positive(rotate(member, rotation));
      const j = indexOf(hkl, image);
      if (j < 0 || taken[j] || Math.abs(modulusSquared[j] - size) > tolerance) continue;
      taken[j] = 1;
      count++;
      name = betterName(name, betterName(image, negative(image)));
    }
    families.push({ hkl: name, multiplicity: 2 * count, modulusSquared: size });
  });
  return families.sort(
    (p, q) => q.multiplicity * q.modulusSquared - p.multiplicity * p.modulusSquared,
  );
}

/** Where a reflection stands in a sorted list, by bisection; −1 if it is not there. */
function indexOf(hkl: Int32Array, [h, k, l]: Hkl): number {
  let low = 0;
  let high = hkl.length / 3 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = 3 * middle;
    const order = h - hkl[at] || k - hkl[at + 1] || l - hkl[at + 2];
    if (order === 0) return middle;
    if (order > 0) high = middle - 1;
    else low = middle + 1;
  }
  return -1;
}

function rotate([h, k, l]: Hkl, w: Int32Array): Hkl {
  return [
    h * w[0] + k * w[3] + l * w[6],
    h * w[1] + k * w[4] + l * w[7],
    h * w[2] + k * w[5] + l * w[8],
  ];
}

/** Without producing −0, which would print as such. */
function negative([h, k, l]: Hkl): Hkl {
  return [0 - h, 0 - k, 0 - l];
}

/** Of a Friedel pair the one whose first index other than 0 is positive. */
function positive(hkl: Hkl): Hkl {
  return (hkl[0] || hkl[1] || hkl[2]) < 0 ? negative(hkl) : hkl;
}

/** The one with fewer negative indices, then with the larger h, k, l. */
function betterName(p: Hkl, q: Hkl): Hkl {
  const order = negativeCount(p) - negativeCount(q) || q[0] - p[0] || q[1] - p[1] || q[2] - p[2];
  return order <= 0 ? p : q;
}

function negativeCount([h, k, l]: Hkl): number {
  return Number(h < 0) + Number(k < 0) + Number(l < 0);
}
