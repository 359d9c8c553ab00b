import { describe, expect, it } from "vitest";
import { SymmetryError } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { latticeRotations } from "../../../src/lattice/lattice-rotations.js";
import { determinant, multiply, transpose } from "../../../src/math/mat3.js";
import { analyzeCell } from "../../../src/symmetry/moyo.js";
import { applyRotation, operationKey } from "../../../src/symmetry/operation.js";
import { analyzeBySearch } from "../../../src/symmetry/searched-cell.js";
import { spaceGroup } from "../../../src/symmetry/space-group.js";
import { conventional, primitive } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { reduceToPrimitive } from "../../../src/symmetry/translations.js";

/** Deterministic numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** General positions of a group, of two kinds, and a site on each special position without freedom. */
function crystalOf(symbol: string, lattice: Lattice, orbitCount: number): Crystal {
  const random = numbers(spaceGroup(symbol).number);
  const species: string[] = [];
  const fracPositions: number[][] = [];
  for (let orbit = 0; orbit < orbitCount; orbit++) {
    const x = [random(), random(), random()];
    for (const { rotation, translation } of spaceGroup(symbol).operations) {
      species.push(orbit % 2 === 0 ? "Na" : "Mg");
      fracPositions.push(applyRotation(rotation, x).map((v, k) => v + translation[k]));
    }
  }
  const fixed = spaceGroup(symbol).wyckoffPositions.filter((p) => !/[xyz]/.test(p.coordinates[0]));
  for (const { coordinates } of fixed.slice(-1)) {
    for (const triplet of coordinates) {
      species.push("O");
      fracPositions.push(triplet.split(",").map((term) => fractionOf(term)));
    }
  }
  return Crystal.create({ lattice, species, fracPositions });
}

function fractionOf(text: string): number {
  const [numerator, denominator = "1"] = text.split("/");
  return Number(numerator) / Number(denominator);
}

const cells: readonly (readonly [string, Lattice, number])[] = [
  ["P1", Lattice.fromParameters(9, 11, 13, 81, 97, 104), 80],
  ["P-1", Lattice.fromParameters(9, 11, 13, 81, 97, 104), 40],
  // A lattice with more symmetry than the crystal.
  ["P-1", Lattice.cubic(14), 40],
  ["P2_1/c", Lattice.monoclinic(9, 11, 13, 105), 20],
  ["Pna2_1", Lattice.orthorhombic(9, 11, 13), 20],
  ["I4_1/a", Lattice.tetragonal(13, 17), 10],
  ["R-3c", Lattice.hexagonal(15, 23), 8],
  ["P6_3/mmc", Lattice.hexagonal(15, 17), 4],
  ["Ia-3d", Lattice.cubic(21), 2],
  ["F-43m", Lattice.cubic(21), 4],
];

