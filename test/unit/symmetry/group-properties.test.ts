import { describe, expect, it } from "vitest";
import { ShapeError, SymmetryError } from "../../../src/base/errors.js";
import { operationKey, parseOperation } from "../../../src/symmetry/operation.js";
import { hallSetting, spaceGroup, spaceGroups } from "../../../src/symmetry/space-group.js";

const all = spaceGroups();

describe("the 230 space groups", () => {
  it("come in order, each in its first setting", () => {
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 230 }, (_, i) => i + 1));
    expect(all.reduce((sum, group) => sum + group.settings.length, 0)).toBe(530);
    expect(spaceGroup(227).settings.map(({ setting }) => setting)).toEqual(["1", "2"]);
  });

  // International Tables A (2016), 1.4.1, 2.1.3 and 3.5.1: how many groups have each trait.
  it("have the traits that are counted in International Tables", () => {
    const count = (trait: (group: (typeof all)[number]) => boolean) => all.filter(trait).length;
    expect(count((group) => group.isSohncke)).toBe(65);
    expect(count((group) => group.enantiomorph !== undefined)).toBe(22);
    expect(count((group) => group.isPolar)).toBe(68);
    expect(count((group) => group.isSymmorphic)).toBe(73);
    expect(count((group) => group.isCentrosymmetric)).toBe(92);
    expect(new Set(all.map((group) => group.laueClass)).size).toBe(11);
    expect(new Set(all.map((group) => group.bravaisLattice)).size).toBe(14);
    expect(new Set(all.map((group) => group.pointGroup)).size).toBe(32);
  });

  it("name the group of the mirror image", () => {
    expect(spaceGroup("P3_121").enantiomorph).toBe(154);
    expect(spaceGroup("P4_332").enantiomorph).toBe(213);
    expect(spaceGroup("P2_12_12_1").enantiomorph).toBeUndefined();
    for (const { number, enantiomorph, isSohncke } of all) {
      if (enantiomorph === undefined) continue;
      expect(isSohncke).toBe(true);
      expect(spaceGroup(enantiomorph).enantiomorph).toBe(number);
    }
  });

  it("tell centring, triplets and order", () => {
    expect(spaceGroup("Fm-3m").centringVectors).toHaveLength(4);
    expect(spaceGroup("R-3m").centringVectors).toHaveLength(3);
    expect(spaceGroup("R-3m:R").centringVectors).toEqual([[0, 0, 0]]);
    expect(spaceGroup(14).triplets).toEqual([
      "x,y,z",
      "-x,-y,-z",
      "-x,y+1/2,-z+1/2",
      "x,-y+1/2,z+1/2",
    ]);
    expect(spaceGroup(14).triplets.map(parseOperation).map(operationKey)).toEqual(
      spaceGroup(14).operations.map(operationKey),
    );
    expect(spaceGroup(225).order).toBe(192);
    expect(spaceGroup(62)).toMatchObject({
      internationalFull: "P 2_1/n 2_1/m 2_1/a",
      laueClass: "mmm",
      bravaisLattice: "oP",
      centring: "P",
    });
    expect(String(spaceGroup(14))).toBe("P2_1/c (14), P 1 2_1/c 1, monoclinic, 4 operations");
  });

  it("are found by Hall number and Hall symbol", () => {
    expect(spaceGroup({ hall: 292 }).internationalSymbol).toBe("Pnma");
    expect(spaceGroup({ hall: "-P 2yn" }).setting).toBe("b2");
    for (const hall of [0, 531, 1.5, "P 21/c", "", "x".repeat(1e6)]) {
      expect(() => spaceGroup({ hall })).toThrow(SymmetryError);
    }
    expect(() => spaceGroup({} as never)).toThrow(SymmetryError);
    expect(() => spaceGroup(null as never)).toThrow(SymmetryError);
  });
});

describe("Wyckoff positions", () => {
  it("are those of the tables", () => {
    const positions = spaceGroup("Pnma").wyckoffPositions;
    expect(positions.map(({ multiplicity, letter }) => `${multiplicity}${letter}`)).toEqual([
      "8d",
      "4c",
      "4b",
      "4a",
    ]);
    expect(positions[1]).toMatchObject({ siteSymmetry: ".m." });
    expect(new Set(positions[1].coordinates)).toEqual(
      new Set(["x,1/4,z", "-x+1/2,3/4,z+1/2", "-x,3/4,-z", "x+1/2,1/4,-z+1/2"]),
    );
  });

  it("have as many triplets as their multiplicity, in every setting", () => {
    for (let hallNumber = 1; hallNumber <= 530; hallNumber++) {
      const { wyckoffPositions, order } = hallSetting(hallNumber);
      expect(wyckoffPositions[0]).toMatchObject({ multiplicity: order, siteSymmetry: "1" });
      for (const { coordinates, multiplicity, letter } of wyckoffPositions) {
        expect([hallNumber, letter, new Set(coordinates).size]).toEqual([
          hallNumber,
          letter,
          multiplicity,
        ]);
      }
    }
  });
});

// Reflection conditions of International Tables A (2016), 2.3.
describe("systematic absences", () => {
  it.each<[string, (h: number, k: number, l: number) => boolean]>([
    ["P-1", () => true],
    ["Fm-3m", (h, k, l) => (h + k) % 2 === 0 && (k + l) % 2 === 0],
    ["Im-3m", (h, k, l) => (h + k + l) % 2 === 0],
    ["P2_1/c", (h, k, l) => (k !== 0 || l % 2 === 0) && (h !== 0 || l !== 0 || k % 2 === 0)],
    ["R-3m", (h, k, l) => (-h + k + l) % 3 === 0],
    [
      "Fd-3m",
      (h, k, l) =>
        (h + k) % 2 === 0 &&
        (k + l) % 2 === 0 &&
        (h !== 0 || (k + l) % 4 === 0) &&
        (k !== 0 || (h + l) % 4 === 0) &&
        (l !== 0 || (h + k) % 4 === 0),
    ],
    ["P6_122", (h, k, l) => h !== 0 || k !== 0 || l % 6 === 0],
  ])("of %s", (symbol, isPresent) => {
    const group = spaceGroup(symbol);
    for (let h = -4; h <= 4; h++) {
      for (let k = -4; k <= 4; k++) {
        for (let l = -6; l <= 6; l++) {
          expect([h, k, l, group.isExtinct([h, k, l])]).toEqual([h, k, l, !isPresent(h, k, l)]);
        }
      }
    }
  });

  it("need three whole numbers", () => {
    for (const hkl of [[1, 2], [1, 2, 0.5], [1, 2, Number.NaN], "111", null]) {
      expect(() => spaceGroup(1).isExtinct(hkl as never)).toThrow(ShapeError);
    }
  });
});
