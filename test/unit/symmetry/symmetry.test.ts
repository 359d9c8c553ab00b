import { describe, expect, it } from "vitest";
import { PrismError, SymmetryError } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Species } from "../../../src/crystal/species.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { determinant, inverse } from "../../../src/math/mat3.js";
import { applyRotation, compose, operationKey } from "../../../src/symmetry/operation.js";
import { conventional, primitive } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

describe("symmetry", () => {
  it("finds rocksalt", () => {
    const found = symmetry(rocksalt);
    expect(found).toMatchObject({
      spaceGroupNumber: 225,
      internationalSymbol: "Fm-3m",
      hallNumber: 523,
      hallSymbol: "-F 4 2 3",
      pearsonSymbol: "cF8",
      pointGroup: "m-3m",
      crystalSystem: "cubic",
      symprec: 0.01,
    });
    expect(found.operations).toHaveLength(192);
    expect(found.wyckoffLetters.join("")).toBe("aaaabbbb");
    expect(new Set(found.siteSymmetries)).toEqual(new Set(["m-3m"]));
    expect([...found.orbits]).toEqual([0, 0, 0, 0, 4, 4, 4, 4]);
  });

  it("finds rutile", () => {
    const found = symmetry(rutile);
    expect(found).toMatchObject({ spaceGroupNumber: 136, hallNumber: 419, pearsonSymbol: "tP6" });
    expect(found.internationalSymbol).toBe("P4_2/mnm");
    expect(found.operations).toHaveLength(16);
    expect(found.wyckoffLetters.join("")).toBe("aaffff");
  });

  it("tells the hands of quartz apart, in any axes", () => {
    expect(symmetry(quartz(1)).internationalSymbol).toBe("P3_221");
    expect(symmetry(quartz(-1)).internationalSymbol).toBe("P3_121");
    const { lattice, kinds, kindOfSite, fracPositions: x } = quartz(1);
    // The same crystal described in the left-handed axes b, a, c.
    const leftHanded = Crystal.create({
      lattice: [lattice.matrix.slice(3, 6), lattice.matrix.slice(0, 3), lattice.matrix.slice(6)],
      species: Array.from(kindOfSite, (kind) => kinds[kind]),
      fracPositions: Array.from(kindOfSite, (_, i) => [x[3 * i + 1], x[3 * i], x[3 * i + 2]]),
    });
    expect(symmetry(leftHanded).internationalSymbol).toBe("P3_221");
  });

  it.each([
    ["rocksalt", rocksalt],
    ["rutile", rutile.supercell([1, 2, 1])],
    ["quartz", quartz(1)],
  ])("gives the operations of %s as a group that keeps the crystal", (_name, crystal) => {
    const { operations } = symmetry(crystal);
    const keys = new Set(operations.map(operationKey));
    expect(keys.size).toBe(operations.length);
    for (const a of operations) {
      for (const b of operations) expect(keys.has(operationKey(compose(a, b)))).toBe(true);
      expect(isKept(crystal, a)).toBe(true);
    }
  });

  it("reduces a supercell first: 512 atoms of rocksalt in a fraction of a second", () => {
    symmetry(rocksalt);
    const large = rocksalt.supercell([4, 4, 4]);
    const start = performance.now();
    const found = symmetry(large);
    expect(performance.now() - start).toBeLessThan(500);
    expect(found.internationalSymbol).toBe("Fm-3m");
    expect(found.operations).toHaveLength(48 * 256);
    expect(new Set(found.orbits)).toEqual(new Set([0, 256]));
    expect(found.wyckoffLetters[0] + found.wyckoffLetters[511]).toBe("ab");
  });

  it("leaves out rotations that the shape of a supercell breaks", () => {
    // 16 of the 48 rotations keep the c axis; 8 pure translations.
    expect(symmetry(rocksalt.supercell([1, 1, 2])).operations).toHaveLength(16 * 8);
  });

  it.each([
    ["rutile", rutile],
    [
      "quartz in a supercell",
      quartz(1).supercell([
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 2],
      ]),
    ],
    ["rocksalt in a supercell", rocksalt.supercell([2, 1, 1])],
  ])("transforms %s to the standard cell", (_name, crystal) => {
    const moved = Crystal.create({
      lattice: crystal.lattice,
      species: crystal.sites.map((site) => site.occupants),
      fracPositions: crystal.fracPositions.map((x, i) => x + [0.1, 0.2, 0.3][i % 3]),
    });
    const standard = conventional(moved);
    const { matrix, originShift } = symmetry(moved).transformation;
    const toStandard = inverse(matrix);
    expect(Math.abs(determinant(matrix))).toBeCloseTo(
      standard.lattice.volume / moved.lattice.volume,
      9,
    );
    for (const { fracPosition: x, occupants } of moved.sites) {
      const image = applyRotation(
        toStandard,
        x.map((value, k) => value - originShift[k]),
      );
      const found = standard.sites.some(
        (site) =>
          site.occupants === occupants &&
          site.fracPosition.every(
            (y, k) => Math.abs(image[k] - y - Math.round(image[k] - y)) < 1e-6,
          ),
      );
      expect(found).toBe(true);
    }
  });

  it("takes different shares and charges as different sites", () => {
    const species = (occupants: readonly (readonly [string, number])[][]) =>
      Crystal.create({
        lattice: Lattice.cubic(4),
        species: occupants.map((site) =>
          site.map(([symbol, occupancy]) => ({ species: Species.from(symbol), occupancy })),
        ),
        fracPositions: [
          [0, 0, 0],
          [0.5, 0.5, 0.5],
        ],
      });
    const name = (crystal: Crystal) => symmetry(crystal).internationalSymbol;
    expect(name(species([[["Fe", 1]], [["Fe", 1]]]))).toBe("Im-3m");
    expect(name(species([[["Fe", 1]], [["Fe", 0.9]]]))).toBe("Pm-3m");
    expect(name(species([[["Fe2+", 1]], [["Fe3+", 1]]]))).toBe("Pm-3m");
    const mixed = species([
      [
        ["Na", 0.5],
        ["K", 0.5],
      ],
      [
        ["K", 0.5],
        ["Na", 0.5],
      ],
    ]);
    expect(name(mixed)).toBe("Im-3m");
  });

  it.each([0, -1, Number.NaN, 2, 0.8])("refuses symprec %d", (symprec) => {
    expect(() => symmetry(rutile, { symprec })).toThrow(SymmetryError);
    expect(() => symmetry(rutile, { symprec })).toThrow(/symprec must lie/);
  });

  it("refuses what has no space group", () => {
    const slab = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => symmetry(slab)).toThrow(SymmetryError);
    const sliver = Crystal.create({
      lattice: Lattice.orthorhombic(1e6, 4, 4),
      species: ["H"],
      fracPositions: [0, 0, 0],
    });
    expect(() => symmetry(sliver)).toThrow(/up to 10000 Å/);
    const overlapping = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H", "H"],
      fracPositions: [0, 0, 0, 0, 0, 0],
    });
    expect(() => symmetry(overlapping)).toThrow(/overlap/);
  });
});

function isKept(crystal: Crystal, operation: ReturnType<typeof symmetry>["operations"][number]) {
  const { rotation: w, translation: t } = operation;
  return crystal.sites.every(({ fracPosition: x, occupants }) => {
    const image = [0, 1, 2].map(
      (i) => w[3 * i] * x[0] + w[3 * i + 1] * x[1] + w[3 * i + 2] * x[2] + t[i],
    );
    return crystal.sites.some(
      (site) =>
        site.occupants === occupants &&
        site.fracPosition.every((y, k) => Math.abs(image[k] - y - Math.round(image[k] - y)) < 1e-6),
    );
  });
}

describe("calls without types", () => {
  it.each([[undefined], [null], [5], [Promise.resolve(1)]])("refuse %s for a crystal", (value) => {
    for (const search of [symmetry, primitive, conventional] as ((value: unknown) => unknown)[]) {
      expect(() => search(value)).toThrow(PrismError);
    }
  });
});
