// Prints one JSON line: the SIMD level of this process and, for each thread count, a digest of the
// results of every kernel. Started by levels.test.ts once per level.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const raw = createRequire(import.meta.url)("./raw-addon.cjs");
const addon = raw.load("../../../build/prism.node");
const call = raw.callerOf(addon);

function numbers(seed, count, scale) {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * (state / 2 ** 32 - 0.5);
  });
}

const siteCount = 700;
const frac = numbers(1, 3 * siteCount, 3);
const lattice = Float64Array.of(19, 0.3, -1, 2, 21, 0.7, -3, 1, 17);
// Any reciprocal lattice will do here.
const reciprocal = Float64Array.of(0.05, 0.004, 0, 0.001, 0.06, -0.003, 0.002, 0, 0.055);
/** Enough for several parts of the sort into bins. */
const manySites = numbers(13, 3 * 50_000, 1);
const wideLattice = Float64Array.of(90, 0, 0, 5, 95, 0, -6, 8, 85);
const species = Int32Array.from({ length: siteCount }, (_, site) => site % 3);
const occupancy = numbers(2, siteCount, 1).map((value) => value + 0.5);
const coefficients = numbers(3, 33, 20).map((value) => Math.abs(value));
const hkl = Int32Array.from(numbers(4, 3 * 3000, 60), Math.round);
const diffraction = [frac, species, occupancy, coefficients, reciprocal];

const kinds = Int32Array.from({ length: siteCount }, (_, site) => site % 2);
// One pair potential of each form, for two kinds: code, length, form, end, and four rows.
const pairs = [
  [400, 30, 0, 0, 0.1, 0],
  [0.4, 1.3, 2.6, 0, -0.2, 0.03],
  [1500, 3.1, 20, 0, 4, 0.5],
  [2.5, 2.4, 0, 0, 4, 0.5],
].flatMap((row, form) => [
  1,
  34,
  form,
  Math.min(form, 2),
  ...Array(4)
    .fill([36, ...row, 0])
    .flat(),
]);
// Embedded atoms of two kinds, one by a table and one by a root, with eight nodes of four numbers a pair.
const functions = numbers(6, 4 * 4 * 8, 1);
const embeddings = [4, 0.7, 0, 0, 0.3, 0.2, 0.1, 0.1, -0.4, -0.3, -0.6, 2, 1, 0.8, 0, 0, 0, 0];
const embeddedAtom = [36, 8, ...embeddings, ...functions];
const potential = Float64Array.of(5, 2, ...pairs, 2, embeddedAtom.length, ...embeddedAtom);
const copper = Float64Array.of(
  1,
  1,
  2,
  13 + 32,
  30,
  8,
  ...embeddings.slice(0, 11),
  ...functions.slice(0, 32),
);
// Stillinger-Weber with general powers and Tersoff with λ₃ and cutoffs by triplet, for two kinds.
const bond = [3.7, 3.8, 2, 2.4, 60, 15, 3.5, 0.5];
const angles = Array.from({ length: 8 }, (_, triplet) => [
  20 + triplet,
  -0.4 + 0.1 * (triplet % 3),
  0,
  0,
]);
const stillingerWeber = [3, 65, 1, ...Array(4).fill(bond).flat(), ...angles.flat()];
const order = [3.6, 2, 1800, 2.5, 470, 1.7, 0.3, 0.8];
const screens = Array.from({ length: 8 }, (_, triplet) => [
  3.3 + 0.1 * triplet,
  2,
  1,
  4 + triplet,
  3,
  -0.4,
  0.5 + 0.1 * triplet,
  triplet % 2 === 0 ? 1 : 3,
]);
const tersoff = [4, 96, ...Array(4).fill(order).flat(), ...screens.flat()];
const angular = Float64Array.of(2, 2, ...stillingerWeber, ...tersoff);

const charges = Float64Array.of(1, 2, 5, 6, 0.5, 7, 0.55, 0, 3.8, -3.7);
// Four springs a site, of any length.
const springs = Float64Array.from(
  [1, 2, 6, 1 + 25 * siteCount, siteCount].concat(
    Array(siteCount).fill(4),
    Array.from({ length: 4 * siteCount }, (_, index) => [
      (7 * index + 3) % siteCount,
      index % 2,
      0,
      -1,
      2,
      5,
    ]).flat(),
  ),
);

// Clusters of seven atoms by basin hopping: three walkers of forty hops.
const search = [1, 1, 5, 3, 40, 0, 0, 0.4, 0, 0, 0, 0, 500, 1, 1, 0, 0, 5, 1e-5, 2e-3, -1e9];
const reduced = [1, 1, 1, 10, 0, 0, 1e4, 4, 4, 0, 0, 0, 0, 0];
const searchInputs = [
  new Float64Array(0),
  new Float64Array(0),
  Int32Array.of(0, 0, 0),
  new Int32Array(0),
  Float64Array.from(reduced),
  Float64Array.from([0, ...search.slice(1), 0, 0, 0, 0, 0]),
  Int32Array.of(7),
  Float64Array.of(0),
];
// Apart from one another, so that a relaxation goes somewhere.
const spread = Float64Array.from({ length: 3 * 343 }, (_, k) => {
  const site = Math.floor(k / 3);
  return (Math.floor(site / 7 ** (k % 3)) % 7) / 7 + frac[k] / 100;
});
const atRest = [spread, lattice, Int32Array.of(1, 1, 1), kinds.slice(0, 343), potential];

