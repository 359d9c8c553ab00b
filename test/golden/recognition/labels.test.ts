import { readFileSync } from "node:fs";
import { Crystal, prototypeOf, symmetry } from "prism-lab";
import { expect, it } from "vitest";

interface Labelled {
  readonly label: string;
  readonly lattice: readonly number[];
  readonly species: readonly string[];
  readonly positions: readonly number[];
}

const structures = JSON.parse(
  readFileSync(new URL("./labels.json", import.meta.url), "utf8"),
) as readonly Labelled[];

it.each(structures)("$label", ({ label, lattice, species, positions }) => {
  const crystal = Crystal.create({ lattice, species, fracPositions: positions });
  const found = prototypeOf(crystal, { symprec: 1e-3 });
  expect(found.equivalentLabels).toContain(label);
  expect(found.pearsonSymbol).toBe(symmetry(crystal, { symprec: 1e-3 }).pearsonSymbol);
});
