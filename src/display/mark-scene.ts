import type { Vec3 } from "../math/mat3.js";
import type { CrystalDrawing, DrawnArrow, DrawnFace } from "./crystal-drawing.js";
import { arrowColor, arrowHead, arrowRadius, otherCellColor, polyhedronOpacity } from "./marks.js";
import type { PlotlyTrace } from "./plotly-json.js";
import { join, meshTrace, segments } from "./scene-parts.js";
import { cone, type Solid, tube } from "./solids.js";

/** What a scene shows besides atoms, sticks and cell. */
export function markTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  return [
    ...faceTraces(drawing.faces ?? []),
    ...arrowTraces(drawing),
    ...otherCellTraces(drawing),
    ...colorBarTraces(drawing),
  ];
}

/** One mesh and its edges for all faces of one colour and label. */
function faceTraces(faces: readonly DrawnFace[]): PlotlyTrace[] {
  const groups = new Map<string, DrawnFace[]>();
  for (const face of faces) {
    const key = `${face.color} ${face.label}`;
    groups.set(key, [...(groups.get(key) ?? []), face]);
  }
  return [...groups.values()].flatMap((group) => {
    const [{ color, label }] = group;
    return [
      {
        ...meshTrace(join(group.map(fan)), color),
        opacity: polyhedronOpacity,
        flatshading: true,
        name: label,
        showlegend: false,
        hovertemplate: `${label}<extra></extra>`,
      },
      {
        type: "scatter3d",
        mode: "lines",
        name: label,
        showlegend: false,
        hoverinfo: "skip",
        ...segments(group.flatMap(edgesOf)),
        line: { color, width: 2 },
      },
    ];
  });
}

/** Triangles about the first corner. */
function fan({ corners }: DrawnFace): Solid {
  const triangles = corners.slice(2).map((_, i): Vec3 => [0, i + 1, i + 2]);
  return { vertices: corners, triangles };
}

function edgesOf({ corners }: DrawnFace): [Vec3, Vec3][] {
  return corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]]);
}

function arrowTraces({ arrows }: CrystalDrawing): PlotlyTrace[] {
  if (arrows === undefined) return [];
  return [
    {
      ...meshTrace(join(arrows.list.map(arrowSolid)), arrowColor),
      name: arrows.name,
      showlegend: false,
      legendgroup: arrows.name,
      hoverinfo: "skip",
    },
    {
      type: "scatter3d",
      mode: "lines",
      name: arrows.name,
      legendgroup: arrows.name,
      ...{ x: [null], y: [null], z: [null] },
      line: { color: arrowColor, width: 6 },
    },
  ];
}

function arrowSolid({ from, to }: DrawnArrow): Solid {
  const neck = arrowHead(from, to);
  return join([tube(from, neck, arrowRadius, 8), cone(neck, to, 2.6 * arrowRadius, 12)]);
}

function otherCellTraces({ otherCell }: CrystalDrawing): PlotlyTrace[] {
  if (otherCell === undefined) return [];
  return [
    {
      type: "scatter3d",
      mode: "lines",
      name: otherCell.name,
      hoverinfo: "skip",
      ...segments(otherCell.edges),
      line: { color: otherCellColor, width: 2, dash: "dash" },
    },
  ];
}

/** A trace without points that brings the scale. */
function colorBarTraces({ colorBar }: CrystalDrawing): PlotlyTrace[] {
  if (colorBar === undefined) return [];
  const { title, low, high } = colorBar;
  return [
    {
      type: "scatter3d",
      mode: "markers",
      name: title,
      showlegend: false,
      hoverinfo: "skip",
      ...{ x: [null], y: [null], z: [null] },
      marker: {
        color: [low],
        colorscale: "Viridis",
        cmin: low,
        cmax: high,
        showscale: true,
        colorbar: { title: { text: title }, thickness: 14, len: 0.6, x: 0.9 },
      },
    },
  ];
}
