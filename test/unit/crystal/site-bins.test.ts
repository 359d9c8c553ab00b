import fc from "fast-check";
import { Lattice } from "prism-lab";
import { expect, it } from "vitest";
import { SiteBins } from "../../../src/crystal/site-bins.js";

const length = fc.double({ min: 2, max: 9, noNaN: true });
const angle = fc.double({ min: 60, max: 115, noNaN: true });
const fraction = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const point = fc.tuple(fraction, fraction, fraction);

it("finds every image within a radius, in any cell and any directions", () => {
  fc.assert(
    fc.property(
      fc.tuple(length, length, length, angle, angle),
      fc.array(point, { minLength: 1, maxLength: 6 }),
      point,
      fc.double({ min: 0.3, max: 6, noNaN: true }),
      fc.double({ min: 0.5, max: 5, noNaN: true }),
      fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      ([a, b, c, alpha, gamma], points, place, radius, width, periodic) => {
        const lattice = Lattice.fromParameters(a, b, c, alpha, 90, gamma);
        const bins = new SiteBins(lattice, periodic, width);
        for (const [x, y, z] of points) bins.insert(x, y, z);
        const found: string[] = [];
        bins.some(...place, radius, (index, distance) => {
          found.push(`${index} ${distance.toFixed(6)}`);
          return false;
        });
        expect(found.sort()).toEqual(bruteForce(lattice, periodic, points, place, radius));
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

function bruteForce(
  lattice: Lattice,
  periodic: readonly boolean[],
  points: readonly (readonly number[])[],
  place: readonly number[],
  radius: number,
): string[] {
  const span = periodic.map((is) => (is ? 9 : 0));
  const found: string[] = [];
  points.forEach((point, index) => {
    for (let i = -span[0]; i <= span[0]; i++) {
      for (let j = -span[1]; j <= span[1]; j++) {
        for (let k = -span[2]; k <= span[2]; k++) {
          const way = [i, j, k].map((n, axis) => point[axis] + n - place[axis]);
          const distance = Math.hypot(...lattice.toCartesian(way));
          if (distance <= radius) found.push(`${index} ${distance.toFixed(6)}`);
        }
      }
    }
  });
  return found.sort();
}

it("stops where it is told to", () => {
  const bins = new SiteBins(Lattice.cubic(3), [true, true, true], 1);
  bins.insert(0, 0, 0);
  let visits = 0;
  const stopped = bins.some(0.5, 0.5, 0.5, 10, () => {
    visits++;
    return true;
  });
  expect([stopped, visits]).toEqual([true, 1]);
  expect(bins.some(0.5, 0.5, 0.5, 1, () => true)).toBe(false);
});
