import { describe, expect, it } from "vitest";
import { SymmetryError } from "../../../src/base/errors.js";
import { spaceGroup, spaceGroupSettings } from "../../../src/symmetry/space-group.js";
import { hallOfUnlistedCell } from "../../../src/symmetry/symbols.js";

describe("spaceGroup", () => {
  it("tells all about a group", () => {
    const group = spaceGroup(154);
    expect(group).toMatchObject({
      number: 154,
      hallNumber: 443,
      internationalSymbol: "P3_221",
      internationalFull: "P 3_2 2 1",
      hallSymbol: 'P 32 2"',
      crystalSystem: "trigonal",
      pointGroup: "32",
    });
    expect(group.operations).toHaveLength(6);
    expect(group.operations[0].rotation).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it.each([
    ["P 32 2 1", 443],
    ["P3221", 443],
    ["P3_221", 443],
    ["P 3(2) 2 1", 443],
    ["p 21/c", 81],
    ["P 1 21/c 1", 81],
    ["P 1 1 21/b", 86],
    ["P21/n", 82],
    ["I 2/a", 92],
    ["F d -3 m", 525],
    ["F d -3 m :2", 526],
    ["Fd-3m:1", 525],
    ["F d 3 m Z", 526],
    ["F 41/d -3 2/m S", 525],
    ["R -3 m", 458],
    ["R-3m:R", 459],
    ["R -3 m H", 458],
    ["R 3 c {rhombohedral axes}", 452],
    ["H 3 2", 444],
    ["C m c a", 304],
    ["Cmce", 304],
    ["C m m b", 317],
    ["Pbnm", 294],
    ["P a 3", 501],
    ["-P 2ybc", 81],
    ["-P_2yn", 82],
    ["P 31 2 (0 0 4)", 440],
    ["P 31 2c (0 0 1)", 440],
    ["F 4d 2 3 -1d", 525],
  ])("%s has Hall number %i", (symbol, hallNumber) => {
    expect(spaceGroup(symbol).hallNumber).toBe(hallNumber);
  });

  it("keeps its operations from being written to", () => {
    const [{ rotation, translation }] = spaceGroup(14).operations;
    expect(() => (rotation as number[]).fill(0)).toThrow(TypeError);
    expect(() => (translation as unknown as number[]).fill(0)).toThrow(TypeError);
    expect(() => (spaceGroup(14).operations as unknown[]).pop()).toThrow(TypeError);
  });

  it("lists the settings that a symbol may mean", () => {
    const settings = (key: string | number) => spaceGroupSettings(key).map((s) => s.setting);
    expect(settings("P 21/a")).toEqual(["b3", "c1"]);
    expect(settings("F d -3 m")).toEqual(["1", "2"]);
    expect(settings(166)).toEqual(["H", "R"]);
  });

  it.each([0, 231, 1.5, Number.NaN, "", "P 7", "foo", "Fd-3m:3", "P".repeat(1e6)])(
    "refuses %.20s",
    (key) => {
      expect(() => spaceGroup(key)).toThrow(SymmetryError);
    },
  );

  it("knows centred cells outside the tables", () => {
    expect(hallOfUnlistedCell("C -1")).toBe("-C 1");
    expect(hallOfUnlistedCell("I 1")).toBe("I 1");
    expect(hallOfUnlistedCell("P -1")).toBeUndefined();
  });
});
