import {
  Crystal,
  DomainError,
  InvalidConfiguration,
  Lattice,
  ResourceExhausted,
  type SystemType,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const inCell = (lattice: Lattice, config = {}) =>
  Crystal.create({ lattice, species: ["Si"], fracPositions: [0, 0, 0], config });
const fcc = Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]);

describe("systemType", () => {
  it.each<[string, Lattice, SystemType[], SystemType[]]>([
    ["a primitive cubic cell", fcc, ["cubic", "tetragonal", "trigonal"], ["hexagonal"]],
    ["a tetragonal cell", Lattice.tetragonal(3, 4), ["tetragonal", "triclinic"], ["cubic"]],
    ["a hexagonal cell", Lattice.hexagonal(3, 4), ["trigonal", "orthorhombic"], ["tetragonal"]],
    [
      "a rhombohedral cell",
      Lattice.rhombohedral(4, 80),
      ["trigonal"],
      ["hexagonal", "orthorhombic"],
    ],
  ])("holds %s to its lattice, reduced", (_, lattice, fitting, others) => {
    for (const systemType of fitting) {
      expect(inCell(lattice, { systemType }).config.systemType).toBe(systemType);
    }
    for (const systemType of others) {
      expect(() => inCell(lattice, { systemType })).toThrow(InvalidConfiguration);
    }
  });

  it("is held against a new lattice, and not against the cell of a supercell", () => {
    const crystal = inCell(Lattice.cubic(4), { systemType: "cubic" });
    expect(() => crystal.withLattice(Lattice.tetragonal(4, 4.1))).toThrow(/is tetragonal/);
    expect(crystal.withLattice(Lattice.cubic(4.1)).config.systemType).toBe("cubic");
    expect(crystal.supercell([2, 1, 1]).config.systemType).toBe("cubic");
  });
});

describe("maxNodes", () => {
  const crystal = inCell(Lattice.cubic(4), { maxNodes: 8 });

  it("bounds the crystal, its supercells and its edits, with the numbers", () => {
    expect(crystal.supercell([2, 2, 2]).siteCount).toBe(8);
    expect(() => crystal.supercell([3, 3, 1])).toThrow(ResourceExhausted);
    expect(() => crystal.supercell([3, 3, 1])).toThrow(/9 sites, above maxNodes = 8/);
    const full = crystal.supercell([2, 2, 2]);
    expect(() => full.withSite({ species: "H", fracPosition: [0.1, 0, 0] })).toThrow(/9 sites/);
    expect(() => full.withConfig({ maxNodes: 7 })).toThrow(ResourceExhausted);
    expect(() =>
      Crystal.create({
        lattice: Lattice.cubic(4),
        species: ["Si", "Si"],
        fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
        config: { maxNodes: 1 },
      }),
    ).toThrow(ResourceExhausted);
  });
});

it("is merged by withConfig and carried by what is made from the crystal", () => {
  const config = { optimizationLevel: "cell", stabilityThreshold: 0.4, maxNodes: 100 } as const;
  const crystal = inCell(Lattice.cubic(4), config).withConfig({ maxNodes: 50 });
  const expected = { ...config, maxNodes: 50 };
  const made = [
    crystal.supercell([2, 1, 1]),
    crystal.perturbed({ maxDistance: 0.1, seed: 1 }),
    crystal.withSite({ species: "H", fracPosition: [0.5, 0, 0] }).withoutSite(0),
    crystal.withSpecies({ Si: "Ge" }).sorted().wrapped().translated([0.1, 0, 0]),
    crystal.withOxidationStates({ Si: 4 }),
    crystal.withSiteProperties({ charge: [1] }),
  ];
  for (const each of made) expect(each.config).toMatchObject(expected);
});

it("refuses what it does not know", () => {
  const crystal = inCell(Lattice.cubic(4));
  expect(() => crystal.withConfig({ systemType: "square" as never })).toThrow(InvalidConfiguration);
  expect(() => crystal.withConfig({ maxNode: 3 } as never)).toThrow(/did you mean maxNodes/);
  expect(() => crystal.withConfig({ maxNodes: 0 })).toThrow(InvalidConfiguration);
  expect(() => crystal.withConfig({ stabilityThreshold: 1.1 })).toThrow(DomainError);
  expect(() => crystal.withConfig({ optimizationLevel: "all" as never })).toThrow(/positions/);
});
