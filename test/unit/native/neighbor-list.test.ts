import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openPool,
  randomLattice,
  randomNumbers,
  seededRandom,
  statusOf,
  type TestPool,
} from "./harness.js";

let pool: TestPool;
beforeAll(() => {
  pool = openPool(2);
});
afterAll(() => pool.close());

interface Sites {
  readonly frac: Float64Array;
  readonly lattice: Float64Array;
  readonly periodic: readonly [number, number, number];
}

interface List {
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly shift: Int32Array;
  readonly distance: Float64Array;
}

async function neighborList(sites: Sites, cutoff: number, half = false): Promise<List> {
  const result = await pool.call(
    "neighborList",
    [sites.frac, sites.lattice, Int32Array.from(sites.periodic)],
    [cutoff, half ? 1 : 0],
  );
  expect(result.message).toBe("");
  const [i, j, shift, distance] = result.outputs;
  return {
    i: new Int32Array(i!),
    j: new Int32Array(j!),
    shift: new Int32Array(shift!),
    distance: new Float64Array(distance!),
  };
}

/** Distance between the two opposite faces that each axis joins. */
function heights(m: Float64Array): number[] {
  const row = (k: number): number[] => [...m.subarray(3 * k, 3 * k + 3)];
  const cross = (a: number[], b: number[]): number[] => [
    a[1]! * b[2]! - a[2]! * b[1]!,
    a[2]! * b[0]! - a[0]! * b[2]!,
    a[0]! * b[1]! - a[1]! * b[0]!,
  ];
  return [0, 1, 2].map((k) => {
    const normal = cross(row((k + 1) % 3), row((k + 2) % 3));
    const volume = row(k).reduce((sum, value, axis) => sum + value * normal[axis]!, 0);
    return Math.abs(volume) / Math.hypot(...normal);
  });
}

type Pair = readonly [i: number, j: number, S: readonly [number, number, number], d: number];

/** Every pair and every translation that can matter, one by one. */
function naiveList({ frac, lattice, periodic }: Sites, cutoff: number): Pair[] {
  const pairs: Pair[] = [];
  const reach = heights(lattice).map((height) => cutoff / height);
  const count = frac.length / 3;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const delta = [0, 1, 2].map((axis) => frac[3 * j + axis]! - frac[3 * i + axis]!);
      const range = delta.map((value, axis) =>
        periodic[axis] === 1
          ? [Math.ceil(-value - reach[axis]!), Math.floor(-value + reach[axis]!)]
          : [0, 0],
      );
      for (let u = range[0]![0]!; u <= range[0]![1]!; u++) {
        for (let v = range[1]![0]!; v <= range[1]![1]!; v++) {
          for (let w = range[2]![0]!; w <= range[2]![1]!; w++) {
            if (i === j && u === 0 && v === 0 && w === 0) continue;
            const f = [delta[0]! + u, delta[1]! + v, delta[2]! + w];
            const d = Math.hypot(
              ...[0, 1, 2].map(
                (axis) =>
                  f[0]! * lattice[axis]! + f[1]! * lattice[3 + axis]! + f[2]! * lattice[6 + axis]!,
              ),
            );
            if (d <= cutoff) pairs.push([i, j, [u, v, w], d]);
          }
        }
      }
    }
  }
  return pairs;
}

function isInHalf([i, j, shift]: Pair): boolean {
  const first = shift.find((component) => component !== 0) ?? 0;
  return i < j || (i === j && first > 0);
}

function expectSame(list: List, pairs: readonly Pair[]): void {
  expect(list.distance.length).toBe(pairs.length);
  for (const [index, [i, j, shift, d]] of pairs.entries()) {
    const found = [list.i[index], list.j[index], ...list.shift.subarray(3 * index, 3 * index + 3)];
    if (String(found) !== String([i, j, ...shift])) {
      expect({ index, pair: found }).toEqual({ index, pair: [i, j, ...shift] });
    }
    expect(Math.abs(list.distance[index]! - d)).toBeLessThan(1e-9);
  }
}

const random = seededRandom(20_240_611);
const allPeriodicities = Array.from(
  { length: 8 },
  (_, bits) => [bits & 1, (bits >> 1) & 1, (bits >> 2) & 1] as [number, number, number],
);

