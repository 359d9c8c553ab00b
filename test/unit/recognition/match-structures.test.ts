import { readFileSync } from "node:fs";
import {
  Crystal,
  DomainError,
  InvalidConfiguration,
  Lattice,
  matchStructures,
  structuresMatch,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { fcc, jittered, randomNumbers, withPeriodic } from "./crystals.js";

type Cell = readonly [number[], string[], number[]];

interface Case {
  readonly names: readonly string[];
  readonly first: Cell;
  readonly second: Cell;
  readonly results: readonly {
    readonly primitive: boolean;
    readonly scale: boolean;
    readonly fit: boolean;
    readonly rms: number | null;
    readonly max: number | null;
  }[];
  readonly anonymous?: boolean;
}

const golden = JSON.parse(
  readFileSync(new URL("../../golden/recognition/matches.json", import.meta.url), "utf8"),
) as Case[];

/** `ways`: of the first laid on the second, the second on the first, and both. */
const edge = JSON.parse(
  readFileSync(new URL("../../golden/recognition/edge.json", import.meta.url), "utf8"),
) as { first: Cell; second: Cell; ways: boolean[] }[];

function crystalOf([matrix, species, fracPositions]: Cell): Crystal {
  return Crystal.create({ lattice: Lattice.fromMatrix(matrix), species, fracPositions });
}

/** Eight cells of CaTiO3 whose octahedra turn about c, the layers against one another or alike. */
function perovskite(kind: "minus" | "plus" | "cubic"): Crystal {
  const species: string[] = [];
  const fracPositions: number[] = [];
  for (let i = 0; i < 8; i++) {
    const at = [i >> 2, (i >> 1) & 1, i & 1];
    const sign = (-1) ** (at[0] + at[1]) * (kind === "plus" ? 1 : (-1) ** at[2]);
    const turn = kind === "cubic" ? 0 : 0.045 * sign;
    const shift = kind === "cubic" ? 0 : 0.02 * (-1) ** at[2];
    const sites: [string, number[]][] = [
      ["Ca", [0.5, 0.5 + shift, 0.5]],
      ["Ti", [0, 0, 0]],
      ["O", [0.5, turn, 0]],
      ["O", [-turn, 0.5, 0]],
      ["O", [0, 0, 0.5]],
    ];
    for (const [element, x] of sites) {
      species.push(element);
      fracPositions.push(...x.map((value, k) => (at[k] + value) / 2));
    }
  }
  return Crystal.create({ lattice: Lattice.cubic(7.68), species, fracPositions });
}

/** Other order of the sites, another origin and a skewed basis; each coordinate up to ±jitter Å off. */
function disguised(crystal: Crystal, jitter: number): Crystal {
  const moved = jittered(crystal, jitter, 7).supercell([
    [1, 1, 0],
    [0, 1, 0],
    [0, -1, 1],
  ]);
  const random = randomNumbers(9);
  const order = Array.from(moved.kindOfSite, (_, site) => ({ site, key: random() }));
  const sites = order.sort((a, b) => a.key - b.key).map(({ site }) => site);
  return Crystal.create({
    lattice: moved.lattice,
    species: sites.map((site) => String(moved.kinds[moved.kindOfSite[site]][0].species)),
    fracPositions: sites.flatMap((site) =>
      [0.13, 0.27, 0.41].map((shift, k) => moved.fracPositions[3 * site + k] + shift),
    ),
  });
}

const rockSalt = (a: number, cation = "Na", anion = "Cl") =>
  Crystal.create({
    lattice: Lattice.cubic(a),
    species: [...Array<string>(4).fill(cation), ...Array<string>(4).fill(anion)],
    fracPositions: [
      ...[0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
      ...[0.5, 0, 0, 0.5, 0.5, 0.5, 0, 0, 0.5, 0, 0.5, 0],
    ],
  });

describe("matchStructures", () => {
  it("has pymatgen's verdict, rms and largest distance for 200 pairs", () => {
    let matches = 0;
    for (const { names, first, second, results, anonymous } of golden) {
      const [a, b] = [crystalOf(first), crystalOf(second)];
      for (const { primitive, scale, fit, rms, max } of results) {
        const found = matchStructures(a, b, { primitive, scale });
        const about = JSON.stringify({ names, primitive, scale });
        expect(found.matches, about).toBe(fit);
        expect(structuresMatch(a, b, { primitive, scale }), about).toBe(fit);
        expect(found.rms === undefined, about).toBe(rms === null);
        if (rms === null || max === null) continue;
        expect(found.rms, about).toBeCloseTo(rms, 9);
        expect(found.maxDistance, about).toBeCloseTo(max, 9);
        if (fit) matches++;
      }
      if (anonymous !== undefined) {
        expect(structuresMatch(a, b, { anonymous: true }), names.join()).toBe(anonymous);
      }
    }
    expect(golden).toHaveLength(200);
    expect(matches).toBeGreaterThan(300);
  });

  // pymatgen 2022.11.7, as in golden/recognition/SOURCE.md.
  it.each([
    ["plus", false, true, 0.06882520421985557, 0.1538978352009026],
    ["cubic", false, true, 0.05101348632478908, 0.07694891760045125],
    ["plus", true, false, undefined, undefined],
    ["cubic", true, false, undefined, undefined],
  ] as const)("compares 40 sites of tilted octahedra with %s", (kind, primitive, fit, rms, max) => {
    const found = matchStructures(perovskite("minus"), perovskite(kind), { primitive });
    expect(found.matches).toBe(fit);
    if (rms === undefined) expect(found.rms).toBeUndefined();
    else expect(found.rms).toBeCloseTo(rms, 9);
    if (max !== undefined) expect(found.maxDistance).toBeCloseTo(max, 9);
  });

  it("maps each site onto one of its kind, where the transformation takes it", () => {
    const a = perovskite("minus");
    const b = disguised(a, 0.03);
    for (const primitive of [false, true]) {
      const { matches, mapping, transformation, rms } = matchStructures(a, b, { primitive });
      expect(matches).toBe(true);
      expect(rms).toBeLessThan(0.02);
      if (mapping === undefined || transformation === undefined) throw new Error("no mapping");
      expect(new Set(mapping).size).toBe(40);
      mapping.forEach((other, site) => {
        expect(b.numbers[other]).toBe(a.numbers[site]);
        const at = a.fracPositions.subarray(3 * site, 3 * site + 3);
        const image = transformation.translation.map((shift, k) =>
          at.reduce((sum, x, row) => sum + x * transformation.matrix[3 * row + k], shift),
        );
        const there = b.fracPositions.subarray(3 * other, 3 * other + 3);
        expect(b.lattice.distance(image, there)).toBeLessThan(primitive ? 0.35 : 0.1);
      });
    }
  });

  it("finds a crystal in its supercell, and maps several sites onto one", () => {
    const small = rockSalt(5.64);
    const large = small.supercell([2, 1, 1]);
    const up = matchStructures(large, small);
    expect(up.rms).toBeLessThan(1e-6);
    expect(up.mapping).toHaveLength(16);
    expect(new Set(up.mapping).size).toBe(8);
    up.mapping?.forEach((other, site) => {
      expect(small.numbers[other]).toBe(large.numbers[site]);
    });
    expect(matchStructures(large, small, { primitive: false }).reason).toBe("cellSize");
  });

  it("takes a mirror image for the same", () => {
    const random = randomNumbers(4);
    const frac = Array.from({ length: 18 }, random);
    const species = ["Si", "Si", "O", "O", "O", "O"];
    const lattice = Lattice.fromParameters(5, 6, 7, 80, 95, 101);
    const mirror = Lattice.fromMatrix(lattice.matrix.map((x, i) => (i % 3 === 0 ? -x : x)));
    const a = Crystal.create({ lattice, species, fracPositions: frac });
    const b = Crystal.create({ lattice: mirror, species, fracPositions: frac });
    expect(matchStructures(a, b).rms).toBeLessThan(1e-6);
  });

  it("scales to one volume unless told not to", () => {
    expect(structuresMatch(rockSalt(5), rockSalt(8))).toBe(true);
    const { matches, reason } = matchStructures(rockSalt(5), rockSalt(8), { scale: false });
    expect([matches, reason]).toEqual([false, "lattice"]);
  });

  it("says what does not fit", () => {
    expect(matchStructures(rockSalt(5), rockSalt(5, "K")).reason).toBe("composition");
    expect(String(matchStructures(rockSalt(5), rockSalt(5, "K")))).toBe("no match: composition");
    const caesiumChloride = Crystal.create({
      lattice: Lattice.cubic(4.1),
      species: ["Na", "Cl"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
    });
    expect(matchStructures(rockSalt(5.6), caesiumChloride).reason).toBe("lattice");
    expect(matchStructures(rockSalt(5.6), rockSalt(5.6)).toString()).toMatch(/^match, rms 0.0000/);
  });

  it("lets any kind stand for another if asked", () => {
    const { matches, species } = matchStructures(rockSalt(5.64), rockSalt(4.21, "Mg", "O"), {
      anonymous: true,
    });
    expect(matches).toBe(true);
    expect(new Set(species?.keys())).toEqual(new Set(["Mg", "O"]));
    expect(new Set(species?.values())).toEqual(new Set(["Na", "Cl"]));
    expect(structuresMatch(rockSalt(5.64), rockSalt(4.21, "Mg", "O"))).toBe(false);
  });

  it("tells oxidation states apart, unless elements are compared", () => {
    const plain = rockSalt(4.3, "Fe", "O");
    const charged = rockSalt(4.3, "Fe2+", "O2-");
    expect(matchStructures(plain, charged).reason).toBe("composition");
    expect(structuresMatch(plain, charged, { compare: "element" })).toBe(true);
  });

  it("tells shares of a mixed site apart", () => {
    const mixed = (share: number) =>
      Crystal.create({
        lattice: Lattice.cubic(4.2),
        species: [
          [
            { species: "Mg", occupancy: share },
            { species: "Fe", occupancy: 1 - share },
          ],
          "O",
        ],
        fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
      });
    expect(structuresMatch(mixed(0.9), mixed(0.9))).toBe(true);
    expect(structuresMatch(mixed(0.9), mixed(0.8))).toBe(false);
  });

  it("ends with the tolerance", () => {
    const a = perovskite("minus");
    const cubic = perovskite("cubic");
    const options = { primitive: false };
    expect(structuresMatch(a, cubic, { ...options, siteTolerance: 0.0775 })).toBe(true);
    const tight = matchStructures(a, cubic, { ...options, siteTolerance: 0.0765 });
    expect([tight.matches, tight.reason]).toEqual([false, "sites"]);
    expect(tight.rms).toBeCloseTo(0.051013, 5);
  });

  it.each([
    [{ siteTolerance: 0 }, DomainError, /siteTolerance must be greater than 0/],
    [{ angleTolerance: 200 }, DomainError, /angleTolerance must lie between 0 and 180/],
    [{ scale: "no" }, InvalidConfiguration, /scale must be true or false/],
    [{ stol: 0.3 }, InvalidConfiguration, /options have no field "stol"/],
    [{ compare: "atoms" }, InvalidConfiguration, /compare must be one of species, element/],
  ])("refuses %j", (options, type, message) => {
    expect(() => matchStructures(fcc, fcc, options as never)).toThrow(type);
    expect(() => structuresMatch(fcc, fcc, options as never)).toThrow(message);
  });

  it("refuses what is no crystal, or no lattice", () => {
    expect(() => matchStructures(fcc, {} as never)).toThrow(/expected a Crystal/);
    const slab = withPeriodic(fcc, [true, true, false]);
    expect(() => matchStructures(fcc, slab)).toThrow(/periodic along a, b and c/);
  });
});

describe("the order of two structures", () => {
  it("does not matter: pymatgen's verdict both ways, for pairs at the edge of the tolerances", () => {
    let oneWay = 0;
    for (const { first, second, ways } of edge) {
      const [a, b] = [crystalOf(first), crystalOf(second)];
      const options = { siteTolerance: 0.2 };
      expect(structuresMatch(a, b, options)).toBe(ways[2]);
      expect(structuresMatch(b, a, options)).toBe(ways[2]);
      const [there, back] = [matchStructures(a, b, options), matchStructures(b, a, options)];
      expect([there.matches, back.matches]).toEqual([ways[2], ways[2]]);
      expect(there.matches).toBe(there.reason === undefined);
      if (ways[0] !== ways[1]) oneWay++;
    }
    expect(edge).toHaveLength(87);
    expect(oneWay).toBe(27);
  });

  it("does not matter for random cells, strained and shaken about as far as the tolerances go", () => {
    let matches = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const [a, b] = randomPair(seed);
      const there = structuresMatch(a, b);
      expect(structuresMatch(b, a), `seed ${seed}`).toBe(there);
      if (there) matches++;
    }
    // Neither all nor none, or the pairs are not at the edge.
    expect(matches).toBeGreaterThan(60);
    expect(matches).toBeLessThan(240);
  });
});

/** A cell of 2 to 6 sites, every second one with a translation that holds nearly, and one like it. */
function randomPair(seed: number): [Crystal, Crystal] {
  const random = randomNumbers(seed);
  const around = (amplitude: number) => amplitude * (2 * random() - 1);
  const half = 1 + Math.floor(3 * random());
  const frac = Array.from({ length: 3 * half }, random);
  const lattice = Lattice.fromParameters(
    ...([0, 0, 0].map(() => 3 + 2 * random()) as [number, number, number]),
    ...([0, 0, 0].map(() => 65 + 50 * random()) as [number, number, number]),
  );
  const doubled = seed % 2 === 0 ? frac.map((x, i) => x + (i % 3 === 0 ? 0.5 : 0)) : [];
  const all = [...frac, ...doubled].map((x) => x + around(0.06));
  const species = all.slice(0, all.length / 3).map((_, i) => (i % half === 0 ? "Na" : "Cl"));
  const strain = Array.from({ length: 9 }, (_, i) => Number(i % 4 === 0) + around(0.12));
  return [
    Crystal.create({ lattice, species, fracPositions: all }),
    Crystal.create({
      lattice: lattice.deformed(strain),
      species,
      fracPositions: all.map((x) => x + around(0.12)),
    }),
  ];
}
