import {
  Crystal,
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  Lattice,
  ResourceExhausted,
  ShapeError,
  slab,
  slabTerminations,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const nacl = fromPrototype("rocksalt");
const copper = fromPrototype("fcc");

describe("slabTerminations", () => {
  it("names layers, gaps, symmetry and polarity", () => {
    const [polar, ...others] = slabTerminations(nacl, { hkl: [1, 1, 1] });
    expect(others).toEqual([]);
    expect(polar).toMatchObject({ top: "Na", bottom: "Cl", isSymmetric: false, tasker: 3 });
    expect(polar.gap).toBeCloseTo(5.6402 / Math.sqrt(3) / 2, 6);
    const [neutral] = slabTerminations(nacl, { hkl: [1, 0, 0] });
    expect(neutral).toMatchObject({ top: "NaCl", isSymmetric: true, tasker: 1 });
    const [best] = slabTerminations(fromPrototype("fluorite"), { hkl: [1, 1, 1] });
    expect(best).toMatchObject({ top: "F", bottom: "F", isSymmetric: true, tasker: 2 });
    expect(slabTerminations(copper, { hkl: [1, 1, 1] })[0].tasker).toBeUndefined();
  });

  it("does not depend on the cell that the crystal is given in", () => {
    const rutile = fromPrototype("rutile");
    const list = (crystal: Crystal, hkl: number[]) =>
      slabTerminations(crystal, { hkl }).map(({ top, bottom, gap }) => [
        top,
        bottom,
        Number(gap.toFixed(6)),
      ]);
    expect(list(rutile.supercell([1, 1, 2]), [1, 1, 0])).toEqual(list(rutile, [1, 1, 0]));
    expect(list(rutile.translated([0.1, 0.2, 0.3]), [1, 0, 1])).toEqual(list(rutile, [1, 0, 1]));
    expect(list(rutile.supercell([1, 1, 2]), [1, 0, 2])).toEqual(list(rutile, [1, 0, 1]));
  });
});

describe("slab", () => {
  it("has the thickness, the vacuum and the frame that it was asked for", () => {
    const six = slab(copper, { hkl: [1, 1, 1], layers: 6, vacuum: 12 });
    expect(six.siteCount).toBe(6);
    expect(six.periodic).toEqual([true, true, false]);
    const d = 3.6149 / Math.sqrt(3);
    expect(six.lattice.parameters.c).toBeCloseTo(5 * d + 12, 8);
    const heights = Array.from({ length: 6 }, (_, i) => six.cartPositions[3 * i + 2]);
    expect(heights[0]).toBeCloseTo(6, 8);
    heights.forEach((z, i) => {
      expect(z).toBeCloseTo(6 + i * d, 8);
    });
    expect(six.lattice.parameters.alpha).toBeCloseTo(90, 8);
    expect(Array.from(six.lattice.matrix.subarray(1, 3))).toEqual([0, 0]);
    const thick = slab(copper, { hkl: [1, 1, 1], thickness: 10, center: false });
    expect(thick.siteCount).toBe(5);
    expect(thick.cartPositions[2]).toBeCloseTo(0, 10);
  });

  it("keeps the stacking along the lattice where c is not along the normal", () => {
    const tilted = slab(copper, { hkl: [1, 0, 0], layers: 3, alongNormal: false });
    expect(tilted.lattice.parameters.alpha).not.toBeCloseTo(90, 3);
    expect(tilted.distance(0, 1)).toBeCloseTo(
      slab(copper, { hkl: [1, 0, 0], layers: 3 }).distance(0, 1),
      8,
    );
  });

  it("keeps the given cell's lattice where asked, and takes four indices", () => {
    expect(slab(copper, { hkl: [1, 0, 0], layers: 2, primitive: false }).siteCount).toBe(8);
    const hcp = fromPrototype("hcp");
    const four = slab(hcp, { hkl: [1, 0, -1, 0], layers: 4 });
    expect(four.hash).toBe(slab(hcp, { hkl: [1, 0, 0], layers: 4 }).hash);
    expect(() => slab(hcp, { hkl: [1, 0, 1, 0], layers: 4 })).toThrow(DomainError);
  });

  it("carries labels, properties and rules", () => {
    const marked = nacl
      .withSiteProperties({ charge: [1, 1, 1, 1, -1, -1, -1, -1] })
      .withConfig({ systemType: "cubic", maxNodes: 20 });
    const cut = slab(marked, { hkl: [1, 0, 0], layers: 4 });
    expect(cut.config).toMatchObject({ maxNodes: 20, systemType: undefined });
    cut.sites.forEach(({ occupants: [{ species }] }, i) => {
      expect(cut.siteProperties.charge[i]).toBe(species.symbol === "Na" ? 1 : -1);
    });
    expect(() => slab(marked, { hkl: [1, 0, 0], layers: 11 })).toThrow(ResourceExhausted);
  });

  it("says what it needs", () => {
    expect(() => slab(nacl, { hkl: [0, 0, 0], layers: 3 })).toThrow(ShapeError);
    expect(() => slab(nacl, { hkl: [1, 1], layers: 3 })).toThrow(ShapeError);
    expect(() => slab(nacl, { hkl: [1, 1, 1] })).toThrow(/either thickness in Å or layers/);
    expect(() => slab(nacl, { hkl: [1, 1, 1], layers: 2, termination: 1 })).toThrow(
      InvalidConfiguration,
    );
    expect(() => slab(nacl, { hkl: [1, 1, 1], layers: 2, vacuum: 0 })).toThrow(DomainError);
    expect(() => slab(nacl, { hkl: [1, 1, 1], layers: 1e9 })).toThrow(/at most 5000000 are built/);
    expect(() => slab(nacl, { hkl: [1, 1, 1], layer: 2 } as never)).toThrow(/did you mean layers/);
    const film = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => slab(film, { hkl: [1, 0, 0], layers: 2 })).toThrow(/periodic along a, b and c/);
  });
});

