import { describe, expect, it } from "vitest";
import { DomainError, InvalidConfiguration } from "../../../src/base/errors.js";
import { patternFigure } from "../../../src/display/pattern-figure.js";
import { hklText } from "../../../src/display/pattern-text.js";
import { siliconPattern } from "./fixtures.js";

describe("patternFigure", () => {
  it("draws a stick to each line and names them by their hkl", () => {
    const [lines] = patternFigure(siliconPattern).data;
    expect(lines.x).toEqual([28.441, 47.301, 94.947]);
    expect(lines.y).toEqual([100, 67.1, 10.4]);
    expect(lines.text).toEqual(["111", "220", "511"]);
    expect(lines.error_y).toMatchObject({ type: "percent", valueminus: 100, value: 0 });
  });

  it("says on hover which families a line has", () => {
    const hover = patternFigure(siliconPattern).data[0].customdata as string[];
    expect(hover[2]).toBe(
      "<b>511</b> × 24, <b>333</b> × 8<br>2θ = 94.947°<br>d = 1.0452 Å<br>I = 10.4, multiplicity 32",
    );
  });

  it("names crystal and radiation, axes and range", () => {
    const { layout, title } = patternFigure(siliconPattern);
    expect(title).toBe("Powder pattern of Si");
    expect(layout.title).toMatchObject({ subtitle: { text: "Cu Kα₁, λ = 1.54059 Å" } });
    expect(layout.xaxis).toMatchObject({ title: { text: "2θ (°)" }, range: [20, 100] });
    expect(layout.yaxis).toMatchObject({ title: { text: "Intensity (relative)" } });
  });

  it("labels no line where a taller one stands in the way", () => {
    const crowded = Object.assign(Object.create(siliconPattern), {
      twoTheta: Float64Array.of(28.441, 28.6, 94.947),
    });
    expect(patternFigure(crowded).data[0].text).toEqual(["111", "", "511"]);
  });

  it("adds a profile that peaks at the height of the strongest line", () => {
    const { data, layout } = patternFigure(siliconPattern, {
      profile: true,
      fwhm: 0.2,
      range: [25, 50],
    });
    const { x, y, name } = data[1] as { x: number[]; y: number[]; name: string };
    expect(name).toBe("profile, FWHM 0.2°");
    expect(Math.max(...y)).toBe(100);
    expect(x[y.indexOf(100)]).toBeCloseTo(28.44, 2);
    expect(layout.xaxis).toMatchObject({ range: [25, 50] });
  });

  it("names a wavelength given as a number once", () => {
    const numeric = Object.create(siliconPattern, { radiation: { value: "λ = 0.5 Å" } });
    expect(patternFigure(numeric).layout.title).toMatchObject({ subtitle: { text: "λ = 0.5 Å" } });
  });

  it("refuses a reversed range and a width of 0", () => {
    expect(() => patternFigure(siliconPattern, { range: [60, 20] })).toThrow(InvalidConfiguration);
    expect(() => patternFigure(siliconPattern, { profile: true, fwhm: 0 })).toThrow(DomainError);
  });

  it("has a text twin with the strongest lines", () => {
    expect(patternFigure(siliconPattern).toString().split("\n")).toEqual([
      "Powder pattern of Si · Cu Kα₁, λ = 1.54059 Å · 3 lines from 20 to 100°",
      "hkl  2θ (°)   d (Å)  mult.      I",
      "111  28.441  3.1357      8  100.0",
      "220  47.301  1.9202     12   67.1",
      "511  94.947  1.0452     32   10.4",
    ]);
  });
});

describe("hklText", () => {
  it("puts spaces only where indices would run together", () => {
    expect(hklText([1, 0, 4])).toBe("104");
    expect(hklText([1, 0, -2])).toBe("1 0 −2");
    expect(hklText([12, 0, 0])).toBe("12 0 0");
  });
});
