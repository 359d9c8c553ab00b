import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { crystalFigure } from "../../../src/display/crystal-figure.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import * as crystals from "./fixtures.js";

type Trace = Record<string, unknown> & { name?: string };

describe("crystalFigure", () => {
  it("keeps the scene of quartz below 150 kB", () => {
    expect(JSON.stringify(crystalFigure(crystals.quartz)).length).toBeLessThan(150_000);
  });

  it("has balls with hover text, sticks, cell, axes, and a legend entry for each element", () => {
    const { data } = crystalFigure(crystals.quartz);
    const balls = data.filter(({ hovertemplate }) => hovertemplate !== undefined);
    expect(balls).toHaveLength(crystals.quartz.siteCount);
    expect(balls[0].hovertemplate).toBe(
      "<b>Si1</b>  Si<br>x 0.4697, y 0.0000, z 0.6667<extra></extra>",
    );
    const listed = data.filter(({ showlegend }) => showlegend !== false) as Trace[];
    expect(listed.map(({ name }) => name)).toEqual(["Si", "O"]);
    expect(data.find(({ name }) => name === "axes")?.text).toEqual([
      "<b>a</b>",
      "<b>b</b>",
      "<b>c</b>",
    ]);
  });

  it("refers only to vertices that exist", () => {
    for (const trace of crystalFigure(crystals.disordered).data) {
      if (trace.type !== "mesh3d") continue;
      const { x, i, j, k } = trace as Record<"x" | "i" | "j" | "k", number[]>;
      expect(Math.max(...i, ...j, ...k)).toBeLessThan(x.length);
      expect(i).toHaveLength(k.length);
    }
  });

  it("looks along the standard orientation: c upwards, b to the right, a towards the beholder", () => {
    const { layout } = crystalFigure(crystals.rocksalt);
    const { camera } = layout.scene as {
      camera: { eye: Record<string, number>; up: Record<string, number>; projection: object };
    };
    expect(camera.projection).toEqual({ type: "orthographic" });
    expect(camera.eye.x).toBeGreaterThan(1);
    expect(camera.up.z).toBeGreaterThan(0.9);
  });

  it("draws a static picture that is well-formed XML and shows title, legend and axes", async () => {
    const svg = await crystalFigure(crystals.quartz).toSvg();
    const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
    const texts = Array.from(document.querySelectorAll("text"), ({ textContent }) => textContent);
    expect(texts).toEqual(["a", "b", "c", "SiO2", "a = 4.9160, c = 5.4054 Å", "Si", "O"]);
    // A fill and a gloss for each of the 24 balls and for the two discs of the legend.
    expect(document.querySelectorAll("circle")).toHaveLength(2 * (24 + 2));
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("cuts the edges of a huge cell into no more pieces than a page can show", async () => {
    const huge = Crystal.create({
      lattice: Lattice.cubic(1e4),
      species: ["Si"],
      fracPositions: [0, 0, 0],
    });
    const svg = await crystalFigure(huge).toSvg();
    expect(svg.length).toBeLessThan(2e6);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("paints what is nearer over what is further away", async () => {
    const svg = await crystalFigure(crystals.rocksalt, { bonds: false }).toSvg();
    const fills = [...svg.matchAll(/<circle [^>]*fill="#([0-9a-f]{6})"\/>/g)].map(([, hex]) =>
      [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
    );
    // The purple of sodium (red 0xab) fades into the white ground the further away it is.
    const reds = fills.filter(([, green, blue]) => blue > green).map(([red]) => red);
    expect(reds.slice(0, 14)).toEqual(reds.slice(0, 14).sort((a, b) => b - a));
    expect(reds[0] - reds[13]).toBeGreaterThan(20);
  });

  it("takes a changed title into the static picture", async () => {
    const fig = crystalFigure(crystals.quartz, { title: "α-quartz" });
    expect(await fig.toSvg()).toContain(">α-quartz<");
    fig.layout.title = { text: "T = 300 K & <i>p</i> = 0" };
    expect(await fig.toSvg()).toContain(
      '>T = 300 K &amp; <tspan font-style="italic">p</tspan> = 0<',
    );
  });

  it("has a text twin with the cell, the sites and the warnings", () => {
    const lines = crystalFigure(crystals.quartz).toString().split("\n");
    expect(lines[0]).toBe(
      "Crystal SiO2 · 9 sites · hexagonal cell a = 4.9160, c = 5.4054 Å, V = 113.13 Å³",
    );
    expect(lines[2]).toBe("Si1   Si       0.4697  0.0000  0.6667");
    expect(lines).toHaveLength(11);
    expect(crystalFigure(crystals.water).toString()).toContain("3 sites · not periodic");
  });

  it("refuses an unknown style", () => {
    const options = { style: "polyhedra" as "spacefill" };
    expect(() => crystalFigure(crystals.quartz, options)).toThrow(InvalidConfiguration);
  });
});
