import fc from "fast-check";
import { Crystal, DomainError, InvalidConfiguration, Lattice, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

const rutile = Crystal.create({
  lattice: Lattice.tetragonal(4.594, 2.959),
  species: ["Ti", "Ti", "O", "O", "O", "O"],
  fracPositions: [
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.305, 0.305, 0],
    [0.695, 0.695, 0],
    [0.805, 0.195, 0.5],
    [0.195, 0.805, 0.5],
  ],
});
const position = (crystal: Crystal, i: number) => crystal.sites[i].fracPosition;

describe("sites added and taken away", () => {
  it("adds a site at the end, in either frame, and leaves the crystal as it was", () => {
    const more = rutile.withSite({ species: "Li", cartPosition: [2.297, 0, 0] });
    expect(more.formula).toBe("LiTi2O4");
    expect(position(more, 6)[0]).toBeCloseTo(0.5, 12);
    expect(more.labels.at(-1)).toBe("Li1");
    expect(rutile.siteCount).toBe(6);
    expect(more.withoutSite(6).hash).toBe(rutile.hash);
    expect(() => more.withoutSite(undefined as never)).toThrow(/must be an index from 0 to 6/);
  });

  it("takes sites away by index, list or function, with their properties", () => {
    const marked = rutile.withSiteProperties({
      charge: [0, 1, 2, 3, 4, 5],
      name: ["a", "b", "c", "d", "e", "f"],
    });
    const oxygen = marked.withoutSite(({ occupants: [{ species }] }) => species.symbol === "Ti");
    expect(oxygen.cellFormula).toBe("O4");
    expect(oxygen.siteProperties.charge).toEqual(Float64Array.of(2, 3, 4, 5));
    expect(marked.withoutSite([0, 5, 0]).siteProperties.name).toEqual(["b", "c", "d", "e"]);
    expect(() => rutile.withoutSite(6)).toThrow(DomainError);
    expect(() => rutile.withoutSite(() => true)).toThrow(InvalidConfiguration);
  });

  it("asks for the properties that all other sites have", () => {
    const moments = rutile.withSiteProperties({ moment: [1, -1, 0, 0, 0, 0] });
    const site = { species: "H", fracPosition: [0.5, 0, 0] };
    expect(() => moments.withSite(site)).toThrow(/needs the property "moment"/);
    const more = moments.withSite({ ...site, properties: { moment: 0.5 } });
    expect(more.siteProperties.moment).toEqual(Float64Array.of(1, -1, 0, 0, 0, 0, 0.5));
    expect(() => moments.withSite({ ...site, properties: { moment: [1, 2] } })).toThrow(ShapeError);
    expect(() => rutile.withSite({ ...site, properties: { moment: 1 } })).toThrow(/withSiteProp/);
    expect(moments.withSiteProperties({ moment: undefined }).siteProperties).toEqual({});
  });
});

describe("species", () => {
  it("replaces by element, by species and in mixed sites, and renames labels", () => {
    const labelled = Crystal.fromSites({ lattice: rutile.lattice, sites: rutile.sites });
    const mixed = labelled.withSpecies({
      Ti: [
        { species: "Ti", occupancy: 0.75 },
        { species: "Nb", occupancy: 0.25 },
      ],
      O: "F",
    });
    expect(mixed.cellFormula).toBe("Ti1.5Nb0.5F4");
    expect(mixed.labels.slice(1, 3)).toEqual(["Ti2", "F1"]);
    const half = mixed.withSpecies({ Nb: "Ti" });
    expect(half.kinds[half.kindOfSite[0]]).toHaveLength(1);
    expect(() => rutile.withSpecies({ Zr: "Hf" })).toThrow(InvalidConfiguration);
    expect(rutile.withSpecies((_, i) => (i === 0 ? "Zr" : undefined)).cellFormula).toBe("ZrTiO4");
  });

  it("gives oxidation states by element, site or guess", () => {
    const species = (crystal: Crystal) =>
      crystal.sites.map(({ occupants }) => String(occupants[0].species));
    expect(species(rutile.withOxidationStates({ Ti: 4, O: -2 }))).toEqual(
      species(rutile.withOxidationStates("guess")),
    );
    expect(species(rutile.withOxidationStates([4, 3, -2, -2, -2, -1]))[5]).toBe("O1-");
    expect(() => rutile.withOxidationStates({ Ti: 4 })).toThrow(/given for O/);
    expect(() => rutile.withOxidationStates([1])).toThrow(ShapeError);
  });

  it.each([
    ["NaCl", { Na: 1, Cl: -1 }],
    ["CaTiO3", { Ca: 2, Ti: 4, O: -2 }],
    ["LiFePO4", { Li: 1, Fe: 2, P: 5, O: -2 }],
    ["FeS2", { Fe: 2, S: -1 }],
    ["GaN", { Ga: 3, N: -3 }],
    ["SiC", { Si: 4, C: -4 }],
    ["CaCO3", { Ca: 2, C: 4, O: -2 }],
    ["NH4Cl", { N: -3, H: 1, Cl: -1 }],
  ])("guesses the states of %s", (formula, expected) => {
    const species = Array.from(formula.matchAll(/([A-Z][a-z]?)(\d*)/g)).flatMap(([, el, n]) =>
      Array<string>(Number(n || 1)).fill(el),
    );
    const crystal = Crystal.create({
      lattice: Lattice.cubic(9),
      species,
      fracPositions: species.flatMap((_, i) => [i / 20, 0, 0]),
    }).withOxidationStates("guess");
    const states = crystal.kinds.map(([{ species: s }]) => [s.symbol, s.oxidationState]);
    expect(Object.fromEntries(states)).toEqual(expected);
  });

  it("guesses nothing for a metal", () => {
    const copper = Crystal.create({
      lattice: Lattice.cubic(3.6),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
    });
    expect(() => copper.withOxidationStates("guess")).toThrow(InvalidConfiguration);
  });
});

