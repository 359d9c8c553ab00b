import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { DomainError, InvalidConfiguration } from "../../../src/base/errors.js";
import { elasticFigure } from "../../../src/display/elastic-figure.js";
import { elasticText } from "../../../src/display/elastic-table.js";
import { equationFigure } from "../../../src/display/equation-figure.js";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import { show } from "../../../src/display/show.js";
import "../../../src/display/register.js";
import { ElasticTensor } from "../../../src/elastic/elastic-tensor.js";
import { fitEquationOfState } from "../../../src/elastic/equation-of-state.js";

function cubic(c11: number, c12: number, c44: number): ElasticTensor {
  const shear = [c44, 0, 0, c44, 0, c44];
  const upper = [c11, c12, c12, 0, 0, 0, c11, c12, 0, 0, 0, c11, 0, 0, 0, ...shear];
  return ElasticTensor.fromVoigtGPa(upper);
}

const copper = cubic(168.4, 121.4, 75.4);
const unstable = cubic(100, 120, 50);
const volumes = [40, 42, 44, 46, 48, 50];
const equation = fitEquationOfState(
  volumes,
  volumes.map((volume) => 0.01 * (volume - 45) ** 2 - 14),
);

function bundleOf(value: object): Promise<MimeBundle> {
  return (value as unknown as Record<symbol, () => Promise<MimeBundle>>)[displaySymbol]();
}

describe("elasticFigure", () => {
  it("is as far from the centre as the crystal is stiff", () => {
    const [surface] = elasticFigure(copper).data as Record<string, number[]>[];
    const far = surface.x.map((x, k) => Math.hypot(x, surface.y[k], surface.z[k]));
    const stiffest = copper.youngModulusGPa([1, 1, 1]);
    surface.intensity.forEach((value, k) => {
      expect(far[k]).toBeCloseTo((3 * value) / stiffest, 2);
      const along = copper.youngModulusGPa([surface.x[k], surface.y[k], surface.z[k]]);
      expect(Math.abs(along - value)).toBeLessThan(0.1);
    });
    expect(Math.max(...surface.i, ...surface.j, ...surface.k)).toBe(surface.x.length - 1);
  });

  it("is painted without a browser, an isotropic body in one colour", async () => {
    const svg = await elasticFigure(copper).toSvg();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
    const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(["x", "y", "z", "GPa", "66.69", "191.1"]));
    expect(await elasticFigure(cubic(160, 100, 30)).toSvg()).not.toMatch(/NaN|Infinity/);
  });

  it("says the constants and moduli in text", () => {
    const text = String(show(copper));
    expect(text).toContain("C1j  168.40  121.40  121.40");
    expect(text).toMatch(/bulk \(GPa\) +137\.067/);
  });

  it("has a surface only of a stable crystal; the other is a table with what fails", async () => {
    expect(() => elasticFigure(unstable)).toThrow(DomainError);
    expect(elasticText(unstable)).toMatch(/C11 − C12 > 0 +-20\.0000 +no/);
    expect(Object.keys(await bundleOf(unstable))).toEqual(["text/html", "text/plain"]);
    expect(await bundleOf(copper)).toHaveProperty(["application/vnd.plotly.v1+json"]);
  });

  it("refuses options without a meaning", () => {
    expect(() => show(copper, { titel: "Cu" } as never)).toThrow(InvalidConfiguration);
  });
});

describe("equationFigure", () => {
  it("draws the curve through the points, and the minimum", async () => {
    const [curve, points, minimum] = equationFigure(equation).data as Record<string, number[]>[];
    expect(points.x).toEqual(volumes);
    expect(curve.x[0]).toBeLessThan(40);
    expect(Math.min(...curve.y)).toBeCloseTo(equation.e0, 3);
    expect(minimum.x[0]).toBeCloseTo(45, 0);
    expect(String(show(equation))).toMatch(/^birch-murnaghan: V₀ 4/);
    expect(await bundleOf(equation)).toHaveProperty(["image/png"]);
  });
});
