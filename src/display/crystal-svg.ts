import type { Vec3 } from "../math/mat3.js";
import { dot } from "../math/vec3.js";
import {
  type CrystalDrawing,
  type DrawnAtom,
  type DrawnSite,
  type Sector,
  stickRadius,
} from "./crystal-drawing.js";
import { extentOf } from "./extent.js";
import { legendWidth } from "./legend-width.js";
import { fontFamily, mutedColor, textColor } from "./look.js";
import { colorBar, markLayers, markLegend } from "./mark-svg.js";
import { escapeXml, markupToSpans, mixColors } from "./svg.js";
import { combine, distance, scale } from "./vectors.js";
import { project } from "./view-frame.js";

export interface CrystalPictureOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Plotly's markup: "SiO<sub>2</sub>". */
  readonly title: string;
  /** Empty for none. */
  readonly subtitle: string;
}

/** Å between the pieces into which cell edges are cut, so that atoms hide the right ones. */
const edgeStep = 0.2;
/** Of a long edge: about one a pixel. */
const mostPieces = 500;
const edgeColor = "#8a8f98";
/** How far the colours behind fade into the ground. */
const fog = 0.4;
/** Pixels per Å: a single atom would otherwise fill the page. */
const mostPixels = 110;

/** What is drawn at one depth; larger is nearer. */
export interface Layer {
  readonly depth: number;
  readonly markup: string;
}

export interface Projection {
  /** Pixels per Å. */
  readonly scale: number;
  toPage(position: Vec3): { x: number; y: number; depth: number };
  /** 0 at the front, `fog` at the back. */
  fade(depth: number): number;
}

/**
 * The static picture of a crystal: the same atoms, sticks and cell as the interactive scene, seen
 * from its first viewpoint, painted from back to front.
 */
export function crystalSvg(drawing: CrystalDrawing, options: CrystalPictureOptions): string {
  const { width, height } = options;
  const projection = fitToPage(drawing, options);
  const layers = [
    ...cellLayers(drawing, projection),
    ...drawing.bonds.flatMap((bond) => stickLayers(drawing, bond, projection)),
    ...drawing.atoms.map((atom) => atomLayer(drawing.sites[atom.site], atom, projection)),
    ...markLayers(drawing, projection),
  ].sort((a, b) => a.depth - b.depth);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<defs>${gloss}</defs><rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...layers.map(({ markup }) => markup),
    ...axisLabels(drawing, projection),
    heading(options),
    ...legend(drawing, options),
    ...colorBar(drawing, options),
    "</svg>",
  ].join("\n");
}

/** Light from the upper left, laid over every ball. */
const gloss =
  '<radialGradient id="gloss" cx="0.5" cy="0.5" r="0.5" fx="0.34" fy="0.3">' +
  '<stop offset="0" stop-color="#fff" stop-opacity="0.85"/>' +
  '<stop offset="0.3" stop-color="#fff" stop-opacity="0.28"/>' +
  '<stop offset="0.55" stop-color="#fff" stop-opacity="0"/>' +
  '<stop offset="0.56" stop-color="#000" stop-opacity="0"/>' +
  '<stop offset="1" stop-color="#000" stop-opacity="0.42"/></radialGradient>';

export function fitToPage(drawing: CrystalDrawing, options: CrystalPictureOptions): Projection {
  const room = {
    left: 24,
    right: legendWidth(drawing),
    top: options.subtitle ? 72 : 52,
    bottom: 20,
  };
  const {
    center,
    half: [halfWidth, halfHeight, halfDepth],
  } = extentOf(drawing);
  const [cx, cy, cz] = project(drawing.view, center);
  const width = options.width - room.left - room.right;
  const height = options.height - room.top - room.bottom;
  const pixels = Math.min(width / (2 * halfWidth), height / (2 * halfHeight), mostPixels);
  return {
    scale: pixels,
    toPage(position) {
      const [x, y, depth] = project(drawing.view, position);
      return {
        x: room.left + width / 2 + pixels * (x - cx),
        y: room.top + height / 2 - pixels * (y - cy),
        depth,
      };
    },
    // What is flat has no back.
    fade: (depth) => (halfDepth < 0.5 ? 0 : (fog * (1 - (depth - cz) / halfDepth)) / 2),
  };
}

