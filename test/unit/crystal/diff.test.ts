import { Crystal, diff, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

const nacl = Crystal.create({
  lattice: Lattice.cubic(5.64),
  species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
  fracPositions: [
    ...[0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
    ...[0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5],
  ],
});

describe("diff", () => {
  it("finds nothing between equal crystals, in any order of their sites and any image", () => {
    expect(diff(nacl, nacl).isEmpty).toBe(true);
    expect(String(diff(nacl, nacl))).toBe("no change");
    const turned = nacl.sorted((p, q) => q.fracPosition[2] - p.fracPosition[2]);
    expect(diff(nacl, turned.translated([1, -1, 2])).isEmpty).toBe(true);
  });

  it("says how far sites moved, by the shortest way", () => {
    const moved = nacl.translated([-0.3, 0.4, 0], { frame: "cart", sites: [0] }).wrapped();
    const found = diff(nacl, moved);
    expect(found.moved).toHaveLength(1);
    expect(found.moved[0]).toMatchObject({ before: 0, after: 0, label: "Na1" });
    expect(found.moved[0].distance).toBeCloseTo(0.5, 10);
    expect(found.moved[0].vector[1]).toBeCloseTo(0.4, 10);
    expect(String(found)).toBe("moved Na1: 0.5000 Å");
    expect(diff(nacl, moved, { tolerance: 0.6 }).isEmpty).toBe(true);
  });

  it("tells a vacancy, an addition and a substitution apart", () => {
    const changed = nacl
      .withSpecies((_, i) => (i === 3 ? "K" : undefined))
      .withoutSite(0)
      .withSite({ species: "Li", fracPosition: [0.25, 0.25, 0.25] });
    const found = diff(nacl, changed);
    expect(found.removed).toEqual([{ index: 0, label: "Na1", species: "Na" }]);
    expect(found.added).toEqual([{ index: 7, label: "Li1", species: "Li" }]);
    expect(found.species).toEqual([{ before: 3, after: 2, label: "Na4", from: "Na", to: "K" }]);
    expect(found.moved).toEqual([]);
    expect(found.toRows()).toHaveLength(3);
  });

  it("takes a strain for a change of the lattice alone", () => {
    const strained = nacl.withLattice(Lattice.tetragonal(5.64, 5.92));
    const found = diff(nacl, strained);
    expect(found.moved).toEqual([]);
    expect(found.lattice?.volumeChange).toBeCloseTo(5.92 / 5.64 - 1, 10);
    expect(String(found)).toBe("lattice: c 5.64 → 5.92; volume 4.96 %");
  });

  it("compares properties of paired sites and the periodic directions", () => {
    const before = nacl.withSiteProperties({ charge: [1, 1, 1, 1, -1, -1, -1, -1] });
    const after = nacl.withSiteProperties({
      charge: [1, 1, 1, 2, -1, -1, -1, -1],
      spin: [0, 0, 0, 0, 0, 0, 0, 0],
    });
    expect(diff(before, after).properties).toEqual([
      { name: "charge", change: "changed", siteCount: 1 },
      { name: "spin", change: "added", siteCount: 8 },
    ]);
    const slab = Crystal.create({
      ...{ lattice: nacl.lattice, fracPositions: nacl.fracPositions },
      species: nacl.sites.map(({ occupants }) => occupants),
      periodic: [true, true, false],
    });
    expect(diff(nacl, slab).periodic).toEqual([
      [true, true, true],
      [true, true, false],
    ]);
  });
});
