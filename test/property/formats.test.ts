import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementByNumber } from "../../src/base/elements.js";
import { Crystal } from "../../src/crystal/crystal.js";
import type { InfoValue } from "../../src/crystal/info.js";
import { Species } from "../../src/crystal/species.js";
import { trajectoryOf, trajectoryText } from "../../src/io/trajectory.js";
import { Lattice } from "../../src/lattice/lattice.js";
import { inverse, rowsTimes } from "../../src/math/mat3.js";
import "../../src/io/register.js";

fc.configureGlobal({ seed: 20_240_611 });

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const vector = (values: fc.Arbitrary<number>) =>
  fc.tuple(values, values, values).map((triple): number[] => triple);

/** Any right-handed cell, turned anyhow; large on the diagonal, so that it is never flat. */
const anyLattice = fc
  .tuple(
    fc.array(finite(3, 12), { minLength: 3, maxLength: 3 }),
    fc.array(finite(-1, 1), { minLength: 6, maxLength: 6 }),
  )
  .map(([d, o]) => Lattice.fromMatrix([d[0], o[0], o[1], o[2], d[1], o[3], o[4], o[5], d[2]]));

const element = fc.integer({ min: 1, max: 118 }).map((number) => elementByNumber(number).symbol);
const charged = fc
  .tuple(element, fc.constantFrom("", "1+", "2-", "3+"))
  .map(([symbol, charge]) => Species.from(symbol + charge));
const shared = fc
  .tuple(charged, charged, finite(0.02, 0.98))
  .filter(([p, q]) => p.symbol !== q.symbol)
  .map(([p, q, share]) => [
    { species: p, occupancy: share },
    { species: q, occupancy: 1 - share },
  ]);

interface Kept {
  readonly species:
    | fc.Arbitrary<Species | string | ReturnType<typeof Species.from>>
    | fc.Arbitrary<unknown>;
  readonly periodic: readonly (readonly [boolean, boolean, boolean])[];
  /** Name, numbers a site (0: a text). */
  readonly properties: readonly (readonly [string, number])[];
  readonly labels?: boolean;
  readonly info?: boolean;
}

const texts = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_.*+-]{0,6}$/)
  .filter((text) => !/^(nan|inf)/i.test(text));
const all: Kept["periodic"] = [false, true].flatMap((a) =>
  [false, true].flatMap((b) => [false, true].map((c) => [a, b, c] as const)),
);
const full: Kept["periodic"] = [[true, true, true]];

const infoValue: fc.Arbitrary<InfoValue> = fc.oneof(
  finite(-1e6, 1e6),
  fc.boolean(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("1 2", "T", "5", "", "_JSON x", 'a"b\\', "T F", "[1]", "a=b", "line\nbreak"),
  fc.array(finite(-10, 10), { maxLength: 9 }),
  fc.array(fc.boolean(), { maxLength: 3 }),
  fc.array(fc.array(fc.integer(), { maxLength: 3 }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(fc.integer(), fc.string(), fc.constant(null))),
);

/** A crystal with what the format keeps. */
function crystalWith(kept: Kept): fc.Arbitrary<Crystal> {
  return fc.integer({ min: 1, max: 9 }).chain((siteCount) => {
    const each = <T>(one: fc.Arbitrary<T>) =>
      fc.array(one, { minLength: siteCount, maxLength: siteCount });
    const properties = fc.record(
      Object.fromEntries(
        kept.properties.map(([name, width]) => {
          const flag = name === "selectiveDynamics";
          const number = flag ? fc.constantFrom(0, 1) : finite(-100, 100);
          if (width === 0) return [name, each(texts)];
          return [name, each(fc.array(number, { minLength: width, maxLength: width }))];
        }),
      ),
      { requiredKeys: [] },
    );
    return fc
      .record({
        lattice: anyLattice,
        species: each(kept.species as fc.Arbitrary<string>),
        fracPositions: each(vector(finite(-2, 3))),
        periodic: fc.constantFrom(...kept.periodic),
        siteProperties: properties as fc.Arbitrary<Record<string, number[][]>>,
        labels: kept.labels ? fc.option(each(texts), { nil: undefined }) : fc.constant(undefined),
        info: kept.info
          ? fc.dictionary(fc.constantFrom("energy", "run 2", "x", 'odd"key', "comment"), infoValue)
          : fc.constant({}),
      })
      .map(({ labels, ...input }) => Crystal.create(labels ? { ...input, labels } : input));
  });
}

/** Å, numbers: far below what a coordinate of 17 digits loses by a matrix and back. */
const near = 1e-11;

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = near): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) {
    expect(Math.abs(found[i] - expected[i])).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(expected[i])),
    );
  }
}

