import {
  Crystal,
  DiffractionPattern,
  DomainError,
  InvalidConfiguration,
  Lattice,
  type PowderOptions,
  PrismError,
  powderPattern,
  ShapeError,
  show,
  structureFactors,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { formFactor } from "../../../src/diffraction/scattering-factors.js";

const fcc = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];
const silicon = Crystal.create({
  lattice: Lattice.cubic(5.431144),
  species: Array(8).fill("Si"),
  fracPositions: fcc.flatMap((p) => [p, p.map((x) => x + 0.25)]),
});
const rocksalt = Crystal.create({
  lattice: Lattice.cubic(5.6402),
  species: [...Array(4).fill("Na"), ...Array(4).fill("Cl")],
  fracPositions: [...fcc, ...fcc.map(([x, y, z]) => [x + 0.5, y, z])],
});

describe("structureFactors", () => {
  it("adds and subtracts the two ions of rocksalt", async () => {
    const { re, im } = await structureFactors(rocksalt, [1, 1, 1, 2, 0, 0, 1, 0, 0]);
    const s = (n: number) => Math.sqrt(n) / (2 * 5.6402);
    expect(re[0]).toBeCloseTo(4 * (formFactor("Na", s(3)) - formFactor("Cl", s(3))), 10);
    expect(re[1]).toBeCloseTo(4 * (formFactor("Na", s(4)) + formFactor("Cl", s(4))), 10);
    expect(re[2]).toBeCloseTo(0, 10);
    expect(Math.max(...im.map(Math.abs))).toBeLessThan(1e-10);
  });

  it("counts the electrons of the cell at 000", async () => {
    const { re } = await structureFactors(silicon, [0, 0, 0]);
    expect(re[0]).toBeCloseTo(8 * 14, 1);
  });

  it("refuses indices that are no rows of three, and d beyond the fits", async () => {
    expect(() => structureFactors(silicon, [1, 1])).toThrow(ShapeError);
    expect(() => structureFactors(silicon, [99, 0, 0])).toThrow(DomainError);
  });
});

describe("powderPattern", () => {
  it("names lines by their strongest family and lists the others", async () => {
    const pattern = await powderPattern(silicon, { wavelength: "CuKa1", twoTheta: [10, 100] });
    expect(pattern).toBeInstanceOf(DiffractionPattern);
    const names = Array.from({ length: pattern.lineCount }, (_, i) =>
      pattern.hkl.subarray(3 * i, 3 * i + 3).join(""),
    );
    expect(names).toEqual(["111", "220", "311", "400", "331", "422", "511"]);
    expect(Array.from(pattern.multiplicity)).toEqual([8, 12, 24, 6, 24, 24, 32]);
    expect(
      pattern.families[6].map(({ hkl, multiplicity }) => [hkl.join(""), multiplicity]),
    ).toEqual([
      ["511", 24],
      ["333", 8],
    ]);
  });

  it("does not depend on the choice of the cell", async () => {
    const options: PowderOptions = { wavelength: "CuKa1", twoTheta: [10, 60] };
    const small = await powderPattern(rocksalt, options);
    const large = await powderPattern(
      rocksalt.supercell([
        [2, 1, 0],
        [0, 1, 1],
        [1, 0, 2],
      ]),
      options,
    );
    expect(large.lineCount).toBe(small.lineCount);
    small.twoTheta.forEach((twoTheta, i) => {
      expect(large.twoTheta[i]).toBeCloseTo(twoTheta, 8);
      expect(large.intensity[i]).toBeCloseTo(small.intensity[i], 6);
      expect(large.multiplicity[i]).toBe(small.multiplicity[i]);
    });
  });

  it("draws a profile whose isolated peaks have the lines' heights", async () => {
    const pattern = await powderPattern(silicon, { wavelength: 1.5405929, twoTheta: [20, 60] });
    const { twoTheta, intensity } = pattern.profile({ fwhm: 0.2, step: 0.001 });
    expect(twoTheta).toHaveLength(40001);
    const top = intensity.indexOf(Math.max(...intensity));
    expect(twoTheta[top]).toBeCloseTo(28.441, 2);
    expect(intensity[top]).toBeCloseTo(100, 2);
  });

  it.each<[string, unknown, unknown, RegExp]>([
    [
      "wavelength 0",
      { wavelength: 0, twoTheta: [10, 90] },
      DomainError,
      /wavelength must be greater than 0 Å, got 0/,
    ],
    ["wavelength NaN", { wavelength: Number.NaN, twoTheta: [10, 90] }, DomainError, /finite/],
    [
      "an unknown anode",
      { wavelength: "UKa1", twoTheta: [10, 90] },
      InvalidConfiguration,
      /CrKa1.*got "UKa1"/,
    ],
    [
      "a reversed range",
      { wavelength: 1.54, twoTheta: [90, 10] },
      DomainError,
      /did you mean \[10, 90\]/,
    ],
    [
      "a range beyond 180",
      { wavelength: 1.54, twoTheta: [10, 200] },
      DomainError,
      /between 0 and 180 degrees, got 200/,
    ],
    ["a range of one", { wavelength: 1.54, twoTheta: [10] }, ShapeError, /\[min, max\]/],
    [
      "a wavelength shorter than the fits",
      { wavelength: 0.05, twoTheta: [10, 90] },
      DomainError,
      /from 0 to 6/,
    ],
  ])("refuses %s", (_, options, type, message) => {
    const call = () => powderPattern(silicon, options as PowderOptions);
    expect(call).toThrow(type as typeof Error);
    expect(call).toThrow(message);
  });

  it("refuses a slab", () => {
    const slab = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => powderPattern(slab, { wavelength: "CuKa1", twoTheta: [10, 90] })).toThrow(
      /periodic along a, b;?/,
    );
  });
});

