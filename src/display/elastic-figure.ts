import { requireOptions } from "../base/suggest.js";
import type { ElasticTensor } from "../elastic/elastic-tensor.js";
import { Lattice } from "../lattice/lattice.js";
import type { Vec3 } from "../math/mat3.js";
import { cross, dot } from "../math/vec3.js";
import type { CellAxis, CrystalDrawing, DrawnSite } from "./crystal-drawing.js";
import { titlesOf } from "./crystal-figure.js";
import { sceneLayout, sceneTraces } from "./crystal-scene.js";
import { axisLabels, fitToPage, heading } from "./crystal-svg.js";
import { elasticText } from "./elastic-table.js";
import { Figure } from "./figure.js";
import { fontFamily, formulaHtml, textColor } from "./look.js";
import type { PlotlyTrace } from "./plotly-json.js";
import { geodesicSphere, type Solid } from "./solids.js";
import { escapeXml, mixColors } from "./svg.js";
import { combine, scale, unit } from "./vectors.js";
import { defaultView } from "./view-frame.js";

export interface ElasticFigureOptions {
  /** Default "Young's modulus of" the crystal. Plotly's markup. */
  readonly title?: string;
}

/** Of the longest direction, whatever the unit. */
const drawnRadius = 3;
const sphereFrequency = 16;
const axisColors = ["#c8372d", "#2e8b3d", "#2f5fb3"];
const axisReach = 1.28 * drawnRadius;
/** Soft to stiff. */
const shades = ["#2b4a8b", "#3f86b5", "#6fc0a8", "#d9d879", "#e8964a", "#b8322c"];

/** A surface whose distance from the centre is Young's modulus along that direction. */
interface Surface extends Solid {
  /** GPa, of each vertex. */
  readonly values: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** Young's modulus by direction, as a surface. @throws {DomainError} an unstable crystal has none. */
export function elasticFigure(tensor: ElasticTensor, options: ElasticFigureOptions = {}): Figure {
  requireOptions("an elastic tensor's figure", options, ["title"], '{ title: "Cu" }');
  const surface = youngSurface(tensor);
  const drawing = axesDrawing();
  const name = tensor.crystal === undefined ? "" : ` of ${formulaHtml(tensor.crystal.formula)}`;
  const { bulkGPa, shearGPa } = tensor.moduli;
  const subtitle =
    `${surface.least.toFixed(1)} to ${surface.most.toFixed(1)} GPa · ` +
    `K ${bulkGPa.hill.toFixed(1)}, G ${shearGPa.hill.toFixed(1)} GPa · ` +
    `anisotropy ${tensor.universalAnisotropy.toFixed(2)}`;
  const layout = sceneLayout(drawing, {
    title: options.title ?? `Young's modulus${name}`,
    subtitle,
  });
  return new Figure({
    data: [surfaceTrace(surface), ...sceneTraces({ ...drawing, atoms: [], sites: [] })],
    layout,
    text: elasticText(tensor),
    drawSvg: (figure) =>
      surfaceSvg(surface, drawing, {
        width: figure.width,
        height: figure.height,
        ...titlesOf(figure),
      }),
  });
}

function youngSurface(tensor: ElasticTensor): Surface {
  const { min, max } = tensor.extremes.youngGPa;
  const { vertices, triangles } = geodesicSphere(sphereFrequency);
  const values = vertices.map((direction) => tensor.youngModulusGPa(direction));
  return {
    vertices: vertices.map((direction, k) =>
      scale(direction, (drawnRadius * values[k]) / max.value),
    ),
    triangles,
    values,
    least: min.value,
    most: max.value,
  };
}

/** Cartesian axes, and one ball of the size of the surface that fixes the extent. */
function axesDrawing(): CrystalDrawing {
  const view = defaultView({ lattice: Lattice.cubic(1), periodic: [true, true, true] });
  const axes = ["x", "y", "z"].map((name, k): CellAxis => {
    const along: Vec3 = [Number(k === 0), Number(k === 1), Number(k === 2)];
    const end = scale(along, axisReach);
    return { name, color: axisColors[k], end, labelPosition: scale(along, axisReach + 0.3) };
  });
  const body: DrawnSite = {
    label: "",
    symbol: "",
    color: textColor,
    radius: drawnRadius,
    sectors: [],
    occupantText: "",
  };
  return {
    formula: "",
    sites: [body],
    atoms: [{ site: 0, position: [0, 0, 0], fracPosition: [0, 0, 0] }],
    bonds: [],
    cellEdges: axes.map(({ end }) => [[0, 0, 0], end] as const),
    cellOrigin: [0, 0, 0],
    axes,
    view,
    detail: "solid",
    note: undefined,
  };
}

function surfaceTrace({ vertices, triangles, values, least, most }: Surface): PlotlyTrace {
  const column = (k: number) => vertices.map((vertex) => Number(vertex[k].toFixed(3)));
  const corner = (k: number) => triangles.map((triangle) => triangle[k]);
  return {
    type: "mesh3d",
    x: column(0),
    y: column(1),
    z: column(2),
    i: corner(0),
    j: corner(1),
    k: corner(2),
    intensity: values.map((value) => Number(value.toPrecision(5))),
    cmin: least,
    // An isotropic body has one colour.
    cmax: most > 1.0001 * least ? most : 1.01 * least,
    colorscale: shades.map((shade, k) => [k / (shades.length - 1), shade]),
    colorbar: { title: { text: "GPa" }, thickness: 14, len: 0.7, x: 0.99, xanchor: "right" },
    lighting: { ambient: 0.6, diffuse: 0.5, specular: 0 },
    name: "Young's modulus",
    hovertemplate: "%{intensity:.1f} GPa<extra></extra>",
  };
}

interface PictureOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
}