describe("against a search over all pairs and translations", () => {
  for (const periodic of allPeriodicities) {
    it(`triclinic cells, periodic ${periodic.join("")}`, async () => {
      for (const [count, edge, cutoff] of [
        [1, 3, 9.5],
        [2, 3, 9],
        [7, 5, 6],
        [60, 9, 4],
        [150, 14, 3],
      ] as const) {
        const lattice = randomLattice(random, edge);
        const frac = randomNumbers(random, 3 * count, 5).map((value) => value - 2);
        const pairs = naiveList({ frac, lattice, periodic }, cutoff);
        expectSame(await neighborList({ frac, lattice, periodic }, cutoff), pairs);
        const half = pairs.filter(isInHalf);
        expect(2 * half.length).toBe(pairs.length);
        expectSame(await neighborList({ frac, lattice, periodic }, cutoff, true), half);
      }
    });
  }

  it("left-handed cells", async () => {
    const lattice = randomLattice(random, 4);
    lattice.subarray(6).forEach((value, axis) => {
      lattice[6 + axis] = -value;
    });
    const sites: Sites = { frac: randomNumbers(random, 15), lattice, periodic: [1, 1, 1] };
    expectSame(await neighborList(sites, 7), naiveList(sites, 7));
  });

  it("a very skewed cell", async () => {
    const lattice = Float64Array.of(4, 0, 0, 11, 3, 0, -9, 8, 2.5);
    const sites: Sites = { frac: randomNumbers(random, 12), lattice, periodic: [1, 1, 1] };
    expectSame(await neighborList(sites, 8), naiveList(sites, 8));
  });
});

describe("tens of thousands of sites, against all pairs of some of them", () => {
  const siteCount = 40_000;
  const lattice = Float64Array.of(80, 0, 0, 11, 90, 0, -7, 9, 85);
  const cases: readonly [string, Sites["periodic"], (site: number) => number][] = [
    ["evenly spread", [1, 1, 1], () => random()],
    [
      "across the border of a cell that is empty for the most part",
      [1, 1, 0],
      () => 0.85 + 0.3 * random(),
    ],
    ["without images", [0, 0, 0], () => 3 - 5 * random()],
    ["a cluster in vapour", [0, 1, 1], (site) => (site < 300 ? random() : 0.05 * random())],
  ];
  for (const [name, periodic, coordinate] of cases) {
    it(name, async () => {
      const frac = Float64Array.from({ length: 3 * siteCount }, (_, k) => {
        const cell = periodic[k % 3] === 1 ? Math.floor(9 * random()) - 4 : 0;
        return coordinate(Math.floor(k / 3)) + cell;
      });
      const cutoff = name === "a cluster in vapour" ? 0.4 : 3;
      const list = await neighborList({ frac, lattice, periodic }, cutoff);
      for (let i = 0; i < siteCount; i += 997) {
        const begin = list.i.indexOf(i);
        const end = list.i.lastIndexOf(i) + 1;
        const found = Array.from({ length: begin < 0 ? 0 : end - begin }, (_, pair) => [
          list.j[begin + pair],
          ...list.shift.subarray(3 * (begin + pair), 3 * (begin + pair + 1)),
        ]);
        expect(found).toEqual(nearImages({ frac, lattice, periodic }, i, cutoff));
      }
    });
  }
});

/** j and translation of the neighbours of a site, for a cutoff below half of the cell's heights. */
function nearImages({ frac, lattice, periodic }: Sites, i: number, cutoff: number): number[][] {
  const found: number[][] = [];
  for (let j = 0; j < frac.length / 3; j++) {
    const delta = [0, 1, 2].map((axis) => frac[3 * j + axis]! - frac[3 * i + axis]!);
    const image = delta.map((value, axis) => (periodic[axis] === 1 ? -Math.round(value) : 0));
    let square = 0;
    for (let axis = 0; axis < 3; axis++) {
      let along = 0;
      for (let k = 0; k < 3; k++) along += (delta[k]! + image[k]!) * lattice[3 * k + axis]!;
      square += along ** 2;
    }
    if (j !== i && square <= cutoff ** 2) found.push([j, ...image.map((value) => value + 0)]);
  }
  return found;
}

