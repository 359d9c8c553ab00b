import fc from "fast-check";
import { Crystal, createNeighborTracker, DomainError, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

const lattice = Lattice.fromParameters(7, 8, 9, 75, 95, 110);

function crystalAt(fracPositions: Float64Array, periodic: [boolean, boolean, boolean]): Crystal {
  const species = Array(fracPositions.length / 3).fill("Ar");
  return Crystal.create({ lattice, species, fracPositions, periodic });
}

describe("createNeighborTracker", () => {
  it("gives fresh lists along random walks, in any periodicity, and makes few of them", async () => {
    const walk = fc.record({
      periodic: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      half: fc.boolean(),
      cutoff: fc.double({ min: 2, max: 6, noNaN: true }),
      start: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
        minLength: 30,
        maxLength: 30,
      }),
      steps: fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), {
        minLength: 30,
        maxLength: 30,
      }),
    });
    const check = fc.asyncProperty(walk, async ({ periodic, half, cutoff, start, steps }) => {
      const tracker = createNeighborTracker({ cutoff, skin: 1, half });
      const at = Float64Array.from(start);
      for (let step = 0; step < 6; step++) {
        const crystal = crystalAt(at, periodic);
        const fresh = await crystal.neighborList(cutoff, { half });
        expect(await tracker.update(crystal)).toEqual(fresh);
        for (let k = 0; k < at.length; k++) at[k] += steps[(k + step) % steps.length];
      }
      expect(tracker.buildCount).toBeLessThan(4);
    });
    await fc.assert(check, { seed: 11, numRuns: 25 });
  });

  it("makes a new list when a site has moved by half of the skin, and not before", async () => {
    const tracker = createNeighborTracker({ cutoff: 3, skin: 0.5 });
    const at = new Float64Array(6).fill(0.1);
    at[3] = 0.4;
    await tracker.update(crystalAt(at, [true, true, true]));
    at[0] += 0.24 / 7;
    await tracker.update(crystalAt(at, [true, true, true]));
    expect(tracker.buildCount).toBe(1);
    at[0] += 0.02 / 7;
    await tracker.update(crystalAt(at, [true, true, true]));
    expect(tracker.buildCount).toBe(2);
    expect(String(tracker)).toBe("neighbours within 3 Å, skin 0.5 Å, made 2 times");
  });

  it("makes a new list for another cell, another number of sites, another periodicity", async () => {
    const tracker = createNeighborTracker({ cutoff: 3 });
    const crystal = crystalAt(new Float64Array(3), [true, true, true]);
    const strained = Crystal.create({
      lattice: Lattice.cubic(2.9),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    const slab = crystalAt(new Float64Array(3), [true, true, false]);
    const pair = crystalAt(new Float64Array(6), [true, true, false]);
    for (const each of [crystal, strained, slab, pair]) {
      expect(await tracker.update(each)).toEqual(await each.neighborList(3));
    }
    expect(tracker.buildCount).toBe(4);
  });

  it.each([
    [{ cutoff: 0 }, /cutoff must be greater than 0/],
    [{ cutoff: 3, skin: -1 }, /skin must be 0 Å or more, got -1/],
    [{ cutoff: 3, skin: Number.NaN }, /skin must be a finite number/],
  ])("refuses %o", (options, message) => {
    expect(() => createNeighborTracker(options)).toThrow(DomainError);
    expect(() => createNeighborTracker(options)).toThrow(message);
  });
});
