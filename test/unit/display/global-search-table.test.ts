import { globalSearch, lennardJones } from "prism-lab";
import { expect, it } from "vitest";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";

const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 6 });
const options = { potential, composition: { Ar: 1 }, seed: 1, trials: 60 };

it("lists the minima of a search with their symmetry", async () => {
  const method = "random";
  const result = await globalSearch({ ...options, method, periodic: true, formulaUnits: [1, 2] });
  const shown = (result as unknown as Record<symbol, () => MimeBundle>)[displaySymbol]();
  const lines = String(shown["text/plain"]).split("\n");
  expect(lines[0]).toBe(String(result));
  expect(lines[1]).toMatch(/formula +eV\/atom +above .* space group/);
  expect(lines[2]).toMatch(/^ *1 +Ar2 +−8\.5673 +0 .*P6_3\/mmc$/);
  expect(shown["text/html"]).toContain("Fm-3m");
});

it("leaves out what clusters have not", async () => {
  const result = await globalSearch({ ...options, composition: { Ar: 3 }, steps: 5 });
  const shown = (result as unknown as Record<symbol, () => MimeBundle>)[displaySymbol]();
  expect(shown["text/plain"]).toContain("Ar3");
  expect(shown["text/plain"]).not.toContain("space group");
});
