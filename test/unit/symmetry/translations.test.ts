import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { type Reduction, reduceToPrimitive } from "../../../src/symmetry/translations.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

function reduce(crystal: Crystal, symprec = 0.01): Reduction {
  return reduceToPrimitive(crystal, symprec);
}

describe("reduceToPrimitive", () => {
  it("leaves a primitive cell as it is", () => {
    const { translations, primitiveSite, lattice } = reduce(rutile);
    expect(translations).toEqual([[0, 0, 0]]);
    expect([...primitiveSite]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lattice).toBe(rutile.lattice);
  });

  it("finds the face centring of rocksalt", () => {
    const { translations, kindOfSite, lattice, firstSite } = reduce(rocksalt);
    expect(translations.map(String).sort()).toEqual([
      "0,0,0",
      "0,0.5,0.5",
      "0.5,0,0.5",
      "0.5,0.5,0",
    ]);
    expect([...kindOfSite]).toEqual([0, 1]);
    expect([...firstSite]).toEqual([0, 4]);
    expect(lattice.volume).toBeCloseTo(rocksalt.lattice.volume / 4, 8);
  });

  it.each([
    [[2, 3, 1], 6],
    [[5, 1, 7], 35],
  ])("undoes the supercell %j", (scaling, count) => {
    const { translations, primitiveSite, lattice } = reduce(quartz(1).supercell(scaling));
    expect(translations).toHaveLength(count);
    expect(lattice.volume).toBeCloseTo(quartz(1).lattice.volume, 8);
    expect([...primitiveSite]).toEqual(
      Array.from({ length: 9 * count }, (_, i) => Math.floor(i / count)),
    );
  });

  it("sees one atom that differs", () => {
    const supercell = rocksalt.supercell([2, 2, 2]);
    const doped = Crystal.create({
      lattice: supercell.lattice,
      species: supercell.sites.map((site, i) => (i === 3 ? "K" : site.occupants)),
      fracPositions: supercell.fracPositions,
    });
    expect(reduce(doped).translations).toHaveLength(1);
  });

  it("averages over the images of a jittered supercell, and not beyond symprec", () => {
    const supercell = rutile.supercell([3, 2, 4]);
    const jittered = Crystal.create({
      lattice: supercell.lattice,
      species: supercell.sites.map((site) => site.occupants),
      cartPositions: supercell.cartPositions.map((x, i) => x + 0.002 * Math.sin(i * i)),
    });
    const reduction = reduce(jittered, 0.02);
    expect(reduction.translations).toHaveLength(24);
    expect(reduction.firstSite).toHaveLength(6);
    expect(reduce(jittered, 1e-5).translations).toHaveLength(1);
  });

  it("makes the cell right-handed", () => {
    const { lattice, fracPositions, kindOfSite } = rutile;
    const mirrored = Crystal.create({
      lattice: lattice.matrix.map((x, i) => (i < 3 ? -x : x)),
      species: Array.from(kindOfSite, (kind) => rutile.kinds[kind]),
      fracPositions,
    });
    expect([...reduce(mirrored).basis]).toEqual([-1, 0, 0, 0, -1, 0, 0, 0, -1]);
  });
});
