import { describe, expect, it } from "vitest";
import { SymmetryError } from "../../../src/base/errors.js";
import { operationsFromHall } from "../../../src/symmetry/hall-symbol.js";
import { formatOperation } from "../../../src/symmetry/operation.js";

function triplets(hall: string): string[] {
  return operationsFromHall(hall).map(formatOperation).sort();
}

// That all 530 symbols of the tables give the tables' operations is a golden test.
describe("operationsFromHall", () => {
  it("generates P2_1/c", () => {
    expect(triplets("-P 2ybc")).toEqual(["-x,-y,-z", "-x,y+1/2,-z+1/2", "x,-y+1/2,z+1/2", "x,y,z"]);
  });

  it("moves the origin by a triplet and by twelfths", () => {
    expect(triplets("P 2y (x,y,z+1/4)")).toEqual(["-x,y,-z+1/2", "x,y,z"]);
    expect(triplets("P 2y (0 0 3)")).toEqual(["-x,y,-z+1/2", "x,y,z"]);
  });

  it("reads underscores, lower case and the other sign for the double prime", () => {
    expect(triplets("-p_2yb")).toEqual(triplets("-P 2yb"));
    expect(triplets("P 32 2=")).toEqual(triplets('P 32 2"'));
  });

  it.each([
    "",
    "-",
    "X 2",
    "P 5",
    "P 2q",
    "P 2 2 2 2 2 2",
    "P 4'",
    "P 2*",
    "P 2 (1 2)",
    "P 2 (x,y)",
    "P 32'",
    `P ${"2 ".repeat(1000)}`,
  ])("refuses %.20s", (text) => {
    expect(() => operationsFromHall(text)).toThrow(SymmetryError);
  });
});