describe("places", () => {
  it("keeps fractions or places in another lattice", () => {
    const larger = Lattice.tetragonal(5, 3);
    const follows = rutile.withLattice(larger);
    expect(follows.fracPositions).toEqual(rutile.fracPositions);
    const stays = rutile.withLattice(larger, "cart");
    stays.cartPositions.forEach((x, i) => {
      expect(x).toBeCloseTo(rutile.cartPositions[i], 12);
    });
    expect(() => rutile.withLattice(larger, "both" as never)).toThrow(InvalidConfiguration);
  });

  it("wraps along the periodic directions alone", () => {
    const out = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H"],
      fracPositions: [1.25, -0.25, 1.5],
      periodic: [true, true, false],
    });
    expect(Array.from(out.wrapped().fracPositions)).toEqual([0.25, 0.75, 1.5]);
  });

  it("sorts stably by species, electropositive first, or as told", () => {
    const shuffled = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["O", "Ti", "O", "Ca"],
      fracPositions: [0.1, 0, 0, 0.2, 0, 0, 0.3, 0, 0, 0.4, 0, 0],
      labels: ["o1", "ti", "o2", "ca"],
    });
    expect(shuffled.sorted().labels).toEqual(["ca", "ti", "o1", "o2"]);
    const byX = shuffled.sorted((p, q) => q.fracPosition[0] - p.fracPosition[0]);
    expect(byX.labels).toEqual(["ca", "o2", "ti", "o1"]);
  });

  it("translates all sites or some, in either frame", () => {
    expect(position(rutile.translated([0.5, 0, -0.25]), 0)).toEqual([0.5, 0, -0.25]);
    const one = rutile.translated([0, 0, 2.959], { frame: "cart", sites: [0] });
    expect(position(one, 0)[2]).toBeCloseTo(1, 12);
    expect(position(one, 1)).toEqual(position(rutile, 1));
    expect(() => rutile.translated([1, 0])).toThrow(ShapeError);
  });

  it("moves sites evenly within a ball, the same for the same seed", () => {
    const crystal = rutile.supercell([8, 8, 8]);
    const moved = crystal.perturbed({ maxDistance: 0.2, seed: 7 });
    const lengths = Array.from({ length: crystal.siteCount }, (_, i) =>
      Math.hypot(
        ...[0, 1, 2].map((k) => moved.cartPositions[3 * i + k] - crystal.cartPositions[3 * i + k]),
      ),
    );
    expect(Math.max(...lengths)).toBeLessThan(0.2 + 1e-9);
    // Evenly by volume: <r³> / R³ = 1/2, here of 3,072 sites.
    const cubes = lengths.reduce((sum, r) => sum + (r / 0.2) ** 3, 0) / lengths.length;
    expect(Math.abs(cubes - 0.5)).toBeLessThan(0.025);
    expect(crystal.perturbed({ maxDistance: 0.2, seed: 7 }).hash).toBe(moved.hash);
    expect(crystal.perturbed({ maxDistance: 0.2, seed: 8 }).hash).not.toBe(moved.hash);
    expect(() => crystal.perturbed({ maxDistance: 0.2, seed: 0.5 })).toThrow(DomainError);
    expect(() => crystal.perturbed({ maxDistance: 0, seed: 1 })).toThrow(DomainError);
  });
});

describe("distance", () => {
  it("is that of the nearest images, along the periodic directions", () => {
    const sites = { species: ["H", "H"], fracPositions: [0.05, 0, 0, 0.95, 0, 0] };
    const lattice = Lattice.cubic(10);
    expect(Crystal.create({ lattice, ...sites }).distance(0, 1)).toBeCloseTo(1, 12);
    const open = Crystal.create({ lattice, ...sites, periodic: [false, true, true] });
    expect(open.distance(0, 1)).toBeCloseTo(9, 12);
    expect(() => open.distance(0, 2)).toThrow(DomainError);
  });
});

