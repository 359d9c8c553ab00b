import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import "../../../src/io/register.js";

interface Row {
  readonly group: string;
  readonly number: number;
  readonly text: string;
  readonly sites: readonly (readonly [string, number, number, number])[];
}

const url = new URL("pdb-symmetry.json", import.meta.url);
const rows = JSON.parse(readFileSync(url, "utf8")) as Row[];

function distanceTo({ sites, lattice }: Crystal, [element, ...frac]: Row["sites"][number]): number {
  const symbol = element.toUpperCase();
  const distances = sites
    .filter(({ occupants }) => occupants[0].species.symbol.toUpperCase() === symbol)
    .map(({ fracPosition }) => {
      const difference = fracPosition.map((x, k) => x - frac[k] - Math.round(x - frac[k]));
      return Math.hypot(...lattice.toCartesian(difference));
    });
  return Math.min(...distances);
}

describe("the symmetry of CRYST1", () => {
  it.each(rows.map((row) => [row.group, row] as const))("%s as gemmi has it", (group, row) => {
    const crystal = Crystal.fromText(row.text, { expandSymmetry: true });
    expect(crystal.siteCount).toBe(row.sites.length);
    for (const site of row.sites) expect(distanceTo(crystal, site)).toBeLessThan(0.005);
    expect(crystal.info).toEqual({ spaceGroup: group, spaceGroupNumber: row.number });
    expect(crystal.warnings.map(({ code }) => code)).toEqual(["SYMMETRY_APPLIED"]);
  });
});
