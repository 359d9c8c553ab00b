import { Crystal, DomainError, Lattice, ResourceExhausted } from "prism-lab";
import { describe, expect, it } from "vitest";

const copper = Crystal.create({
  lattice: Lattice.cubic(3.615),
  species: ["Cu", "Cu", "Cu", "Cu"],
  fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
});

describe("neighborList", () => {
  it("counts the shells of fcc", async () => {
    const { i, distance } = await copper.neighborList(1.01 * 3.615);
    expect(i).toHaveLength(4 * (12 + 6));
    const first = distance.filter((d) => d < 3);
    expect(first).toHaveLength(4 * 12);
    for (const d of first) expect(d).toBeCloseTo(3.615 / Math.SQRT2, 12);
  });

  it("has each pair once in a half list, also between a site and its own image", async () => {
    const single = Crystal.create({
      lattice: Lattice.cubic(3),
      species: ["Po"],
      fracPositions: [0.2, 1.7, -3],
    });
    expect((await single.neighborList(3.1)).i).toHaveLength(6);
    expect((await single.neighborList(3.1, { half: true })).i).toHaveLength(3);
  });

  it("gives r = cart(j) + shift · M − cart(i)", async () => {
    const { i, j, shift, distance } = await copper.neighborList(6);
    const { cartPositions: x, lattice } = copper;
    distance.forEach((d, n) => {
      const s = lattice.toCartesian(shift.subarray(3 * n, 3 * n + 3));
      const r = s.map((t, k) => x[3 * j[n] + k] + t - x[3 * i[n] + k]);
      expect(Math.hypot(...r)).toBeCloseTo(d, 10);
    });
  });

  it("leaves shifts and distances out where only pairs are wanted", async () => {
    for (const half of [false, true]) {
      const { i, j } = await copper.neighborList(7, { half });
      expect(await copper.neighborList(7, { half, fields: "pairs" })).toEqual({ i, j });
    }
    // @ts-expect-error no such fields
    expect(() => copper.neighborList(3, { fields: "some" })).toThrow(
      /fields must be one of all, p/,
    );
  });

  it("counts a distance that is the cutoff to the bit, and not one above it", async () => {
    const cells = 5;
    const big = copper.supercell([cells, cells, cells]);
    const { distance } = await big.neighborList(3);
    const longest = distance.reduce((a, b) => Math.max(a, b));
    const count = async (cutoff: number) => (await big.neighborList(cutoff)).i.length;
    const atLongest = await count(longest);
    expect(atLongest).toBe(distance.length);
    const ofLongest = distance.filter((d) => d === longest).length;
    expect(await count(longest * (1 - 2 ** -53))).toBe(distance.length - ofLongest);
  });

  it("is the same wherever the crystal lies, far from the origin too", async () => {
    const single = Crystal.create({
      lattice: Lattice.fromParameters(5, 6, 7, 80, 95, 105),
      species: ["Si", "O"],
      fracPositions: [0.1, 0.2, 0.3, 0.6, 0.8, 0.55],
    });
    const moved = Crystal.create({
      lattice: single.lattice,
      species: ["Si", "O"],
      fracPositions: single.fracPositions.map((x) => x + 4096),
    });
    const here = await single.neighborList(12);
    const there = await moved.neighborList(12);
    expect([...there.j]).toEqual([...here.j]);
    expect([...there.shift]).toEqual([...here.shift]);
  });

  it.each([
    [0, DomainError, /cutoff must be greater than 0 Å, got 0/],
    [-3, DomainError, /greater than 0/],
    [Number.NaN, DomainError, /finite/],
    [1e9, ResourceExhausted, /choose a smaller one/],
  ])("refuses a cutoff of %d", (cutoff, type, message) => {
    expect(() => copper.neighborList(cutoff)).toThrow(type);
    expect(() => copper.neighborList(cutoff)).toThrow(message);
  });
});