/** Everything the format keeps; `turned` where it turns the cell, whose metric stays. */
function expectSame(found: Crystal, expected: Crystal, turned: boolean, tolerance = near): void {
  expectNear(found.lattice.metricTensor, expected.lattice.metricTensor, 100 * tolerance);
  if (!turned) expectNear(found.lattice.matrix, expected.lattice.matrix, tolerance);
  expectNear(found.fracPositions, expected.fracPositions, tolerance);
  expect(found.sites.map(({ occupants }) => occupants)).toEqual(
    expected.sites.map(({ occupants }) => occupants),
  );
  expect(found.labels).toEqual(expected.labels);
  expect(found.periodic).toEqual(expected.periodic);
  expect(Object.keys(found.siteProperties).sort()).toEqual(
    Object.keys(expected.siteProperties).sort(),
  );
  const rotation = rowsRotation(expected, found);
  for (const [name, values] of Object.entries(expected.siteProperties)) {
    const own = found.siteProperties[name];
    if (!(values instanceof Float64Array)) expect(own).toEqual(values);
    else {
      const isTurned = turned && (name === "velocities" || name === "forces");
      expectNear(
        own as Float64Array,
        isTurned ? rowsTimes(values, rotation) : values,
        10 * tolerance,
      );
    }
  }
  expect(unsigned(found.info)).toEqual(unsigned(expected.info));
}

/** Vectors in the frame of one crystal times it are those in the frame of the other. */
function rowsRotation(from: Crystal, to: Crystal): Float64Array {
  return rowsTimes(inverse(from.lattice.matrix), to.lattice.matrix);
}