/** From back to front: triangles of the surface, and the axes in pieces. */
function surfaceSvg(surface: Surface, drawing: CrystalDrawing, options: PictureOptions): string {
  const { width, height } = options;
  const projection = fitToPage(drawing, options);
  const { view } = drawing;
  const light = unit(combine(combine(scale(view.toward, 0.8), view.up, 0.6), view.right, -0.5));
  const point = (position: Vec3) => {
    const { x, y } = projection.toPage(position);
    return `${n(x)} ${n(y)}`;
  };
  const pieces = surface.triangles.map((triangle) => {
    const [a, b, c] = triangle.map((vertex) => surface.vertices[vertex]);
    const normal = unit(cross(combine(b, a, -1), combine(c, a, -1)));
    const mean = triangle.reduce((sum, vertex) => sum + surface.values[vertex], 0) / 3;
    const shine = dot(normal, light);
    const color = shadeAt(surface, mean);
    const tone =
      shine > 0
        ? mixColors(color, "#ffffff", 0.16 * shine)
        : mixColors(color, "#000000", -0.35 * shine);
    const middle = scale(combine(combine(a, b, 1), c, 1), 1 / 3);
    return {
      depth: dot(middle, view.toward),
      // The stroke closes the seams between triangles.
      markup: `<path d="M${point(a)}L${point(b)}L${point(c)}Z" fill="${tone}" stroke="${tone}" stroke-width="0.6"/>`,
    };
  });
  const parts = drawing.axes.flatMap(({ end, color }) =>
    axisPieces(end, color, view.toward, point),
  );
  const painted = [...pieces, ...parts].sort((p, q) => p.depth - q.depth);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...painted.map(({ markup }) => markup),
    ...axisLabels(drawing, projection),
    colorBar(surface, options),
    heading(options),
    "</svg>",
  ].join("\n");
}

const axisPieceCount = 40;

function axisPieces(end: Vec3, color: string, toward: Vec3, point: (at: Vec3) => string) {
  return Array.from({ length: axisPieceCount }, (_, k) => {
    const [from, to] = [k, k + 1].map((step) => scale(end, step / axisPieceCount));
    return {
      depth: dot(scale(end, (k + 0.5) / axisPieceCount), toward),
      markup: `<path d="M${point(from)}L${point(to)}" stroke="${color}" stroke-width="2.4" stroke-linecap="round" fill="none"/>`,
    };
  });
}

function shadeAt({ least, most }: Surface, value: number): string {
  const share = most > 1.0001 * least ? (value - least) / (most - least) : 0;
  const place = Math.min(1, Math.max(0, share)) * (shades.length - 1);
  const lower = Math.min(Math.floor(place), shades.length - 2);
  return mixColors(shades[lower], shades[lower + 1], place - lower);
}

function colorBar(surface: Surface, { width, height }: PictureOptions): string {
  const [top, bottom, left] = [110, height - 60, width - 78];
  const stops = shades.map(
    (shade, k) => `<stop offset="${n(k / (shades.length - 1))}" stop-color="${shade}"/>`,
  );
  const { least, most } = surface;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = bottom + share * (top - bottom);
    const text = (least + share * (most - least)).toPrecision(4);
    return `<text x="${left + 20}" y="${n(y + 4)}" font-size="12">${text}</text>`;
  });
  return [
    `<defs><linearGradient id="shades" x1="0" y1="1" x2="0" y2="0">${stops.join("")}</linearGradient></defs>`,
    `<rect x="${left}" y="${top}" width="14" height="${bottom - top}" fill="url(#shades)"/>`,
    `<text x="${left}" y="${top - 12}" font-size="12">GPa</text>`,
    ...ticks,
  ].join("");
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
