import {
  Crystal,
  commonNeighborAnalysis,
  DomainError,
  InvalidConfiguration,
  Lattice,
  Runtime,
  type StructureType,
  structureTypes,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import {
  bcc,
  diamond,
  elemental,
  fcc,
  hcp,
  jittered,
  lonsdaleite,
  randomCrystal,
  simpleCubic,
  stacked,
  withPeriodic,
} from "./crystals.js";

const runtimes = [1, 2, 5].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

async function countsOf(crystal: Crystal, options = {}) {
  const { counts } = await commonNeighborAnalysis(crystal, options);
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Twelve atoms about one, with the edges of the shell 5 % longer than the radii. */
const golden = (1 + Math.sqrt(5)) / 2;
const corners = [1, -1].flatMap((s) =>
  [golden, -golden].flatMap((t) => [0, s, t, s, t, 0, t, 0, s]),
);
const icosahedron = Crystal.create({
  lattice: Lattice.cubic(30),
  species: Array<string>(13).fill("Cu"),
  cartPositions: [0, 0, 0, ...corners],
  periodic: [false, false, false],
});

describe("commonNeighborAnalysis", () => {
  it.each<[StructureType, Crystal, readonly [string, number][]]>([
    ["fcc", fcc, [["421", 12]]],
    [
      "hcp",
      hcp,
      [
        ["421", 6],
        ["422", 6],
      ],
    ],
    [
      "bcc",
      bcc,
      [
        ["666", 8],
        ["444", 6],
      ],
    ],
  ])("finds the signatures of %s", async (type, crystal, expected) => {
    const found = await commonNeighborAnalysis(crystal, { countSignatures: true });
    expect(found.counts[type]).toBe(crystal.siteCount);
    const each = found.signatures.map((s) => [s.signature, s.count / crystal.siteCount]);
    expect(new Map(each as [string, number][])).toEqual(new Map(expected));
    expect(found.typeOf(0)).toBe(type);
    expect(String(found)).toBe(`${type} ${crystal.siteCount} of ${crystal.siteCount} sites`);
  });

  it("finds an icosahedron of 13 atoms, whose corners are of no type", async () => {
    const { types, signatures } = await commonNeighborAnalysis(icosahedron, {
      countSignatures: true,
    });
    expect(structureTypes[types[0]]).toBe("icosahedral");
    expect([...types.subarray(1)]).toEqual(Array(12).fill(0));
    expect(signatures.find(({ signature }) => signature === "555")?.count).toBe(12);
  });

  it("knows the two diamonds, and fcc is none", async () => {
    expect(await countsOf(diamond, { method: "diamond" })).toEqual({ cubicDiamond: 8 });
    expect(await countsOf(lonsdaleite, { method: "diamond" })).toEqual({ hexagonalDiamond: 4 });
    expect(await countsOf(fcc, { method: "diamond" })).toEqual({ other: 4 });
    const large = jittered(diamond.supercell([4, 4, 4]), 0.1);
    expect(await countsOf(large, { method: "diamond" })).toEqual({ cubicDiamond: 512 });
  });

  it("finds no type in simple cubic", async () => {
    expect(await countsOf(simpleCubic)).toEqual({ other: 1 });
  });

  it("takes a fixed cutoff half way between two shells", async () => {
    const fixed = (cutoff: number) => ({ method: "fixed", cutoff });
    expect(await countsOf(fcc, fixed(0.854 * 3.615))).toEqual({ fcc: 4 });
    expect(await countsOf(bcc, fixed(1.207 * 2.87))).toEqual({ bcc: 2 });
    expect(await countsOf(icosahedron, fixed(1.2 * Math.hypot(1, golden)))).toEqual({
      icosahedral: 1,
      other: 12,
    });
    expect(await countsOf(fcc, fixed(1.2 * 3.615))).toEqual({ other: 4 });
    expect(await countsOf(fcc, fixed(12))).toEqual({ other: 4 });
  });

  it.each([0.05, 0.1, 0.15])("keeps the type of atoms that tremble by %d Å", async (amplitude) => {
    for (const [type, crystal] of Object.entries({ fcc, hcp, bcc })) {
      const large = jittered(crystal.supercell([6, 6, 6]), amplitude);
      const { counts } = await commonNeighborAnalysis(large);
      expect(counts[type as StructureType] / large.siteCount, type).toBeGreaterThan(0.97);
    }
  });

  it("loses only some of the atoms at 0.2 Å, and all in a melt", async () => {
    const hot = await commonNeighborAnalysis(jittered(fcc.supercell([8, 8, 8]), 0.2));
    expect(hot.counts.fcc / 2048).toBeGreaterThan(0.8);
    const melt = await commonNeighborAnalysis(jittered(fcc.supercell([8, 8, 8]), 1.8));
    expect(melt.counts.other / 2048).toBeGreaterThan(0.95);
  });

  it("adapts to cells that are strained and dense", async () => {
    const small = elemental(Lattice.tetragonal(2, 2.06), [...fcc.fracPositions]);
    expect(await countsOf(small)).toEqual({ fcc: 4 });
  });

  it("sees a stacking fault as two layers of hcp", async () => {
    const layers = [..."ABCABCBCABC"];
    const { types } = await commonNeighborAnalysis(stacked(layers.join("")));
    // In ABC|BCA the layers whose two neighbours are alike are hcp.
    const expected = layers.map((_, i) =>
      layers.at(i - 1) === layers[(i + 1) % layers.length] ? "hcp" : "fcc",
    );
    expect(expected.filter((type) => type === "hcp")).toHaveLength(2);
    expect([...types].map((type) => structureTypes[type])).toEqual(expected);
  });

  it("tells two phases in one cell apart", async () => {
    const cube = fcc.supercell([4, 4, 4]);
    const other = bcc.supercell([5, 5, 5]);
    const crystal = Crystal.create({
      lattice: Lattice.orthorhombic(100, 40, 40),
      species: Array<string>(cube.siteCount + other.siteCount).fill("Cu"),
      cartPositions: [
        ...cube.cartPositions,
        ...other.cartPositions.map((x, i) => (i % 3 ? x : x + 50)),
      ],
    });
    const { types } = await commonNeighborAnalysis(crystal);
    const found = (from: number, to: number) =>
      new Set([...types.subarray(from, to)].map((type) => structureTypes[type]));
    // The inner atoms of each block, and at the surfaces nothing of the other kind.
    expect(found(0, cube.siteCount)).toEqual(new Set(["fcc", "other"]));
    expect(found(cube.siteCount, types.length)).toEqual(new Set(["bcc", "other"]));
    expect([...types].filter((type) => structureTypes[type] === "fcc").length).toBeGreaterThan(50);
    expect([...types].filter((type) => structureTypes[type] === "bcc").length).toBeGreaterThan(50);
  });

  it.each<[readonly [boolean, boolean, boolean], number]>([
    [[true, true, true], 0],
    [[true, true, false], 2],
    [[true, false, false], 4],
    [[false, false, false], 6],
  ])("has surfaces where nothing repeats: %j", async (periodic, faces) => {
    const n = 5;
    const block = withPeriodic(fcc.supercell([n, n, n]), periodic);
    const { types, counts } = await commonNeighborAnalysis(block);
    const layers = Array.from(block.fracPositions, (x) => Math.round(2 * n * x) % (2 * n));
    const isInside = (site: number) =>
      periodic.every((p, k) => p || (layers[3 * site + k] > 0 && layers[3 * site + k] < 2 * n - 1));
    expect(counts.other > 0).toBe(faces > 0);
    types.forEach((type, site) => {
      expect(structureTypes[type]).toBe(isInside(site) ? "fcc" : "other");
    });
  });

  it("finds the neighbours of an atom far from all others", async () => {
    const block = fcc.supercell([3, 3, 3]);
    const crystal = Crystal.create({
      lattice: Lattice.cubic(300),
      species: Array<string>(block.siteCount + 1).fill("Cu"),
      cartPositions: [...block.cartPositions, 200, 200, 200],
    });
    const { counts, types } = await commonNeighborAnalysis(crystal);
    expect(types[block.siteCount]).toBe(0);
    expect(counts.fcc).toBeGreaterThan(20);
  });

  it("gives the same on any number of threads", async () => {
    const crystal = jittered(fcc.supercell([8, 8, 8]), 0.3);
    const [first, ...others] = await Promise.all(
      runtimes.map((runtime) =>
        commonNeighborAnalysis(crystal, { runtime, countSignatures: true }),
      ),
    );
    expect(first.signatures.length).toBeGreaterThan(5);
    for (const other of others) expect(other).toEqual(first);
  });

  it("does not depend on the order of the sites", async () => {
    const crystal = jittered(randomCrystal(5, 300, [true, true, true]), 0.01);
    const order = Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
    const shuffled = elemental(
      crystal.lattice,
      order.flatMap((site) => [...crystal.fracPositions.subarray(3 * site, 3 * site + 3)]),
    );
    const options = { method: "fixed", cutoff: 3.2 } as const;
    const { types } = await commonNeighborAnalysis(crystal, options);
    const again = await commonNeighborAnalysis(shuffled, options);
    expect([...again.types]).toEqual(order.map((site) => types[site]));
  });

  it.each([
    [{ method: "fixed" }, InvalidConfiguration, /needs a cutoff in Å/],
    [{ cutoff: 3 }, InvalidConfiguration, /leave the cutoff out/],
    [{ method: "fixed", cutoff: -1 }, DomainError, /cutoff must be greater than 0/],
    [{ method: "adaptative" }, InvalidConfiguration, /method must be one of fixed, adaptive/],
    [{ countSignatures: 1 }, InvalidConfiguration, /countSignatures must be true or false/],
  ])("refuses %j", (options, type, message) => {
    expect(() => commonNeighborAnalysis(fcc, options as never)).toThrow(type);
    expect(() => commonNeighborAnalysis(fcc, options as never)).toThrow(message);
  });

  it("refuses a cutoff that reaches half the universe, and a site that is not there", async () => {
    await expect(commonNeighborAnalysis(fcc, { method: "fixed", cutoff: 1e6 })).rejects.toThrow(
      /choose a smaller one/,
    );
    const found = await commonNeighborAnalysis(fcc);
    expect(() => found.typeOf(4)).toThrow(/from 0 to 3, got 4/);
  });
});
