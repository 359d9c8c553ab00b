import { Crystal, fromPrototype, Lattice, trajectoryOf, trajectoryText } from "prism-lab";
import { describe, expect, it } from "vitest";
import { cartesianTensor, expectClose } from "../crystal/tensors.js";

/** The example of the wwPDB format 3.3, section "ANISOU", and its cell made up. */
const glycine = [
  "CRYST1   40.000   50.000   60.000  90.00 110.00  90.00 P 1           1",
  "ATOM    107  N   GLY A  13      12.681  37.302 -25.211  1.00 15.56           N  ",
  "ANISOU  107  N   GLY A  13     2406   1892   1614    198    519   -328       N  ",
  "ATOM    108  CA  GLY A  13      11.982  37.996 -26.241  1.00 16.92           C  ",
  "ANISOU  108  CA  GLY A  13     2748   2004   1679    -21    155   -419       C  ",
  "ATOM    109  C   GLY A  13      11.678  39.447 -26.008  1.00 15.73           C  ",
  "END",
].join("\n");

const square = ([u11, u22, u33, u12, u13, u23]: readonly number[]) =>
  [u11, u12, u13, u12, u22, u23, u13, u23, u33].map((value) => value / 1e4);

describe("ANISOU", () => {
  it("is the tensor along the Cartesian axes of the file, in 1e-4 Å²", () => {
    const crystal = Crystal.fromText(glycine, { format: "pdb" });
    expectClose(cartesianTensor(crystal, 0), square([2406, 1892, 1614, 198, 519, -328]), 12);
    expectClose(cartesianTensor(crystal, 1), square([2748, 2004, 1679, -21, 155, -419]), 12);
    // The B factors of the record are 8π² of a third of the trace, and stand for a missing tensor.
    const { bFactor } = crystal.siteProperties as Record<string, Float64Array>;
    for (const site of [0, 1, 2]) {
      const u = cartesianTensor(crystal, site);
      expect((8 * Math.PI ** 2 * (u[0] + u[4] + u[8])) / 3).toBeCloseTo(bFactor[site], 1);
    }
    expectClose(cartesianTensor(crystal, 2).subarray(1, 4), [0, 0, 0], 12);
    expect(crystal.warnings).toEqual([]);
  });

  it("stands in the frame that SCALE gives, and without a cell", () => {
    // x and y exchanged, z down: a turn by 180° about [110].
    const scale = [
      "CRYST1   10.000   11.000   12.000  90.00  90.00  90.00 P 1           1",
      "SCALE1      0.000000  0.100000  0.000000        0.00000",
      "SCALE2      0.090909  0.000000  0.000000        0.00000",
      "SCALE3      0.000000  0.000000 -0.083333        0.00000",
      ...glycine.split("\n").slice(1),
    ].join("\n");
    const turned = Crystal.fromText(scale, { format: "pdb" });
    const [u11, u22, u33] = (turned.siteProperties.uAniso as Float64Array).subarray(0, 3);
    expectClose([u11, u22, u33], [0.1892, 0.2406, 0.1614], 6);
    const free = Crystal.fromText(glycine.slice(glycine.indexOf("ATOM")), { format: "pdb" });
    expectClose(cartesianTensor(free, 0), square([2406, 1892, 1614, 198, 519, -328]), 12);
  });

  it("turns with the symmetry of the file, and obeys it on special positions", () => {
    const text = glycine.replace("90.00 110.00  90.00 P 1  ", "90.00 110.00  90.00 P 1 2 1");
    const crystal = Crystal.fromText(text, { format: "pdb", expandSymmetry: true });
    expect(crystal.siteCount).toBe(6);
    expectClose(cartesianTensor(crystal, 1), square([2406, 1892, 1614, -198, 519, 328]), 10);
    const onAxis = text.replace("12.681  37.302 -25.211", " 0.000  37.302   0.000");
    const special = Crystal.fromText(onAxis, { format: "pdb", expandSymmetry: true });
    expectClose(cartesianTensor(special, 0), square([2406, 1892, 1614, 0, 519, 0]), 10);
    const warning = special.warnings.find(({ code }) => code === "DISPLACEMENT_SYMMETRIZED");
    expect(warning?.message).toMatch(/of 1 atoms do not have the symmetry of their sites/);
  });

  it("that belongs to no atom or holds no numbers is ignored with a warning", () => {
    const lines = glycine.split("\n");
    const strange = [
      lines[0],
      lines[2],
      lines[1],
      lines[4],
      lines[3],
      lines[4].replace("2748", " abc"),
    ];
    const crystal = Crystal.fromText(`${strange.join("\n")}\nEND\n`, { format: "pdb" });
    expect(crystal.siteCount).toBe(2);
    expect(crystal.siteProperties.uAniso).toBeUndefined();
    expect(crystal.warnings).toMatchObject([{ code: "DISPLACEMENT_IGNORED", line: 2 }]);
    expect(crystal.warnings[0].message).toMatch(/^3 ANISOU records/);
  });

  it("is written, column by column, and read again", () => {
    const crystal = Crystal.fromText(glycine, { format: "pdb" });
    const losses: string[] = [];
    const text = crystal.toText("pdb", { onLoss: ({ code }) => losses.push(code) });
    const records = text.split("\n").filter((line) => line.startsWith("ANISOU"));
    expect(records[0]).toBe(
      "ANISOU    1  N   GLY A  13     2406   1892   1614    198    519   -328       N  ",
    );
    expect(text).toContain("ATOM      2  CA  GLY");
    expect(losses).not.toContain("SITE_PROPERTIES_LOST");
    const again = Crystal.fromText(text);
    expectClose(
      again.siteProperties.uAniso as Float64Array,
      crystal.siteProperties.uAniso as Float64Array,
      4,
    );
    expect(again.siteProperties.bFactor).toEqual(crystal.siteProperties.bFactor);
    const models = trajectoryText([crystal, crystal], "pdb");
    expect([...trajectoryOf(models)]).toHaveLength(2);
  });

  it("of a turned cell is along the axes of the file, with B from the tensor or from U", () => {
    const crystal = Crystal.create({
      lattice: Lattice.fromMatrix([0, 0, 10, 10, 0, 0, 0, 10, 0]),
      species: ["Fe"],
      fracPositions: [0, 0, 0],
      siteProperties: { uAniso: [0.01, 0.02, 0.03, 0.004, 0.005, 0.006] },
    });
    const text = crystal.toText("pdb");
    expect(text).toContain("100    200    300     60     50     40");
    expect(text).toContain("  1.00  1.58");
    const isotropic = crystal.withSiteProperties({ uAniso: undefined, uIso: [0.05] });
    expect(isotropic.toText("pdb")).toContain("  1.00  3.95");
    expect(isotropic.toText("pdb")).not.toContain("ANISOU");
    const wide = crystal.withSiteProperties({ uAniso: [1e5, 0, 0, 0, 0, 0], bFactor: [1] });
    expect(() => wide.toText("pdb")).toThrow(/do not hold the uAniso 100000/);
  });
});