describe("by hand", () => {
  const cube: Sites = {
    frac: new Float64Array(3),
    lattice: Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2),
    periodic: [1, 1, 1],
  };

  it("simple cubic: 6, 12 and 8 neighbours, the cutoff itself included", async () => {
    expect((await neighborList(cube, 1.999)).i.length).toBe(0);
    expect((await neighborList(cube, 2)).i.length).toBe(6);
    expect((await neighborList(cube, 2 * Math.SQRT2)).i.length).toBe(18);
    expect((await neighborList(cube, 2 * Math.sqrt(3))).i.length).toBe(26);
  });

  it("half of a self-image list has the positive translations", async () => {
    const list = await neighborList(cube, 2, true);
    expect([...list.shift]).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0]);
  });

  it("the translation belongs to the positions as they were given", async () => {
    const frac = Float64Array.of(0.1, 0, 0, 3.2, -1, 2);
    const list = await neighborList({ ...cube, frac }, 0.5);
    expect([...list.i]).toEqual([0, 1]);
    expect([...list.shift]).toEqual([-3, 1, -2, 3, -1, 2]);
    expect(list.distance[0]).toBeCloseTo(0.2, 12);
  });

  it("two sites in one place are a pair at distance 0", async () => {
    const list = await neighborList({ ...cube, frac: new Float64Array(6) }, 0.5);
    expect([...list.i, ...list.j, ...list.distance]).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it("no sites give no pairs", async () => {
    expect((await neighborList({ ...cube, frac: new Float64Array(0) }, 3)).i.length).toBe(0);
  });

  it("sites in one plane, and far apart, without periodicity", async () => {
    const frac = Float64Array.of(0, 0, 0.5, 1e5, 0, 0.5, 1e5, 0.5, 0.5);
    const list = await neighborList({ ...cube, frac, periodic: [0, 0, 0] }, 1);
    expect([...list.i, ...list.j]).toEqual([1, 2, 2, 1]);
  });
});

it("is symmetric to the last bit, also with distances on the cutoff", async () => {
  const cells = 6;
  const basis = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
  const frac = Float64Array.from({ length: cells ** 3 * 12 }, (_, k) => {
    const cell = Math.floor(k / 12);
    const axis = k % 3;
    const index = Math.floor(cell / cells ** (2 - axis)) % cells;
    return (index + basis[k % 12]!) / cells;
  });
  const edge = 3.615 * cells;
  const lattice = Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge);
  const list = await neighborList({ frac, lattice, periodic: [1, 1, 1] }, 3.615);
  const key = (i: number, j: number, s: readonly number[], d: number): string =>
    `${i} ${j} ${s.map((value) => value + 0)} ${d}`;
  const pairs = new Set<string>();
  for (const [index, i] of list.i.entries()) {
    const s = [...list.shift.subarray(3 * index, 3 * index + 3)];
    pairs.add(key(i, list.j[index]!, s, list.distance[index]!));
  }
  for (const [index, i] of list.i.entries()) {
    const s = [...list.shift.subarray(3 * index, 3 * index + 3)].map((value) => 0 - value);
    expect(pairs.has(key(list.j[index]!, i, s, list.distance[index]!))).toBe(true);
  }
});

describe("refuses", () => {
  const frac = Float64Array.of(0, 0, 0);
  const lattice = Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3);
  const all = Int32Array.of(1, 1, 1);
  const cases: readonly [string, ArrayBufferView[], number[], RegExp][] = [
    ["a cutoff of 0", [frac, lattice, all], [0, 0], /cutoff.*in \[1e-12, 1e12\], got 0$/],
    ["a cutoff of NaN", [frac, lattice, all], [Number.NaN, 0], /cutoff.*nan/],
    ["a cutoff of 1e9", [frac, lattice, all], [1e9, 0], /about 1\.6e26 pairs, at most 2147483647/],
    ["a flat cell", [frac, new Float64Array(9), all], [3, 0], /no volume/],
    [
      "NaN in a position",
      [Float64Array.of(0, Number.NaN, 0), lattice, all],
      [3, 0],
      /nan at index 1/,
    ],
    ["half a position", [Float64Array.of(0, 0), lattice, all], [3, 0], /3 numbers a site, got 2/],
    ["two periodic flags", [frac, lattice, Int32Array.of(1, 1)], [3, 0], /hold 3 numbers, got 2/],
    ["a missing lattice", [frac], [3, 0], /input 1 \(lattice\)/],
    ["a missing parameter", [frac, lattice, all], [3], /half.* is missing/],
  ];
  for (const [name, inputs, params, message] of cases) {
    it(name, async () => {
      const result = await pool.call("neighborList", inputs, params);
      expect(statusOf(result)).toBe("invalidInput");
      expect(result.message).toMatch(message);
    });
  }

  it("honours the memory limit while it allocates", async () => {
    const result = await pool.call("neighborList", [frac, lattice, all], [30, 0], {
      memoryLimit: 100_000,
    });
    expect(statusOf(result)).toBe("quotaExceeded");
    expect(result.peakBytes).toBeLessThanOrEqual(100_000);
  });
});
