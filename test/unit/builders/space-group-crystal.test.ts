import {
  Crystal,
  fromSpaceGroup,
  InvalidConfiguration,
  Lattice,
  ResourceExhausted,
  ShapeError,
  SymmetryError,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const rutile = {
  group: "P4_2/mnm",
  lattice: { a: 4.594, c: 2.959 },
  species: ["Ti", "O"],
  fracPositions: [
    [0, 0, 0],
    [0.305, 0.305, 0],
  ],
} as const;

describe("fromSpaceGroup", () => {
  it("expands an asymmetric unit, images together and labelled", () => {
    const crystal = fromSpaceGroup(rutile);
    expect(crystal.cellFormula).toBe("Ti2O4");
    expect(crystal.labels).toEqual(["Ti1", "Ti1", "O1", "O1", "O1", "O1"]);
    expect(symmetry(crystal).spaceGroupNumber).toBe(136);
  });

  it("takes numbers, Hall symbols and origin choices for the same crystal", () => {
    const diamond = (group: string | number, x: number, originChoice?: 1 | 2) =>
      fromSpaceGroup({
        group,
        lattice: { a: 3.567 },
        species: ["C"],
        fracPositions: [x, x, x],
        ...(originChoice ? { originChoice } : {}),
      });
    for (const crystal of [
      diamond(227, 0),
      diamond("Fd-3m", 1 / 8, 2),
      diamond("F d -3 m :2", 1 / 8),
      diamond("-F 4vw 2vw 3", 1 / 8),
    ]) {
      expect(crystal.siteCount).toBe(8);
      expect(symmetry(crystal).spaceGroupNumber).toBe(227);
      expect(crystal.distance(0, 1)).toBeGreaterThan(1.54);
    }
    expect(() => diamond("Fm-3m", 0, 2)).toThrow(/no origin choice 2/);
  });

  it("puts rounded coordinates on their special positions", () => {
    const crystal = fromSpaceGroup({
      group: 194,
      lattice: Lattice.hexagonal(3.209, 5.211),
      species: ["Mg"],
      fracPositions: [0.3333, 0.6667, 0.25],
    });
    expect(crystal.siteCount).toBe(2);
    expect(crystal.fracPositions[0]).toBeCloseTo(1 / 3, 10);
  });

  it("takes the setting that the lattice is in", () => {
    const calcium = { species: ["Ca"], fracPositions: [0, 0, 0], group: 167 };
    expect(fromSpaceGroup({ ...calcium, lattice: { a: 4.99, c: 17.06 } }).siteCount).toBe(6);
    expect(fromSpaceGroup({ ...calcium, lattice: { a: 6.37, alpha: 46.1 } }).siteCount).toBe(2);
    const uniqueC = { a: 5, b: 6, c: 7, gamma: 100 };
    const monoclinic = fromSpaceGroup({ ...calcium, group: 14, lattice: uniqueC });
    expect(
      symmetry(monoclinic.withSite({ species: "O", fracPosition: [0.1, 0.2, 0.3] }))
        .spaceGroupNumber,
    ).toBe(1);
    expect(monoclinic.lattice.parameters.gamma).toBeCloseTo(100, 10);
  });

  it("joins sites that share a position by their occupancies", () => {
    const shared = {
      group: 225,
      lattice: { a: 4.2 },
      species: ["Mg", "Fe", "O"],
      fracPositions: [0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5],
    };
    const crystal = fromSpaceGroup({ ...shared, occupancy: [0.9, 0.1, 1] });
    expect(crystal.formula).toBe("Mg0.9Fe0.1O");
    expect(crystal.siteCount).toBe(8);
    expect(() => fromSpaceGroup({ ...shared, occupancy: [0.9, 0.2, 1] })).toThrow(
      /occupancy of 1.1/,
    );
    expect(() => fromSpaceGroup(shared)).toThrow(InvalidConfiguration);
  });

  it("refuses overlaps, lattices that do not fit and what it does not know", () => {
    expect(() => fromSpaceGroup({ ...rutile, fracPositions: [0, 0, 0, 0.05, 0.05, 0] })).toThrow(
      /within 0\.\d+ Å/,
    );
    expect(() => fromSpaceGroup({ ...rutile, lattice: { a: 4 } })).toThrow(/tetragonal/);
    expect(() => fromSpaceGroup({ ...rutile, lattice: Lattice.orthorhombic(4, 5, 6) })).toThrow(
      InvalidConfiguration,
    );
    expect(() => fromSpaceGroup({ ...rutile, group: "P4_2/xyz" })).toThrow(SymmetryError);
    expect(() => fromSpaceGroup({ ...rutile, species: ["Ti"] })).toThrow(ShapeError);
    expect(() => fromSpaceGroup({ ...rutile, lattice: { a: 4.6e-10, c: 3e-10 } })).toThrow(
      /share the position/,
    );
    expect(() => fromSpaceGroup({ ...rutile, config: { maxNodes: 5 } })).toThrow(ResourceExhausted);
    expect(() => fromSpaceGroup({ ...rutile, label: ["a"] } as never)).toThrow(
      /did you mean labels/,
    );
  });

  it("gives back the crystal whose asymmetric unit it is given", () => {
    const quartz = fromSpaceGroup({
      group: 154,
      lattice: { a: 4.916, c: 5.4054 },
      species: ["Si", "O"],
      fracPositions: [0.4697, 0, 2 / 3, 0.4135, 0.2669, 0.7858],
    });
    const { orbits } = symmetry(quartz);
    const unit = Crystal.fromSites({
      lattice: quartz.lattice,
      sites: quartz.sites.filter((_, i) => orbits[i] === i),
    });
    const again = fromSpaceGroup({
      group: 154,
      lattice: unit.lattice,
      species: unit.sites.map(({ occupants }) => occupants),
      fracPositions: unit.fracPositions,
    });
    again.fracPositions.forEach((x, i) => {
      expect(x).toBeCloseTo(quartz.fracPositions[i], 10);
    });
  });
});
