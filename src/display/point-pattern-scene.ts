import type { BoundaryFace } from "./boundary-faces.js";
import type { CrystalDrawing, DrawnSite } from "./crystal-drawing.js";
import { ballFrequency, markerPixels, sceneLayout } from "./crystal-scene.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import type { FaceKind, KindOfShape, PointPatternDrawing } from "./point-pattern-drawing.js";
import { coordinates, join, meshTrace, moved, segments } from "./scene-parts.js";
import { geodesicSphere, type Solid } from "./solids.js";
import { vector } from "./vectors.js";

const tileOpacity = 0.6;
const edgeColor = "#8a8f98";
const tileEdgeColor = "#3d434d";
/** Above this number of points discs are drawn in place of balls, each of which has 42 corners. */
const mostBalls = 150;

/** A pattern in space as traces. */
export function solidTraces(drawing: PointPatternDrawing): PlotlyTrace[] {
  const scene = sceneOf(drawing);
  const points = drawing.pointKinds.map((kind) =>
    scene.detail === "solid" ? balls(drawing, kind, scene) : discs(drawing, kind, scene),
  );
  const bodies = [...drawing.faceKinds.map(faceTrace), ...faceEdges(drawing)];
  if (drawing.cellEdges.length === 0) return [...bodies, ...points];
  const cell = {
    type: "scatter3d",
    mode: "lines",
    name: "cell",
    showlegend: false,
    ...segments(drawing.cellEdges),
    line: { width: 2, color: edgeColor },
    hoverinfo: "skip",
  };
  return [...bodies, ...points, cell];
}

export function solidLayout(drawing: PointPatternDrawing): PlotlyLayout {
  const { title, subtitle } = drawing;
  return sceneLayout(sceneOf(drawing), { title, subtitle });
}

/** The points as the atoms of a scene, each kind being a site. */
function sceneOf(drawing: PointPatternDrawing): CrystalDrawing {
  const { pointKinds, positions, faceKinds, ballRadius, cellEdges, view } = drawing;
  const site: DrawnSite = {
    ...{ label: "", symbol: "", color: "", sectors: [], occupantText: "" },
    radius: ballRadius,
  };
  const places = [
    ...pointKinds.flatMap(({ members }) => members.map((i) => vector((k) => positions[3 * i + k]))),
    ...faceKinds.flatMap(({ faces }) => faces.flatMap(({ corners }) => corners)),
  ];
  const pointCount = pointKinds.reduce((sum, { members }) => sum + members.length, 0);
  return {
    formula: "",
    sites: [site],
    atoms: places.map((position) => ({ site: 0, position, fracPosition: position })),
    bonds: [],
    cellEdges,
    cellOrigin: [0, 0, 0],
    axes: [],
    view,
    detail: pointCount <= mostBalls ? "solid" : "flat",
    note: undefined,
  };
}

function balls(
  { positions, ballRadius, pointKinds }: PointPatternDrawing,
  { name, color, members }: KindOfShape,
  scene: CrystalDrawing,
): PlotlyTrace {
  const sphere = geodesicSphere(ballFrequency(scene));
  const centers = members.map((i) => vector((k) => positions[3 * i + k]));
  const text = centers.flatMap((center) => {
    const place = center.map((value) => value.toFixed(4).replace("-", "−")).join(", ");
    return sphere.vertices.map(() => place);
  });
  return {
    ...meshTrace(join(centers.map((center) => moved(sphere, center, ballRadius))), color),
    name,
    showlegend: pointKinds.length > 1,
    text,
    hovertemplate: `${hoverName(name)}%{text} Å<extra></extra>`,
  };
}

function discs(
  { positions, ballRadius, pointKinds }: PointPatternDrawing,
  { name, color, members }: KindOfShape,
  scene: CrystalDrawing,
): PlotlyTrace {
  return {
    type: "scatter3d",
    mode: "markers",
    name,
    showlegend: pointKinds.length > 1,
    ...coordinates(members.map((i) => vector((k) => positions[3 * i + k]))),
    marker: {
      size: Number(Math.max(2, markerPixels(scene) * ballRadius).toFixed(2)),
      color,
      line: { width: 0.5, color: "rgba(0,0,0,0.45)" },
    },
    hovertemplate: `${hoverName(name)}%{x:.3f}, %{y:.3f}, %{z:.3f} Å<extra></extra>`,
  };
}

function hoverName(name: string): string {
  return name === "" ? "" : `<b>${name}</b><br>`;
}

function faceTrace({ name, color, faces }: FaceKind): PlotlyTrace {
  return {
    ...meshTrace(join(faces.map(fan)), color),
    name,
    showlegend: true,
    opacity: tileOpacity,
    flatshading: true,
    hoverinfo: "skip",
  };
}

function fan({ corners }: BoundaryFace): Solid {
  return {
    vertices: corners,
    triangles: [
      [0, 1, 2],
      [0, 2, 3],
    ],
  };
}

function faceEdges({ faceKinds }: PointPatternDrawing): PlotlyTrace[] {
  const lines = faceKinds.flatMap(({ faces }) =>
    faces.flatMap(({ corners }) =>
      corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]] as const),
    ),
  );
  if (lines.length === 0) return [];
  return [
    {
      type: "scatter3d",
      mode: "lines",
      name: "edges",
      showlegend: false,
      hoverinfo: "skip",
      ...segments(lines),
      line: { width: 2, color: tileEdgeColor },
    },
  ];
}
