import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { inverse, multiply, transpose } from "../../../src/math/mat3.js";
import { primitiveMapping } from "../../../src/symmetry/primitive-mapping.js";
import { conventional, primitive } from "../../../src/symmetry/standardize.js";
import { expectClose } from "../crystal/tensors.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

const skew = [
  [1, 1, 0],
  [0, 2, 1],
  [-1, 0, 2],
];

describe("primitiveMapping", () => {
  it.each([
    ["rocksalt", rocksalt.supercell([2, 1, 3]), 2],
    ["rutile", rutile.supercell(skew), 6],
    ["quartz, primitive already", quartz(1), 9],
  ])("leads back from a supercell of %s", (_name, crystal, siteCount) => {
    const mapping = primitiveMapping(crystal);
    expect(mapping.crystal.siteCount).toBe(siteCount);
    const cell = multiply(mapping.matrix, mapping.crystal.lattice.matrix);
    cell.forEach((value, i) => {
      expect(value).toBeCloseTo(crystal.lattice.matrix[i], 9);
    });
    for (let i = 0; i < crystal.siteCount; i++) {
      const site = mapping.sites[i];
      expect(mapping.crystal.kindOfSite[site]).toBe(crystal.kindOfSite[i]);
      const position = [0, 1, 2].map(
        (k) => mapping.crystal.fracPositions[3 * site + k] + mapping.shifts[3 * i + k],
      );
      const cart = mapping.crystal.lattice.toCartesian(position);
      cart.forEach((value, k) => {
        expect(value).toBeCloseTo(crystal.cartPositions[3 * i + k], 9);
      });
    }
  });
});

describe("site properties of new cells", () => {
  const withProperties = (siteProperties: Record<string, number[] | string[]>) => {
    const { lattice, fracPositions, sites } = rutile.supercell([1, 1, 2]);
    return Crystal.create({
      lattice,
      fracPositions,
      species: sites.map((site) => site.occupants),
      siteProperties,
    });
  };
  const charge = [4, 4, 4, 4, ...Array<number>(8).fill(-2)];

  it("go with the sites where one value tells them", () => {
    const crystal = withProperties({
      charge,
      role: charge.map((q) => (q > 0 ? "cation" : "anion")),
    });
    for (const cell of [
      conventional(crystal),
      primitive(crystal),
      primitiveMapping(crystal).crystal,
    ]) {
      expect(cell.warnings).toEqual([]);
      cell.numbers.forEach((number, site) => {
        expect(cell.siteProperties.charge[site]).toBe(number === 22 ? 4 : -2);
        expect(cell.siteProperties.role[site]).toBe(number === 22 ? "cation" : "anion");
      });
    }
  });

  it("are left out with a warning where they differ, or it is not known how they turn", () => {
    const crystal = withProperties({
      magneticMoment: charge.map((_, site) => (site % 2 === 0 ? 1 : -1)),
      pairs: charge.flatMap(() => [0, 1]),
      image: charge.flatMap(() => [0, 0, 1]),
      forces: charge.flatMap(() => [0, 0, 1]),
      charge,
    });
    const cell = conventional(crystal);
    expect(Object.keys(cell.siteProperties)).toEqual(["forces", "charge"]);
    expect(cell.warnings.map(({ code }) => code)).toEqual(Array(3).fill("SITE_PROPERTY_DROPPED"));
    expect(cell.warnings[0].message).toMatch(/magneticMoment.*pure translation/);
    expect(cell.warnings[1].message).toMatch(/pairs.*2 values a site.*not known/);
    expect(cell.warnings[2].message).toMatch(/image.*counts cells/);
    // The mapping keeps the axes, so that all vectors stay what they are.
    const { siteProperties } = primitiveMapping(crystal).crystal;
    expect(Object.keys(siteProperties)).toEqual(["pairs", "forces", "charge"]);
    expect([...siteProperties.forces.slice(0, 3)]).toEqual([0, 0, 1]);
  });

  it.each([
    ["rutile", rutile.supercell(skew)],
    ["rocksalt", rocksalt.supercell(skew)],
    ["quartz", quartz(1)],
    ["the mirror image of quartz, left-handed", leftHanded(quartz(-1))],
  ])("turn with the crystal: %s", (_name, crystal) => {
    const given = surroundings(turned(crystal));
    for (const cell of [conventional(given), primitive(given), primitiveMapping(given).crystal]) {
      expect(cell.warnings).toEqual([]);
      // What the surroundings of a site tell of it is the same before and after.
      const told = surroundings(cell);
      for (const name of ["forces", "quadrupole", "stresses", "uAniso"]) {
        const [found, wanted] = [cell.siteProperties[name], told.siteProperties[name]];
        expectClose(found as Float64Array, wanted as Float64Array, 7);
      }
    }
  });
});

