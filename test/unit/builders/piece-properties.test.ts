import { Crystal, fromPrototype, nanoparticle, slab } from "prism-lab";
import { describe, expect, it } from "vitest";
import { rowTimes } from "../../../src/math/mat3.js";
import { dot } from "../../../src/math/vec3.js";
import { cartesianTensor, expectClose } from "../crystal/tensors.js";

const symbols = ["Na", "Cl", "O"];

/** The site that a site's force points at. */
const partnerOf = (site: number) => (site === 0 ? 1 : 0);

const outerProduct = (x: ArrayLike<number>) => {
  const list = Array.from(x);
  return list.flatMap((p) => list.map((q) => p * q));
};

const tilted = withNeighbourhoods(
  Crystal.create({
    lattice: [4, 0.3, 0.1, 0.5, 5, 0.2, -0.4, 0.6, 6],
    species: symbols,
    fracPositions: [
      [0.1, 0.2, 0.3],
      [0.35, 0.4, 0.25],
      [0.6, 0.1, 0.7],
    ],
  }),
);

/** With forces that lead from one site to another, and tensors of them. */
function withNeighbourhoods(crystal: Crystal): Crystal {
  const { lattice, fracPositions } = crystal;
  const pairs = symbols.map((_, site) => {
    const d = [0, 1, 2].map(
      (k) => fracPositions[3 * partnerOf(site) + k] - fracPositions[3 * site + k],
    );
    return lattice.toCartesian(d.map((x) => x - Math.round(x)));
  });
  return crystal.withSiteProperties({
    forces: pairs,
    tensor: pairs.map(outerProduct),
    uAniso: symbols.map((_, i) => [0.02 + 0.001 * i, 0.03, 0.04, 0.002, 0.003, 0.01]),
  });
}

/** Symbol of the site at a place, if there is one. */
function siteAt({ lattice, sites, fracPositions }: Crystal, place: ArrayLike<number>) {
  const at = lattice.toFractional(place);
  const found = sites.findIndex(
    (_, i) => lattice.distance(at, fracPositions.subarray(3 * i, 3 * i + 3)) < 1e-9,
  );
  return sites[found]?.occupants[0].species.symbol;
}

const along = (crystal: Crystal, site: number, d: ArrayLike<number>) => {
  const v = Array.from(d).slice(0, 3);
  return dot(rowTimes(v, cartesianTensor(crystal, site)), v);
};

describe("site properties of pieces", () => {
  it("turn with a slab", () => {
    const cut = slab(tilted, { hkl: [1, -1, 2], layers: 2 });
    const { forces, tensor } = cut.siteProperties as Record<string, Float64Array>;
    let found = 0;
    cut.sites.forEach(({ occupants: [{ species }] }, i) => {
      const source = symbols.indexOf(species.symbol);
      const force = forces.subarray(3 * i, 3 * i + 3);
      const target = cut.cartPositions.subarray(3 * i, 3 * i + 3).map((x, k) => x + force[k]);
      const at = siteAt(cut, target);
      // Those at the surfaces have lost theirs.
      if (at !== undefined) {
        expect(symbols[partnerOf(source)]).toBe(at);
        found++;
      }
      expectClose(tensor.subarray(9 * i, 9 * i + 9), outerProduct(force), 10);
      // What a tensor says along the pair is the same in both cells.
      const before = (tilted.siteProperties.forces as Float64Array).subarray(3 * source);
      expect(along(cut, i, force)).toBeCloseTo(along(tilted, source, before), 10);
    });
    expect(found).toBeGreaterThan(cut.siteCount / 3);
    expect(cut.warnings).toEqual([]);
  });

  it("stay with a particle, whose cell is another", () => {
    const particle = nanoparticle(tilted, { shape: "sphere", radius: 6 });
    const { forces } = particle.siteProperties as Record<string, Float64Array>;
    particle.sites.forEach(({ occupants: [{ species }] }, i) => {
      const source = symbols.indexOf(species.symbol);
      const before = tilted.siteProperties.forces as Float64Array;
      expectClose(forces.subarray(3 * i, 3 * i + 3), before.subarray(3 * source, 3 * source + 3));
      expectClose(cartesianTensor(particle, i), cartesianTensor(tilted, source));
    });
    expect(particle.warnings).toEqual([]);
  });

  it("that a primitive cell or twins cannot have are left out", () => {
    const nickel = fromPrototype("fcc", { species: ["Ni"], a: 3.52 });
    const layered = nickel.withSiteProperties({
      magneticMoment: [1, -1, -1, 1],
      charge: [0, 0, 0, 0],
    });
    const cut = slab(layered, { hkl: [0, 0, 1], layers: 2 });
    expect(Object.keys(cut.siteProperties)).toEqual(["charge"]);
    expect(cut.warnings[0]).toMatchObject({ code: "SITE_PROPERTY_DROPPED" });
    const whole = slab(layered, { hkl: [0, 0, 1], layers: 2, primitive: false });
    expect(Object.keys(whole.siteProperties)).toEqual(["magneticMoment", "charge"]);
    const forces = nickel.withSiteProperties({
      forces: Array<number>(12).fill(1),
      charge: [1, 1, 1, 1],
    });
    const twin = nanoparticle(forces, { shape: "icosahedron", shells: 1 });
    expect(Object.keys(twin.siteProperties)).toEqual(["charge"]);
    expect(twin.warnings[0].message).toMatch(/twinned particle stand in different directions/);
  });
});