describe("a CIF with symmetry", () => {
  const rutile = fromPrototype("rutile");
  const tensors = (noise: number) =>
    rutile.withSiteProperties({
      uIso: Array.from({ length: 6 }, (_, i) => 0.02 + noise * i),
      uAniso: Array.from({ length: 6 }, (_, i) => [0.02 + noise * i, 0.02, 0.03, 0, 0, 0.005]),
    });

  it("writes what all sites of an orbit say together, and tells where they differ", () => {
    const losses: string[] = [];
    const onLoss = ({ code }: { code: string }) => losses.push(code);
    const again = Crystal.fromText(tensors(0.001).toText("cif", { symmetry: true, onLoss }));
    expect(losses).toEqual(["DISPLACEMENT_AVERAGED"]);
    const { uIso, uAniso } = again.siteProperties as Record<string, Float64Array>;
    const at = again.labels.indexOf("O1");
    expect(uIso[at]).toBeCloseTo(0.02 + 0.001 * 3.5, 8);
    expect(uAniso[6 * at]).toBeCloseTo(0.02 + (0.001 * 3.5) / 2, 8);
    expect(uAniso[6 * at + 1]).toBeCloseTo(0.02 + (0.001 * 3.5) / 2, 8);
  });

  it("says nothing where they agree", () => {
    const losses: string[] = [];
    const even = rutile.withSiteProperties({ uIso: [0.01, 0.01, 0.02, 0.02, 0.02, 0.02] });
    const onLoss = ({ code }: { code: string }) => losses.push(code);
    const text = even.toText("cif", { symmetry: true, onLoss });
    expect(losses).toEqual([]);
    const uIso = Crystal.fromText(text).siteProperties.uIso as Float64Array;
    expect(new Set(uIso)).toEqual(new Set([0.01, 0.02]));
  });
});