describe("the search of large cells", () => {
  it.each(cells)("finds in %s what moyo finds", (symbol, lattice, orbitCount) => {
    const crystal = crystalOf(symbol, lattice, orbitCount);
    const { fracPositions, kindOfSite: kinds } = crystal;
    const kindOfSite = kinds.map((kind) => kind + 1);
    const reduction = reduceToPrimitive({ lattice, fracPositions, kindOfSite }, 1e-4);
    expect(reduction.kindOfSite.length).toBeGreaterThan(63);
    const searched = analyzeBySearch(reduction, 1e-4);
    const direct = analyzeCell(
      {
        cell: reduction.lattice.matrix,
        fracPositions: reduction.fracPositions,
        kinds: reduction.kindOfSite,
      },
      1e-4,
    );
    expect(searched?.number).toBe(spaceGroup(symbol).number);
    for (const key of [
      "hall_number",
      "hm_symbol",
      "orbits",
      "pearson_symbol",
      "symprec",
    ] as const) {
      expect([key, searched?.[key]]).toEqual([key, direct[key]]);
    }
    expect(searched?.std_linear).toEqual(direct.std_linear);
    expect(searched?.std_cell.numbers).toEqual(direct.std_cell.numbers);
    expect(searched?.prim_std_cell.numbers).toEqual(direct.prim_std_cell.numbers);
    expect(searched?.site_symmetry_symbols).toEqual(direct.site_symmetry_symbols);
  });

  it.each(cells)(
    "standardises %s to the same group and operations",
    (symbol, lattice, orbitCount) => {
      const crystal = crystalOf(symbol, lattice, orbitCount);
      const options = { symprec: 1e-4 };
      const found = symmetry(crystal, options);
      const expected = new Set(spaceGroup(symbol).operations.map(operationKey));
      expect(new Set(found.operations.map(operationKey))).toEqual(expected);
      for (const cell of [conventional(crystal, options), primitive(crystal, options)]) {
        expect(symmetry(cell, options).hallNumber).toBe(found.hallNumber);
        expect(symmetry(cell, options).equivalentSites).toHaveLength(found.equivalentSites.length);
      }
    },
  );

  it("takes sites of two kinds in one place, however few", () => {
    const disordered = Crystal.create({
      lattice: Lattice.cubic(4),
      species: [[{ species: "Fe", occupancy: 0.5 }], [{ species: "Ni", occupancy: 0.5 }], "O"],
      fracPositions: [
        [0, 0, 0],
        [0, 0, 0],
        [0.5, 0.5, 0.5],
      ],
    });
    expect(symmetry(disordered).internationalSymbol).toBe("Pm-3m");
    expect(symmetry(disordered.supercell([2, 2, 2])).internationalSymbol).toBe("Pm-3m");
  });

  it("searches 4,096 sites of P-1 within half a second", () => {
    const crystal = crystalOf("P-1", Lattice.fromParameters(40, 50, 60, 81, 97, 104), 2048);
    symmetry(crystal, { symprec: 1e-4 });
    const start = performance.now();
    expect(symmetry(crystal, { symprec: 1e-4 }).internationalSymbol).toBe("P-1");
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("latticeRotations", () => {
  it.each([
    ["triclinic", Lattice.fromParameters(5, 6, 7, 81, 97, 104), 2],
    ["monoclinic", Lattice.monoclinic(5, 6, 7, 101), 4],
    ["orthorhombic", Lattice.orthorhombic(5, 6, 7), 8],
    ["tetragonal", Lattice.tetragonal(5, 7), 16],
    ["rhombohedral", Lattice.rhombohedral(5, 77), 12],
    ["hexagonal", Lattice.hexagonal(5, 7), 24],
    ["cubic", Lattice.cubic(5), 48],
    ["face-centred", Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]), 48],
    ["body-centred", Lattice.fromMatrix([-2, 2, 2, 2, -2, 2, 2, 2, -2]), 48],
  ])("finds the whole point group of a %s lattice, in any basis", (_name, lattice, order) => {
    const skew = multiply([1, 3, -2, 0, 1, 4, 0, 0, 1], lattice.matrix);
    for (const cell of [lattice.matrix, skew]) {
      const rotations = latticeRotations(cell, () => 1e-5);
      expect(new Set(rotations.map((w) => w.join())).size).toBe(order);
      const metric = multiply(cell, transpose(cell));
      for (const w of rotations) {
        expect(Math.abs(determinant(w))).toBe(1);
        multiply(multiply(w, metric), transpose(w)).forEach((value, i) => {
          expect(value).toBeCloseTo(metric[i], 6);
        });
      }
    }
  });
});

describe("failures", () => {
  it("name the sites that overlap, and how far they are apart", () => {
    const crystal = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H", "H", "O"],
      fracPositions: [
        [0, 0, 0],
        [0.0001, 0, 0],
        [0.5, 0.5, 0.4],
      ],
      labels: ["Ha", "Hb", "O"],
    });
    try {
      symmetry(crystal);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SymmetryError);
      const { message, data } = error as SymmetryError;
      expect(message).toMatch(/Ha and Hb \(sites 0 and 1\) are 0\.0004 Å apart/);
      expect(message).toMatch(/symprec below 0\.0004 Å/);
      expect(data).toMatchObject({
        reason: "overlapping-sites",
        symprec: 0.01,
        overlaps: [{ sites: [0, 1], labels: ["Ha", "Hb"] }],
      });
    }
    expect(symmetry(crystal, { symprec: 1e-4 }).spaceGroupNumber).toBeGreaterThan(0);
  });

  it("say why before they search", () => {
    const reason = (crystal: Crystal, symprec: number) => {
      try {
        symmetry(crystal, { symprec });
      } catch (error) {
        return ((error as SymmetryError).data as { reason: string }).reason;
      }
      return undefined;
    };
    const make = (lattice: Lattice, periodic: [boolean, boolean, boolean]) =>
      Crystal.create({ lattice, periodic, species: ["H"], fracPositions: [0, 0, 0] });
    expect(reason(make(Lattice.cubic(4), [true, true, false]), 0.01)).toBe("not-periodic");
    expect(reason(make(Lattice.tetragonal(4, 20_000), [true, true, true]), 0.01)).toBe(
      "cell-too-long",
    );
    expect(reason(make(Lattice.cubic(4), [true, true, true]), 2)).toBe("symprec");
  });
});