describe("hash", () => {
  it("is the same for equal content, whatever its history", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), (i) => {
        const more = rutile.withSite({ species: "H", fracPosition: [0.5, 0, 0.1 * i] });
        expect(more.withoutSite(6).hash).toBe(rutile.hash);
      }),
      { seed: 1 },
    );
    expect(Crystal.fromSites(rutile).hash).toBe(rutile.hash);
    expect(rutile.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(rutile.translated([-0, 0, 0]).hash).toBe(rutile.hash);
  });

  it("is SHA-256 of the bytes that its documentation lists", () => {
    const crystal = Crystal.create({
      // Angles of exactly 90° leave no rounding in the cell.
      lattice: Lattice.fromMatrix([4, 0, 0, 0, 4, 0, 0, 0, 4]),
      species: [
        "Cs",
        [
          { species: "F", occupancy: 0.5 },
          { species: "Cl-", occupancy: 0.5 },
        ],
      ],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.25],
      periodic: [true, true, false],
      siteProperties: { name: ["a", "b"], charge: [1, -1] },
    });
    // By Python: hashlib.sha256 of the fields packed with struct, "<9d", "<I", ...
    expect(crystal.hash).toBe("2ab377bb38b20ab1667a88b863a9bcce898b380b8a63a85ab314b362beb2e51e");
  });

  it("differs in lattice, species, positions, directions and properties; not in labels", () => {
    const create = (changes: object) =>
      Crystal.create({
        lattice: rutile.lattice,
        species: rutile.sites.map(({ occupants }) => occupants),
        fracPositions: rutile.fracPositions,
        ...changes,
      }).hash;
    const hashes = [
      rutile.hash,
      create({ lattice: Lattice.tetragonal(4.594, 2.9591) }),
      create({ periodic: [true, true, false] }),
      create({ siteProperties: { charge: [0, 0, 0, 0, 0, 0] } }),
      rutile.withSpecies({ Ti: "Zr" }).hash,
      rutile.withOxidationStates("guess").hash,
      rutile.translated([1e-12, 0, 0], { sites: [2] }).hash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(create({ labels: ["a", "b", "c", "d", "e", "f"] })).toBe(rutile.hash);
  });
});

describe("composition", () => {
  it("gives amounts, letters and shares of the mass", () => {
    expect(rutile.anonymousFormula).toBe("AB2");
    expect(rutile.reducedComposition).toEqual(
      new Map([
        ["Ti", 1],
        ["O", 2],
      ]),
    );
    // 47.867 / (47.867 + 2 · 15.999): standard atomic weights.
    expect(rutile.weightFractions?.get("Ti")).toBeCloseTo(0.5993, 4);
    expect(rutile.mass).toBeCloseTo(2 * 79.865, 1);
    expect(rutile.volumePerAtom).toBeCloseTo((4.594 ** 2 * 2.959) / 6, 10);
  });
});

describe("strained", () => {
  const crystal = Crystal.create({
    lattice: Lattice.fromParameters(4, 5, 6, 80, 95, 105),
    species: ["Si", "C"],
    fracPositions: [0.1, 0.2, 0.3, 0.6, 0.7, 0.9],
    siteProperties: { charge: [1, -1] },
  });

  it("changes the metric as G' = M (1 + ε)² Mᵀ, with the sites at their fractions", () => {
    const strain = [
      [0.02, 0.005, -0.01],
      [0.005, -0.03, 0.004],
      [-0.01, 0.004, 0.01],
    ];
    const voigt = [0.02, -0.03, 0.01, 0.008, -0.02, 0.01];
    const product = (a: number[][], b: number[][]) =>
      a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
    const rows = [0, 3, 6].map((i) => Array.from(crystal.lattice.matrix.subarray(i, i + 3)));
    const columns = rows.map((_, j) => rows.map((row) => row[j]));
    const f = strain.map((row, i) => row.map((value, j) => value + Number(i === j)));
    const metric = product(product(rows, product(f, f)), columns).flat();
    for (const given of [strain, voigt]) {
      const strained = crystal.strained(given);
      strained.lattice.metricTensor.forEach((value, i) => {
        expect(value).toBeCloseTo(metric[i], 10);
      });
      expect(strained.fracPositions).toEqual(crystal.fracPositions);
      expect(strained.siteProperties).toEqual(crystal.siteProperties);
    }
  });

  it("takes the measures of lattice.strained, and its errors", () => {
    const hencky = crystal.strained([0.1, 0.1, 0.1, 0, 0, 0], { measure: "hencky" });
    expect(hencky.lattice.volume).toBeCloseTo(crystal.lattice.volume * Math.exp(0.3), 9);
    expect(() => crystal.strained([0.1])).toThrow(/six numbers/);
    const cubic = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Po"],
      fracPositions: [0, 0, 0],
      config: { systemType: "cubic" },
    });
    expect(() => cubic.strained([0.1, 0, 0, 0, 0, 0])).toThrow(InvalidConfiguration);
    expect(cubic.strained([0.1, 0.1, 0.1, 0, 0, 0]).lattice.parameters.a).toBeCloseTo(4.4, 12);
  });
});
