import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Control,
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

interface Scatterers {
  readonly frac: Float64Array;
  readonly species: Int32Array;
  readonly occupancy: Float64Array;
  /** a1..a5, b1..b5, c for each species. */
  readonly coefficients: Float64Array;
  /** Rows a*, b*, c*, no 2π. */
  readonly reciprocal: Float64Array;
}

type Hkl = readonly [number, number, number];

function inputs(s: Scatterers): ArrayBufferView[] {
  return [s.frac, s.species, s.occupancy, s.coefficients, s.reciprocal];
}

function squareOfG(reciprocal: Float64Array, hkl: Hkl): number {
  let square = 0;
  for (let axis = 0; axis < 3; axis++) {
    const component =
      hkl[0] * reciprocal[axis]! + hkl[1] * reciprocal[3 + axis]! + hkl[2] * reciprocal[6 + axis]!;
    square += component ** 2;
  }
  return square;
}

function formFactor(s: Scatterers, species: number, sSquared: number): number {
  const c = s.coefficients.subarray(11 * species, 11 * species + 11);
  let f = c[10]!;
  for (let term = 0; term < 5; term++) f += c[term]! * Math.exp(-c[5 + term]! * sSquared);
  return f;
}

/** The definition, one site at a time; `scale` = Σ o |f|, which bounds |F|. */
function naiveFactor(s: Scatterers, hkl: Hkl): { re: number; im: number; scale: number } {
  const sSquared = squareOfG(s.reciprocal, hkl) / 4;
  let re = 0;
  let im = 0;
  let scale = 0;
  for (const [site, species] of s.species.entries()) {
    const turns = [0, 1, 2].reduce((sum, axis) => {
      const product = hkl[axis]! * s.frac[3 * site + axis]!;
      return sum + (product - Math.round(product));
    }, 0);
    const weight = s.occupancy[site]! * formFactor(s, species, sSquared);
    re += weight * Math.cos(2 * Math.PI * turns);
    im += weight * Math.sin(2 * Math.PI * turns);
    scale += Math.abs(weight);
  }
  return { re, im, scale };
}

/** Rows of the inverse transposed: the reciprocal lattice without 2π. */
function reciprocalOf(m: Float64Array): Float64Array {
  const row = (k: number): number[] => [...m.subarray(3 * (k % 3), 3 * (k % 3) + 3)];
  const cross = (a: number[], b: number[]): number[] => [
    a[1]! * b[2]! - a[2]! * b[1]!,
    a[2]! * b[0]! - a[0]! * b[2]!,
    a[0]! * b[1]! - a[1]! * b[0]!,
  ];
  const volume = row(0).reduce((sum, value, axis) => sum + value * cross(row(1), row(2))[axis]!, 0);
  return Float64Array.from(
    [0, 1, 2].flatMap((k) => cross(row(k + 1), row(k + 2))),
    (v) => v / volume,
  );
}

function randomScatterers(seed: number, siteCount: number, edge: number): Scatterers {
  const random = seededRandom(seed);
  const speciesCount = Math.min(siteCount, 3);
  return {
    frac: randomNumbers(random, 3 * siteCount, 3).map((value) => value - 1),
    species: Int32Array.from({ length: siteCount }, (_, site) => site % speciesCount),
    occupancy: randomNumbers(random, siteCount).map((value) => 0.2 + 0.8 * value),
    coefficients: Float64Array.from({ length: 11 * speciesCount }, (_, k) =>
      k % 11 < 5 ? 6 * random() : k % 11 < 10 ? 40 * random() : random() - 0.5,
    ),
    reciprocal: reciprocalOf(randomLattice(random, edge)),
  };
}

