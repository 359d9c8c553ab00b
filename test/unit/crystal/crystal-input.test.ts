import { Crystal, InvalidConfiguration, Lattice, Pattern, PrismError, Species } from "prism-lab";
import { describe, expect, it } from "vitest";

const lattice = Lattice.cubic(4);
const good = { lattice, species: ["Si"], fracPositions: [0, 0, 0] };
/** As a caller without types may call it. */
const create = (input: unknown) => () =>
  Crystal.create(input as Parameters<typeof Crystal.create>[0]);
const silicon = Species.from("Si");

describe("what Crystal.create refuses", () => {
  it.each([
    ["nothing", undefined, "INVALID_CONFIGURATION", /must be an object such as/],
    ["null", null, "INVALID_CONFIGURATION", /got null/],
    ["no lattice", { ...good, lattice: undefined }, "SHAPE_ERROR", /three rows/],
    [
      "a lattice of texts",
      {
        ...good,
        lattice: [
          ["1", 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
      "DOMAIN_ERROR",
      /vector a/,
    ],
    [
      "a ragged lattice",
      {
        ...good,
        lattice: [
          [1, 0],
          [0, 1, 0, 0],
          [0, 0, 1],
        ],
      },
      "SHAPE_ERROR",
      /three rows/,
    ],
    [
      "a lattice with a row missing",
      { ...good, lattice: [null, [1, 0, 0], [0, 1, 0]] },
      "SHAPE_ERROR",
      /three rows/,
    ],
    [
      "no species",
      { ...good, species: undefined },
      "INVALID_CONFIGURATION",
      /species must be an array/,
    ],
    [
      "species as one text",
      { ...good, species: "Si" },
      "INVALID_CONFIGURATION",
      /species must be an array/,
    ],
    ["a null coordinate", { ...good, fracPositions: [0, null, 0] }, "DOMAIN_ERROR", /coordinate y/],
    [
      "a coordinate that is text",
      { ...good, fracPositions: [0, 0, "0.5"] },
      "DOMAIN_ERROR",
      /coordinate z/,
    ],
    ["positions as text", { ...good, fracPositions: "000" }, "SHAPE_ERROR", /got "000"/],
    [
      "null for positions",
      { ...good, fracPositions: null },
      "INVALID_CONFIGURATION",
      /got neither/,
    ],
    [
      "ragged rows",
      {
        ...good,
        species: ["Si", "Si"],
        fracPositions: [
          [0, 0],
          [0, 0, 0, 0],
        ],
      },
      "SHAPE_ERROR",
      /fracPositions\[0\]/,
    ],
    ["big integers", { ...good, fracPositions: new BigInt64Array(3) }, "DOMAIN_ERROR", /finite/],
    [
      "a site 1e300 Å away",
      { lattice, species: ["Si"], cartPositions: [0, 1e300, 0] },
      "DOMAIN_ERROR",
      /y must lie within .* got 1e\+300/,
    ],
    [
      "an infinite Cartesian coordinate",
      { lattice, species: ["Si"], cartPositions: [0, 0, Infinity] },
      "DOMAIN_ERROR",
      /z must be a finite number, got Infinity/,
    ],
    [
      "an occupancy that is text",
      { ...good, species: [[{ species: silicon, occupancy: "0.5" }]] },
      "DOMAIN_ERROR",
      /occupancy of Si/,
    ],
    [
      "a share without species",
      { ...good, species: [[{ occupancy: 0.5 }]] },
      "DOMAIN_ERROR",
      /no chemical element/,
    ],
    [
      "a share that is null",
      { ...good, species: [[null]] },
      "INVALID_CONFIGURATION",
      /each site needs/,
    ],
    [
      "labels that are no texts",
      { ...good, labels: [1] },
      "INVALID_CONFIGURATION",
      /got 1 for site 0/,
    ],
    [
      "labels as one text",
      { ...good, labels: "a" },
      "INVALID_CONFIGURATION",
      /labels must be an array/,
    ],
    [
      "one flag for periodic",
      { ...good, periodic: [true] },
      "INVALID_CONFIGURATION",
      /\[true, true, false\]/,
    ],
    ["true for periodic", { ...good, periodic: true }, "INVALID_CONFIGURATION", /got true/],
    ["warnings as text", { ...good, warnings: "x" }, "INVALID_CONFIGURATION", /warnings must be/],
  ])("%s", (_, input, code, message) => {
    expect(create(input)).toThrow(PrismError);
    expect(create(input)).toThrow(expect.objectContaining({ code }));
    expect(create(input)).toThrow(message);
  });

  it("site objects that are none", () => {
    const fromSites = Crystal.fromSites as (input: unknown) => Crystal;
    for (const input of [undefined, { lattice }, { lattice, sites: [null] }]) {
      expect(() => fromSites(input)).toThrow(
        expect.objectContaining({ code: "INVALID_CONFIGURATION" }),
      );
    }
  });
});

describe("a crystal, a lattice or a pattern made by new", () => {
  it.each([
    ["Crystal", Crystal, [], /Crystal\.create\(.* or Crystal\.fromFile\(path\)/],
    ["Crystal", Crystal, [good], /Crystal\.create/],
    ["Lattice", Lattice, [], /Lattice\.fromMatrix\(rows\)/],
    ["Lattice", Lattice, [4, 4, 4, 90, 90, 90], /Lattice\.fromParameters/],
    ["Lattice", Lattice, [[4, 0, 0, 0, 4, 0, 0, 0, 4]], /Lattice\.fromMatrix/],
    ["Pattern", Pattern, [], /generatePattern\(.*Pattern\.fromPositions/],
  ])("is refused, and told who makes a %s", (name, type, values, message) => {
    const make = () => new (type as unknown as new (...args: unknown[]) => unknown)(...values);
    expect(make).toThrow(InvalidConfiguration);
    expect(make).toThrow(message);
    expect(make).toThrow(`new ${name}() makes no ${name}`);
  });
});

describe("Crystal.create", () => {
  it("takes symbols for the species of a shared site", () => {
    const species = [
      [
        { species: "Mg", occupancy: 0.25 },
        { species: "Fe2+", occupancy: 0.75 },
      ],
    ];
    const { kinds } = Crystal.create({ ...good, species });
    expect(kinds[0].map(({ species: each }) => String(each))).toEqual(["Fe2+", "Mg"]);
  });

  const shared = (occupancy: number) => [
    [
      { species: "Si", occupancy: 0.5 },
      { species: "Ge", occupancy },
    ],
  ];

  it("warns once of a site whose shares add up to slightly more than 1", () => {
    const crowded = Crystal.create({ ...good, species: shared(0.55) });
    expect(crowded.warnings).toMatchObject([{ code: "OCCUPANCY_ABOVE_ONE", message: /1\.050/ }]);
    expect(Crystal.fromSites(crowded).warnings).toHaveLength(1);
    expect(Crystal.create({ ...good, species: shared(0.51) }).warnings).toEqual([]);
  });

  it("refuses a site whose shares add up to more, wherever they come from", () => {
    const error = (call: () => unknown) => {
      try {
        return call();
      } catch (thrown) {
        return thrown;
      }
    };
    const whole = Crystal.create(good);
    const species = shared(0.56)[0];
    expect(error(() => Crystal.create({ ...good, species: [species] }))).toMatchObject({
      code: "DOMAIN_ERROR",
      message: expect.stringMatching(/Ge, Si share one site .* of 1\.060/),
      data: { total: expect.closeTo(1.06) },
    });
    expect(() => whole.withSpecies({ Si: species })).toThrow(/1\.060/);
    expect(() => whole.withSpecies(() => species)).toThrow(/1\.060/);
    expect(() => whole.withSite({ species, fracPosition: [0, 0, 0.5] })).toThrow(/1\.060/);
    const one = [[{ species: "Si", occupancy: 1.08 }]];
    expect(() => Crystal.create({ ...good, species: one })).toThrow(/Si has a total occupancy/);
  });

  it("keeps what a file says of a site, and lets it be changed", () => {
    const lengths = "data_x _cell_length_a 4 _cell_length_b 4 _cell_length_c 4\n";
    const angles = "_cell_angle_alpha 90 _cell_angle_beta 90 _cell_angle_gamma 90\n";
    const cell = lengths + angles;
    const rows = "loop_ _atom_site_label _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z";
    const atoms = "_atom_site_occupancy\nSi 0 0 0 0.58\nGe 0 0 0 0.5\nC 0.5 0 0 1\n";
    const read = Crystal.fromText(`${cell}${rows} ${atoms}`);
    expect(read.warnings.map(({ code }) => code)).toContain("OCCUPANCY_ABOVE_ONE");
    expect(read.withSpecies({ C: "N" }).siteCount).toBe(2);
    expect(read.withSite({ species: "H", fracPosition: [0, 0, 0.5] }).siteCount).toBe(3);
    expect(Crystal.fromSites(read).siteCount).toBe(2);
    const worse = [
      { species: "Si", occupancy: 0.7 },
      { species: "Ge", occupancy: 0.5 },
    ];
    expect(() => read.withSpecies({ C: worse })).toThrow(/1\.200/);
  });

  it("copies its arguments", () => {
    const share = { species: "Si", occupancy: 0.5 };
    const input = {
      lattice,
      species: [[share]],
      fracPositions: [[0.1, 0, 0]],
      labels: ["a"],
      periodic: [true, true, false] as [boolean, boolean, boolean],
      warnings: [] as { code: string; message: string }[],
    };
    const crystal = Crystal.create(input);
    share.occupancy = 1;
    input.fracPositions[0][0] = 0.9;
    input.labels[0] = "b";
    input.periodic[0] = false;
    input.warnings.push({ code: "LATE", message: "" });
    expect(crystal.kinds[0][0].occupancy).toBe(0.5);
    expect(crystal.fracPositions[0]).toBe(0.1);
    expect(crystal.labels).toEqual(["a"]);
    expect(crystal.periodic).toEqual([true, true, false]);
    expect(crystal.warnings).toEqual([]);
  });
});

describe("what the methods of a crystal refuse", () => {
  const crystal = Crystal.create(good) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  it.each([
    ["supercell", [undefined], /three counts/],
    ["supercell", [2], /three counts/],
    ["supercell", ["222"], /three counts/],
    [
      "supercell",
      [
        [
          [1, 0],
          [0, 0, 1, 0],
          [0, 0, 1],
        ],
      ],
      /three counts/,
    ],
    ["supercell", [[1000, 1000, 1000]], /fit in this machine/],
    ["toText", [undefined], /unknown structure format/],
    ["toText", [5], /unknown structure format/],
    ["neighborList", [3, null], /options must be an object/],
    ["neighborList", [3, { half: "no" }], /half must be true or false/],
    ["neighborList", [3, { runtime: {} }], /must be a Runtime/],
  ])("%s of %j", (method, args, message) => {
    expect(() => crystal[method](...args)).toThrow(PrismError);
    expect(() => crystal[method](...args)).toThrow(message);
  });

  it("takes typed arrays for a supercell", () => {
    expect(Crystal.create(good).supercell(Int32Array.of(2, 1, 1)).siteCount).toBe(2);
  });
});
