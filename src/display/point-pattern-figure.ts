import { requireOptions } from "../base/suggest.js";
import type { Pattern } from "../pattern/pattern.js";
import { Figure } from "./figure.js";
import { ground, hoverLook, look, textColor } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import {
  drawPattern,
  type KindOfShape,
  type PointPatternDrawing,
  type PointPatternFigureOptions,
  scaleBarLength,
} from "./point-pattern-drawing.js";
import { solidLayout, solidTraces } from "./point-pattern-scene.js";
import { pointPatternSvg } from "./point-pattern-svg.js";
import { pointPatternText } from "./point-pattern-text.js";
import { project } from "./view-frame.js";

const width = 660;
const height = 620;
const edgeColor = "#8a8f98";
const tileEdgeColor = "#3d434d";
const manyPoints = 5000;
/** Pixels of the interactive figure that the drawing has. */
const plotSize = 480;

/**
 * The pattern with its tiles and points coloured by kind: a planar one seen from above, one in space
 * as a scene to turn. The static picture shows the same.
 */
export function pointPatternFigure(
  pattern: Pattern,
  options: PointPatternFigureOptions = {},
): Figure {
  const fields = ["tiles", "points", "title"] as const;
  requireOptions("a pattern's figure", options, fields, "{ points: false }");
  const drawing = drawPattern(pattern, options);
  return new Figure({
    data: drawing.isFlat ? flatTraces(drawing) : solidTraces(drawing),
    layout: drawing.isFlat ? flatLayout(drawing) : solidLayout(drawing),
    text: pointPatternText(pattern),
    drawSvg: (figure) =>
      pointPatternSvg(drawing, { width: figure.width, height: figure.height, ...titlesOf(figure) }),
  });
}

/** As the figure says now: its title may have been changed since it was made. */
function titlesOf({ layout }: Figure): { title: string; subtitle: string } {
  const title = layout.title as { text?: string; subtitle?: { text?: string } } | undefined;
  return { title: title?.text ?? "", subtitle: title?.subtitle?.text ?? "" };
}

// ---- planar -------------------------------------------------------------------------------------

function flatTraces(drawing: PointPatternDrawing): PlotlyTrace[] {
  const tiles = drawing.tileKinds.map(({ name, color, polygons }): PlotlyTrace => {
    const isLine = polygons.every((corners) => corners.length === 2);
    const closed = polygons.flatMap((corners) => [...corners, corners[0], undefined]);
    return {
      type: "scatter",
      mode: "lines",
      name,
      x: closed.map((corner) => (corner ? fixed(corner[0]) : null)),
      y: closed.map((corner) => (corner ? fixed(corner[1]) : null)),
      ...(isLine ? {} : { fill: "toself", fillcolor: color }),
      line: isLine ? { width: 6, color } : { width: 0.8, color: tileEdgeColor },
      hoverinfo: "skip",
    };
  });
  return [
    ...tiles,
    ...flatCell(drawing),
    ...drawing.pointKinds.map((kind) => discs(drawing, kind)),
  ];
}

function flatCell({ cellEdges, view }: PointPatternDrawing): PlotlyTrace[] {
  if (cellEdges.length === 0) return [];
  const ends = cellEdges.flatMap((edge) => [...edge.map((end) => project(view, end)), undefined]);
  return [
    {
      type: "scatter",
      mode: "lines",
      name: "cell",
      showlegend: false,
      x: ends.map((end) => (end ? fixed(end[0]) : null)),
      y: ends.map((end) => (end ? fixed(end[1]) : null)),
      line: { width: 1.3, color: edgeColor, dash: "dash" },
      hoverinfo: "skip",
    },
  ];
}

function discs(drawing: PointPatternDrawing, { name, color, members }: KindOfShape): PlotlyTrace {
  const { seen, pointKinds } = drawing;
  const digits = roundingOf(drawing);
  return {
    // WebGL draws thousands of discs at once; the static picture does not come from Plotly.
    type: members.length > 1000 ? "scattergl" : "scatter",
    mode: "markers",
    name,
    showlegend: pointKinds.length > 1,
    x: members.map((i) => digits(seen[3 * i])),
    y: members.map((i) => digits(seen[3 * i + 1])),
    marker: { size: fixed(Math.max(1.5, Math.min(2 * ballPixels(drawing), 26))), color },
    hovertemplate: `${hoverName(name)}%{x:.4f}, %{y:.4f} Å<extra></extra>`,
  };
}

function hoverName(name: string): string {
  return name === "" ? "" : `<b>${name}</b><br>`;
}

function ballPixels({ low, high, ballRadius }: PointPatternDrawing): number {
  return (ballRadius * plotSize) / Math.max(high[0] - low[0], high[1] - low[1]);
}

function flatLayout(drawing: PointPatternDrawing): PlotlyLayout {
  const { low, high } = drawing;
  const hidden = { visible: false, constrain: "domain" };
  return {
    ...commonLayout(drawing),
    plot_bgcolor: ground,
    margin: { l: 20, r: 20, t: 70, b: 44 },
    xaxis: { ...hidden, range: [fixed(low[0]), fixed(high[0])] },
    yaxis: { ...hidden, range: [fixed(low[1]), fixed(high[1])], scaleanchor: "x" },
    ...scaleBar(drawing),
  };
}

/** Below the drawing, as long as it says at every zoom. */
function scaleBar(drawing: PointPatternDrawing): PlotlyLayout {
  const length = scaleBarLength(drawing);
  const [x] = drawing.low;
  const line = { color: textColor, width: 1.4 };
  return {
    shapes: [
      { type: "line", xref: "x", yref: "paper", x0: x, x1: x + length, y0: -0.03, y1: -0.03, line },
    ],
    annotations: [
      {
        text: `${length} Å`,
        ...{ xref: "x", yref: "paper", x: x + length, y: -0.03 },
        ...{ xanchor: "left", yanchor: "middle", xshift: 6, showarrow: false },
      },
    ],
  };
}

function commonLayout({ title, subtitle }: PointPatternDrawing): PlotlyLayout {
  return {
    ...look(title, subtitle),
    width,
    height,
    legend: { itemsizing: "constant", x: 1.01, xanchor: "left", y: 0.98, font: { size: 13 } },
    hoverlabel: hoverLook,
  };
}

/** Of many points fewer digits: they are megabytes of a notebook. */
function roundingOf({ pointKinds }: PointPatternDrawing): (value: number) => number {
  const count = pointKinds.reduce((sum, { members }) => sum + members.length, 0);
  return count > manyPoints ? (value) => Number(value.toFixed(2)) : fixed;
}

function fixed(value: number): number {
  return Number(value.toFixed(4));
}