describe("structureFactors", () => {
  it("agrees with the definition to 1e-12 of Σ o f", async () => {
    for (const [siteCount, largest] of [
      [1, 3],
      [9, 12],
      [157, 30],
      [1000, 400],
    ] as const) {
      const random = seededRandom(siteCount);
      const s = randomScatterers(siteCount, siteCount, 8);
      const hkl = Int32Array.from({ length: 3 * 200 }, () =>
        Math.round((2 * random() - 1) * largest),
      );
      const result = await pool.call("structureFactors", [...inputs(s), hkl]);
      expect(statusOf(result)).toBe("ok");
      const re = new Float64Array(result.outputs[0]!);
      const im = new Float64Array(result.outputs[1]!);
      for (let k = 0; k < 200; k++) {
        const naive = naiveFactor(s, [hkl[3 * k]!, hkl[3 * k + 1]!, hkl[3 * k + 2]!]);
        expect(Math.abs(re[k]! - naive.re)).toBeLessThan(1e-12 * naive.scale);
        expect(Math.abs(im[k]! - naive.im)).toBeLessThan(1e-12 * naive.scale);
      }
    }
  });

  it("gives bcc by hand: F(h+k+l even) = 2f, odd = 0, F(000) = Σ o (Σa + c)", async () => {
    const s: Scatterers = {
      frac: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5),
      species: Int32Array.of(0, 0),
      occupancy: Float64Array.of(1, 1),
      coefficients: Float64Array.of(1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 11),
      reciprocal: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    };
    const hkl = Int32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, -3, 2, 1);
    const result = await pool.call("structureFactors", [...inputs(s), hkl]);
    expect([...new Float64Array(result.outputs[0]!)]).toEqual([52, 0, 52, 52]);
    expect([...new Float64Array(result.outputs[1]!)].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it("takes no sites and no reflections", async () => {
    const s = randomScatterers(1, 0, 5);
    const none = await pool.call("structureFactors", [...inputs(s), Int32Array.of(1, 1, 1)]);
    expect([...new Float64Array(none.outputs[0]!)]).toEqual([0]);
    const empty = await pool.call("structureFactors", [
      ...inputs(randomScatterers(1, 2, 5)),
      new Int32Array(0),
    ]);
    expect(empty.outputs.map((output) => output.byteLength)).toEqual([0, 0]);
  });

  it("refuses inputs that do not fit together", async () => {
    const s = randomScatterers(2, 4, 5);
    const hkl = Int32Array.of(1, 0, 0);
    const bad: readonly [Partial<Scatterers>, RegExp][] = [
      [{ species: Int32Array.of(0, 1, 2, 7) }, /species of site 3 is 7, but there are 3/],
      [{ species: Int32Array.of(0, 1) }, /species\) must hold 4 numbers, got 2/],
      [{ occupancy: Float64Array.of(1) }, /occupancy must hold 4 numbers, got 1/],
      [{ coefficients: new Float64Array(10) }, /11 numbers a species, got 10/],
      [{ reciprocal: new Float64Array(3) }, /reciprocal lattice must hold 9/],
    ];
    for (const [change, message] of bad) {
      const result = await pool.call("structureFactors", [...inputs({ ...s, ...change }), hkl]);
      expect(statusOf(result)).toBe("invalidInput");
      expect(result.message).toMatch(message);
    }
    const odd = await pool.call("structureFactors", [...inputs(s), Int32Array.of(1, 0)]);
    expect(odd.message).toMatch(/hkl must hold 3 numbers a reflection, got 2/);
  });
});

interface Lines {
  readonly twoTheta: Float64Array;
  readonly dSpacing: Float64Array;
  readonly intensity: Float64Array;
  readonly multiplicity: Int32Array;
  readonly memberOffset: Int32Array;
  readonly memberHkl: Int32Array;
  readonly memberFsq: Float64Array;
}

async function powderLines(s: Scatterers, params: readonly number[]): Promise<Lines> {
  const result = await pool.call("powderLines", inputs(s), params);
  expect(result.message).toBe("");
  const [twoTheta, dSpacing, intensity, multiplicity, memberOffset, memberHkl, memberFsq] =
    result.outputs;
  return {
    twoTheta: new Float64Array(twoTheta!),
    dSpacing: new Float64Array(dSpacing!),
    intensity: new Float64Array(intensity!),
    multiplicity: new Int32Array(multiplicity!),
    memberOffset: new Int32Array(memberOffset!),
    memberHkl: new Int32Array(memberHkl!),
    memberFsq: new Float64Array(memberFsq!),
  };
}