/** JSON does not know −0. */
function unsigned(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const cases: readonly (readonly [format: string, kept: Kept, turned: boolean])[] = [
  [
    "poscar",
    {
      species: element,
      periodic: full,
      properties: [
        ["selectiveDynamics", 3],
        ["velocities", 3],
      ],
    },
    false,
  ],
  ["xdatcar", { species: element, periodic: full, properties: [] }, false],
  [
    "extxyz",
    {
      species: fc.constant("Na+"),
      periodic: all,
      properties: [
        ["forces", 3],
        ["magneticMoment", 1],
        ["residueName", 0],
        ["selectiveDynamics", 3],
        ["tensor", 9],
      ],
      labels: true,
      info: true,
    },
    false,
  ],
  ["extxyz", { species: element, periodic: all, properties: [["charge", 1]] }, false],
  [
    "lammps-data",
    {
      species: element,
      periodic: full,
      properties: [
        ["charge", 1],
        ["moleculeId", 1],
        ["image", 3],
        ["velocities", 3],
      ],
    },
    true,
  ],
  [
    "lammps-dump",
    {
      species: element,
      periodic: all,
      properties: [
        ["charge", 1],
        ["forces", 3],
        ["velocities", 3],
        ["tensor", 6],
        ["residueName", 0],
      ],
    },
    true,
  ],
  [
    "xsf",
    {
      species: element,
      periodic: [
        [true, true, true],
        [true, true, false],
        [true, false, false],
      ],
      properties: [["forces", 3]],
    },
    false,
  ],
  [
    "optimade",
    {
      species: fc.oneof(charged, shared),
      periodic: all,
      properties: [
        ["forces", 3],
        ["residueName", 0],
        ["__proto__", 1],
      ],
      labels: true,
      info: true,
    },
    false,
  ],
  [
    "ase-json",
    {
      species: charged,
      periodic: all,
      properties: [
        ["forces", 3],
        ["magneticMoment", 1],
        ["charge", 1],
        ["selectiveDynamics", 3],
        ["other", 2],
        ["residueName", 0],
      ],
      labels: true,
      info: true,
    },
    false,
  ],
  [
    "pymatgen-json",
    {
      species: fc.oneof(charged, shared),
      periodic: all,
      properties: [
        ["magneticMoment", 1],
        ["selectiveDynamics", 3],
        ["residueName", 0],
      ],
      info: true,
    },
    false,
  ],
];

/** What a format can only hold as whole numbers. */
function rounded(crystal: Crystal): Crystal {
  const whole = ["moleculeId", "image"];
  const siteProperties = Object.fromEntries(
    Object.entries(crystal.siteProperties).map(([name, values]) => {
      if (!whole.includes(name) || !(values instanceof Float64Array)) return [name, values];
      return [name, values.map((value) => Math.round(value) + 0 || 1)];
    }),
  );
  return Crystal.create({
    lattice: crystal.lattice,
    species: crystal.sites.map(({ occupants }) => occupants),
    fracPositions: crystal.fracPositions,
    periodic: crystal.periodic,
    labels: crystal.labels,
    siteProperties,
    info: crystal.info,
  });
}

function withPositive(crystal: Crystal, name: string): Crystal {
  const values = crystal.siteProperties[name];
  if (!(values instanceof Float64Array)) return crystal;
  const { lattice, fracPositions, sites } = crystal;
  const species = sites.map(({ occupants }) => occupants);
  return Crystal.create({
    ...{ lattice, species, fracPositions },
    siteProperties: { [name]: values.map(Math.abs) },
  });
}

/** A step is counted where a dump is not told of one. */
function withoutCounter(crystal: Crystal, format: string): Crystal {
  return format === "lammps-dump" ? crystal.withInfo({}) : crystal;
}

describe("writing and reading", () => {
  it.each(cases)("%s keeps what it says it keeps", (format, kept, turned) => {
    fc.assert(
      fc.property(crystalWith(kept), (given) => {
        const crystal = rounded(given);
        const losses: string[] = [];
        const text = crystal.toText(format, {
          onLoss: ({ code, message }) => {
            if (code !== "MASS_UNKNOWN") losses.push(message);
          },
        });
        expect(losses).toEqual([]);
        const again = Crystal.fromText(text);
        expect(again.warnings).toEqual([]);
        expectSame(withoutCounter(again, format), crystal, turned);
      }),
      { numRuns: 60 },
    );
  });

  it.each(cases.filter(([format]) => format !== "lammps-data" && format !== "poscar"))(
    "%s keeps every structure of a trajectory",
    (format, kept, turned) => {
      const same = { ...kept, periodic: kept.periodic.slice(0, 1) };
      fc.assert(
        fc.property(fc.array(crystalWith(same), { minLength: 1, maxLength: 4 }), (given) => {
          const crystals = given.map(rounded);
          const again = trajectoryOf(trajectoryText(crystals, format));
          expect(again.length).toBe(crystals.length);
          again.forEach((one, i) => {
            expectSame(withoutCounter(one, format), crystals[i], turned);
          });
        }),
        { numRuns: 20 },
      );
    },
  );

  it("xyz and the atoms of xsf keep every digit of Cartesian coordinates", () => {
    const positions = fc.array(vector(finite(-300, 300)), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(
        positions,
        element,
        fc.constantFrom("xyz", "xsf"),
        (cartPositions, symbol, format) => {
          const box = Lattice.cubic(1024);
          const species = cartPositions.map(() => symbol);
          const periodic = [false, false, false] as const;
          const molecule = Crystal.create({ lattice: box, species, cartPositions, periodic });
          const again = Crystal.fromText(molecule.toText(format));
          expect(Array.from(again.cartPositions, (x) => x + 0)).toEqual(
            Array.from(molecule.cartPositions, (x) => x + 0),
          );
          expect(again.periodic).toEqual(periodic);
          expect(again.labels).toEqual(molecule.labels);
          expect(again.toText(format)).toBe(molecule.toText(format));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("pdb keeps three decimals", () => {
    const whole = fc.tuple(element, fc.constantFrom("", "1+", "2-")).map(([symbol, charge]) => {
      return [{ species: Species.from(symbol + charge), occupancy: 1 }];
    });
    const kept: Kept = {
      species: fc.oneof(
        whole,
        shared.map(([p, q]) => [
          { ...p, occupancy: 0.75 },
          { ...q, occupancy: 0.25 },
        ]),
      ),
      periodic: [[true, true, true]],
      properties: [["bFactor", 1]],
      labels: false,
    };
    fc.assert(
      fc.property(crystalWith(kept), (given) => {
        const crystal = withPositive(given, "bFactor");
        const again = Crystal.fromText(crystal.toText("pdb"));
        expectNear(
          Object.values(again.lattice.parameters),
          Object.values(crystal.lattice.parameters),
          5.001e-3,
        );
        const shift = rowsTimes(crystal.fracPositions, again.lattice.matrix);
        // Half a unit of the third decimal, and what the rounded cell does to it.
        expectNear(again.cartPositions, shift, 0.05);
        expect(again.sites.map(({ occupants }) => occupants)).toEqual(
          crystal.sites.map(({ occupants }) => occupants),
        );
        const { bFactor } = crystal.siteProperties;
        if (bFactor)
          expectNear(
            (again.siteProperties.bFactor ?? new Float64Array(crystal.siteCount)) as Float64Array,
            bFactor as Float64Array,
            0.00501,
          );
      }),
      { numRuns: 60 },
    );
  });
});
