import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { conventional, primitive } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

describe("standardised cells", () => {
  it("finds the primitive and the conventional cell of a supercell", () => {
    const supercell = rocksalt.supercell([2, 1, 3]);
    const small = primitive(supercell);
    expect(small.siteCount).toBe(2);
    expect(small.lattice.volume).toBeCloseTo(5.6402 ** 3 / 4, 8);
    const usual = conventional(small);
    expect(usual.siteCount).toBe(8);
    expect(usual.formula).toBe("NaCl");
    expect(Object.values(usual.lattice.parameters).map((v) => Number(v.toFixed(9)))).toEqual([
      5.6402, 5.6402, 5.6402, 90, 90, 90,
    ]);
  });

  it.each([
    ["rocksalt", rocksalt],
    ["rutile", rutile],
    ["quartz", quartz(-1)],
  ])("keeps the group of %s and standardises once", (_name, crystal) => {
    const once = conventional(crystal);
    const twice = conventional(once);
    expect(symmetry(once).hallNumber).toBe(symmetry(crystal).hallNumber);
    expect([...twice.lattice.matrix].map((v) => v.toFixed(9))).toEqual(
      [...once.lattice.matrix].map((v) => v.toFixed(9)),
    );
    expect(once.fracPositions.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(symmetry(primitive(crystal)).spaceGroupNumber).toBe(symmetry(crystal).spaceGroupNumber);
  });

  it("removes noise below symprec and keeps labels", () => {
    const noise = (i: number) => 0.001 * Math.sin(7 * i + 1);
    const noisy = Crystal.create({
      lattice: rutile.lattice,
      species: rutile.sites.map((site) => site.occupants),
      cartPositions: rutile.cartPositions.map((x, i) => x + noise(i)),
      labels: ["Ti", "Ti", "Oa", "Ob", "Oc", "Od"],
    });
    const clean = conventional(noisy, { symprec: 0.02 });
    expect(clean.labels.toSorted()).toEqual(["Oa", "Ob", "Oc", "Od", "Ti", "Ti"]);
    expect(symmetry(clean, { symprec: 1e-6 }).internationalSymbol).toBe("P4_2/mnm");
  });
});
