import {
  Crystal,
  DomainError,
  InvalidConfiguration,
  Lattice,
  ShapeError,
  Species,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const lattice = Lattice.fromParameters(4, 5, 6, 80, 95, 110);

describe("Crystal.create", () => {
  it("converts between fractional and Cartesian positions", () => {
    const cart = Crystal.create({
      lattice,
      species: ["Si", "O"],
      fracPositions: [0.1, 0.2, 0.3, 0.9, 1.4, -0.2],
    });
    const back = Crystal.create({
      lattice,
      species: ["Si", "O"],
      cartPositions: cart.cartPositions,
    });
    back.fracPositions.forEach((x, i) => {
      expect(x).toBeCloseTo(cart.fracPositions[i], 12);
    });
  });

  it("labels sites by element and counter, and keeps given labels", () => {
    const species = ["Si", "O", "O"];
    const fracPositions = [
      [0, 0, 0],
      [0.5, 0, 0],
      [0, 0.5, 0],
    ];
    expect(Crystal.create({ lattice, species, fracPositions }).labels).toEqual(["Si1", "O1", "O2"]);
    expect(
      Crystal.create({ lattice, species, fracPositions, labels: ["a", "b", "c"] }).labels,
    ).toEqual(["a", "b", "c"]);
  });

  it("sorts mixed occupants and shares equal kinds", () => {
    const mixed = [
      { species: Species.from("Fe2+"), occupancy: 0.1 },
      { species: Species.from("Mg"), occupancy: 0.9 },
    ];
    const crystal = Crystal.create({
      lattice: Lattice.cubic(4.2),
      species: [mixed, mixed, "O", "O"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0, 0, 0.5, 0],
    });
    expect(Array.from(crystal.numbers)).toEqual([12, 12, 8, 8]);
    expect(crystal.kinds).toHaveLength(2);
    expect(crystal.formula).toBe("Mg0.9Fe0.1O");
    expect(crystal.cellFormula).toBe("Mg1.8Fe0.2O2");
  });

  it("gives the density of silicon (2.329 g/cm³, CRC Handbook)", () => {
    const a = 5.431144;
    const fcc = [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ];
    const silicon = Crystal.create({
      lattice: Lattice.cubic(a),
      species: Array(8).fill("Si"),
      fracPositions: fcc.flatMap(([x, y, z]) => [
        [x, y, z],
        [x + 0.25, y + 0.25, z + 0.25],
      ]),
    });
    expect(silicon.density).toBeCloseTo(2.329, 3);
  });

  it.each([
    [
      "an unknown element",
      { species: ["Xx"], fracPositions: [0, 0, 0] },
      DomainError,
      /"Xx" is no chemical element/,
    ],
    [
      "NaN",
      { species: ["Si"], fracPositions: [0, Number.NaN, 0] },
      DomainError,
      /site 0 \("Si"\): coordinate y must be a finite number, got NaN/,
    ],
    [
      "too few positions",
      { species: ["Si", "O"], fracPositions: [0, 0, 0] },
      ShapeError,
      /3 numbers for each of the 2 species, got 3/,
    ],
    ["no sites", { species: [], fracPositions: [] }, InvalidConfiguration, /at least one site/],
    [
      "no positions",
      { species: ["Si"] },
      InvalidConfiguration,
      /either fracPositions or cartPositions/,
    ],
    [
      "labels that do not fit",
      { species: ["Si"], fracPositions: [0, 0, 0], labels: [] },
      ShapeError,
      /labels/,
    ],
  ])("refuses %s", (_, input, type, message) => {
    expect(() => Crystal.create({ lattice, ...input })).toThrow(type);
    expect(() => Crystal.create({ lattice, ...input })).toThrow(message);
  });
});

it("writes isotopes in one order, whatever the order of the sites", () => {
  const fracPositions = [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0, 0];
  const formulas = [
    ["T", "H", "D"],
    ["D", "T", "H"],
  ].map((species) => Crystal.create({ lattice, species, fracPositions }).formula);
  expect(formulas).toEqual(["DHT", "DHT"]);
});

describe("supercell", () => {
  const crystal = Crystal.create({
    lattice,
    species: ["Si", "O"],
    fracPositions: [0.1, 0.2, 0.3, 0.9, 0.4, 0.2],
  });

  it("repeats along the axes, images of a site together", () => {
    const big = crystal.supercell([2, 1, 3]);
    expect(big.siteCount).toBe(12);
    expect(Array.from(big.numbers)).toEqual([...Array(6).fill(14), ...Array(6).fill(8)]);
    expect(big.lattice.volume).toBeCloseTo(6 * lattice.volume, 9);
    expect(big.formula).toBe(crystal.formula);
  });

  it("takes any integer matrix and puts every image on an old site", () => {
    const big = crystal.supercell([
      [1, 1, 0],
      [-1, 2, 0],
      [0, 1, -2],
    ]);
    expect(big.siteCount).toBe(12);
    const seen = new Set<string>();
    for (let i = 0; i < big.siteCount; i++) {
      const cart = big.cartPositions.subarray(3 * i, 3 * i + 3);
      const old = crystal.lattice.toFractional(cart);
      const home = i < 6 ? [0.1, 0.2, 0.3] : [0.9, 0.4, 0.2];
      old.forEach((x, k) => {
        expect(Math.abs(x - home[k] - Math.round(x - home[k]))).toBeLessThan(1e-9);
      });
      seen.add(
        Array.from(big.fracPositions.subarray(3 * i, 3 * i + 3), (x) => x.toFixed(6)).join(),
      );
    }
    expect(seen.size).toBe(12);
  });

  it("turns the cell over by negative numbers on the diagonal", () => {
    const turned = crystal.supercell([[-1, 0, 0], [0, 2, 0], [0, 0, -1]]); // biome-ignore format: rows
    const expected = [0.9, 0.1, 0.7, 0.9, 0.6, 0.7, 0.1, 0.2, 0.8, 0.1, 0.7, 0.8];
    expect(Array.from(turned.kindOfSite)).toEqual([0, 0, 1, 1]);
    turned.fracPositions.forEach((x, k) => {
      expect(x).toBeCloseTo(expected[k], 12);
    });
  });

  it.each([
    [[0, 1, 1]],
    [[1.5, 1, 1]],
    [[1, 1]],
    [
      [
        [1, 0, 0],
        [2, 0, 0],
        [0, 0, 1],
      ],
    ],
  ])("refuses %j", (scaling) => {
    expect(() => crystal.supercell(scaling as number[])).toThrow(DomainError);
  });

  it("repeats nothing along a direction in which the crystal ends", () => {
    const layer = Crystal.create({
      lattice: Lattice.cubic(3),
      species: ["C"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(layer.supercell([2, 3, 1]).siteCount).toBe(6);
    expect(() => layer.supercell([1, 1, 2])).toThrow(/not periodic along c/);
    expect(() => layer.supercell([[1, 0, 1], [0, 1, 0], [0, 0, 1]])).toThrow(/along c/); // biome-ignore format: rows
  });

  it.each([
    [[2, 1, 1]],
    [
      [
        [1, 1, 0],
        [-1, 1, 0],
        [0, 0, 1],
      ],
    ],
  ])(
    // biome-ignore format: rows
    "by %j leaves a slab beyond its cell in one piece",
    (scaling) => {
      const slab = Crystal.create({
        lattice,
        species: ["C", "O"],
        fracPositions: [-0.1, 0.2, -0.3, 0.5, 0.2, 1.6],
        periodic: [true, true, false],
      });
      const big = slab.supercell(scaling as number[]);
      const heights = [0, 1, 2, 3].map((site) => big.fracPositions[3 * site + 2]);
      expect(heights).toEqual([-0.3, -0.3, 1.6, 1.6]);
      big.fracPositions.forEach((x, i) => {
        if (i % 3 < 2) expect(x >= 0 && x < 1).toBe(true);
      });
    },
  );
});

describe("Crystal.fromFile", () => {
  it.each([
    ["nowhere.cif", /no file "nowhere.cif"; paths are relative/],
    [".", /is a folder/],
    ["", /expected the path of a structure file such as a CIF, got ""/],
  ])("names the trouble with %j", async (path, message) => {
    await expect(Crystal.fromFile(path)).rejects.toMatchObject({
      code: "FILE_ERROR",
      message: expect.stringMatching(message),
    });
  });
});

describe("Species", () => {
  it("reads charges in the usual spellings and interns", () => {
    expect(Species.from("Si4+").oxidationState).toBe(4);
    expect(Species.from("O-2")).toBe(Species.from("O2-"));
    expect(Species.from("na+").toString()).toBe("Na1+");
    expect(Species.from("D")).toMatchObject({ symbol: "D", number: 1 });
    expect(() => Species.from("Si5x")).toThrow(DomainError);
  });
});
