import {
  generatePattern,
  InvalidConfiguration,
  icosahedralQuasicrystal,
  Pattern,
  type PatternConfig,
  show,
  twistedBilayer,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const kagome = generatePattern({ patternType: "kagome", spacing: 2, counts: [4, 4] });

describe("the figure of a planar pattern", () => {
  it("fills the tiles of each kind, draws the cell and the points of each kind", () => {
    const { data, layout } = show(kagome);
    expect(data.map(({ name, fill, mode }) => [name, fill ?? mode])).toEqual([
      ["triangle", "toself"],
      ["hexagon", "toself"],
      ["cell", "lines"],
      ["sublattice A", "markers"],
      ["sublattice B", "markers"],
      ["sublattice C", "markers"],
    ]);
    // Three corners, the first again, and a gap; two triangles a cell, those on its border included.
    expect(data[0].x).toHaveLength(5 * 32);
    expect(data[1].x).toHaveLength(8 * 16);
    expect(JSON.stringify(layout.title)).toContain("48 tiles, 15 of them across the border");
    expect((data[0].x as (number | null)[])[4]).toBeNull();
    expect(data[3].x).toHaveLength(16);
    expect(layout.yaxis).toMatchObject({ scaleanchor: "x" });
    expect(show(kagome).title).toBe("Kagome pattern 3.6.3.6");
  });

  it("can leave out tiles or points", () => {
    expect(show(kagome, { tiles: false }).data.map(({ name }) => name)).toEqual([
      "cell",
      "sublattice A",
      "sublattice B",
      "sublattice C",
    ]);
    const bare = show(kagome, { points: false, title: "a net" });
    expect(bare.data.map(({ name }) => name)).toEqual(["triangle", "hexagon", "cell"]);
    expect(bare.title).toBe("a net");
  });

  it("is seen from above, as it lies; a tilted one from its own normal", () => {
    const turned = generatePattern({ patternType: "grid", counts: [2, 2], rotation: [0, 0, 90] });
    const points = show(turned).data.at(-1)!;
    expect(points.x).toEqual([0, -1, 0, -1].map((value) => value + 0));
    const upright = generatePattern({ patternType: "grid", counts: [2, 2], rotation: [90, 0, 0] });
    const seen = show(upright).data.at(-1)!;
    expect(new Set(seen.y as number[])).toEqual(new Set([0, 1]));
  });

  it("draws the middle of a large one, and says so", () => {
    const large = generatePattern({ patternType: "archimedean", vertex: "4.8.8", radius: 150 });
    const figure = show(large);
    const tiles = figure.data
      .slice(0, 2)
      .flatMap(({ x }) => (x as unknown[]).filter((v) => v === null));
    expect(tiles.length).toBeLessThanOrEqual(15_000);
    const { title } = figure.layout as { title: { subtitle: { text: string } } };
    expect(title.subtitle.text).toMatch(
      /^39996 of 48560 points, those in the middle · 15000 of \d+ tiles/,
    );
  });
});

describe("tiles across the border of a periodic tiling", () => {
  /** Area of the polygons of a trace, by the shoelace formula. */
  const areaOf = ({ x, y }: { readonly x?: unknown; readonly y?: unknown }) => {
    const [xs, ys] = [x, y] as (number | null)[][];
    let sum = 0;
    for (let i = 0; i + 1 < xs.length; i++) {
      if (xs[i] === null || xs[i + 1] === null) continue;
      sum += (xs[i]! * ys[i + 1]! - xs[i + 1]! * ys[i]!) / 2;
    }
    return Math.abs(sum);
  };
  const filled = (pattern: Pattern) => show(pattern).data.filter(({ fill }) => fill === "toself");

  it.each(["3.3.3.3.6", "3.3.4.3.4", "4.6.12"] as const)("fill the cell of %s", (vertex) => {
    const pattern = generatePattern({
      ...{ patternType: "archimedean", vertex, counts: [3, 2], spacing: 1.7 },
      rotation: [0, 0, 31],
    });
    const area = filled(pattern).reduce((sum, trace) => sum + areaOf(trace), 0);
    const { volume, parameters } = pattern.cell!.lattice;
    expect(area / (volume / parameters.c)).toBeCloseTo(1, 3);
  });

  it("are left out where the points are no longer those of the tiling", () => {
    const part = kagome.ofKind("A", "B");
    const drawn = filled(part).reduce(
      (sum, { x }) => sum + (x as unknown[]).filter((value) => value === null).length,
      0,
    );
    expect(drawn).toBe(part.tiles!.kind.length);
  });
});

describe("large pictures", () => {
  it("have every point of a bilayer of 11,908, in few digits", () => {
    const { data, layout } = show(twistedBilayer({ m: 31, r: 1 }));
    const points = data.filter(({ mode }) => mode === "markers");
    expect(points.map(({ name, type }) => [name, type])).toEqual([
      ["bottom, sublattice A", "scattergl"],
      ["bottom, sublattice B", "scattergl"],
      ["top, sublattice A", "scattergl"],
      ["top, sublattice B", "scattergl"],
    ]);
    expect(points.reduce((sum, { x }) => sum + (x as unknown[]).length, 0)).toBe(11_908);
    expect(JSON.stringify(layout.title)).toContain("11908 points · periodic");
    expect(JSON.stringify(data).length).toBeLessThan(250_000);
  });
});

describe("kinds in the legend", () => {
  it.each([
    [{ patternType: "penrose", radius: 4 }, ["thin rhombus", "K, king: 4 tiles"]],
    [{ patternType: "fibonacci", radius: 20 }, ["L, long step", "S, before a short step"]],
    [{ patternType: "hat", radius: 5 }, ["reflected hat", "3 tiles meet"]],
  ] as [PatternConfig, string[]][])("of $patternType say what they are", (config, names) => {
    const shown = show(generatePattern(config)).data.map(({ name }) => name);
    expect(shown).toEqual(expect.arrayContaining(names));
  });

  it("of Penrose's corners tell how many tiles meet there", () => {
    const tiling = generatePattern({ patternType: "penrose", radius: 12 });
    const { tiles, kindOfPoint, kindNames, positions } = tiling;
    const meeting = new Int32Array(tiling.pointCount);
    for (const vertex of tiles!.vertices) meeting[vertex]++;
    const labels = new Map(
      show(tiling).data.map(({ name }) => [String(name).split(",")[0], String(name)]),
    );
    kindOfPoint!.forEach((kind, i) => {
      if (Math.hypot(positions[3 * i], positions[3 * i + 1]) > 9) return;
      expect(labels.get(kindNames[kind])).toMatch(new RegExp(`: ${meeting[i]} tiles$`));
    });
  });
});

describe("the figure of a pattern in space", () => {
  const bcc = generatePattern({ patternType: "bravais", lattice: "cI", a: 2.87, counts: 2 });

  it("is a scene with the points and the cell", () => {
    const { data, layout } = show(bcc);
    expect(data.map(({ type, name }) => [type, name])).toEqual([
      ["mesh3d", ""],
      ["scatter3d", "cell"],
    ]);
    // A ball of 10 f² + 2 corners for each point, all of which tell where its middle is.
    const { text } = data[0] as unknown as { text: string[] };
    expect(text.filter((place) => place === "1.4350, 1.4350, 1.4350")).toHaveLength(
      text.length / 16,
    );
    expect(layout.scene).toMatchObject({ aspectmode: "manual" });
    const large = generatePattern({ patternType: "bravais", lattice: "cI", a: 2.87, counts: 6 });
    expect(show(large).data[0]).toMatchObject({ type: "scatter3d", mode: "markers" });
  });

  it("names its kinds", () => {
    const layers = Pattern.stack([kagome.withoutCell(), kagome.withoutCell()], { separation: 3 });
    expect(show(layers).data.map(({ name }) => name)).toEqual(["layer 1", "layer 2"]);
  });
});

describe("rhombohedra of an icosahedral quasicrystal", () => {
  const quasicrystal = icosahedralQuasicrystal({ radius: 3.5, tiles: true });

  it("are drawn by the faces that no other has, translucent, with their edges", async () => {
    const { data } = show(quasicrystal);
    const meshes = data.filter(({ opacity }) => opacity !== undefined);
    expect(meshes.map(({ name }) => name)).toEqual(["prolate rhombohedron", "oblate rhombohedron"]);
    const faces = meshes.reduce((sum, { x }) => sum + (x as unknown[]).length / 4, 0);
    // Each tile has six faces, and two tiles share each inner one.
    expect((6 * quasicrystal.tiles!.kind.length - faces) % 2).toBe(0);
    expect(faces).toBeLessThan(3 * quasicrystal.tiles!.kind.length);
    const edges = data.find(({ name }) => name === "edges")!;
    expect(edges.x).toHaveLength(faces * 4 * 3);
    const svg = await show(quasicrystal).toSvg();
    expect(svg.match(/fill-opacity="0.72"/g)).toHaveLength(faces);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("and may be left out", () => {
    const bare = show(quasicrystal, { tiles: false }).data;
    expect(bare.map(({ name }) => name)).toEqual(["even sum of indices", "odd sum of indices"]);
    const alone = show(quasicrystal, { points: false }).data;
    expect(alone.map(({ name }) => name)).toEqual([
      "prolate rhombohedron",
      "oblate rhombohedron",
      "edges",
    ]);
  });
});

describe("the static picture", () => {
  const configs: PatternConfig[] = [
    { patternType: "line", count: 5 },
    { patternType: "circle", rings: 12 },
    { patternType: "spiral", count: 40, symmetry: 2 },
    { patternType: "grid", counts: [3, 3, 3] },
    { patternType: "bravais", lattice: "hR", counts: 1 },
    { patternType: "honeycomb", radius: 4 },
  ];

  it.each(configs)("of a $patternType is drawn without a browser", async (config) => {
    const figure = show(generatePattern(config));
    const svg = await figure.toSvg();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const png = await figure.toPng({ scale: 0.5 });
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
  });

  it("has a path for each kind of tile and a row of the legend", async () => {
    const svg = await show(kagome).toSvg();
    expect(svg.match(/fill="#f3c969"/g)).toHaveLength(2);
    for (const name of ["triangle", "hexagon", "sublattice A", "sublattice B"])
      expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain(">5 Å</text>");
  });

  it("of a single point is no failure", async () => {
    const svg = await show(Pattern.fromPositions([3, 4, 5])).toSvg();
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(String(show(Pattern.fromPositions([3, 4, 5])))).toBe("Point pattern · 1 point, finite");
  });
});

it("as a cell's last expression a pattern is a bundle with picture and text", async () => {
  const display = Reflect.get(kagome, Symbol.for("Jupyter.display")) as () => Promise<object>;
  const bundle = (await display.call(kagome)) as Record<string, string>;
  expect(Object.keys(bundle)).toEqual([
    "application/vnd.plotly.v1+json",
    "text/html",
    "image/png",
    "text/plain",
  ]);
  expect(bundle["text/plain"].split("\n")).toEqual([
    "Kagome pattern 3.6.3.6 · 48 points of 3 kinds, 33 tiles, periodic along a, b",
    "cell 16.0000, 16.0000 Å, 120°",
    "density 0.216506 1/Å², nearest neighbours 2.0000 Å apart",
    "points: A 16, B 16, C 16",
    "tiles: triangle 24, hexagon 9",
  ]);
  expect(`${kagome}`).toBe("kagome pattern, 48 points of 3 kinds, 33 tiles, periodic along a, b");
});

it("a task that is not awaited has no figure", () => {
  expect(() => show(Promise.resolve(kagome) as never)).toThrow(InvalidConfiguration);
});
