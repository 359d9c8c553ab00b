import { dot } from "../math/vec3.js";
import { tickText, viridisHex } from "./color-scale.js";
import type { CrystalDrawing, DrawnArrow, DrawnFace } from "./crystal-drawing.js";
import type { CrystalPictureOptions, Layer, Projection } from "./crystal-svg.js";
import { arrowColor, arrowHead, arrowRadius, otherCellColor, polyhedronOpacity } from "./marks.js";
import { escapeXml, mixColors } from "./svg.js";
import { combine, scale } from "./vectors.js";
import type { ViewFrame } from "./view-frame.js";

/** What a picture shows besides atoms, sticks and cell, each with its depth. */
export function markLayers(drawing: CrystalDrawing, projection: Projection): Layer[] {
  const { faces = [], arrows, otherCell, view } = drawing;
  return [
    ...faces.map((face) => faceLayer(face, view, projection)),
    ...(arrows?.list ?? []).map((arrow) => arrowLayer(arrow, projection)),
    ...(otherCell?.edges ?? []).map(([from, to]): Layer => {
      const [start, end] = [projection.toPage(from), projection.toPage(to)];
      return {
        depth: Math.min(start.depth, end.depth),
        markup: `<path d="M${n(start.x)} ${n(start.y)}L${n(end.x)} ${n(end.y)}" ${dashes}/>`,
      };
    }),
  ];
}

const dashes = `fill="none" stroke="${otherCellColor}" stroke-width="1.2" stroke-dasharray="5 4"`;

/** Lighter from the upper left, darker below. */
export function faceTone({ color, normal }: DrawnFace, view: ViewFrame): string {
  const light = combine(combine(scale(view.toward, 0.6), view.up, 0.6), view.right, -0.5);
  const shine = dot(normal, light);
  return shine > 0
    ? mixColors(color, "#ffffff", 0.45 * shine)
    : mixColors(color, "#000000", -0.3 * shine);
}

function faceLayer(face: DrawnFace, view: ViewFrame, projection: Projection): Layer {
  const places = face.corners.map((corner) => projection.toPage(corner));
  const depth = places.reduce((sum, place) => sum + place.depth, 0) / places.length;
  const fade = projection.fade(depth);
  const fill = mixColors(faceTone(face, view), "#ffffff", fade);
  const edge = mixColors(mixColors(face.color, "#000000", 0.35), "#ffffff", fade);
  const path = places.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${n(x)} ${n(y)}`).join("");
  return {
    depth,
    markup: `<path d="${path}Z" fill="${fill}" fill-opacity="${polyhedronOpacity}" stroke="${edge}" stroke-width="0.9" stroke-linejoin="round"/>`,
  };
}

/** Half an arrow's head above what it points away from. */
function arrowLayer({ from, to }: DrawnArrow, projection: Projection): Layer {
  const [start, end] = [projection.toPage(from), projection.toPage(to)];
  const neck = projection.toPage(arrowHead(from, to));
  const width = 2 * arrowRadius * projection.scale;
  const along = { x: end.x - neck.x, y: end.y - neck.y };
  const length = Math.hypot(along.x, along.y) || 1;
  const side = { x: (-1.4 * width * along.y) / length, y: (1.4 * width * along.x) / length };
  const head = [
    `M${n(end.x)} ${n(end.y)}`,
    `L${n(neck.x + side.x)} ${n(neck.y + side.y)}`,
    `L${n(neck.x - side.x)} ${n(neck.y - side.y)}Z`,
  ].join("");
  return {
    depth: Math.max(start.depth, end.depth) + 0.05,
    markup:
      `<path d="M${n(start.x)} ${n(start.y)}L${n(neck.x)} ${n(neck.y)}" stroke="${arrowColor}" stroke-width="${n(width)}" stroke-linecap="round"/>` +
      `<path d="${head}" fill="${arrowColor}" stroke="${arrowColor}" stroke-width="0.8" stroke-linejoin="round"/>`,
  };
}

/** Rows below those of the elements. */
export function markLegend(
  { arrows, otherCell }: CrystalDrawing,
  x: number,
  top: number,
): string[] {
  const rows = [
    ...(arrows ? [{ name: arrows.name, style: `stroke="${arrowColor}" stroke-width="4"` }] : []),
    ...(otherCell ? [{ name: otherCell.name, style: dashes }] : []),
  ];
  return rows.map(({ name, style }, row) => {
    const y = top + 26 * row;
    return (
      `<path d="M${n(x - 10)} ${y}H${n(x + 10)}" ${style}/>` +
      `<text x="${n(x + 16)}" y="${y + 5}" font-size="15">${escapeXml(name)}</text>`
    );
  });
}

/** At the right, low numbers below. */
export function colorBar(
  { colorBar: bar }: CrystalDrawing,
  { width, height }: CrystalPictureOptions,
): string[] {
  if (bar === undefined) return [];
  const [x, top, tall] = [width - 70, 0.3 * height, 0.5 * height];
  const stops = Array.from({ length: 10 }, (_, i) => {
    return `<stop offset="${n(i / 9)}" stop-color="${viridisHex(i / 9)}"/>`;
  });
  const ticks = [0, 0.5, 1].map((share) => {
    const y = n(top + tall * (1 - share) + 4.5);
    const value = bar.low + (bar.high - bar.low) * share;
    const text = tickText(Math.abs(value) < 1e-9 * (bar.high - bar.low) ? 0 : value);
    return `<text x="${x + 20}" y="${y}" font-size="12">${text}</text>`;
  });
  return [
    `<defs><linearGradient id="scale" x1="0" y1="1" x2="0" y2="0">${stops.join("")}</linearGradient></defs>`,
    `<rect x="${x}" y="${n(top)}" width="14" height="${n(tall)}" fill="url(#scale)"/>`,
    `<text x="${width - 12}" y="${n(top - 12)}" font-size="13" text-anchor="end">${escapeXml(bar.title)}</text>`,
    ...ticks,
  ];
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
