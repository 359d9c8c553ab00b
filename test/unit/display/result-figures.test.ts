import {
  bonds,
  Crystal,
  centrosymmetry,
  commonNeighborAnalysis,
  diff,
  groupStructures,
  InvalidConfiguration,
  Lattice,
  matchStructures,
  polyhedra,
  ShapeError,
  show,
  steinhardt,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";
import { copper, quartz } from "./fixtures.js";

type Trace = Record<string, unknown> & { name?: string; x: (number | null)[] };
type Bundle = Record<string, string>;

const perovskite = (titanium: number, species = ["Sr", "Ti", "O", "O", "O"], a = 3.905) =>
  Crystal.create({
    lattice: Lattice.cubic(a),
    species,
    fracPositions: [...[0, 0, 0, 0.5, 0.5, titanium, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5]].slice(
      0,
      3 * species.length,
    ),
  });

const bundleOf = async (value: object): Promise<Bundle> =>
  (Reflect.get(value, Symbol.for("Jupyter.display")) as () => Promise<Bundle>).call(value);
const named = (data: readonly object[], name: string) =>
  (data as Trace[]).filter((trace) => trace.name === name);

describe("bonds", () => {
  it("are the sticks of the crystal, with a table of lengths by pair beneath", async () => {
    const bundle = await bundleOf(await bonds(quartz));
    expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
    expect(bundle["text/html"]).toMatch(/data-prism-figure[\s\S]*<td[^>]*>Si-O<\/td>/);
    // Twelve in the cell, seen from both ends; the two lengths of Levien et al.: 1.605 and 1.614 Å.
    expect(bundle["text/plain"]).toMatch(/\nSi-O +12 +1\.604\d +1\.609\d +1\.613\d$/);
  });

  it("given to show take the place of those by radii", async () => {
    const radii = { method: "radii" } as const;
    const sticks = async (found: Awaited<ReturnType<typeof bonds>>, crystal = quartz) =>
      (await show(crystal, { bonds: found }).toSvg()).match(/stroke-width/g)!.length;
    const shifted = quartz.translated([0.9, 0.7, 0.6]);
    const plain = (await show(shifted).toSvg()).match(/stroke-width/g)!.length;
    expect(await sticks(await bonds(shifted, radii), shifted)).toBe(plain);
    expect(await sticks(await bonds(quartz, { ...radii, tolerance: -1 }))).toBeLessThan(plain);
  });

  it("of another crystal are refused", async () => {
    const found = await bonds(copper);
    expect(() => show(quartz, { bonds: found })).toThrow(InvalidConfiguration);
  });
});

describe("coordination polyhedra", () => {
  it("are translucent meshes about every drawn image of their centre", async () => {
    const list = polyhedra(perovskite(0.5), await bonds(perovskite(0.5)), { centers: ["Ti"] });
    const meshes = named(show(list).data, "octahedron").filter(({ type }) => type === "mesh3d");
    expect(meshes).toHaveLength(1);
    expect(meshes[0].opacity).toBe(0.5);
    // Eight triangles of three corners each, once: titanium lies inside the cell.
    expect(meshes[0].x).toHaveLength(24);
    expect(meshes[0].i).toHaveLength(8);
    const svg = await show(list).toSvg();
    expect(svg.match(/fill-opacity="0.5"/g)).toHaveLength(8);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("bring their corners, also beyond the cell", async () => {
    const found = await bonds(perovskite(0.5));
    const list = polyhedra(perovskite(0.5), found, { centers: ["Sr"] });
    const corners = new Set<string>();
    const meshes = named(show(list).data, "cuboctahedron");
    const mesh = meshes.find(({ type }) => type === "mesh3d")!;
    const [y, z] = [mesh.y, mesh.z] as number[][];
    mesh.x.forEach((value, i) => {
      corners.add([value, y[i], z[i]].join());
    });
    const { data } = show(list);
    const oxygen = named(data, "O").filter(({ hovertemplate }) => hovertemplate !== undefined);
    const balls = oxygen.reduce((count, { x }) => count + x.length, 0);
    // Balls of ten f² + 2 vertices each: as many as there are different corners.
    expect(balls % corners.size).toBe(0);
    expect(corners.size).toBe(54);
  });

  it("show themselves as a list and alone, and a part of the list is shown by show", async () => {
    const list = polyhedra(quartz, await bonds(quartz));
    const whole = await bundleOf(list);
    expect(whole["text/plain"]).toMatch(/^3 polyhedra\n[\s\S]*Si1 +tetrahedron/);
    expect(whole["text/html"]).toContain("data-prism-figure");
    const alone = await bundleOf(list[0]);
    expect(alone["text/plain"]).toMatch(/^tetrahedron about site 0[\s\S]*angle variance/);
    const part = list.filter(({ center }) => center > 0);
    expect(Object.getPrototypeOf(part)).toBe(Array.prototype);
    expect(show(part).data.some(({ name }) => name === "tetrahedron")).toBe(true);
    expect(show(list[0]).title).toBe("Tetrahedron about Si1");
    expect(await bundleOf(polyhedra(copper, await bonds(copper)))).toEqual({
      "text/plain": "no polyhedra",
    });
  });

  it("draw a square as one face", async () => {
    const square = Crystal.create({
      lattice: Lattice.tetragonal(4, 9),
      species: ["Cu", "O", "O"],
      fracPositions: [0, 0, 0, 0.5, 0, 0, 0, 0.5, 0],
    });
    const [flat] = polyhedra(square, await bonds(square, { method: "radii" }), {
      centers: ["Cu"],
    });
    expect(flat.faces).toHaveLength(0);
    const mesh = show(flat).data.find(({ name, type }) => type === "mesh3d" && name === flat.shape);
    expect(mesh?.x).toHaveLength(4);
  });
});

describe("a difference", () => {
  const before = perovskite(0.5);

  it("has an arrow from each site that moved, enlarged, and says by how much", async () => {
    const found = diff(before, perovskite(0.52));
    const svg = await show(found).toSvg();
    // 0.02 a = 0.0781 Å, enlarged to at most 1.6 Å.
    expect(svg).toContain(">shift × 20</text>");
    expect(named(show(found).data, "shift × 20")).toHaveLength(2);
    const bundle = await bundleOf(found);
    expect(bundle["text/plain"]).toBe("1 moved\nchange  site  detail\nmoved   Ti1   0.0781 Å");
    expect(bundle["image/png"]).toMatch(/^iVBOR/);
  });

  it("has a halo for what is new, gone or replaced, and the cell before it changed", async () => {
    const after = perovskite(0.5, ["Ba", "Ti", "O", "O"], 4);
    const found = diff(before, after);
    const names = (show(found).data as Trace[])
      .filter(({ showlegend }) => showlegend !== false)
      .map(({ name }) => name);
    expect(names).toEqual(["Ba", "Ti", "O", "other species", "removed", "cell before"]);
    const back = show(diff(after, before)).data as Trace[];
    expect(named(back, "added").length).toBeGreaterThan(0);
    const clear = back.filter(({ opacity }) => opacity !== undefined);
    expect(clear.length).toBeGreaterThan(0);
    const { "text/plain": text } = await bundleOf(found);
    expect(text).toMatch(/^1 removed · 1 of another species · volume \+7\.48 %/);
    expect(text).toContain("lattice  a     3.9050 → 4.0000 Å");
  });

  it("of nothing says so", async () => {
    expect((await bundleOf(diff(before, before)))["text/plain"]).toMatch(/^no change\n/);
  });
});

describe("a match", () => {
  it("lays one structure over the other in the larger cell", async () => {
    const cell = perovskite(0.5);
    const long = perovskite(0.5).supercell([2, 1, 1]);
    for (const match of [matchStructures(cell, long), matchStructures(long, cell)]) {
      const figure = show(match);
      const spheres = named(figure.data, "SrTiO3, laid over");
      const laid = spheres.filter(({ showlegend }) => showlegend === false);
      // Ten sites of the double cell, in five traces; they lie on the others: no arrows.
      const vertices = laid.reduce((sum, { x }) => sum + x.length, 0);
      expect(laid).toHaveLength(5);
      expect(vertices % 10).toBe(0);
      expect(vertices / 10).toBe(laid[0].x.length / 2);
      expect(named(figure.data, "shift")).toHaveLength(0);
      expect(JSON.stringify(figure.layout)).toMatch(/in the cell of the (first|second)/);
      expect(await figure.toSvg()).not.toMatch(/NaN|undefined/);
    }
  });

  it("points to where the atoms of the other lie, and lists who is whose partner", async () => {
    const match = matchStructures(perovskite(0.5), perovskite(0.53));
    expect(await show(match).toSvg()).toMatch(/>shift × \d+</);
    expect((await bundleOf(match))["text/plain"]).toMatch(/\nTi1 +Ti +Ti1 +Ti +0\.\d{4}\n/);
  });

  it("that failed shows the first, the reason and both in a table", async () => {
    const match = matchStructures(quartz, copper);
    expect(show(match).title).toBe("SiO2 and Cu: no match");
    expect((await bundleOf(match))["text/plain"]).toMatch(
      /no match: composition[\s\S]*SiO2[\s\S]*Cu/,
    );
  });
});

it("groups of structures are a table", async () => {
  const groups = await groupStructures([copper, quartz, copper.supercell([2, 1, 1])]);
  const { "text/plain": text, "text/html": html } = await bundleOf(groups);
  expect(text).toMatch(/^3 structures in 2 groups\n[\s\S]*0 +2 {2}0, 2 +Cu/);
  expect(html).toContain("<table");
});

describe("local order", () => {
  let bulk: Crystal;
  beforeAll(() => {
    bulk = copper.supercell([3, 3, 3]);
  });

  it("colours the atoms by structure type and counts them", async () => {
    const found = await commonNeighborAnalysis(bulk, { countSignatures: true });
    const entries = (show(found).data as Trace[]).filter(({ showlegend }) => showlegend !== false);
    expect(entries.map(({ name }) => name)).toEqual(["fcc 108"]);
    expect((await bundleOf(found))["text/plain"]).toMatch(/fcc +108 {2}100\.00 %[\s\S]*421 +1296/);
  });

  it("is a histogram of each q", async () => {
    const found = await steinhardt(bulk);
    const { data } = show(found) as unknown as { data: (Trace & { y: number[] })[] };
    expect(data.map(({ type }) => type)).toEqual(["bar", "bar"]);
    for (const { y } of data) expect(y.reduce((sum, count) => sum + count, 0)).toBe(108);
    const bin = data[1].y.findIndex((count) => count > 0);
    expect(Math.abs((data[1].x[bin] as number) - 0.57452)).toBeLessThan(0.01);
    expect(`${found}`).toBe("q4 0.1909, q6 0.5745, means of 108 sites");
    expect(() => found.of(5)).toThrow(/l = 4, 6, not for 5/);
  });

  it("colours by any number, with a scale in scene and picture", async () => {
    const values = await centrosymmetry(quartz);
    const figure = show(quartz, { colorBy: values, colorTitle: "P (Å²)" });
    const scale = named(figure.data, "P (Å²)")[0] as unknown as {
      marker: { cmin: number; cmax: number; showscale: boolean };
    };
    expect(scale.marker).toMatchObject({
      showscale: true,
      cmin: Math.min(...values),
      cmax: Math.max(...values),
    });
    expect(await figure.toSvg()).toContain(">P (Å²)</text>");
    const withGap = Array.from(values);
    withGap[0] = Number.NaN;
    expect(await show(quartz, { colorBy: withGap }).toSvg()).not.toContain("NaN");
    expect(() => show(quartz, { colorBy: [1, 2] })).toThrow(ShapeError);
  });
});
