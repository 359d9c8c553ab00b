import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { inverse, multiply, rowsTimes } from "../../../src/math/mat3.js";
import { applyRotation, compose, operationKey } from "../../../src/symmetry/operation.js";
import { type SpaceGroup, spaceGroup } from "../../../src/symmetry/space-group.js";
import { conventional } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";

const lattices: Readonly<Record<string, Lattice>> = {
  triclinic: Lattice.fromParameters(9.1, 11.3, 13.7, 81, 97, 104),
  monoclinic: Lattice.monoclinic(9.1, 11.3, 13.7, 103),
  orthorhombic: Lattice.orthorhombic(9.1, 11.3, 13.7),
  tetragonal: Lattice.tetragonal(11.3, 13.7),
  trigonal: Lattice.hexagonal(11.3, 13.7),
  hexagonal: Lattice.hexagonal(11.3, 13.7),
  cubic: Lattice.cubic(15.1),
};

const small = fc.integer({ min: -2, max: 2 });
const unimodular = fc
  .tuple(small, small, small, small, fc.boolean())
  .map(([p, q, r, s, mirrored]) => {
    const shear = multiply([1, p, q, 0, 1, r, 0, 0, 1], [1, 0, 0, s, 1, 0, 0, 0, 1]);
    return mirrored ? multiply([0, 1, 0, 1, 0, 0, 0, 0, 1], shear) : shear;
  });

const coordinate = fc.integer({ min: 1, max: 9_999 }).map((value) => value / 10_000);
const triple = fc.tuple(coordinate, coordinate, coordinate);

const described = fc.record({
  number: fc.integer({ min: 1, max: 230 }),
  atoms: fc.array(triple, { minLength: 2, maxLength: 3 }),
  axes: unimodular,
  shift: triple,
  seed: fc.integer({ min: 1, max: 1_000 }),
});

type Described = typeof described extends fc.Arbitrary<infer T> ? T : never;

function crystalOf(group: SpaceGroup, atoms: Described["atoms"]): Crystal {
  const species: string[] = [];
  const fracPositions: number[][] = [];
  atoms.forEach((x, kind) => {
    for (const { rotation, translation } of group.operations) {
      species.push(["Na", "Mg", "Al"][kind]);
      fracPositions.push(applyRotation(rotation, x).map((v, k) => v + translation[k]));
    }
  });
  return Crystal.create({ lattice: lattices[group.crystalSystem], species, fracPositions });
}

/** The same crystal in other axes, from another origin, its sites in another order. */
function redescribed(crystal: Crystal, { axes, shift, seed }: Described): Crystal {
  const moved = crystal.fracPositions.map((x, i) => x + shift[i % 3]);
  const x = rowsTimes(moved, inverse(axes));
  const order = Array.from({ length: crystal.siteCount }, (_, i) => i).sort(
    (i, j) => ((i * 7919 * seed) % 1009) - ((j * 7919 * seed) % 1009) || i - j,
  );
  return Crystal.create({
    lattice: Lattice.fromMatrix(multiply(axes, crystal.lattice.matrix)),
    species: order.map((i) => crystal.sites[i].occupants),
    fracPositions: order.map((i) => x.subarray(3 * i, 3 * i + 3)),
  });
}

describe("symmetry", () => {
  const symprec = 1e-4;
  const options = { seed: 20261122, numRuns: 60 };

  it.each([3, 5, 12, 15])("puts group %i on the shortest monoclinic axes", (number) => {
    const crystal = crystalOf(spaceGroup(number), [
      [0.11, 0.23, 0.37],
      [0.41, 0.08, 0.29],
    ]);
    for (const axes of [
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      [1, 2, 0, 0, 1, 0, -2, 1, 1],
      [-1, -1, 0, 2, 1, 0, 0, 0, 1],
      [1, 0, 0, 2, 1, 0, 0, 0, 1],
    ]) {
      const skew = redescribed(crystal, {
        number,
        atoms: [],
        axes: Float64Array.from(axes),
        shift: [0.1, 0.2, 0.3],
        seed: 5,
      });
      const { a, b, c, beta } = conventional(skew, { symprec }).lattice.parameters;
      const small = lattices.monoclinic.parameters;
      expect([a, b, c, beta].map((value) => Number(value.toFixed(6)))).toEqual([
        small.a,
        small.b,
        small.c,
        small.beta,
      ]);
    }
  });

  it("does not depend on axes, origin and the order of sites", () => {
    fc.assert(
      fc.property(described, (input) => {
        const crystal = crystalOf(spaceGroup(input.number), input.atoms);
        const found = symmetry(crystal, { symprec });
        const again = symmetry(redescribed(crystal, input), { symprec });
        expect(again.spaceGroupNumber).toBe(found.spaceGroupNumber);
        expect(again.pearsonSymbol).toBe(found.pearsonSymbol);
        expect(again.operations).toHaveLength(found.operations.length);
        const shape = (dataset: typeof found) =>
          dataset.equivalentSites.map((sites) => sites.length).sort((p, q) => p - q);
        expect(shape(again)).toEqual(shape(found));
      }),
      options,
    );
  });

  it("gives a group, of which the standardised cell has the same and is standard", () => {
    fc.assert(
      fc.property(described, (input) => {
        const crystal = redescribed(crystalOf(spaceGroup(input.number), input.atoms), input);
        const { operations, hallNumber, pearsonSymbol } = symmetry(crystal, { symprec });
        const keys = new Set(operations.map(operationKey));
        const [a, b] = [operations.at(-1), operations[Math.floor(operations.length / 2)]];
        for (const c of operations) {
          expect(keys.has(operationKey(compose(a ?? c, c)))).toBe(true);
          expect(keys.has(operationKey(compose(c, b)))).toBe(true);
        }
        const once = conventional(crystal, { symprec });
        const found = symmetry(once, { symprec });
        expect([found.hallNumber, found.pearsonSymbol]).toEqual([hallNumber, pearsonSymbol]);
        const twice = conventional(once, { symprec });
        expect(twice.lattice.equals(once.lattice, 1e-7)).toBe(true);
      }),
      options,
    );
  });
});
