import { JSDOM } from "jsdom";
import {
  Crystal,
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  type Phonons,
  phonons,
  resonance,
  show,
  stillingerWeber,
  suttonChen,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";
import { packedFrames } from "../../../src/display/packed-frames.js";

let diamond: Phonons;

beforeAll(async () => {
  const cell = fromPrototype("diamond", { species: ["Si"], a: 5.43095 });
  diamond = await phonons(cell, stillingerWeber({ element: "Si" }), { supercell: [1, 1, 1] });
});

interface Frame {
  readonly name: string;
  readonly traces: readonly number[];
  readonly data: readonly Readonly<Record<"x" | "y" | "z", readonly (number | null)[]>>[];
}

/** What the loader script hands to Plotly. */
async function drawnFromHtml(html: string): Promise<{ data: object[]; frames: Frame[] }> {
  const drawn: { data: object[]; frames: Frame[] }[] = [];
  const { window } = new JSDOM("<body></body>", { runScripts: "dangerously" });
  const { document } = window;
  Object.assign(window, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
    Plotly: { newPlot: (_: object, figure: never) => Promise.resolve(drawn.push(figure)) },
  });
  window.HTMLCanvasElement.prototype.getContext = (() => ({})) as never;
  document.body.innerHTML = html;
  const script = document.createElement("script");
  script.textContent = document.querySelector("script")!.textContent;
  document.body.append(script);
  await new Promise((resolve) => setImmediate(resolve));
  return drawn[0];
}

