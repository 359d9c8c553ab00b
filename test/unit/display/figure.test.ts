import { describe, expect, it } from "vitest";
import { InvalidConfiguration, TaskFailed, TaskTimeout } from "../../../src/base/errors.js";
import { Figure, figure } from "../../../src/display/figure.js";
import { plotSvg } from "../../../src/display/static-plot.js";

const line = () =>
  figure([{ type: "scatter", name: "calc", x: Float64Array.of(1, 2, 3), y: [1, Number.NaN, 9] }], {
    title: { text: "x<sup>2</sup>" },
    xaxis: { title: { text: "x" } },
    yaxis: { title: { text: "y" } },
  });

function pngSize(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe("figure", () => {
  it("turns typed arrays into plain ones and gaps into null", () => {
    expect(line().toJSON().data[0]).toMatchObject({ x: [1, 2, 3], y: [1, null, 9] });
  });

  it("takes a single trace", () => {
    expect(figure({ y: [1] }).data).toEqual([{ y: [1] }]);
  });

  it("takes a plain text for a title", () => {
    expect(figure([], { title: "x²" }).layout.title).toEqual({ text: "x²" });
  });

  it("keeps its own copy", () => {
    const y = [1, 2];
    const shown = figure([{ y }]);
    y[0] = 99;
    expect(shown.data[0].y).toEqual([1, 2]);
  });

  it.each([
    ["no traces", "scatter", /list of traces|must be an object/],
    ["a number for a trace", [1], /data\[0\] of a figure must be an object/],
    ["a type that is no name", [{ type: 3 }], /data\[0\]\.type/],
    ["a function", [{ y: [() => 1] }], /data\[0\]\.y\[0\]/],
  ])("refuses %s", (_, data, message) => {
    const attempt = () => figure(data as never);
    expect(attempt).toThrow(InvalidConfiguration);
    expect(attempt).toThrow(message);
  });

  it("refuses a cycle", () => {
    const trace: Record<string, unknown> = {};
    trace.self = trace;
    expect(() => figure([trace])).toThrow(/refers back/);
  });
});

describe("static picture", () => {
  it("draws the axes with their numbers and titles, and no point where there is a gap", async () => {
    const svg = await line().toSvg();
    const texts = [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, inner]) =>
      inner.replace(/<[^>]*>/g, ""),
    );
    for (const text of ["x", "y", "1", "2", "3", "4", "8"]) expect(texts).toContain(text);
    expect(svg.match(/class="point"/g)).toHaveLength(2);
    expect(svg).not.toContain("http://localhost");
  });

  it("draws heatmaps pixel by pixel", async () => {
    const colorscale = [
      [0, "rgb(255,0,0)"],
      [1, "rgb(0,0,255)"],
    ];
    const svg = await figure([
      { type: "heatmap", z: [[0, 1]], colorscale, showscale: false },
    ]).toSvg();
    const png = Buffer.from(/data:image\/png;base64,([^"]+)/.exec(svg)![1], "base64");
    expect(pngSize(png)[0]).toBeGreaterThan(1);
  });

  it("has three pixels per unit in a file, unless told otherwise", async () => {
    const small = figure([{ y: [1, 2] }], { width: 200, height: 150 });
    expect(pngSize(await small.toPng())).toEqual([600, 450]);
    expect(pngSize(await small.toPng({ scale: 1 }))).toEqual([200, 150]);
  });

  it("refuses 3D traces of the user's own", async () => {
    await expect(figure([{ type: "surface", z: [[1]] }]).toSvg()).rejects.toThrow(
      InvalidConfiguration,
    );
  });

  it("fails with the reason where Plotly fails, and works again afterwards", async () => {
    const size = { width: 300, height: 200 };
    const good = { data: [{ y: [1, 2] }], layout: {}, config: {} };
    await expect(plotSvg(good, { width: 0, height: 200 })).rejects.toThrow(TaskFailed);
    await expect(plotSvg(good, size, 1)).rejects.toThrow(TaskTimeout);
    expect(await plotSvg(good, size)).toContain("<svg");
  });
});

describe("bundle", () => {
  it("carries the figure for every front end", async () => {
    const bundle = await line().toMimeBundle();
    const plotly = bundle["application/vnd.plotly.v1+json"] as Record<
      string,
      Record<string, unknown>
    >;
    expect(plotly.layout.height).toBe(450);
    expect(plotly.layout.width).toBeUndefined();
    expect(plotly.config.displaylogo).toBe(false);
    expect(Buffer.from(String(bundle["image/png"]), "base64").subarray(1, 4).toString()).toBe(
      "PNG",
    );
    expect(bundle["text/html"]).toContain(`src="data:image/png;base64,${bundle["image/png"]}"`);
    expect(bundle["text/plain"]).toBe('Figure: x2 (x / y)\n  scatter "calc", 3 points');
  });

  it("is the same for the same figure", async () => {
    expect(await line().toMimeBundle()).toEqual(await line().toMimeBundle());
  });

  it("shows a figure that has no static picture, and says so", async () => {
    const bundle = await figure([{ type: "surface", z: [[1, 2]] }]).toMimeBundle();
    expect(bundle["image/png"]).toBeUndefined();
    expect(bundle["text/html"]).toContain("data-prism-figure");
    expect(bundle["text/plain"]).toContain("no static picture");
    const broken = new Figure({
      data: [{ type: "mesh3d" }],
      drawSvg: () => {
        throw new Error("no room");
      },
    });
    expect((await broken.toMimeBundle())["text/plain"]).toContain("no static picture: no room");
  });
});