// ---- atoms --------------------------------------------------------------------------------------

function atomLayer(site: DrawnSite, { position }: DrawnAtom, projection: Projection): Layer {
  const { x, y, depth } = projection.toPage(position);
  const r = site.radius * projection.scale;
  const fade = projection.fade(depth);
  const body = site.sectors.map((sector) => sectorMarkup(sector, x, y, r, fade)).join("");
  const rim = mixColors(mixColors(site.color, "#000000", 0.62), "#ffffff", fade);
  const disc = `cx="${n(x)}" cy="${n(y)}" r="${n(r)}"`;
  const ball = `${body}<circle ${disc} fill="url(#gloss)" stroke="${rim}" stroke-width="0.9"/>`;
  const isClear = site.opacity !== undefined;
  return { depth, markup: isClear ? `<g opacity="${site.opacity}">${ball}</g>` : ball };
}

function sectorMarkup(sector: Sector, x: number, y: number, r: number, fade: number): string {
  const fill = `fill="${mixColors(sector.color, "#ffffff", fade)}"`;
  if (sector.to - sector.from > 0.999) {
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${fill}/>`;
  }
  const point = (share: number) => {
    const turn = 2 * Math.PI * (share - 0.25);
    return `${n(x + r * Math.cos(turn))} ${n(y + r * Math.sin(turn))}`;
  };
  const large = sector.to - sector.from > 0.5 ? 1 : 0;
  return `<path d="M${n(x)} ${n(y)}L${point(sector.from)}A${n(r)} ${n(r)} 0 ${large} 1 ${point(sector.to)}Z" ${fill}/>`;
}

// ---- sticks -------------------------------------------------------------------------------------

/** Two halves, each with the colour of its end; each starts at its ball's surface. */
function stickLayers(
  drawing: CrystalDrawing,
  [first, second]: readonly [number, number],
  projection: Projection,
): Layer[] {
  const ends = [drawing.atoms[first], drawing.atoms[second]];
  const middle = scale(combine(ends[0].position, ends[1].position, 1), 0.5);
  return ends.flatMap(({ site: index, position }): Layer[] => {
    const site = drawing.sites[index];
    const along = combine(middle, position, -1);
    const start = (0.9 * site.radius) / Math.hypot(...along);
    if (start >= 1) return [];
    const from = projection.toPage(combine(position, along, start));
    const to = projection.toPage(middle);
    const depth = (from.depth + to.depth) / 2;
    return [{ depth, markup: stickMarkup(from, to, site.color, projection, depth) }];
  });
}

interface PagePoint {
  readonly x: number;
  readonly y: number;
}

/** Three strokes, dark to light, the lightest moved towards the light: a rod. */
function stickMarkup(
  from: PagePoint,
  to: PagePoint,
  color: string,
  projection: Projection,
  depth: number,
): string {
  const width = 2 * stickRadius * projection.scale;
  const faded = (tone: string) => mixColors(tone, "#ffffff", projection.fade(depth));
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const normal = { x: (to.y - from.y) / length, y: (from.x - to.x) / length };
  const sign = normal.x + normal.y > 0 ? -1 : 1;
  const stroke = (shift: number, share: number, tone: string) => {
    const [dx, dy] = [sign * normal.x * shift * width, sign * normal.y * shift * width];
    const path = `M${n(from.x + dx)} ${n(from.y + dy)}L${n(to.x + dx)} ${n(to.y + dy)}`;
    return `<path d="${path}" stroke="${faded(tone)}" stroke-width="${n(share * width)}"/>`;
  };
  return [
    stroke(0, 1, mixColors(color, "#000000", 0.5)),
    stroke(0.05, 0.74, mixColors(color, "#000000", 0.12)),
    stroke(0.16, 0.26, mixColors(color, "#ffffff", 0.55)),
  ].join("");
}

// ---- cell ---------------------------------------------------------------------------------------

function cellLayers(drawing: CrystalDrawing, projection: Projection): Layer[] {
  const axisColor = new Map(drawing.axes.map(({ end, color }) => [end.join(), color]));
  return drawing.cellEdges.flatMap(([start, end]) => {
    const fromOrigin = start.every((value) => value === 0);
    const color = (fromOrigin && axisColor.get(end.join())) || edgeColor;
    return edgeLayers(drawing, start, end, color, projection);
  });
}

function edgeLayers(
  drawing: CrystalDrawing,
  start: Vec3,
  end: Vec3,
  color: string,
  projection: Projection,
): Layer[] {
  const along = combine(end, start, -1);
  const pieces = Math.min(mostPieces, Math.ceil(Math.hypot(...along) / edgeStep));
  const layers: Layer[] = [];
  const near = atomsOnEdge(drawing, start, end);
  for (let piece = 0; piece < pieces; piece++) {
    const middle = combine(start, along, (piece + 0.5) / pieces);
    if (near.some(({ position, radius }) => distance(middle, position) < radius)) continue;
    const from = projection.toPage(combine(start, along, piece / pieces));
    const to = projection.toPage(combine(start, along, (piece + 1) / pieces));
    const { depth } = projection.toPage(middle);
    const tone = mixColors(color, "#ffffff", projection.fade(depth));
    const width = color === edgeColor ? 1.2 : 2;
    layers.push({
      depth,
      markup: `<path d="M${n(from.x)} ${n(from.y)}L${n(to.x)} ${n(to.y)}" stroke="${tone}" stroke-width="${width}" stroke-linecap="round"/>`,
    });
  }
  return layers;
}

/** Balls that the edge runs through; its pieces inside them are hidden. */
function atomsOnEdge(
  { atoms, sites }: CrystalDrawing,
  start: Vec3,
  end: Vec3,
): { position: Vec3; radius: number }[] {
  const along = combine(end, start, -1);
  const length2 = dot(along, along);
  return atoms
    .map(({ site, position }) => ({ position, radius: sites[site].radius }))
    .filter(({ position, radius }) => {
      const share = dot(combine(position, start, -1), along) / length2;
      const nearest = combine(start, along, Math.min(1, Math.max(0, share)));
      return distance(nearest, position) < radius;
    });
}

export function axisLabels(drawing: CrystalDrawing, projection: Projection): string[] {
  return drawing.axes.map(({ name, color, labelPosition }) => {
    const { x, y } = projection.toPage(labelPosition);
    return `<text x="${n(x)}" y="${n(y + 5)}" text-anchor="middle" font-size="17" font-weight="bold" font-style="italic" fill="${color}">${name}</text>`;
  });
}

// ---- text ---------------------------------------------------------------------------------------

export function heading({ title, subtitle }: CrystalPictureOptions): string {
  const top = `<text x="14" y="32" font-size="20">${markupToSpans(title)}</text>`;
  if (!subtitle) return top;
  return `${top}<text x="14" y="53" font-size="13" fill="${mutedColor}">${markupToSpans(subtitle)}</text>`;
}

function legend(drawing: CrystalDrawing, { width }: CrystalPictureOptions): string[] {
  const colorOf = new Map(
    drawing.sites.flatMap(({ sectors }) =>
      sectors.filter(({ symbol }) => symbol !== "").map(({ symbol, color }) => [symbol, color]),
    ),
  );
  const x = width - legendWidth(drawing) + 32;
  const balls = [...colorOf].map(([symbol, color], row) => {
    const y = 28 + 26 * row;
    const rim = mixColors(color, "#000000", 0.62);
    return (
      `<circle cx="${n(x)}" cy="${y}" r="9" fill="${color}"/>` +
      `<circle cx="${n(x)}" cy="${y}" r="9" fill="url(#gloss)" stroke="${rim}" stroke-width="0.9"/>` +
      `<text x="${n(x + 16)}" y="${y + 5}" font-size="15">${escapeXml(symbol)}</text>`
    );
  });
  return [...balls, ...markLegend(drawing, x, 28 + 26 * balls.length)];
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