interface NaiveLine {
  twoTheta: number;
  intensity: number;
  members: { hkl: Hkl; fsq: number }[];
}

/** Every hkl of a box, both of each Friedel pair counted by a factor of 2. */
function naiveLines(s: Scatterers, wavelength: number, low: number, high: number): NaiveLine[] {
  const reflections: { hkl: Hkl; fsq: number; twoTheta: number }[] = [];
  const box = 14;
  for (let h = 0; h <= box; h++) {
    for (let k = -box; k <= box; k++) {
      for (let l = -box; l <= box; l++) {
        if (h === 0 && (k < 0 || (k === 0 && l <= 0))) continue;
        const sine = (wavelength * Math.sqrt(squareOfG(s.reciprocal, [h, k, l]))) / 2;
        const twoTheta = (360 / Math.PI) * Math.asin(sine);
        if (!(twoTheta >= low && twoTheta <= high)) continue;
        expect(Math.max(h, Math.abs(k), Math.abs(l))).toBeLessThan(box);
        const { re, im } = naiveFactor(s, [h, k, l]);
        reflections.push({ hkl: [h, k, l], fsq: re * re + im * im, twoTheta });
      }
    }
  }
  const strongest = Math.max(...reflections.map((reflection) => reflection.fsq));
  const present = reflections
    .filter((reflection) => reflection.fsq >= 1e-6 * strongest)
    .sort((a, b) => a.twoTheta - b.twoTheta);
  const lines: NaiveLine[] = [];
  for (const { hkl, fsq, twoTheta } of present) {
    let line = lines.at(-1);
    if (line === undefined || twoTheta - line.twoTheta >= 1e-5) {
      line = { twoTheta, intensity: 0, members: [] };
      lines.push(line);
    }
    const theta = (line.twoTheta * Math.PI) / 360;
    const lp = (1 + Math.cos(2 * theta) ** 2) / (Math.sin(theta) ** 2 * Math.cos(theta));
    line.intensity += 2 * lp * fsq;
    line.members.push({ hkl, fsq });
  }
  const scale = 100 / Math.max(...lines.map((line) => line.intensity));
  return lines
    .map((line) => ({ ...line, intensity: scale * line.intensity }))
    .filter((line) => line.intensity >= 1e-3);
}

function membersOf(lines: Lines, line: number): { hkl: number[]; fsq: number }[] {
  const members = [];
  for (let k = lines.memberOffset[line]!; k < lines.memberOffset[line + 1]!; k++) {
    members.push({
      hkl: [...lines.memberHkl.subarray(3 * k, 3 * k + 3)],
      fsq: lines.memberFsq[k]!,
    });
  }
  return members;
}

