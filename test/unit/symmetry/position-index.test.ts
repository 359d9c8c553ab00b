import { describe, expect, it } from "vitest";
import { Lattice } from "../../../src/lattice/lattice.js";
import { PositionIndex } from "../../../src/symmetry/position-index.js";

describe("PositionIndex", () => {
  const lattice = Lattice.fromParameters(4, 5, 6, 70, 80, 110);

  it("finds a site across every face of the cell", () => {
    const index = new PositionIndex(lattice, 0.01, 1000);
    expect(index.insert(0, 0.5, 0.9999)).toBe(0);
    expect(index.find(0.9999, 0.5, 0)).toBe(0);
    expect(index.find(-1.0001, 3.5, -0.9999)).toBe(0);
    expect(index.find(0.01, 0.5, 0.9999)).toBe(-1);
  });

  it("finds the nearest of several", () => {
    const index = new PositionIndex(lattice, 0.5, 1000);
    for (const x of [0.1, 0.15, 0.2]) index.insert(x, 0, 0);
    expect(index.find(0.16, 0, 0)).toBe(1);
  });

  it("agrees with a search through all sites", () => {
    const sites = Array.from({ length: 300 }, (_, i) =>
      [0.7, 0.41, 0.29].map((step) => (step * (i + 1) * (i + 2)) % 1),
    );
    const index = new PositionIndex(lattice, 0.3, sites.length);
    for (const [x, y, z] of sites) index.insert(x, y, z);
    for (let k = 0; k < 300; k++) {
      const probe = [0.137 * k, 0.219 * k, 0.311 * k];
      const distances = sites.map((site) =>
        Math.hypot(
          ...lattice.toCartesian(site.map((x, i) => x - probe[i] - Math.round(x - probe[i]))),
        ),
      );
      const nearest = Math.min(...distances);
      const found = index.find(probe[0], probe[1], probe[2]);
      expect(found < 0 ? Infinity : distances[found]).toBe(nearest <= 0.3 ? nearest : Infinity);
    }
  });

  it("finds sites that crowd in a corner of a wide cell", () => {
    const wide = Lattice.fromParameters(900, 1000, 1100, 70, 80, 110);
    const side = 15;
    const place = (n: number, shift: number) =>
      [n % side, Math.floor(n / side) % side, Math.floor(n / side ** 2)].map((k, axis) => {
        return (0.1 * k + shift) / wide.dSpacing([axis === 0, axis === 1, axis === 2].map(Number));
      });
    const index = new PositionIndex(wide, 0.02, side ** 3);
    for (let n = 0; n < side ** 3; n++) {
      const [x, y, z] = place(n, -0.5);
      expect(index.find(x, y, z)).toBe(-1);
      index.insert(x, y, z);
    }
    for (let n = 0; n < side ** 3; n += 7) {
      const [x, y, z] = place(n, -0.499);
      expect(index.find(x + 2, y - 1, z)).toBe(n);
    }
  });
});
