import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { withAnchoredLayers } from "../../../src/display/layers.js";
import { rasterize } from "../../../src/display/raster.js";

const page = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">${inner}</svg>`;

describe("rasterize", () => {
  it("brings its own font, so that text shows on a machine that has none", () => {
    const { resolve } = createRequire(new URL("../../../src/display/raster.ts", import.meta.url));
    expect(() =>
      resolve("@expo-google-fonts/open-sans/400Regular/OpenSans_400Regular.ttf"),
    ).not.toThrow();
  });

  it("draws text", async () => {
    const empty = await rasterize(page(""), 1, "full");
    const text = await rasterize(page('<text x="5" y="25" font-size="20">2θ Å₂</text>'), 1, "full");
    expect(text.length).toBeGreaterThan(empty.length + 100);
  });

  it("draws on white, at the asked scale, with at most 256 colours where asked", async () => {
    const png = await rasterize(page('<rect width="5" height="5" fill="red"/>'), 2, "indexed");
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([160, 80]);
    expect(png[25]).toBe(3);
    const at = Buffer.from(png).indexOf("PLTE");
    const palette = png.subarray(at + 4, at + 10);
    expect([...palette].sort()).toEqual([0, 0, 255, 255, 255, 255]);
  });
});

describe("what lies far outside the picture", () => {
  const clip = '<clipPath id="c"><rect width="9" height="9"/></clipPath>';

  it.each([
    '<g clip-path="url(#c)"><path d="M900,9h5v5z"/></g>',
    '<rect x="900" width="5" height="5" style="opacity: 0.5"/>',
    '<path d="M-900,9h5v5z" clip-path="url(#c)" opacity="0.5"/>',
  ])("is left out: %s", async (element) => {
    const svg = (content: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs>${clip}</defs>${content}</svg>`;
    expect(await rasterize(svg(element), 1, "full")).toEqual(await rasterize(svg(""), 1, "full"));
  });

  it("changes nothing of what lies inside", () => {
    const attributes = 'transform="translate(2)" fill="#00f" stroke="#f00" stroke-width="2"';
    const svg = page(`<circle cx="3" cy="4" r="2" ${attributes} opacity="0.5"/>`);
    const anchored = withAnchoredLayers(svg);
    expect(anchored).not.toBe(svg);
    expect(new Resvg(anchored).render().pixels).toEqual(new Resvg(svg).render().pixels);
  });
});
