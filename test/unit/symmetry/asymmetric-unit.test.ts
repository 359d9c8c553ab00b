import { describe, expect, it } from "vitest";
import { asymmetricUnit } from "../../../src/symmetry/asymmetric-unit.js";
import { applyRotation } from "../../../src/symmetry/operation.js";
import { conventional } from "../../../src/symmetry/standardize.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

describe("asymmetricUnit", () => {
  it("lists rutile as the tables do", () => {
    const unit = asymmetricUnit(rutile);
    expect(String(unit)).toBe(
      "P4_2/mnm (136), cell 4.594, 4.594, 2.959 Å, 90, 90, 90°: Ti1 2a, O1 4f",
    );
    expect(unit.sites[1]).toMatchObject({
      label: "O1",
      wyckoffLetter: "f",
      multiplicity: 4,
      siteSymmetry: "m.2m",
      coordinates: "x,x,0",
      equivalentSites: [2, 3, 4, 5],
    });
    const [x, y, z] = unit.sites[1].fracPosition;
    expect([x, y, z].map((value) => Number(value.toFixed(9)))).toEqual([0.305, 0.305, 0]);
  });

  it("counts the conventional cell's sites and lists the given ones", () => {
    const { sites, lattice } = asymmetricUnit(rocksalt.supercell([2, 1, 1]));
    expect(sites.map((site) => `${site.multiplicity}${site.wyckoffLetter}`)).toEqual(["4a", "4b"]);
    expect(sites.map((site) => site.equivalentSites.length)).toEqual([8, 8]);
    expect(lattice.parameters.a).toBeCloseTo(5.6402, 9);
  });

  it.each([
    ["rutile", rutile],
    ["quartz", quartz(-1)],
    ["rocksalt", rocksalt],
  ])("makes the conventional cell of %s again by its operations", (_name, crystal) => {
    const cell = conventional(crystal);
    const { sites, spaceGroup } = asymmetricUnit(crystal);
    let count = 0;
    for (const { fracPosition, occupants } of sites) {
      const images = new Set<number>();
      for (const { rotation, translation } of spaceGroup.operations) {
        const image = applyRotation(rotation, fracPosition).map((v, k) => v + translation[k]);
        images.add(
          cell.sites.findIndex(
            (site) =>
              site.occupants === occupants &&
              site.fracPosition.every(
                (x, k) => Math.abs(x - image[k] - Math.round(x - image[k])) < 1e-6,
              ),
          ),
        );
      }
      expect(images.has(-1)).toBe(false);
      count += images.size;
    }
    expect(count).toBe(cell.siteCount);
  });
});
