import { readFileSync } from "node:fs";
import { InvalidConfiguration, Lattice, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly matrix: number[];
  readonly delta: number[];
  readonly distance: number;
}

const golden: Golden[] = JSON.parse(
  readFileSync(new URL("../../golden/lattice/images.json", import.meta.url), "utf8"),
);

describe("minimumImage", () => {
  it("finds pymatgen's distances in skewed cells", () => {
    for (const { matrix, delta, distance } of golden) {
      expect(Lattice.fromMatrix(matrix).minimumImage(delta).distance).toBeCloseTo(distance, 9);
    }
  });

  it("says which lattice vector it added", () => {
    const lattice = Lattice.fromParameters(4, 5, 6, 70, 80, 100);
    const delta = [3.7, -2.2, 0.4];
    const { vector, shift, distance } = lattice.minimumImage(delta);
    const expected = lattice.toCartesian(delta.map((value, k) => value + shift[k]));
    vector.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k], 12);
    });
    expect(distance).toBeCloseTo(Math.hypot(...vector), 12);
    expect(Lattice.cubic(4).minimumImage([0.9, 0, 0]).shift).toEqual([-1, 0, 0]);
  });

  it("moves only along periodic directions, and past what rounding would take", () => {
    // c leans over by three times a: rounding the coordinates stays far away.
    const slab = Lattice.fromMatrix([3, 0, 0, 0, 4, 0, 9.2, 0, 10]);
    const { shift, distance } = slab.minimumImage([0, 0.6, 1], { periodic: [true, true, false] });
    expect(shift).toEqual([-3, -1, 0]);
    expect(distance).toBeCloseTo(Math.hypot(0.2, 1.6, 10), 12);
    const chain = slab.minimumImage([0, 0, 1], { periodic: [true, false, false] });
    expect(chain.shift).toEqual([-3, 0, 0]);
    const none = slab.minimumImage([5, 0, 0], { periodic: [false, false, false] });
    expect(none).toEqual({ vector: [15, 0, 0], shift: [0, 0, 0], distance: 15 });
  });

  it("ends on ties, such as the centre of a cell", () => {
    for (const delta of [
      [0.5, 0.5, 0.5],
      [0.5, 0, 0],
      [-0.5, 0.5, 1.5],
    ]) {
      expect(Lattice.hexagonal(3, 5).minimumImage(delta).distance).toBeGreaterThan(1);
    }
  });

  it("measures distances between images", () => {
    expect(Lattice.cubic(4).distance([0.05, 0, 0], [0.95, 0, 0])).toBeCloseTo(0.4, 12);
    expect(
      Lattice.cubic(4).distance([0.05, 0, 0], [0.95, 0, 0], { periodic: [false, true, true] }),
    ).toBeCloseTo(3.6, 12);
  });

  it("refuses what is no vector or no periodicity", () => {
    const lattice = Lattice.cubic(4);
    expect(() => lattice.minimumImage([1, 2])).toThrow(ShapeError);
    expect(() => lattice.distance([0, 0, 0], [0, 0, Number.NaN])).toThrow(/fracB/);
    expect(() => lattice.minimumImage([0, 0, 0], { periodic: true as never })).toThrow(
      InvalidConfiguration,
    );
  });
});
