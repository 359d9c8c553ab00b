import { describe, expect, it } from "vitest";
import { fromSpaceGroup } from "../../../src/builders/space-group-crystal.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { inverse } from "../../../src/math/mat3.js";
import { applyRotation, operationKey } from "../../../src/symmetry/operation.js";
import { spaceGroup } from "../../../src/symmetry/space-group.js";
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

  // The shortest cell of C2/c, and a ≤ b of C222_1, are reached by axes with another origin.
  it.each([
    [
      "C2/c",
      { a: 11.69, b: 8.16, c: 7.09, beta: 108.7 },
      [
        [0, 0, 1],
        [0, -1, 0],
        [1, 0, 0],
      ],
    ],
    [
      "C222_1",
      { a: 8.25, b: 11.2, c: 6.93 },
      [
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
    ],
  ])("finds the axes of %s from others", (group, lattice, axes) => {
    const crystal = fromSpaceGroup({
      group,
      lattice,
      species: ["Si", "O"],
      fracPositions: [0.13, 0.21, 0.08, 0.31, 0.07, 0.42],
    });
    const other = crystal.supercell(axes);
    const found = conventional(other);
    expect(found.lattice.equals(crystal.lattice, 1e-9)).toBe(true);
    const { operations } = spaceGroup(group);
    const { transformation } = symmetry(other);
    expect(symmetry(found).operations.map(operationKey).sort()).toEqual(
      operations.map(operationKey).sort(),
    );
    const back = inverse(transformation.matrix);
    const { siteCount, fracPositions } = other;
    for (let site = 0; site < siteCount; site++) {
      const fromOrigin = transformation.originShift.map((p, k) => fracPositions[3 * site + k] - p);
      const x = applyRotation(back, fromOrigin);
      const distances = Array.from({ length: siteCount }, (_, i) =>
        found.lattice.distance(x, found.fracPositions.subarray(3 * i, 3 * i + 3)),
      );
      const nearest = distances.indexOf(Math.min(...distances));
      expect(distances[nearest]).toBeLessThan(1e-9);
      expect(found.labels[nearest]).toBe(other.labels[site]);
    }
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
