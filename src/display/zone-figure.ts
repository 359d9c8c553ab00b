import { requireOptions } from "../base/suggest.js";
import type { Lattice } from "../lattice/lattice.js";
import { BrillouinZone, type WignerSeitzCell } from "../lattice/wigner-seitz.js";
import type { Vec3 } from "../math/mat3.js";
import { dot, norm, rowOf } from "../math/vec3.js";
import type { CellAxis, CrystalDrawing, DrawnFace } from "./crystal-drawing.js";
import { titlesOf } from "./crystal-figure.js";
import { sceneLayout, sceneTraces } from "./crystal-scene.js";
import { Figure } from "./figure.js";
import { hklText } from "./pattern-text.js";
import type { PlotlyTrace } from "./plotly-json.js";
import { textTable } from "./text-table.js";
import { combine, scale, unit } from "./vectors.js";
import { defaultView, project } from "./view-frame.js";
import { zoneSvg } from "./zone-svg.js";

export interface ZoneFigureOptions {
  /** Default "First Brillouin zone" or "Wigner-Seitz cell". Plotly's markup. */
  readonly title?: string;
}

/** Radius of the drawn cell: that of a crystal's, whatever the unit. */
const drawnRadius = 3;
/** Faces at one distance from the centre, the nearest first. */
const faceColors = ["#7fa8d9", "#e3b36b", "#8fbf8f", "#c79bc9", "#d98a80", "#8cc4c4", "#b5b58a"];
const axisColors = ["#c8372d", "#2e8b3d", "#2f5fb3"];
const faceOpacity = 0.45;

/** A Brillouin zone or Wigner-Seitz cell as a 3D scene, with the vectors of its lattice. */
export function zoneFigure(
  cell: BrillouinZone | WignerSeitzCell,
  options: ZoneFigureOptions = {},
): Figure {
  requireOptions("a cell's figure", options, ["title"], '{ title: "fcc" }');
  const isZone = cell instanceof BrillouinZone;
  const factor = drawnRadius / radiusOf(cell);
  const drawing = zoneDrawing(cell, factor);
  const faces = drawnFaces(cell, factor);
  const unitText = isZone ? "1/Å³ with 2π" : "Å³";
  const { vertices, edges, volume } = cell;
  const subtitle =
    `${cell.faces.length} faces, ${edges.length} edges, ${vertices.length / 3} vertices · ` +
    `${Number(volume.toPrecision(5))} ${unitText}`;
  const title = options.title ?? (isZone ? "First Brillouin zone" : "Wigner-Seitz cell");
  return new Figure({
    data: [...faces.map(faceTrace), ...sceneTraces(drawing), ...centerTraces(isZone)],
    layout: sceneLayout(drawing, { title, subtitle }),
    text: zoneText(cell),
    drawSvg: (figure) =>
      zoneSvg(drawing, faces, {
        center: isZone ? "Γ" : "",
        width: figure.width,
        height: figure.height,
        ...titlesOf(figure),
      }),
  });
}

/** One line for the cell, and one for each pair of opposite faces. */
function zoneText(cell: BrillouinZone | WignerSeitzCell): string {
  const isZone = cell instanceof BrillouinZone;
  const rows = Array.from(cell.areas, (area, face) => [
    hklText(indicesOf(cell, face)),
    distanceOf(cell, face).toFixed(4),
    area.toFixed(4),
  ]).filter((_, face) => indicesOf(cell, face).find((index) => index !== 0)! > 0);
  const head = isZone
    ? ["hkl", "distance (1/Å)", "area (1/Å²)"]
    : ["uvw", "distance (Å)", "area (Å²)"];
  return [String(cell), textTable(head, rows, [false, true, true])].join("\n");
}

function zoneDrawing(cell: BrillouinZone | WignerSeitzCell, factor: number): CrystalDrawing {
  const lattice = cell instanceof BrillouinZone ? cell.reciprocal : cell.lattice;
  const star = cell instanceof BrillouinZone ? "*" : "";
  const corner = (vertex: number): Vec3 => scale(rowOf(cell.vertices, vertex), factor);
  const view = defaultView({ lattice: conventionalOf(lattice), periodic: [true, true, true] });
  const axes = ["a", "b", "c"].map((name, i): CellAxis => {
    const end = scale(rowOf(lattice.matrix, i), factor);
    const [x, y] = project(view, unit(end));
    // Clear of the end, also of an axis that points at the beholder.
    const labelPosition = combine(end, unit(end), Math.min(1.5, 0.35 / Math.hypot(x, y)));
    return { name: name + star, color: axisColors[i], end, labelPosition };
  });
  return {
    formula: "",
    sites: [],
    atoms: [],
    bonds: [],
    cellEdges: cell.edges.map(([first, second]) => [corner(first), corner(second)] as const),
    cellOrigin: [0, 0, 0],
    axes,
    view,
    detail: "solid",
    note: undefined,
  };
}

/** The primitive cell of a centred lattice would stand askew. */
function conventionalOf(lattice: Lattice): Lattice {
  const { symbol, lattice: conventional } = lattice.bravais();
  return symbol === "aP" ? lattice : conventional;
}

function drawnFaces(cell: BrillouinZone | WignerSeitzCell, factor: number): DrawnFace[] {
  const kinds: number[] = [];
  return cell.faces
    .map((_, face) => face)
    .sort((p, q) => distanceOf(cell, p) - distanceOf(cell, q))
    .map((face) => {
      const distance = distanceOf(cell, face);
      if (!kinds.some((known) => Math.abs(known - distance) < 1e-4 * distance))
        kinds.push(distance);
      return {
        corners: cell.faces[face].map((vertex) => scale(rowOf(cell.vertices, vertex), factor)),
        normal: rowOf(cell.normals, face),
        color: faceColors[(kinds.length - 1) % faceColors.length],
        label: hklText(indicesOf(cell, face)),
      };
    });
}

function indicesOf(cell: BrillouinZone | WignerSeitzCell, face: number): Vec3 {
  return rowOf(cell instanceof BrillouinZone ? cell.hkl : cell.uvw, face);
}

function distanceOf({ faces, vertices, normals }: BrillouinZone | WignerSeitzCell, face: number) {
  return dot(rowOf(vertices, faces[face][0]), rowOf(normals, face));
}

function radiusOf({ vertices }: BrillouinZone | WignerSeitzCell): number {
  return Array.from({ length: vertices.length / 3 }, (_, i) => norm(rowOf(vertices, i))).reduce(
    (largest, length) => Math.max(largest, length),
    0,
  );
}

/** A fan of triangles about the first corner. */
function faceTrace({ corners, color, label }: DrawnFace): PlotlyTrace {
  const column = (k: number) => corners.map((corner) => Number(corner[k].toFixed(3)));
  const fan = corners.slice(2).map((_, i) => i + 1);
  return {
    type: "mesh3d",
    x: column(0),
    y: column(1),
    z: column(2),
    i: fan.map(() => 0),
    j: fan,
    k: fan.map((i) => i + 1),
    color,
    opacity: faceOpacity,
    flatshading: true,
    name: label,
    showlegend: false,
    hovertemplate: `face ${label}<extra></extra>`,
  };
}

function centerTraces(isZone: boolean): PlotlyTrace[] {
  if (!isZone) return [];
  return [
    {
      type: "scatter3d",
      mode: "markers+text",
      x: [0],
      y: [0],
      z: [0],
      text: ["Γ"],
      textposition: "bottom center",
      marker: { color: "#2b3038", size: 3 },
      showlegend: false,
      hoverinfo: "skip",
      name: "Γ",
    },
  ];
}