// One soft spring between all: atoms that overlap stay calm.
const soft = Float64Array.of(1, 1, 1, 10, 3, 0, 25, 0.002, 4, 0, 0, 0, 0, 0);
const masses = new Float64Array(siteCount).fill(30);
const motion = [frac, lattice, Int32Array.of(1, 1, 1), new Int32Array(siteCount), soft, masses];
const none = new Float64Array(0);

// Two atoms with the lattice vectors of a 3×3×3 supercell; its coefficients need not be of any crystal.
const cells = Float64Array.from({ length: 81 }, (_, i) => {
  const cell = Math.floor(i / 3);
  return (Math.floor(cell / 3 ** (i % 3)) % 3) - 1;
});
const qPoints = numbers(8, 3 * 300, 1);
const noDirections = new Float64Array(3 * 300);
const pair = numbers(10, 6, 1);
const shortRange = [cells, numbers(9, 3 * 9 * 32, 5), pair, lattice];
const tensor = [2, 0.1, 0, 0.1, 3, 0.2, 0, 0.2, 2.5];
/** Waves, then reciprocal cell, ε, f and 1/(4Λ²), Born charges and self terms of two atoms. */
const dipoles = [
  Float64Array.from(
    { length: 3 * 125 },
    (_, i) => (Math.floor(Math.floor(i / 3) / 5 ** (i % 3)) % 5) - 2,
  ),
  Float64Array.of(
    ...[0.25, 0, 0, 0, 0.2, 0, 0, 0, 0.3],
    ...tensor,
    1.7,
    0.4,
    ...numbers(12, 36, 1),
  ),
];
const displacements = Float64Array.of(5, 0.01, 0, 0, 300, 0, -0.02, 0.01, 699, 0, 0, 0);
const meshFrequencies = numbers(11, 3 * 60, 10);
const mesh = [
  meshFrequencies,
  new Float64Array(60).fill(1),
  Int32Array.from({ length: 60 }, (_, i) => i),
  Int32Array.from({ length: 60 }, (_, i) => i),
  numbers(12, 3 * 60 * 2, 1),
  Float64Array.from({ length: 101 }, (_, i) => i / 10 - 5),
];

const jobs = [
  ["energyAndForces", [frac, lattice, Int32Array.of(1, 1, 1), kinds, charges], []],
  ["energyAndForces", [frac, lattice, Int32Array.of(0, 1, 1), kinds, charges], []],
  ["energyAndForces", [frac, lattice, Int32Array.of(0, 0, 0), kinds, charges], []],
  ["energyAndForces", [frac, lattice, Int32Array.of(1, 0, 1), kinds, springs], []],
  ["globalSearch", searchInputs, []],
  ...[0, 1, 2].map((ensemble) => [
    "molecularDynamics",
    [...motion, none, none],
    [ensemble, 1, 0.03, 0.01, 7, 30, 3 * siteCount - 3, 1, 5, 10, 20, 6, 8, 1, 0.3],
  ]),
  ["displacedForces", [frac, lattice, Int32Array.of(1, 1, 1), kinds, potential, displacements], []],
  ["phononModes", [qPoints, noDirections, ...shortRange, new Float64Array(0)], [2, 1, 1, 1e-5]],
  ["phononModes", [qPoints, numbers(13, 3 * 300, 1), ...shortRange, ...dipoles], [2, 1, 1, 1e-5]],
  [
    "dipoleConstants",
    [
      Float64Array.of(0, 0, 0, 0.5, 0, 0),
      pair,
      Float64Array.of(0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0),
      Int32Array.of(0, 1, 0, 1),
      ...dipoles,
    ],
    [],
  ],
  ["tetrahedronDos", mesh, [3, 4, 5, 1, -1, 1, 2]],
  ["energyAndForces", [frac, lattice, Int32Array.of(1, 1, 0), kinds, potential], []],
  [
    "deformedStates",
    [...atRest, Float64Array.of(1.01, 0, 0, 0, 1, 0, 0, 0, 1)],
    [2, 1e-3, 1e-4, 4, 0.1],
  ],
  [
    "energyAndForces",
    [frac, lattice, Int32Array.of(1, 1, 1), new Int32Array(siteCount), copper],
    [],
  ],
  ["energyAndForces", [frac, lattice, Int32Array.of(1, 1, 0), kinds, angular], []],
  ["neighborList", [frac, lattice, Int32Array.of(1, 1, 1)], [6.5, 0]],
  ["neighborList", [frac, lattice, Int32Array.of(0, 1, 1)], [25, 1]],
  ["neighborPairs", [manySites, wideLattice, Int32Array.of(1, 0, 1)], [2.5, 0]],
  ["structureFactors", [...diffraction, hkl], []],
  ["powderLines", diffraction, [1.54, 2, 80, 1e-5, 1e-3]],
  ["hermitianEigen", [numbers(6, 5 * 2 * 70 * 70, 2)], [70, 1]],
  ["hermitianEigen", [numbers(7, 400 * 2 * 9 * 9, 2)], [9, 0]],
  ["test.sum", [numbers(5, 100_001, 1)], []],
];

async function digest(threadCount) {
  const { poolId } = addon.openPool(threadCount, 0, 2 ** 40);
  const hash = createHash("sha256");
  for (const [name, inputs, params] of jobs) {
    const result = await call(poolId, name, inputs, params);
    if (result.status !== 0) throw new Error(`${name}: ${result.message}`);
    for (const output of result.outputs) hash.update(new Uint8Array(output));
  }
  addon.closePool(poolId);
  return hash.digest("hex");
}

const digests = {};
for (const threadCount of [1, 2, 8]) digests[threadCount] = await digest(threadCount);
process.stdout.write(`${JSON.stringify({ level: addon.simdLevel, digests })}\n`);