describe("symmetric slabs", () => {
  const titanate = fromPrototype("perovskite");
  it("end alike on both sides, with the surface that was asked for", () => {
    const options = { hkl: [1, 0, 0], layers: 4 };
    const top = slab(titanate, { ...options, symmetric: true });
    const bottom = slab(titanate, { ...options, symmetric: "bottom" });
    expect(slab(titanate, options).formula).toBe(titanate.formula);
    const sums = [top, bottom].map(({ formula }) => formula);
    expect(new Set([...sums, titanate.formula]).size).toBe(3);
    expect(slab(titanate, { ...options, symmetric: "top" }).hash).toBe(top.hash);
    const both = slab(titanate, { ...options, termination: "all", symmetric: true });
    expect(both.slice(0, 2).map(({ hash }) => hash)).toEqual([top.hash, bottom.hash]);
    for (const piece of both) {
      const heights = Array.from(piece.numbers, (z, i) => [piece.cartPositions[3 * i + 2], z]);
      const middle = Math.max(...heights.map(([z]) => z)) + Math.min(...heights.map(([z]) => z));
      const key = ([z, number]: number[]) => `${number} ${z.toFixed(4)}`;
      const turned = heights.map(([z, number]) => key([middle - z, number])).sort();
      expect(turned).toEqual(heights.map(key).sort());
    }
  });

  it("are whole where the cut is symmetric, and impossible where no symmetry turns the plane", () => {
    const salt = fromPrototype("rocksalt");
    const whole = slab(salt, { hkl: [1, 0, 0], layers: 3 });
    expect(slab(salt, { hkl: [1, 0, 0], layers: 3, symmetric: true }).hash).toBe(whole.hash);
    const blende = fromPrototype("zincblende");
    expect(() => slab(blende, { hkl: [1, 1, 1], layers: 3, symmetric: true })).toThrow(
      /turns this plane upside down/,
    );
    expect(() => slab(salt, { hkl: [1, 0, 0], layers: 3, symmetric: "left" as never })).toThrow(
      /top, bottom/,
    );
  });
});
