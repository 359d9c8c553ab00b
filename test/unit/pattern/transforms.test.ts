import fc from "fast-check";
import { DomainError, generatePattern, InvalidConfiguration, Pattern, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

const net = generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: [4, 3] });
const lattice = generatePattern({ patternType: "bravais", lattice: "oI", a: 3, counts: [2, 2, 2] });
const single = Pattern.fromPositions([1, 2, 3]);

function places({ positions }: Pattern): number[] {
  return Array.from(positions, (value) => Math.round(value * 1e9) / 1e9 + 0);
}

function expectSame(one: Pattern, other: Pattern): void {
  expect(one.equals(other, 1e-9)).toBe(true);
}

describe("transformations of one point", () => {
  it.each([
    ["translated", single.translated([1, -1, 0.5]), [2, 1, 3.5]],
    ["rotated about z", single.rotated({ axis: [0, 0, 2], angle: 90 }), [-2, 1, 3]],
    [
      "rotated about an axis",
      single.rotated({ axis: [0, 0, 1], angle: 180, origin: [2, 2, 0] }),
      [3, 2, 3],
    ],
    ["rotated about x", single.rotated([90, 0, 0]), [1, -3, 2]],
    ["rotated about y", single.rotated([0, 90, 0]), [3, 2, -1]],
    ["rotated about x, then z", single.rotated([90, 0, 90]), [3, 1, 2]],
    ["scaled", single.scaled(2), [2, 4, 6]],
    ["scaled along the axes", single.scaled([2, 1, -1]), [2, 2, -3]],
    ["sheared", single.sheared({ xy: 0.5, zx: 2 }), [2, 2, 5]],
    ["mirrored", single.mirrored({ normal: [0, 1, 0] }), [1, -2, 3]],
    [
      "mirrored in a plane aside",
      single.mirrored({ normal: [0, 3, 0], point: [9, 1, 9] }),
      [1, 0, 3],
    ],
    ["glided", single.glided({ normal: [0, 1, 0], translation: [0.5, 0, 0] }), [1.5, -2, 3]],
    ["screwed", single.screwed({ axis: [0, 0, 1], angle: 180, translation: 2 }), [-1, -2, 5]],
    ["inverted", single.inverted(), [-1, -2, -3]],
    ["inverted in a point", single.inverted([1, 1, 1]), [1, 0, -1]],
    [
      "transformed by 3×4",
      single.transformed([0, 1, 0, 10, 1, 0, 0, 20, 0, 0, 1, 30]),
      [12, 21, 33],
    ],
    [
      "transformed by 4×4",
      single.transformed([
        [1, 0, 0, 1],
        [0, 1, 0, 1],
        [0, 0, 1, 1],
        [0, 0, 0, 1],
      ]),
      [2, 3, 4],
    ],
  ])("%s", (_, moved, expected) => {
    expect(places(moved)).toEqual(expected);
  });
});

describe("laws of transformations", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  const vector = fc.tuple(number, number, number);
  const direction = vector.filter((v) => Math.hypot(...v) > 0.1);
  const run = { seed: 5, numRuns: 50 };

  it("mirrors and inversions undo themselves, glides and screws repeat to translations", () => {
    fc.assert(
      fc.property(direction, vector, (axis, point) => {
        const mirror = { normal: axis, point };
        expectSame(lattice.mirrored(mirror).mirrored(mirror), lattice);
        expectSame(lattice.inverted(point).inverted(point), lattice);
        const fourfold = { axis, angle: 90, origin: point, translation: 1.5 };
        let screwed = lattice;
        for (let k = 0; k < 4; k++) screwed = screwed.screwed(fourfold);
        const length = Math.hypot(...axis);
        expectSame(screwed, lattice.translated(axis.map((part) => (6 * part) / length)));
      }),
      run,
    );
  });

  it("rotations keep distances, cell and handedness; a map and its inverse cancel", () => {
    fc.assert(
      fc.property(direction, fc.double({ min: -360, max: 360, noNaN: true }), (axis, angle) => {
        const turned = lattice.rotated({ axis, angle });
        expect(turned.metrics.nearestDistance.max).toBeCloseTo(
          lattice.metrics.nearestDistance.max,
          9,
        );
        expect(turned.cell?.lattice.parameters.a).toBeCloseTo(6, 9);
        // Most of these neighbours are images.
        expect(turned.metrics.coordination({ cutoff: 3.3 }).mean).toBeCloseTo(10, 9);
        expect(turned.metrics.density).toBeCloseTo(lattice.metrics.density, 9);
        expectSame(turned.rotated({ axis, angle: -angle }), lattice);
      }),
      run,
    );
  });

  it("`transform` leads from what the generator made to here", () => {
    const config = { patternType: "kagome", counts: [2, 2] } as const;
    const plain = generatePattern(config);
    const moved = generatePattern({ ...config, spacing: 2, scale: 3, rotation: [10, 20, 30] })
      .sheared({ yz: 0.3 })
      .translated([1, 2, 3]);
    expectSame(plain.transformed(moved.transform), moved);
  });
});

describe("what follows a transformation", () => {
  it("the cell: its images are still those of the pattern", () => {
    const sheared = lattice.sheared({ xy: 0.2, yz: -0.1 }).scaled([1, 2, 0.5]);
    const before = lattice.metrics.coordination({ cutoff: 3.0001 }).mean;
    const back = sheared.scaled([1, 0.5, 2]).transformed([1, -0.2, -0.02, 0, 1, 0.1, 0, 0, 1]);
    expect(back.metrics.coordination({ cutoff: 3.0001 }).mean).toBe(before);
    expect(sheared.metrics.density).toBeCloseTo(lattice.metrics.density, 9);
  });

  it("tiles, kinds and configuration stay; the pattern itself is untouched", () => {
    const hash = net.hash;
    const turned = net.rotated([0, 0, 15]);
    expect(turned.tiles).toBe(net.tiles);
    expect(turned.kindOfPoint).toBe(net.kindOfPoint);
    expect(turned.config?.patternType).toBe("honeycomb");
    expect(net.hash).toBe(hash);
    expect(turned.hash).not.toBe(hash);
  });
});

it("says what is wrong with a transformation", () => {
  expect(() => net.scaled(0)).toThrow(/must be invertible/);
  expect(() => net.transformed([1, 0, 0])).toThrow(ShapeError);
  expect(() => net.transformed([1, 0, 0, 0, 1, 0, 1, 0, 0])).toThrow(DomainError);
  expect(() => net.rotated({ axis: [0, 0, 0], angle: 5 })).toThrow(/must have a direction/);
  expect(() => net.rotated({ axis: [0, 0, 1], angel: 5 } as never)).toThrow(/did you mean angle/);
  expect(() => net.glided({ normal: [0, 0, 1], translation: [0, 0, 1] })).toThrow(
    /lies in its plane/,
  );
  expect(() => net.sheared({ xx: 1 } as never)).toThrow(InvalidConfiguration);
  expect(() => single.scaled(1e90).scaled(1e90)).toThrow(/beyond 1e\+100 Å/);
  expect(() => Pattern.fromPositions([1e200, 0, 0])).toThrow(DomainError);
  expect(() => net.translated([1, 2])).toThrow(/three finite numbers/);
  expect(() => net.equals(undefined as never)).toThrow(/expected a Pattern/);
});