/** In a frame of its own. */
function turned(crystal: Crystal): Crystal {
  const lattice = Lattice.fromMatrix(crystal.lattice.matrix).rotated([1, 2, -3], 71);
  return Crystal.create({
    lattice,
    fracPositions: crystal.fracPositions,
    species: occupantsOf(crystal),
  });
}

function leftHanded(crystal: Crystal): Crystal {
  const { matrix } = crystal.lattice;
  const rows = [matrix.slice(3, 6), matrix.slice(0, 3), matrix.slice(6, 9)];
  const fracPositions = crystal.sites.map(({ fracPosition: [x, y, z] }) => [y, x, z]);
  return Crystal.create({
    lattice: Lattice.fromMatrix(rows),
    fracPositions,
    species: occupantsOf(crystal),
  });
}

function occupantsOf({ sites }: Crystal) {
  return sites.map(({ occupants }) => occupants);
}

/** With vectors and tensors made of the neighbours of each site, w r and w r rᵀ with w = Z exp(−r²/1.2 Å²). */
function surroundings(crystal: Crystal): Crystal {
  const { lattice, fracPositions, siteCount } = crystal;
  const reach = 7;
  const vectors: number[][] = [];
  const tensors: number[][] = [];
  for (let i = 0; i < siteCount; i++) {
    const vector = [0, 0, 0];
    const tensor = new Array<number>(9).fill(0);
    for (let j = 0; j < siteCount; j++) {
      const between = [0, 1, 2].map((k) => fracPositions[3 * j + k] - fracPositions[3 * i + k]);
      const near = between.map((x) => x - Math.round(x));
      const spread = [-reach, reach + 1];
      for (let u = spread[0]; u < spread[1]; u++) {
        for (let v = spread[0]; v < spread[1]; v++) {
          for (let w = spread[0]; w < spread[1]; w++) {
            const r = lattice.toCartesian([near[0] + u, near[1] + v, near[2] + w]);
            const weight =
              crystal.numbers[j] * Math.exp(-(r[0] ** 2 + r[1] ** 2 + r[2] ** 2) / 1.2);
            if (weight < 1e-12) continue;
            for (let k = 0; k < 3; k++) vector[k] += weight * r[k];
            for (let k = 0; k < 9; k++) tensor[k] += weight * r[Math.floor(k / 3)] * r[k % 3];
          }
        }
      }
    }
    vectors.push(vector);
    tensors.push(tensor);
  }
  const { a, b, c } = lattice.reciprocal.parameters;
  const lengths = [a, b, c];
  const back = inverse(lattice.matrix);
  return Crystal.create({
    lattice,
    fracPositions,
    species: occupantsOf(crystal),
    siteProperties: {
      forces: vectors,
      quadrupole: tensors,
      stresses: tensors.map((t) => [t[0], t[4], t[8], t[5], t[2], t[1]]),
      uAniso: tensors.map((tensor) => {
        const inFractions = multiply(multiply(transpose(back), tensor), back);
        const u = inFractions.map((x, k) => x / (lengths[Math.floor(k / 3)] * lengths[k % 3]));
        return [u[0], u[4], u[8], u[5], u[2], u[1]];
      }),
    },
  });
}
