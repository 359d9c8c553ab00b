import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { readTrajectory } from "../../../src/io/trajectory.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import "../../../src/io/register.js";

interface Expected {
  readonly frames: readonly {
    readonly numbers: readonly number[];
    readonly cell: readonly (readonly number[])[];
    readonly periodic: readonly boolean[];
    readonly positions: readonly (readonly number[])[];
  }[];
  /** Å, where the file has fewer digits. */
  readonly tolerance?: number;
  readonly molecule?: boolean;
  readonly elements?: readonly string[];
  readonly properties?: Readonly<Record<string, readonly number[]>>;
  readonly info?: Readonly<Record<string, unknown>>;
  readonly species?: readonly (readonly string[])[];
}

const expectations = JSON.parse(
  readFileSync(new URL("expected.json", import.meta.url), "utf8"),
) as Record<string, Expected>;

function near(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(tolerance);
  });
}

describe("files of other programs", () => {
  it.each(Object.entries(expectations))("%s", async (name, expected) => {
    const path = fileURLToPath(new URL(name, import.meta.url));
    const options = expected.elements ? { elements: expected.elements } : {};
    const crystals: Crystal[] = [];
    for await (const crystal of readTrajectory(path, options)) crystals.push(crystal);
    expect(crystals.length).toBe(expected.frames.length);
    crystals.forEach((crystal, i) => {
      const frame = expected.frames[i];
      const { tolerance = 1e-7 } = expected;
      expect(Array.from(crystal.numbers)).toEqual(frame.numbers);
      expect(crystal.periodic).toEqual(frame.periodic);
      near(crystal.cartPositions, frame.positions.flat(), tolerance);
      if (!expected.molecule) near(crystal.lattice.matrix, frame.cell.flat(), tolerance);
      const species = expected.species?.[i];
      if (species === undefined) return;
      const shares = crystal.sites.map(({ occupants }) =>
        occupants.map((one) => `${one.species} ${one.occupancy}`).join(" "),
      );
      expect(shares).toEqual(species);
    });
    const [first] = crystals;
    for (const [property, values] of Object.entries(expected.properties ?? {})) {
      near(first.siteProperties[property] as Float64Array, values, 2e-8);
    }
    expect(first.info).toMatchObject(expected.info ?? {});
    const byName = await Crystal.fromFile(path, options);
    expect(byName.fracPositions).toEqual(first.fracPositions);
    expect(byName.warnings.map(({ code }) => code)).toEqual(
      crystals.length > 1 ? ["MORE_STRUCTURES"] : [],
    );
  });
});

describe("a text of the wwPDB's format description", () => {
  // "CA" is carbon alpha or calcium by its column; the charge of zinc stands in columns 79-80.
  const text = [
    "HEADER    PEPTIDE",
    "CRYST1   52.000   58.600   61.900  90.00  90.00  90.00 P 21 21 21    8",
    "ATOM      1  N   HIS A   1      49.668  24.248  10.436  1.00 25.00           N",
    "ATOM      2  CA AHIS A   1      50.197  25.578  10.784  0.60 16.00           C",
    "ATOM      3  CA BHIS A   1      50.297  25.678  10.884  0.40 16.00           C",
    "HETATM 1357 CA    CA A 201      30.000  20.000   5.000  1.00 12.00",
    "HETATM 1358 ZN    ZN A 202      36.111  15.222  10.333  1.00 20.00          ZN2+",
    "END",
  ].join("\n");

  it("is read by its columns", () => {
    const crystal = Crystal.fromText(text);
    expect(crystal.sites.map(({ occupants: [one] }) => `${one.species} ${one.occupancy}`)).toEqual([
      "N 1",
      "C 0.6",
      "C 0.4",
      "Ca 1",
      "Zn2+ 1",
    ]);
    expect(crystal.lattice).toEqual(Lattice.orthorhombic(52, 58.6, 61.9));
    expect(crystal.labels).toEqual(["N", "CA", "CA", "CA", "ZN"]);
    expect(crystal.siteProperties.residueName).toEqual(["HIS", "HIS", "HIS", "CA", "ZN"]);
    expect(crystal.siteProperties.hetero).toEqual(Float64Array.of(0, 0, 0, 1, 1));
    expect(crystal.siteProperties.bFactor).toEqual(Float64Array.of(25, 16, 16, 12, 20));
    expect(crystal.warnings.map(({ code, line }) => [code, line])).toEqual([
      ["DISORDER", 4],
      ["ASYMMETRIC_UNIT", undefined],
    ]);
  });
});
