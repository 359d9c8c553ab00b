import {
  DomainError,
  generatePattern,
  icosahedralQuasicrystal,
  measurePattern,
  penroseTiling,
  StructureFactorMap,
  show,
} from "prism-lab";
import { describe, expect, it } from "vitest";

interface HeatMap {
  readonly type: string;
  readonly x0: number;
  readonly dx: number;
  readonly z: readonly (readonly number[])[];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorbar: { readonly ticktext: readonly string[] };
}

const grid = generatePattern({ patternType: "grid", counts: [8, 8], spacing: 2 });
const heatMap = (map: StructureFactorMap, options = {}) =>
  show(map, options).data[0] as unknown as HeatMap;

describe("the figure of S(k)", () => {
  const map = grid.metrics.structureFactor({ kMax: 1, size: 41 });

  it("is a heat map on a logarithmic scale, axes in 1/Å", () => {
    const { type, x0, dx, z, zmin, zmax, colorbar } = heatMap(map);
    expect(type).toBe("heatmap");
    expect(x0).toBe(-1);
    expect(x0 + 40 * dx).toBeCloseTo(1, 12);
    // Bragg peaks of a square lattice of 2 Å: S = n = 64 at multiples of 0.5 1/Å.
    expect(z[20][20]).toBe(1.81);
    expect(z[20][30]).toBe(1.81);
    expect(zmin).toBe(-1);
    expect(zmax).toBeCloseTo(Math.log10(64), 9);
    expect(z.flat().every((value) => value >= -1)).toBe(true);
    expect(colorbar.ticktext).toEqual(["0.1", "1", "10"]);
    const { layout } = show(map);
    expect(JSON.stringify(layout.xaxis)).toContain("k<sub>x</sub></i> (1/Å)");
    expect(layout.yaxis).toMatchObject({ scaleanchor: "x" });
    expect(String(show(map))).toBe("S(k) of 64 points, 41 × 41 values up to 1 1/Å");
  });

  it("takes a range and a title", () => {
    const { zmin, zmax } = heatMap(map, { range: [1, 1e4] });
    expect([zmin, zmax]).toEqual([0, 4]);
    expect(show(map, { title: "spots" }).title).toBe("spots");
  });

  it("has a static picture without Plotly, upright", async () => {
    const svg = await show(map).toSvg();
    expect(svg.match(/<image /g)).toHaveLength(2);
    expect(svg).toContain(">10</text>");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const display = Reflect.get(map, Symbol.for("Jupyter.display")) as () => Promise<object>;
    expect(Object.keys(await display.call(map))).toEqual([
      "application/vnd.plotly.v1+json",
      "text/html",
      "image/png",
      "text/plain",
    ]);
  });

  it("draws of a large map the largest of neighbours: no spot is lost", () => {
    const large = grid.metrics.structureFactor({ kMax: 1, size: 1001 });
    const { z, x0, dx } = heatMap(large);
    expect(z.length).toBeLessThanOrEqual(301);
    expect(x0 + ((z.length - 1) / 2) * dx).toBeCloseTo(0, 9);
    const spots = z.flat().filter((value) => value === 1.81).length;
    // Peaks at −1, −0.5, …, 1: 25, some of which may fall into two blocks' worth of values.
    expect(spots).toBeGreaterThanOrEqual(9);
    expect(JSON.stringify(show(large).layout.title)).toContain("the largest of neighbours");
  });

  it("comes from another thread as the same class", async () => {
    const found = await measurePattern(grid, "structureFactor", { kMax: 1, size: 41 });
    expect(found).toBeInstanceOf(StructureFactorMap);
    expect(found).toEqual(map);
  });
});

describe("a section through S(k) in space", () => {
  const cubic = generatePattern({ patternType: "grid", counts: [4, 4, 4], spacing: 2 });

  it("lies in the plane of the normal", () => {
    const size = 21;
    const { k, values, axes } = cubic.metrics.structureFactor({
      ...{ kMax: 1, size },
      normal: [1, 1, 0],
    });
    // Right along (1 −1 0)/√2, up along the third axis: S by its definition at a few k.
    const root = Math.SQRT1_2;
    expect(axes[0]).toEqual([expect.closeTo(root), expect.closeTo(-root), expect.closeTo(0)]);
    expect(axes[1].map(Math.abs)).toEqual([
      expect.closeTo(0),
      expect.closeTo(0),
      expect.closeTo(1),
    ]);
    for (const [i, j] of [
      [3, 17],
      [10, 15],
      [20, 0],
    ]) {
      const wave = [0, 1, 2].map((c) => k[i] * axes[0][c] + k[j] * axes[1][c]);
      let [re, im] = [0, 0];
      for (let p = 0; p < cubic.positions.length; p += 3) {
        const phase = wave.reduce((sum, part, c) => sum + part * cubic.positions[p + c], 0);
        re += Math.cos(2 * Math.PI * phase);
        im += Math.sin(2 * Math.PI * phase);
      }
      expect(values[j * size + i]).toBeCloseTo((re * re + im * im) / cubic.pointCount, 9);
    }
  });

  it("says which way its axes point", () => {
    const points = icosahedralQuasicrystal({ radius: 3 });
    const titles = JSON.stringify(
      show(points.metrics.structureFactor({ normal: [1, 0, 1], size: 11 })).layout,
    );
    expect(titles).toContain("along [0.707 0 −0.707]");
  });

  it("is refused for a plane, and without a direction", () => {
    const flat = penroseTiling({ radius: 3 }).metrics;
    expect(() => flat.structureFactor({ normal: [0, 0, 1] })).toThrow(DomainError);
    expect(() => cubic.metrics.structureFactor({ normal: [0, 0, 0] })).toThrow(DomainError);
  });
});
