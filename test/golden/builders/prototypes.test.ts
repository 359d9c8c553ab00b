import { readFileSync } from "node:fs";
import {
  fromPrototype,
  InvalidConfiguration,
  prototypeOf,
  prototypes,
  ShapeError,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly spaceGroup: number;
  readonly nearest: number;
  readonly sites: number;
  readonly aflow: readonly [string, string] | null;
}
const golden = JSON.parse(
  readFileSync(new URL("./prototypes.json", import.meta.url), "utf8"),
) as Record<string, Golden>;

const cells = JSON.parse(readFileSync(new URL("./cells.json", import.meta.url), "utf8")) as Record<
  string,
  { readonly a: number; readonly c?: number }
>;

describe("prototypes", () => {
  it.each(Object.entries(cells))(
    "have the lattice constants of another source: %s",
    (name, cell) => {
      const { a, c } = fromPrototype(name).lattice.parameters;
      expect(Math.abs(a / cell.a - 1)).toBeLessThan(5e-3);
      if (cell.c !== undefined) expect(Math.abs(c / cell.c - 1)).toBeLessThan(5e-3);
    },
  );

  it("are at least forty, each under its own name and label", () => {
    const list = prototypes();
    expect(list.length).toBeGreaterThanOrEqual(40);
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    expect(Object.keys(golden).sort()).toEqual(list.map(({ name }) => name).sort());
  });

  it.each(prototypes())("builds $name", (row) => {
    const expected = golden[row.name];
    const crystal = fromPrototype(row.name);
    const { spaceGroupNumber, pearsonSymbol } = symmetry(crystal, { symprec: 1e-3 });
    expect(spaceGroupNumber).toBe(expected.spaceGroup);
    expect(spaceGroupNumber).toBe(row.spaceGroup);
    expect(crystal.siteCount).toBe(expected.sites);
    expect(row.pearson).toBe(pearsonSymbol);
    expect(prototypeOf(crystal, { symprec: 1e-3 }).pearsonSymbol).toBe(pearsonSymbol);
    expect(nearest(crystal)).toBeCloseTo(expected.nearest, 3);
    // The label counts the sites of a formula, then names Pearson symbol and group.
    const [letters, pearson, group] = row.aflow.split("_");
    const counts = Array.from(letters.matchAll(/[A-Z](\d*)/g), ([, n]) => Number(n || 1));
    expect(counts.sort()).toEqual([...crystal.reducedComposition.values()].sort());
    // AFLOW counts the sites of the rhombohedral cell, a third of those of the hexagonal one.
    const count = Number(row.pearson.slice(2)) / (row.pearson.startsWith("hR") ? 3 : 1);
    const inLabel = row.pearson.slice(0, 2) + count;
    expect([pearson, group]).toEqual([inLabel, String(row.spaceGroup)]);
    if (expected.aflow !== null) {
      expect(expected.aflow[1]).toBe(inLabel);
      if (expected.aflow[0] !== "None") expect(expected.aflow[0]).toBe(row.strukturbericht);
    }
    const cell = fromPrototype(row.name, { primitive: true });
    expect(crystal.siteCount % cell.siteCount).toBe(0);
    expect(cell.formula).toBe(crystal.formula);
  });
});

function nearest(crystal: ReturnType<typeof fromPrototype>): number {
  const { a } = crystal.lattice.delaunay().lattice.parameters;
  let shortest = a;
  for (let i = 0; i < crystal.siteCount; i++) {
    for (let j = 0; j < i; j++) shortest = Math.min(shortest, crystal.distance(i, j));
  }
  return shortest;
}

describe("fromPrototype", () => {
  it("finds types by alias, label and symbol, however written", () => {
    for (const name of ["NaCl", "AB_cF8_225_a_b", "B1", "Rock Salt", "b1"]) {
      expect(fromPrototype(name).hash).toBe(fromPrototype("rocksalt").hash);
    }
    expect(fromPrototype("hR6").formula).toBe("As");
    expect(fromPrototype("cI160").formula).toBe("Ca3Al2Si3O12");
    expect(fromPrototype("L10").siteCount).toBe(2);
    expect(() => fromPrototype("hP4")).toThrow(/several structure types: .*graphite/);
    expect(() => fromPrototype("rutil")).toThrow(/did you mean rutile/);
  });

  it("takes species, lattice constants and parameters", () => {
    const mgo = fromPrototype("rocksalt", { species: ["Mg", "O"], a: 4.212 });
    expect([mgo.formula, mgo.lattice.parameters.a]).toEqual(["MgO", 4.212]);
    const sno2 = fromPrototype("rutile", {
      species: ["Sn", "O"],
      ...{ a: 4.737, c: 3.186, parameters: { x: 0.307 } },
    });
    expect(sno2.fracPositions[6]).toBeCloseTo(0.307, 12);
    const titanium = fromPrototype("hcp", { species: ["Ti"], a: 2.95 });
    expect(titanium.lattice.parameters.c / 2.95).toBeCloseTo(5.2106 / 3.2093, 10);
  });

  it("asks for what it needs", () => {
    expect(() => fromPrototype("rutile", { species: ["Sn", "O"] })).toThrow(/lattice constant a/);
    expect(() => fromPrototype("rutile", { species: ["Sn"], a: 4 })).toThrow(ShapeError);
    expect(() => fromPrototype("rutile", { parameters: { u: 0.3 } })).toThrow(InvalidConfiguration);
    expect(() => fromPrototype("fcc", { c: 3 })).toThrow(/is cubic/);
    expect(() => fromPrototype("fcc", { parameters: { x: 0.3 } })).toThrow(/no free parameters/);
  });
});