describe("the figure of a resonance", () => {
  it("moves each drawn atom by its displacement, enlarged, in whole conventional cells", async () => {
    const ringing = await resonance(diamond, { mode: { harmonic: 3 } });
    const figure = show(ringing);
    const frames = figure.frames as unknown as Frame[];
    expect(frames.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    const balls = figure.data.findIndex(({ type }) => type === "mesh3d");
    const at = frames[0].traces.indexOf(balls);
    // Eight atoms of one cube, as balls of 92 corners.
    expect(frames[0].data[at].x.length).toBe(8 * 92);
    const { x, y, z } = figure.data[balls] as unknown as Frame["data"][number];
    expect(frames[0].data[at]).toEqual({ x, y, z });
    // 0.1 Å along z at its farthest, five times as large, to and fro.
    const change = (frame: number) => frames[frame].data[at].z[0]! - frames[0].data[at].z[0]!;
    expect(Math.abs(change(10))).toBeCloseTo(1, 2);
    expect(change(5)).toBeCloseTo(change(10) / 2, 2);
    expect(frames[7].data[at].x).toEqual(x);
    expect(String(figure)).toContain("20 frames");
    expect(figure.title).toMatch(/^Si: 1\d\.\d\d THz$/);
    const twice = show(ringing, { enlargement: 10 }).frames as unknown as Frame[];
    const wider = twice[10].data[at].z[0]! - twice[0].data[at].z[0]!;
    expect(wider / change(10)).toBeCloseTo(2, 2);
  });

  it("draws a wave in whole cubes, each atom where the wave has it", async () => {
    const copper = fromPrototype("fcc", { species: ["Cu"], a: 3.61 });
    const source = await phonons(copper, suttonChen({ elements: ["Cu"] }), {
      supercell: [2, 2, 2],
    });
    const q = [0, 1 / 4, 1 / 4];
    const ringing = await resonance(source, { mode: "travelling", q, branch: 2 });
    expect(ringing.crystal.siteCount).toBe(4);
    const figure = show(ringing);
    const balls = figure.data.findIndex(({ type }) => type === "mesh3d");
    const frames = figure.frames as unknown as Frame[];
    const at = frames[0].traces.indexOf(balls);
    const size = [92, 42, 162].find((each) => frames[0].data[at].x.length % each === 0)!;
    const center = (frame: Frame, ball: number) =>
      (["x", "y", "z"] as const).map((key) => {
        const part = frame.data[at][key].slice(ball * size, (ball + 1) * size) as number[];
        return part.reduce((sum, value) => sum + value, 0) / size;
      });
    const count = frames[0].data[at].x.length / size;
    // Two cubes of four atoms, and those on faces and corners again.
    expect(count).toBe(23);
    const reciprocal = source.crystal.lattice.reciprocal.matrix;
    const k = [0, 1, 2].map((i) =>
      q.reduce((sum, value, row) => sum + value * reciprocal[3 * row + i], 0),
    );
    const length = Math.hypot(...k);
    for (let ball = 0; ball < count; ball++) {
      const places = frames.map((frame) =>
        center(frame, ball).reduce((sum, x, i) => sum + x * k[i], 0),
      );
      const rest = places.reduce((sum, place) => sum + place, 0) / frames.length;
      const signs = [1, -1].map((sign) =>
        Math.max(
          ...places.map((place, frame) => {
            const expected = sign * 0.5 * Math.cos(2 * Math.PI * (rest - frame / 20));
            return Math.abs((place - rest) / length - expected);
          }),
        ),
      );
      // Along k or against it, all alike.
      expect(Math.min(...signs)).toBeLessThan(3e-3);
    }
  });

  it("has buttons for play and pause and a slider of time", async () => {
    const { layout } = show(await resonance(diamond, { mode: "travelling", q: [0.5, 0, 0] }));
    const [{ buttons }] = layout.updatemenus as { buttons: { label: string; args: unknown[] }[] }[];
    expect(buttons.map(({ label }) => label)).toEqual(["▶", "❚❚"]);
    const [names] = buttons[0].args as [string[]];
    expect(names.slice(0, 21)).toEqual([...Array.from({ length: 20 }, (_, i) => String(i)), "0"]);
    const [{ steps }] = layout.sliders as { steps: { label: string; args: unknown[] }[] }[];
    expect(steps.length).toBe(20);
    expect(steps[3].args[0]).toEqual(["3"]);
  });

  it("travels packed in HTML, and comes out as it was", async () => {
    const figure = show(await resonance(diamond, { mode: "travelling", q: [0, 0.5, 0.5] }));
    const html = await figure.toHtml();
    const json = figure.toJSON();
    const plain = JSON.stringify(json.frames).length;
    const drawn = await drawnFromHtml(html);
    expect(drawn.frames).toEqual(json.frames);
    const packed = JSON.stringify(packedFrames(json.frames!, json.data)).length;
    expect(packed).toBeLessThan(plain / 4);
    const bundle = await figure.toMimeBundle();
    const light = bundle["application/vnd.plotly.v1+json"] as typeof json;
    expect(light.frames?.length).toBe(20);
    expect(light.data.some(({ type }) => type === "mesh3d")).toBe(false);
    expect(JSON.stringify(light).length).toBeLessThan(plain / 4);
    expect(bundle["image/png"]).toBeDefined();
  });

  it("shows discs where balls would weigh too much, and fewer frames of very many atoms", async () => {
    const copper = fromPrototype("fcc", { species: ["Cu"], a: 3.61 });
    const source = await phonons(copper, suttonChen({ elements: ["Cu"] }), {
      supercell: [2, 2, 2],
    });
    const wide = await resonance(source, {
      mode: "travelling",
      q: [0.25, 0, 0],
      supercell: [8, 8, 8],
    });
    const figure = show(wide);
    expect(figure.data.some(({ type }) => type === "mesh3d")).toBe(false);
    expect(figure.frames.length).toBe(20);
    const long = show(
      await resonance(source, { q: [0.5, 0, 0], frames: 400, supercell: [8, 8, 8] }),
    );
    expect(long.frames.length).toBeLessThan(100);
  });

  it("stands still, with arrows, where the mode is imaginary", async () => {
    const cubic = Crystal.create({
      lattice: Lattice.cubic(1.06),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.45 });
    const unstable = await phonons(cubic, potential, { supercell: [4, 4, 4], displacement: 1e-3 });
    const [{ qPoint }] = await unstable.imaginaryModes();
    const figure = show(await resonance(unstable, { q: qPoint, amplitude: 0.02 }));
    expect(figure.frames).toEqual([]);
    expect(figure.title).toMatch(/i THz, frozen$/);
    expect(String(figure)).toContain("stands still");
    expect(await figure.toSvg()).toContain("shift × ");
  });

  it("has a picture of the atoms at their farthest, pale at rest, with arrows", async () => {
    const ringing = await resonance(diamond);
    const svg = await show(ringing).toSvg();
    expect(svg.match(/<g opacity="0.22">/g)?.length).toBe(8);
    expect(svg).toContain("shift × 5");
    const arrows = (value: boolean) =>
      show(ringing, { arrows: value }).data.filter(({ name }) => name === "shift × 5").length;
    expect([arrows(false), arrows(true)]).toEqual([0, 2]);
  });

  it("refuses options that mean nothing", async () => {
    const ringing = await resonance(diamond);
    expect(() => show(ringing, { arows: true } as object)).toThrow("did you mean arrows?");
    expect(() => show(ringing, { arrows: 1 } as object)).toThrow(InvalidConfiguration);
    expect(() => show(ringing, { enlargement: 0 })).toThrow(DomainError);
    expect(() => show(ringing, { style: "wire" } as object)).toThrow(InvalidConfiguration);
  });
});

describe("packed frames", () => {
  it("leave alone what would change a digit, or is no coordinate of the first view", () => {
    const data = [{ x: [0.1, null, 3] }, { y: [1, 2] }];
    const frames = [
      { name: "a", traces: [0, 1], data: [{ x: [0.12345, null, 3] }, { y: [1, 2, 3] }] },
      { name: "b", layout: {} },
      { name: "c", traces: [7], data: [{ x: [1] }] },
    ];
    expect(packedFrames(frames, data)).toEqual(frames);
    const still = [{ name: "d", traces: [0], data: [{ x: [0.2, null, 3.1] }] }];
    expect(packedFrames(still, data)[0].data).toEqual([{ x: { runs: [3, 100] } }]);
  });
});
