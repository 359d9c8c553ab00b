import {
  generatePattern,
  InvalidConfiguration,
  Pattern,
  type PatternConfig,
  show,
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
      ["A", "markers"],
      ["B", "markers"],
      ["C", "markers"],
    ]);
    const triangles = kagome.tiles!.kind.filter((kind) => kind === 0).length;
    // Three corners, the first again, and a gap.
    expect(data[0].x).toHaveLength(5 * triangles);
    expect((data[0].x as (number | null)[])[4]).toBeNull();
    expect(data[3].x).toHaveLength(16);
    expect(layout.yaxis).toMatchObject({ scaleanchor: "x" });
    expect(show(kagome).title).toBe("Kagome pattern 3.6.3.6");
  });

  it("can leave out tiles or points", () => {
    expect(show(kagome, { tiles: false }).data.map(({ name }) => name)).toEqual([
      "cell",
      "A",
      "B",
      "C",
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
    const large = generatePattern({ patternType: "archimedean", vertex: "4.8.8", radius: 90 });
    const figure = show(large);
    const tiles = figure.data
      .slice(0, 2)
      .flatMap(({ x }) => (x as unknown[]).filter((v) => v === null));
    expect(tiles.length).toBeLessThanOrEqual(6000);
    const { title } = figure.layout as { title: { subtitle: { text: string } } };
    expect(title.subtitle.text).toMatch(/^8000 of 17448 points, those in the middle/);
  });
});

describe("the figure of a pattern in space", () => {
  const bcc = generatePattern({ patternType: "bravais", lattice: "cI", a: 2.87, counts: 2 });

  it("is a scene with the points and the cell", () => {
    const { data, layout } = show(bcc);
    expect(data.map(({ type, name }) => [type, name])).toEqual([
      ["scatter3d", ""],
      ["scatter3d", "cell"],
    ]);
    expect(data[0].z).toHaveLength(16);
    expect(layout.scene).toMatchObject({ aspectmode: "data" });
  });

  it("names its kinds", () => {
    const layers = Pattern.stack([kagome.withoutCell(), kagome.withoutCell()], { separation: 3 });
    expect(show(layers).data.map(({ name }) => name)).toEqual(["layer 1", "layer 2"]);
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
    for (const name of ["triangle", "hexagon", "A", "B", "C"])
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