describe("powderLines", () => {
  it("agrees with an enumeration of a box of hkl", async () => {
    for (const [seed, siteCount, edge, low, high] of [
      [11, 1, 3.2, 0, 120],
      [12, 8, 5, 20, 90],
      [13, 40, 6, 0, 70],
      [14, 300, 5, 35, 60],
    ] as const) {
      const s = randomScatterers(seed, siteCount, edge);
      const lines = await powderLines(s, [1.5406, low, high, 1e-5, 1e-3]);
      const naive = naiveLines(s, 1.5406, low, high);
      expect(lines.twoTheta.length).toBe(naive.length);
      for (const [index, line] of naive.entries()) {
        expect(lines.twoTheta[index]).toBeCloseTo(line.twoTheta, 9);
        expect(lines.intensity[index]).toBeCloseTo(line.intensity, 8);
        const members = membersOf(lines, index);
        const sorted = line.members.toSorted(
          (a, b) => b.hkl[0] - a.hkl[0] || b.hkl[1] - a.hkl[1] || b.hkl[2] - a.hkl[2],
        );
        expect(members.map((member) => member.hkl)).toEqual(sorted.map((member) => member.hkl));
        expect(lines.multiplicity[index]).toBe(2 * sorted.length);
        for (const [k, member] of members.entries()) {
          expect(Math.abs(member.fsq - sorted[k]!.fsq)).toBeLessThan(1e-10 * (1 + sorted[k]!.fsq));
        }
      }
    }
  });

  it("gives silicon's absences, multiplicities and angles", async () => {
    const basis = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
    const a = 5.431144;
    const silicon: Scatterers = {
      frac: Float64Array.from([...basis, ...basis.map((value) => value + 0.25)]),
      species: new Int32Array(8),
      occupancy: new Float64Array(8).fill(1),
      // Si: D. Waasmaier, A. Kirfel, Acta Cryst. A51 (1995) 416.
      coefficients: Float64Array.of(
        ...[5.275329, 3.191038, 1.511514, 1.356849, 2.519114],
        ...[2.631338, 33.730728, 0.081119, 86.288643, 1.170087],
        0.145073,
      ),
      reciprocal: Float64Array.of(1 / a, 0, 0, 0, 1 / a, 0, 0, 0, 1 / a),
    };
    const lines = await powderLines(silicon, [1.5405929, 10, 140, 1e-5, 1e-3]);
    // SRM 640f at 1.5405929 Å; multiplicities of m-3m.
    const expected = [
      28.441, 47.301, 56.12, 69.127, 76.373, 88.026, 94.947, 106.702, 114.085, 127.535, 136.882,
    ];
    expect(lines.twoTheta.length).toBe(expected.length);
    for (const [index, angle] of expected.entries()) {
      expect(Math.abs(lines.twoTheta[index]! - angle)).toBeLessThan(0.002);
      expect(
        lines.dSpacing[index]! * 2 * Math.sin((lines.twoTheta[index]! * Math.PI) / 360),
      ).toBeCloseTo(1.5405929, 10);
    }
    expect([...lines.multiplicity]).toEqual([8, 12, 24, 6, 24, 24, 32, 12, 48, 24, 24]);
    const intensities = [100, 67.1, 39.9, 10.7, 16.2, 23.1];
    const indices = [0, 1, 2, 3, 4, 5];
    for (const index of indices) {
      expect(Math.abs(lines.intensity[index]! - intensities[index]!)).toBeLessThan(1);
    }
    const names = indices.map((index) => membersOf(lines, index)[0]!.hkl.join(" "));
    expect(names).toEqual(["1 1 1", "2 2 0", "3 1 1", "4 0 0", "3 3 1", "4 2 2"]);
  });

  it("reports its progress", async () => {
    const control: Control = {};
    const s = randomScatterers(21, 30, 14);
    await pool.call("powderLines", inputs(s), [1.5, 0, 90, 1e-5, 1e-3], { control });
    const [done, total] = control.progress?.() ?? [0, 0];
    expect(total).toBeGreaterThan(4);
    expect(done).toBe(total);
  });

  it("gives no lines where no reflection lies", async () => {
    const lines = await powderLines(randomScatterers(3, 2, 3), [1.5, 1, 2, 1e-5, 1e-3]);
    expect(lines.twoTheta.length).toBe(0);
    expect([...lines.memberOffset]).toEqual([0]);
  });

  it("refuses ranges without meaning and spheres without end", async () => {
    const s = randomScatterers(4, 2, 10);
    const cases: readonly [number[], RegExp][] = [
      [[0, 10, 90, 1e-5, 1e-3], /wavelength.*got 0/],
      [[1.5, 90, 10, 1e-5, 1e-3], /twoThetaMin must be below twoThetaMax, got 90 and 10/],
      [[1.5, 10, 200, 1e-5, 1e-3], /twoThetaMax.*got 200/],
      [[0.01, 1, 90, 1e-5, 1e-3], /1\.\d+e10 reflections lie in the range, at most 50000000/],
    ];
    for (const [params, message] of cases) {
      const result = await pool.call("powderLines", inputs(s), params);
      expect(statusOf(result)).toBe("invalidInput");
      expect(result.message).toMatch(message);
    }
  });

  it("stops when it is cancelled", async () => {
    const s = randomScatterers(5, 3000, 40);
    const result = await pool.call("powderLines", inputs(s), [0.5, 0, 120, 1e-5, 1e-3], {
      timeoutMs: 50,
    });
    expect(statusOf(result)).toBe("timedOut");
    expect(result.queuedMs + result.runMs).toBeLessThan(1000);
  });
});
