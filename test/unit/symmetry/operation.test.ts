import { describe, expect, it } from "vitest";
import { SymmetryError } from "../../../src/base/errors.js";
import {
  compose,
  formatOperation,
  operationKey,
  parseOperation,
} from "../../../src/symmetry/operation.js";
import { hallSetting } from "../../../src/symmetry/space-group.js";

const third = 1 / 3;

describe("parseOperation", () => {
  it.each([
    ["x,y,z", [1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]],
    ["x-y, x, z+1/3", [1, -1, 0, 1, 0, 0, 0, 0, 1], [0, 0, third]],
    ["-Y,X-Y,Z+2/3", [0, -1, 0, 1, -1, 0, 0, 0, 1], [0, 0, 2 * third]],
    ["1/2+x, 1/2-y, -z", [1, 0, 0, 0, -1, 0, 0, 0, -1], [0.5, 0.5, 0]],
    ["0.5-x,+y,.25+z", [-1, 0, 0, 0, 1, 0, 0, 0, 1], [0.5, 0, 0.25]],
    ["x+0.333,y+0.6667,z-1/2", [1, 0, 0, 0, 1, 0, 0, 0, 1], [third, 2 * third, 0.5]],
    ["z + 5/4, -x - 1/4, y", [0, 0, 1, -1, 0, 0, 0, 1, 0], [0.25, 0.75, 0]],
    ["1*x,y,z+0.2", [1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0.2]],
  ])("%s", (text, rotation, translation) => {
    const operation = parseOperation(text);
    expect(operation.rotation).toEqual(rotation);
    operation.translation.forEach((value, i) => {
      expect(value).toBeCloseTo(translation[i], 12);
    });
  });

  it.each([
    "",
    "x,y",
    "x,y,z,1",
    "x,y,",
    "x,y,q",
    "x,y,z1/2",
    "x,y,y",
    "x/2,y,z",
    "x,y,1/0",
    "x,y,1/2",
    "x y,z,x",
    "x+,y,z",
    "2x,y,z",
    "x".repeat(100_000),
  ])("refuses %.20s", (text) => {
    expect(() => parseOperation(text)).toThrow(SymmetryError);
  });
});

describe("operations of a group", () => {
  // Trigonal without inversion, centred, and with both glide and screw.
  it.each([443, 458, 292, 525])("close under composition: Hall number %i", (hallNumber) => {
    const { operations } = hallSetting(hallNumber);
    const keys = new Set(operations.map(operationKey));
    expect(keys.size).toBe(operations.length);
    for (const a of operations) {
      for (const b of operations) expect(keys.has(operationKey(compose(a, b)))).toBe(true);
    }
  });

  it.each([443, 526, 460])("survive their own text: Hall number %i", (hallNumber) => {
    for (const operation of hallSetting(hallNumber).operations) {
      const again = parseOperation(formatOperation(operation));
      expect(operationKey(again)).toBe(operationKey(operation));
    }
  });
});
