import { Crystal, Lattice } from "prism-lab";

/** Values in [0, 1) from a 32-bit state: mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function elemental(lattice: Lattice, fracPositions: readonly number[]): Crystal {
  const species = Array<string>(fracPositions.length / 3).fill("Cu");
  return Crystal.create({ lattice, species, fracPositions: [...fracPositions] });
}

export const fcc = elemental(
  Lattice.cubic(3.615),
  [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
);
export const bcc = elemental(Lattice.cubic(2.87), [0, 0, 0, 0.5, 0.5, 0.5]);
export const simpleCubic = elemental(Lattice.cubic(3), [0, 0, 0]);
export const hcp = elemental(Lattice.hexagonal(3, 3 * Math.sqrt(8 / 3)), [
  1 / 3,
  2 / 3,
  0.25,
  2 / 3,
  1 / 3,
  0.75,
]);
export const diamond = elemental(
  Lattice.cubic(5.43),
  [0, 0, 0, 0.25, 0.25, 0.25].flatMap((_, i, all) =>
    i % 3 === 0
      ? [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0].map((x, k) => x + all[i + (k % 3)])
      : [],
  ),
);
export const lonsdaleite = elemental(Lattice.hexagonal(3.84, 3.84 * Math.sqrt(8 / 3)), [
  1 / 3,
  2 / 3,
  0,
  2 / 3,
  1 / 3,
  0.5,
  1 / 3,
  2 / 3,
  0.375,
  2 / 3,
  1 / 3,
  0.875,
]);

type Periodic = readonly [boolean, boolean, boolean];

export function withPeriodic(crystal: Crystal, periodic: Periodic): Crystal {
  const { lattice, fracPositions, siteCount } = crystal;
  return Crystal.create({
    lattice,
    species: Array<string>(siteCount).fill("Cu"),
    fracPositions,
    periodic,
  });
}

/** Every coordinate moved by up to ±amplitude Å. */
export function jittered(crystal: Crystal, amplitude: number, seed = 1): Crystal {
  const random = randomNumbers(seed);
  return Crystal.create({
    lattice: crystal.lattice,
    species: Array.from(crystal.kindOfSite, (kind) => String(crystal.kinds[kind][0].species)),
    cartPositions: crystal.cartPositions.map((x) => x + amplitude * (2 * random() - 1)),
    periodic: crystal.periodic,
  });
}

/** Close-packed layers in the order of a text such as "ABCACB", nearest neighbours 2.5 Å apart. */
export function stacked(layers: string): Crystal {
  const d = 2.5;
  const at = { A: [0, 0], B: [1 / 3, 2 / 3], C: [2 / 3, 1 / 3] };
  const fracPositions = [...layers].flatMap((layer, index) => [
    ...at[layer as keyof typeof at],
    index / layers.length,
  ]);
  return elemental(Lattice.hexagonal(d, layers.length * d * Math.sqrt(2 / 3)), fracPositions);
}

export interface Seen {
  readonly delta: readonly number[];
  readonly distance: number;
  readonly site: number;
}

/** All sites within a distance of each site by trying every image, nearest first. */
export function seenFrom(
  { cartPositions: x, lattice, periodic, siteCount }: Crystal,
  reach: number,
) {
  const counts = [0, 1, 2].map((k) => {
    const hkl = [0, 0, 0];
    hkl[k] = 1;
    return periodic[k] ? Math.ceil(reach / lattice.dSpacing(hkl)) + 3 : 0;
  });
  const shifts: (readonly number[])[] = [];
  for (let a = -counts[0]; a <= counts[0]; a++) {
    for (let b = -counts[1]; b <= counts[1]; b++) {
      for (let c = -counts[2]; c <= counts[2]; c++) shifts.push(lattice.toCartesian([a, b, c]));
    }
  }
  return Array.from({ length: siteCount }, (_, i) => {
    const seen: Seen[] = [];
    for (let j = 0; j < siteCount; j++) {
      for (const shift of shifts) {
        const dx = x[3 * j] + shift[0] - x[3 * i];
        const dy = x[3 * j + 1] + shift[1] - x[3 * i + 1];
        const dz = x[3 * j + 2] + shift[2] - x[3 * i + 2];
        const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const isItself = i === j && shift.every((part) => part === 0);
        if (!isItself && distance <= reach) seen.push({ delta: [dx, dy, dz], distance, site: j });
      }
    }
    return seen.sort((a, b) => a.distance - b.distance);
  });
}

/** Random sites in a skewed cell, none nearer to another than 1 Å. */
export function randomCrystal(seed: number, siteCount: number, periodic: Periodic): Crystal {
  const random = randomNumbers(seed);
  const edge = 2 * Math.cbrt(siteCount) + 1;
  const lattice = Lattice.fromParameters(
    edge * (1 + random()),
    edge,
    edge * (1 + random()),
    60 + 50 * random(),
    65 + 40 * random(),
    70 + 30 * random(),
  );
  const fracPositions = Array.from({ length: 3 * siteCount }, () => 3 * random() - 1);
  return withPeriodic(elemental(lattice, fracPositions), periodic);
}
