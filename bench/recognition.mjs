// Local order of 1,000,188 copper atoms that tremble by 0.1 Å, on one thread and on two; and two cells of
// 40 sites, CaTiO3 with its octahedra turned and the same in disguise, compared.
import {
  Crystal,
  centrosymmetry,
  commonNeighborAnalysis,
  groupStructures,
  Lattice,
  matchStructures,
  Runtime,
  steinhardt,
  structuresMatch,
} from "prism-lab";
import { median } from "./measure.mjs";
import { fcc, mulberry32 } from "./structures.mjs";

const analyses = {
  cna: (crystal, runtime) => commonNeighborAnalysis(crystal, { runtime }),
  steinhardt: (crystal, runtime) => steinhardt(crystal, { runtime }),
  centrosymmetry: (crystal, runtime) => centrosymmetry(crystal, { runtime }),
};

/** 2 × 2 × 2 cells of the cubic one, octahedra turned about c, in turns or alike along it. */
function perovskite(kind) {
  const species = [];
  const frac = [];
  for (let i = 0; i < 8; i++) {
    const at = [i >> 2, (i >> 1) & 1, i & 1];
    const alternating = (-1) ** at[2];
    const isCubic = kind === "cubic";
    const turn = isCubic
      ? 0
      : 0.045 * (-1) ** (at[0] + at[1]) * (kind === "plus" ? 1 : alternating);
    const sites = [
      ["Ca", [0.5, 0.5 + (isCubic ? 0 : 0.02 * alternating), 0.5]],
      ["Ti", [0, 0, 0]],
      ["O", [0.5, turn, 0]],
      ["O", [-turn, 0.5, 0]],
      ["O", [0, 0, 0.5]],
    ];
    for (const [element, x] of sites) {
      species.push(element);
      frac.push(...x.map((value, k) => (at[k] + value) / 2));
    }
  }
  return { matrix: [7.68, 0, 0, 0, 7.68, 0, 0, 0, 7.68], species, frac };
}

/** Strained by 1 %, another origin and order, axes exchanged, sites up to 0.03 Å off. */
function disguised({ matrix, species, frac }) {
  const count = species.length;
  const random = mulberry32(4242);
  const u = Array.from({ length: 4 * count }, random);
  const order = species.map((_, i) => i).sort((a, b) => u[3 * count + a] - u[3 * count + b]);
  const strained = matrix.map((value, i) => value * [1.01, 0.995, 1][Math.floor(i / 3)]);
  const moved = frac.map((x, i) => x + [0.13, 0.27, 0.41][i % 3] + ((2 * u[i] - 1) * 0.03) / 7.68);
  const axes = [1, 2, 0];
  return {
    matrix: axes.flatMap((row) => axes.map((column) => strained[3 * row + column])),
    species: order.map((site) => species[site]),
    frac: order.flatMap((site) => axes.map((axis) => moved[3 * site + axis])),
  };
}

function crystalOf({ matrix, species, frac }) {
  return Crystal.create({ lattice: Lattice.fromMatrix(matrix), species, fracPositions: frac });
}

async function* localOrder(wants, quick) {
  const crystal = fcc("Cu", quick ? 8 : 63, 3.615, 0.1);
  for (const threads of [1, 2]) {
    const runtime = new Runtime({ threadCount: threads });
    for (const [name, analyse] of Object.entries(analyses)) {
      const label = `recognition-${name}`;
      if (!wants(label)) continue;
      const { secondsMedian, runs, result } = await median(() => analyse(crystal, runtime), 3);
      const values = { threads, ...(result.counts && { fcc: result.counts.fcc }) };
      yield { case: label, size: crystal.siteCount, secondsMedian, runs, values };
    }
    runtime.close();
  }
}

/** A cube of copper in a box of 1000 Å with an atom of vapour for every 500 of it. */
async function* cluster(wants, quick) {
  const solid = fcc("Cu", quick ? 6 : 30, 3.615, 0.1);
  const random = mulberry32(7);
  const cart = [...solid.cartPositions];
  for (let i = 0; i < solid.siteCount / 500; i++)
    cart.push(...[0, 0, 0].map(() => 1000 * random()));
  const crystal = Crystal.create({
    lattice: Lattice.cubic(1000),
    species: Array(cart.length / 3).fill("Cu"),
    fracPositions: cart.map((x) => x / 1000),
  });
  const measures = {
    "recognition-cluster-cna": () => commonNeighborAnalysis(crystal),
    "recognition-cluster-list": () => crystal.neighborList(6),
  };
  for (const [label, measure] of Object.entries(measures)) {
    if (!wants(label)) continue;
    const { secondsMedian, runs } = await median(measure, 3);
    yield { case: label, size: crystal.siteCount, secondsMedian, runs, values: {} };
  }
}

/** Each run compares many times, as one comparison is short. */
async function* matches(wants, quick) {
  const minus = crystalOf(perovskite("minus"));
  const others = {
    "A-B": crystalOf(disguised(perovskite("minus"))),
    "A-C": crystalOf(perovskite("plus")),
    "A-cubic": crystalOf(perovskite("cubic")),
  };
  const repeat = quick ? 2 : 50;
  for (const [pair, other] of Object.entries(others)) {
    for (const primitive of [true, false]) {
      const label = `recognition-match-${pair}-${primitive ? "primitive" : "asis"}`;
      if (!wants(label)) continue;
      const timed = (compare) =>
        median(() => {
          for (let i = 1; i < repeat; i++) compare(minus, other, { primitive });
          return compare(minus, other, { primitive });
        });
      const fit = await timed(structuresMatch);
      const best = await timed(matchStructures);
      yield {
        case: label,
        size: minus.siteCount,
        secondsMedian: fit.secondsMedian / repeat,
        runs: fit.runs,
        values: {
          fits: fit.result,
          bestMs: (1000 * best.secondsMedian) / repeat,
          rms: best.result.rms ?? null,
        },
      };
    }
  }
}

async function* groups(quick) {
  const kinds = ["minus", "plus", "cubic"];
  const list = Array.from({ length: quick ? 6 : 1000 }, (_, i) => {
    const random = mulberry32(i);
    const parent = perovskite(kinds[i % 3]);
    return crystalOf({ ...parent, frac: parent.frac.map((x) => x + 0.004 * (random() - 0.5)) });
  });
  const { secondsMedian, runs, result } = await median(() => groupStructures(list), quick ? 1 : 3);
  const values = { groups: result.groups.length };
  yield { case: "recognition-groups", size: list.length, secondsMedian, runs, values };
}

export async function* run({ wants, quick }) {
  yield* localOrder(wants, quick);
  yield* cluster(wants, quick);
  yield* matches(wants, quick);
  if (wants("recognition-groups")) yield* groups(quick);
}
