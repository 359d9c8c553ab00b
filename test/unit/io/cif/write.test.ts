import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../../src/crystal/crystal.js";
import { spaceGroup } from "../../../../src/symmetry/space-group.js";
import { symmetry } from "../../../../src/symmetry/symmetry.js";
import "../../../../src/io/register.js";

const quartz = Crystal.fromText(
  readFileSync(new URL("../../../../notebooks/data/quartz.cif", import.meta.url), "utf8"),
);

/** Sites without their order: rounded, sorted. */
function siteSet(crystal: Crystal): string[] {
  const rounded = (x: number) => ((Math.round(x * 1e5) / 1e5) % 1).toFixed(5);
  return crystal.sites
    .map(({ occupants, fracPosition }) => `${occupants[0].species} ${fracPosition.map(rounded)}`)
    .sort();
}

describe("a CIF with its symmetry", () => {
  it("lists the asymmetric unit and the operations of the cell", () => {
    const text = quartz.toText("cif", { symmetry: true });
    expect(text.match(/^(Si|O)\d* /gm)).toHaveLength(2);
    expect(text).toContain("_space_group_IT_number 154\n");
    const { operations } = spaceGroup(154);
    expect(text.match(/^[-xyz+\d/]+,[-xyz+\d/]+,[-xyz+\d/]+$/gm)).toHaveLength(operations.length);
    expect(text).not.toContain("name_H-M");
  });

  it("is the same crystal when read again, also of a shifted and a multiple cell", () => {
    const shifted = Crystal.create({
      lattice: quartz.lattice,
      species: quartz.sites.map(({ occupants }) => occupants),
      fracPositions: quartz.sites.map(({ fracPosition: [x, y, z] }) => [x + 0.1, y - 0.2, z]),
    });
    for (const crystal of [quartz, shifted, quartz.supercell([2, 2, 2])]) {
      const again = Crystal.fromText(crystal.toText("cif", { symmetry: true }));
      const unwrapped = crystal.sites.map(({ occupants, fracPosition }) => ({
        species: occupants,
        position: fracPosition.map((x) => x - Math.floor(x)),
      }));
      const wrapped = Crystal.create({
        lattice: crystal.lattice,
        species: unwrapped.map(({ species }) => species),
        fracPositions: unwrapped.map(({ position }) => position),
      });
      expect(siteSet(again)).toEqual(siteSet(wrapped));
      expect(again.warnings).toEqual([]);
      expect(symmetry(again).spaceGroupNumber).toBe(154);
    }
  });
});

describe("displacement parameters in a CIF", () => {
  const count = quartz.siteCount;
  const uIso = Array.from({ length: count }, (_, i) => 0.01 + i / 1000);
  const uAniso = Array.from({ length: 6 * count }, (_, i) => (i % 6 < 3 ? 0.02 : 0.001) + i / 1e4);
  const withDisplacements = (labels: readonly string[]) =>
    Crystal.create({
      lattice: quartz.lattice,
      species: quartz.sites.map(({ occupants }) => occupants),
      fracPositions: quartz.fracPositions,
      labels,
      siteProperties: { uIso, uAniso, charge: uIso },
    });

  it("are a list of their own by label, or beside the coordinates where labels repeat", () => {
    const own = withDisplacements(uIso.map((_, i) => `A${i}`));
    const repeated = withDisplacements(quartz.labels);
    expect(own.toText("cif")).toContain("_atom_site_aniso_label");
    expect(repeated.toText("cif")).not.toContain("_atom_site_aniso_label");
    for (const crystal of [own, repeated]) {
      const { siteProperties, warnings } = Crystal.fromText(crystal.toText("cif"));
      expect(Array.from(siteProperties.uIso as Float64Array)).toEqual(uIso);
      expect(Array.from(siteProperties.uAniso as Float64Array)).toEqual(uAniso);
      expect(warnings).toEqual([]);
    }
  });

  it("are kept; other properties are reported as lost", () => {
    const losses: string[] = [];
    withDisplacements(quartz.labels).toText("cif", {
      onLoss: ({ message }) => losses.push(message),
    });
    expect(losses).toEqual([expect.stringContaining("charge")]);
  });
});
