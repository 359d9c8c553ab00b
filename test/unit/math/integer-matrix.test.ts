import { describe, expect, it } from "vitest";
import {
  coprime,
  extendedGcd,
  greatestCommonDivisor,
  perpendicularRows,
} from "../../../src/math/integer-matrix.js";
import { cross } from "../../../src/math/vec3.js";

const few = [-6, -3, -1, 0, 1, 2, 4, 9];

describe("whole numbers", () => {
  it("have Bézout's identity", () => {
    for (const a of few) {
      for (const b of few) {
        const { g, p, q } = extendedGcd(a, b);
        expect(g).toBe(greatestCommonDivisor(a, b));
        expect(p * a + q * b).toBe(g);
      }
    }
  });

  it("are divided by what they share, without −0", () => {
    expect(coprime([4, -6, 0])).toEqual([2, -3, 0]);
    expect(coprime([0, 0, -5])).toEqual([0, 0, -1]);
    expect(coprime([0, 0, 0])).toEqual([0, 0, 0]);
  });

  it("have two rows that span all those perpendicular to a third", () => {
    for (const h of few) {
      for (const k of few) {
        for (const l of few) {
          if (h === 0 && k === 0 && l === 0) continue;
          const [u, v] = perpendicularRows([h, k, l]);
          // The cross product of a basis of the plane is the normal in smallest numbers.
          expect(cross(u, v).map((value) => 0 - value)).toEqual(coprime([h, k, l]));
        }
      }
    }
  });
});
