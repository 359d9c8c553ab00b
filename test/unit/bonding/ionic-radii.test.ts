import { describe, expect, it } from "vitest";
import { ionicRadius } from "../../../src/bonding/data/ionic-radii.js";

describe("ionicRadius", () => {
  // Shannon (1976), table 1: crystal radii, six neighbours, high spin.
  it.each([
    ["Na", 1, 1.16],
    ["Mg", 2, 0.86],
    ["Al", 3, 0.675],
    ["Ti", 4, 0.745],
    ["Cr", 3, 0.755],
    ["Fe", 2, 0.92],
    ["Fe", 3, 0.785],
    ["Ni", 2, 0.83],
    ["Gd", 3, 1.078],
    ["O", -2, 1.26],
    ["F", -1, 1.19],
    ["Cl", -1, 1.67],
    ["S", -2, 1.7],
    ["I", -1, 2.06],
  ])("of %s with charge %d is %d Å", (element, charge, radius) => {
    expect(ionicRadius(element, charge)).toBe(radius);
  });

  it("lies between those of whole states, and is the mean of one sign where there is none", () => {
    expect(ionicRadius("Fe", 2.5)).toBeCloseTo(0.8525, 10);
    expect(ionicRadius("Ti", 1)).toBeCloseTo((1 + 0.81 + 0.745) / 3, 10);
    expect(ionicRadius("O", -1)).toBe(1.26);
    expect(ionicRadius("O", 2)).toBeUndefined();
    expect(ionicRadius("He", 1)).toBeUndefined();
  });
});
