import { Crystal, commonNeighborAnalysis, Lattice, type NeighborList, steinhardt } from "prism-lab";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/base/random.js";

const none: [boolean, boolean, boolean] = [false, false, false];
const all: [boolean, boolean, boolean] = [true, true, true];

/** Sites in a corner of a box that is mostly empty, some beyond its border; others anywhere. */
function cluster(box: Lattice, width: number, vapour: number): Float64Array {
  const random = new SeededRandom(7);
  const sites: number[] = [];
  for (let i = 0; i < 560; i++) {
    const cart = [0, 1, 2].map(() => width * (random.uniform() - 0.3));
    sites.push(...box.toFractional(cart));
  }
  for (let i = 0; i < 3 * vapour; i++) sites.push(random.uniform());
  return Float64Array.from(sites);
}

function crystalOf(lattice: Lattice, fracPositions: Float64Array, periodic: typeof all): Crystal {
  const species = Array<string>(fracPositions.length / 3).fill("Ar");
  return Crystal.create({ lattice, species, fracPositions, periodic });
}

/** i, j, shift in the order of the list. */
function naivePairs(crystal: Crystal, cutoff: number): number[][] {
  const { fracPositions: x, lattice, siteCount } = crystal;
  const m = lattice.matrix;
  const pairs: number[][] = [];
  const steps = [-1, 0, 1];
  for (let i = 0; i < siteCount; i++) {
    for (let j = 0; j < siteCount; j++) {
      for (const a of steps) {
        for (const b of steps) {
          for (const c of steps) {
            if (i === j && a === 0 && b === 0 && c === 0) continue;
            const u = x[3 * j] - x[3 * i] + a;
            const v = x[3 * j + 1] - x[3 * i + 1] + b;
            const w = x[3 * j + 2] - x[3 * i + 2] + c;
            const dx = u * m[0] + v * m[3] + w * m[6];
            const dy = u * m[1] + v * m[4] + w * m[7];
            const dz = u * m[2] + v * m[5] + w * m[8];
            if (dx * dx + dy * dy + dz * dz <= cutoff * cutoff) pairs.push([i, j, a, b, c]);
          }
        }
      }
    }
  }
  return pairs;
}

function rowsOf({ i, j, shift }: NeighborList): number[][] {
  return Array.from(i, (site, n) => [site, j[n], ...shift.subarray(3 * n, 3 * n + 3)]);
}

describe("a cluster in a periodic cell that is mostly empty", () => {
  it.each([
    ["in a corner", 300, 40, 0, 4],
    ["among vapour", 300, 30, 60, 4],
    ["seen in several images", 30, 9, 0, 28],
  ])("%s: has the pairs of a search of all", async (_, edge, width, vapour, cutoff) => {
    const box = Lattice.fromParameters(edge, edge, 1.2 * edge, 80, 95, 105);
    const crystal = crystalOf(box, cluster(box, width, vapour), all);
    const list = await crystal.neighborList(cutoff);
    expect(rowsOf(list)).toEqual(naivePairs(crystal, cutoff));
  });

  it("has the local order that it has alone", async () => {
    const copper = Crystal.create({
      lattice: Lattice.cubic(3.61),
      species: ["Cu", "Cu", "Cu", "Cu"],
      fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
    }).supercell([6, 6, 6]);
    const box = Lattice.cubic(4000);
    const frac = Float64Array.from(copper.cartPositions, (x) => (x - 9) / 4000);
    const alone = crystalOf(box, frac, none);
    const boxed = crystalOf(box, frac, all);
    expect((await commonNeighborAnalysis(boxed)).types).toEqual(
      (await commonNeighborAnalysis(alone)).types,
    );
    const [p, q] = [await steinhardt(boxed, { cutoff: 3 }), await steinhardt(alone, { cutoff: 3 })];
    p.q.forEach((value, n) => {
      expect(value).toBeCloseTo(q.q[n], 9);
    });
  });
});
