import { multiply, transpose } from "../math/mat3.js";

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
 * lattice, and of equal |F|² within 0.1 % of the line's largest (coordinates are rounded in files). {511} and {333} of silicon part by the second rule, (101) and (011) of
 * quartz by the first.
 *
 * @param hkl One of each Friedel pair, [n, 3].
 * @param modulusSquared |F|², [n].
 * @param rotations From `latticeRotations`.
 */
export function reflectionFamilies(
  hkl: ArrayLike<number>,
  modulusSquared: ArrayLike<number>,
  rotations: readonly Int32Array[],
): ReflectionFamily[] {
  const indexOf = new Map<string, number>();
  const members = Array.from({ length: modulusSquared.length }, (_, i): Hkl => {
    const member: Hkl = [hkl[3 * i], hkl[3 * i + 1], hkl[3 * i + 2]];
    indexOf.set(member.join(), i);
    indexOf.set(negative(member).join(), i);
    return member;
  });
  const tolerance = 1e-3 * Array.from(modulusSquared).reduce((a, b) => Math.max(a, b), 0);
  const taken = new Set<number>();
  const families: ReflectionFamily[] = [];
  members.forEach((member, i) => {
    if (taken.has(i)) return;
    const size = modulusSquared[i];
    const family = new Set<number>([i]);
    for (const rotation of rotations) {
      const j = indexOf.get(rotate(member, rotation).join());
      if (j !== undefined && Math.abs(modulusSquared[j] - size) <= tolerance) family.add(j);
    }
    const all = [...family].flatMap((j) => [members[j], negative(members[j])]);
    for (const j of family) taken.add(j);
    families.push({
      hkl: all.reduce((best, other) => (isBetterName(other, best) ? other : best)),
      multiplicity: all.length,
      modulusSquared: size,
    });
  });
  return families.sort(
    (p, q) => q.multiplicity * q.modulusSquared - p.multiplicity * p.modulusSquared,
  );
}

/**
 * Integer matrices W with W G W ᵀ = G for the metric G of a lattice: its point group, acting on rows
 * of indices by h W. Entries are −1, 0 or 1, which is complete for a conventional or reduced cell.
 */
export function latticeRotations(matrix: Float64Array): Int32Array[] {
  const metric = multiply(matrix, transpose(matrix));
  const tolerance = 1e-5 * Math.max(metric[0], metric[4], metric[8]);
  const dot = (u: Hkl, v: Hkl) =>
    u.reduce((sum, x, i) => sum + x * v.reduce((s, y, j) => s + metric[3 * i + j] * y, 0), 0);
  const same = (x: number, y: number) => Math.abs(x - y) <= tolerance;
  const small = Array.from(
    { length: 27 },
    (_, i): Hkl => [Math.floor(i / 9) - 1, (Math.floor(i / 3) % 3) - 1, (i % 3) - 1],
  );
  const rows = [0, 4, 8].map((k) => small.filter((v) => same(dot(v, v), metric[k])));
  const out: Int32Array[] = [];
  for (const a of rows[0]) {
    for (const b of rows[1]) {
      if (!same(dot(a, b), metric[1])) continue;
      for (const c of rows[2]) {
        if (same(dot(a, c), metric[2]) && same(dot(b, c), metric[5])) {
          out.push(Int32Array.of(...a, ...b, ...c));
        }
      }
    }
  }
  return out;
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

function isBetterName(p: Hkl, q: Hkl): boolean {
  const negatives = (hkl: Hkl) => hkl.filter((index) => index < 0).length;
  const order = [negatives(q) - negatives(p), p[0] - q[0], p[1] - q[1], p[2] - q[2]];
  return (order.find((difference) => difference !== 0) ?? 0) > 0;
}