describe("calls without types", () => {
  const pattern = powderPattern as (...args: unknown[]) => unknown;
  const factors = structureFactors as (...args: unknown[]) => unknown;
  const options = { wavelength: "CuKa1", twoTheta: [10, 90] };

  it.each([
    ["powderPattern without options", () => pattern(silicon), /options must be an object/],
    ["powderPattern of nothing", () => pattern(null, options), /expected a Crystal, got null/],
    [
      "powderPattern of a promise",
      () => pattern(Promise.resolve(silicon), options),
      /await it first/,
    ],
    [
      "a name in an array",
      () => pattern(silicon, { ...options, wavelength: ["CuKa1"] }),
      /wavelength/,
    ],
    ["another runtime", () => pattern(silicon, { ...options, runtime: 5 }), /must be a Runtime/],
    ["structureFactors of nothing", () => factors(undefined, [1, 1, 1]), /expected a Crystal/],
    ["no indices", () => factors(silicon), /flat array/],
    ["indices in a text", () => factors(silicon, "111"), /flat array/],
    ["fractional indices", () => factors(silicon, [1, 1.5, 1]), /hkl\[1\] must be a whole number/],
    [
      "rows of indices",
      () =>
        factors(silicon, [
          [1, 1, 1],
          [2, 0, 0],
          [2, 2, 0],
        ]),
      /hkl\[0\]/,
    ],
    ["options null", () => factors(silicon, [1, 1, 1], null), /options must be an object/],
  ])("are refused: %s", (_, call, message) => {
    expect(call).toThrow(PrismError);
    expect(call).toThrow(message);
  });
});

describe("a line at 2θ = 180°", () => {
  const cube = Crystal.create({
    lattice: Lattice.cubic(4),
    species: ["Si"],
    fracPositions: [0, 0, 0],
  });

  it("is left out, as its Lorentz factor has no bound", async () => {
    const only = await powderPattern(cube, { wavelength: 8, twoTheta: [0, 180] });
    expect(only.lineCount).toBe(0);
    const last = await powderPattern(cube, { wavelength: 4, twoTheta: [0, 180] });
    expect(Array.from(last.hkl)).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
    expect(last.intensity.every(Number.isFinite)).toBe(true);
    expect(
      (await powderPattern(cube, { wavelength: 4, twoTheta: [179.99995, 180] })).lineCount,
    ).toBe(0);
  });
});

describe("a pattern of many reflections", () => {
  it("ascends in 2θ, and the families of a line add up to its multiplicity", async () => {
    const cell = Crystal.create({
      lattice: Lattice.cubic(40),
      species: ["Si", "O"],
      fracPositions: [0.1, 0.2, 0.3, 0, 0, 0],
    });
    const found = await powderPattern(cell, { wavelength: 1, twoTheta: [5, 60] });
    expect(found.lineCount).toBeGreaterThan(1000);
    found.twoTheta.forEach((angle, i) => {
      if (i > 0) expect(angle).toBeGreaterThan(found.twoTheta[i - 1]);
      const members = found.families[i].reduce((sum, { multiplicity }) => sum + multiplicity, 0);
      expect(members).toBe(found.multiplicity[i]);
    });
  });
});

describe("a pattern without lines says why", () => {
  it.each([
    [
      154.05929,
      [10, 90],
      /no plane reflects 154\.05929 Å.* d spacing, 5\.43\d+ Å; .*154\.05929 pm would be 1\.5405929$/,
    ],
    [12, [10, 90], /no plane reflects 12 Å.*; wavelengths are in Å$/],
    [9, [10, 90], /with 9 Å this cell has no reflection before 111\.9\d+°/],
    ["CuKa1", [2, 15], /this cell has no reflection before 16\.3\d+°/],
    ["CuKa1", [29, 30], /absent by symmetry or too weak/],
  ] as const)("%s Å, %j°", async (wavelength, twoTheta, message) => {
    const pattern = await powderPattern(silicon, { wavelength, twoTheta });
    expect(pattern.lineCount).toBe(0);
    expect(pattern.warnings).toMatchObject([
      { code: "NO_LINES", message: expect.stringMatching(message) },
    ]);
    expect(pattern.warnings[0].message).toContain(`no line from ${twoTheta[0]} to ${twoTheta[1]}°`);
    const shown = show(pattern);
    expect(String(shown)).toContain(`warning: ${pattern.warnings[0].message}`);
    expect(shown.layout.annotations).toHaveLength(1);
  });

  it("and one with lines has nothing to say", async () => {
    const pattern = await powderPattern(silicon, { wavelength: "CuKa1", twoTheta: [10, 90] });
    expect(pattern.warnings).toEqual([]);
  });
});

describe("a crystal that is not periodic", () => {
  it.each([
    [[true, true, false], /periodic along a and b, and elsewhere its cell is an arbitrary box/],
    [[false, false, false], /periodic along no direction/],
  ] as const)("%j: has no Bragg reflections", (periodic, message) => {
    const slab = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Si"],
      fracPositions: [0, 0, 0],
      periodic,
    });
    for (const call of [
      () => powderPattern(slab, { wavelength: "CuKa1", twoTheta: [10, 90] }),
      () => structureFactors(slab, [0, 0, 1]),
    ]) {
      expect(call).toThrow(InvalidConfiguration);
      expect(call).toThrow(message);
    }
  });
});
