import type { Vec3 } from "../math/mat3.js";
import type { StructureFactorMap } from "../pattern/metrics/structure-factor.js";
import { viridis } from "./color-scale.js";
import { titlesOf } from "./crystal-figure.js";
import { Figure } from "./figure.js";
import { type DrawnMap, decadeText, heatMapSvg } from "./heat-map-svg.js";
import { ground, look, textColor } from "./look.js";

export interface MapFigureOptions {
  /** Plotly's markup; default "Structure factor S(k)". */
  readonly title?: string;
  /** The least and the largest S of the colours; default from 0.1 to the largest. */
  readonly range?: readonly [number, number];
}

const mostValues = 301;
const width = 640;
const height = 600;

/** The map in colours on a logarithmic scale, axes in 1/Å. */
export function mapFigure(map: StructureFactorMap, options: MapFigureOptions = {}): Figure {
  const drawn = drawnMap(map, options.range);
  const { k, rows, low, high, decades, axisTitles } = drawn;
  const axis = { showline: true, linecolor: textColor, ticks: "outside", zeroline: false };
  const step = map.k.length > mostValues ? ", the largest of neighbours drawn" : "";
  return new Figure({
    data: [
      {
        type: "heatmap",
        name: "S(k)",
        x0: k[0],
        dx: k[1] - k[0],
        y0: k[0],
        dy: k[1] - k[0],
        z: rows,
        ...{ zmin: low, zmax: high, colorscale: "Viridis" },
        colorbar: {
          title: { text: "<i>S</i>" },
          tickvals: decades,
          ticktext: decades.map(decadeText),
          thickness: 14,
        },
        hovertemplate: "%{x:.4f}, %{y:.4f} 1/Å<br>log₁₀ S = %{z}<extra></extra>",
      },
    ],
    layout: {
      ...look(options.title ?? "Structure factor <i>S</i>(<i>k</i>)", `${subtitleOf(map)}${step}`),
      plot_bgcolor: ground,
      ...{ width, height },
      margin: { l: 70, r: 20, t: 88, b: 58 },
      xaxis: { ...axis, title: { text: `${axisTitles[0]} (1/Å)` }, constrain: "domain" },
      yaxis: { ...axis, title: { text: `${axisTitles[1]} (1/Å)` }, scaleanchor: "x" },
    },
    text: String(map),
    drawSvg: (figure) =>
      heatMapSvg(drawn, viridis, {
        width: figure.width,
        height: figure.height,
        ...titlesOf(figure),
      }),
  });
}

function drawnMap(map: StructureFactorMap, range: MapFigureOptions["range"]): DrawnMap {
  const { k, values } = map;
  const size = k.length;
  // An odd block, so that k = 0 stays in the middle of one.
  const block = 2 * Math.ceil((size / mostValues - 1) / 2) + 1;
  const half = Math.floor((size - 1) / 2 / block);
  const middle = (size - 1) / 2;
  const count = 2 * half + 1;
  const at = (index: number) => middle + (index - half) * block;
  const largestNear = (i: number, j: number) => {
    const reach = (block - 1) / 2;
    let most = 0;
    for (let y = Math.max(0, j - reach); y <= Math.min(size - 1, j + reach); y++) {
      for (let x = Math.max(0, i - reach); x <= Math.min(size - 1, i + reach); x++) {
        most = Math.max(most, values[y * size + x]);
      }
    }
    return most;
  };
  let strongest = 0;
  for (const value of values) strongest = Math.max(strongest, value);
  const high = Math.log10(range?.[1] ?? Math.max(1, strongest));
  const low = Math.min(Math.log10(range?.[0] ?? 0.1), high - 0.5);
  const indices = Array.from({ length: count }, (_, i) => i);
  const rows = indices.map((j) =>
    indices.map((i) => {
      const value = Math.log10(Math.max(largestNear(at(i), at(j)), 10 ** low));
      return Number(value.toFixed(2)) + 0;
    }),
  );
  const first = Math.ceil(low - 1e-9);
  return {
    k: indices.map((i) => k[at(i)]),
    rows,
    low,
    high,
    decades: Array.from({ length: Math.floor(high + 1e-9) - first + 1 }, (_, n) => first + n),
    axisTitles: axisTitles(map.axes),
  };
}

/** Which way the axes of the map point. */
function axisTitles(axes: StructureFactorMap["axes"]): [string, string] {
  const names = ["<i>k<sub>x</sub></i>", "<i>k<sub>y</sub></i>", "<i>k<sub>z</sub></i>"];
  const title = (axis: Vec3) => {
    const along = axis.findIndex((part) => part > 1 - 1e-9);
    const parts = axis.map((part) => String(Number(part.toFixed(3)) + 0).replace("-", "−"));
    return along >= 0 ? names[along] : `<i>k</i> along [${parts.join(" ")}]`;
  };
  return [title(axes[0]), title(axes[1])];
}

function subtitleOf({ pointCount, k }: StructureFactorMap): string {
  return `${pointCount} points · ${k.length} × ${k.length} values, logarithmic colours`;
}
