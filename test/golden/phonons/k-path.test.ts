import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pathTables } from "../../../src/phonons/data/k-points.js";

interface Golden {
  readonly cell: {
    readonly a: number;
    readonly b: number;
    readonly c: number;
    readonly beta: number;
  };
  readonly path: string;
  readonly points: Readonly<Record<string, readonly number[]>>;
}

const golden: Record<string, Golden> = JSON.parse(
  readFileSync(new URL("k-path.json", import.meta.url), "utf8"),
);

describe("the customary paths are those of seekpath", () => {
  it("for as many shapes of zones", () => {
    expect(Object.keys(pathTables).sort()).toEqual(Object.keys(golden).sort());
  });

  it.each(Object.entries(golden))("%s", (symbol, { cell, path, points }) => {
    const { a, b, c, beta } = cell;
    const table = pathTables[symbol];
    expect(table.path).toBe(path);
    const own = table.points({ a, b, c, cosBeta: Math.cos((beta * Math.PI) / 180) });
    const used = new Set(path.split(/[-|]/).filter((label) => label !== "Γ"));
    for (const label of used) {
      points[label].forEach((value, i) => {
        expect(own[label][i], `${label} ${i}`).toBeCloseTo(value, 12);
      });
    }
  });
});
