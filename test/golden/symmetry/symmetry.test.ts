import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Species } from "../../../src/crystal/species.js";
import { operationsFromHall } from "../../../src/symmetry/hall-symbol.js";
import { operationKey, type SymmetryOperation } from "../../../src/symmetry/operation.js";
import { hallSetting } from "../../../src/symmetry/space-group.js";
import { conventional } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";

function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}

function digest(operations: readonly SymmetryOperation[]): string {
  const keys = operations.map(operationKey).sort().join(" ");
  return createHash("sha256").update(keys).digest("hex").slice(0, 16);
}

interface Dataset {
  readonly lattice: number[][];
  readonly positions: number[][];
  readonly numbers: number[];
  readonly number: number;
  readonly international: string;
  readonly hallNumber: number;
  readonly pointGroup: string;
  readonly wyckoffs: string[];
  readonly siteSymmetries: string[];
  readonly orbits: number[];
  readonly standardSiteCount: number;
  readonly operationCount: number;
  readonly operations: string;
}

const datasets = golden("datasets.json") as Record<string, Dataset>;

describe("symmetry of crystals against spglib", () => {
  it.each(Object.entries(datasets))("%s", (name, expected) => {
    // A skew cell does not say which of two axes is a: in rutile that exchanges f and g, for spglib too.
    const equivalent: Record<string, string> = name === "rutile skew" ? { g: "f" } : {};
    const crystal = Crystal.create({
      lattice: expected.lattice,
      species: expected.numbers.map((number) => Species.fromNumber(number)),
      fracPositions: expected.positions,
    });
    const found = symmetry(crystal, { symprec: 1e-3 });
    expect(found).toMatchObject({
      spaceGroupNumber: expected.number,
      internationalSymbol: expected.international,
      hallNumber: expected.hallNumber,
      pointGroup: expected.pointGroup,
      siteSymmetries: expected.siteSymmetries,
    });
    expect(found.wyckoffLetters.map((letter) => equivalent[letter] ?? letter)).toEqual(
      expected.wyckoffs.map((letter) => equivalent[letter] ?? letter),
    );
    expect(Array.from(found.orbits)).toEqual(expected.orbits);
    expect(found.operations).toHaveLength(expected.operationCount);
    expect(digest(found.operations)).toBe(expected.operations);
    expect(conventional(crystal, { symprec: 1e-3 }).siteCount).toBe(expected.standardSiteCount);
  });
});

describe("the 530 settings against spglib", () => {
  const rows = golden("settings.json") as [number, number, string, string, number, string][];

  it("have the same symbols, point groups and operations", () => {
    expect(rows).toHaveLength(530);
    const ours = rows.map(([hallNumber]) => {
      const setting = hallSetting(hallNumber);
      return [
        hallNumber,
        setting.number,
        setting.internationalSymbol,
        setting.pointGroup,
        setting.operations.length,
        digest(setting.operations),
      ];
    });
    expect(ours).toEqual(rows);
  });

  it("follow from their Hall symbols", () => {
    const ours = rows.map(([hallNumber]) => [
      hallNumber,
      digest(operationsFromHall(hallSetting(hallNumber).hallSymbol)),
    ]);
    expect(ours).toEqual(rows.map((row) => [row[0], row[5]]));
  });
});
