import { dot } from "../math/vec3.js";
import { fontFamily, mutedColor, textColor } from "./look.js";
import { faceTone } from "./mark-svg.js";
import { type PointPatternDrawing, scaleBarLength } from "./point-pattern-drawing.js";
import { escapeXml, markupToSpans, mixColors } from "./svg.js";
import { textWidthEm } from "./text-metrics.js";
import { project } from "./view-frame.js";

export interface PointPatternPicture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
}

const edgeColor = "#8a8f98";
const tileEdgeColor = "#3d434d";
/** How far the colours behind fade into the ground. */
const fog = 0.55;
const legendRows = 12;
const tileOpacity = 0.72;
/** Pixels; a smaller ball has no light upon it. */
const smallestShaded = 1.6;

/** Of the page: where a place of the drawing lies. */
interface Page {
  readonly scale: number;
  x(value: number): number;
  y(value: number): number;
}

/** The static picture of a pattern: tiles, then cell, then points from back to front. */
export function pointPatternSvg(
  drawing: PointPatternDrawing,
  picture: PointPatternPicture,
): string {
  const { width, height } = picture;
  const page = fitToPage(drawing, picture);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...tilePaths(drawing, page),
    cellPath(drawing, page),
    ...(drawing.faceKinds.length > 0 ? bodies(drawing, page) : balls(drawing, page)),
    heading(picture),
    ...legend(drawing, picture),
    scaleBar(drawing, page, picture),
    "</svg>",
  ].join("\n");
}

/** Pixels at the right; 20 where there is nothing to name. */
function legendWidth(drawing: PointPatternDrawing): number {
  const names = legendRowsOf(drawing).map(({ name }) => name);
  if (names.length === 0) return 20;
  return 50 + 13 * names.reduce((most, name) => Math.max(most, textWidthEm(name)), 5);
}

function legendRowsOf({ tileKinds, faceKinds, pointKinds }: PointPatternDrawing) {
  const tiles = [...tileKinds, ...faceKinds].map(({ name, color }) => ({
    name,
    color,
    isTile: true,
  }));
  const kinds = pointKinds.length > 1 ? pointKinds : [];
  return [...tiles, ...kinds.map(({ name, color }) => ({ name, color, isTile: false }))];
}

function fitToPage(drawing: PointPatternDrawing, { width, height }: PointPatternPicture): Page {
  const { low, high } = drawing;
  const room = { left: 20, right: legendWidth(drawing), top: 72, bottom: 44 };
  const wide = width - room.left - room.right;
  const tall = height - room.top - room.bottom;
  const scale = Math.min(wide / (high[0] - low[0]), tall / (high[1] - low[1]));
  const [cx, cy] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return {
    scale,
    x: (value) => room.left + wide / 2 + scale * (value - cx),
    y: (value) => room.top + tall / 2 - scale * (value - cy),
  };
}

function tilePaths({ tileKinds }: PointPatternDrawing, page: Page): string[] {
  return tileKinds.map(({ color, polygons }) => {
    const path = polygons
      .map((corners) => `M${corners.map(([x, y]) => `${n(page.x(x))} ${n(page.y(y))}`).join("L")}Z`)
      .join("");
    const isLine = polygons.every((corners) => corners.length === 2);
    const edge = isLine
      ? `stroke="${color}" stroke-width="5"`
      : `stroke="${tileEdgeColor}" stroke-width="0.7"`;
    return `<path d="${path}" fill="${color}" ${edge} stroke-linejoin="round"/>`;
  });
}

function cellPath({ cellEdges, view }: PointPatternDrawing, page: Page): string {
  const path = cellEdges
    .map((edge) => {
      const [from, to] = edge.map((end) => project(view, end));
      return `M${n(page.x(from[0]))} ${n(page.y(from[1]))}L${n(page.x(to[0]))} ${n(page.y(to[1]))}`;
    })
    .join("");
  return path === ""
    ? ""
    : `<path d="${path}" fill="none" stroke="${edgeColor}" stroke-width="1.3" stroke-dasharray="5 4"/>`;
}

/** Tiles in space: hidden faces, points, and visible faces over them. */
function bodies(drawing: PointPatternDrawing, page: Page): string[] {
  const { toward } = drawing.view;
  const all = drawing.faceKinds.flatMap(({ color, faces }) =>
    faces.map((face) => {
      const places = face.corners.map((corner) => project(drawing.view, corner));
      const depth = places.reduce((sum, place) => sum + place[2], 0) / places.length;
      const path = places.map(([x, y]) => `${n(page.x(x))} ${n(page.y(y))}`).join("L");
      const tone = faceTone({ ...face, color, label: "" }, drawing.view);
      const markup = `<path d="M${path}Z" fill="${tone}" fill-opacity="${tileOpacity}" stroke="${tileEdgeColor}" stroke-width="0.8" stroke-linejoin="round"/>`;
      return { depth, markup, isVisible: dot(face.normal, toward) > 0 };
    }),
  );
  all.sort((one, other) => one.depth - other.depth);
  const part = (isVisible: boolean) =>
    all.filter((face) => face.isVisible === isVisible).map(({ markup }) => markup);
  return [...part(false), ...balls(drawing, page), ...part(true)];
}

function balls(drawing: PointPatternDrawing, page: Page): string[] {
  const { seen, pointKinds, isFlat } = drawing;
  const r = Math.max(0.7, Math.min(drawing.ballRadius * page.scale, 14));
  const all = pointKinds.flatMap(({ color, members }) => members.map((i) => ({ color, i })));
  if (isFlat) {
    return pointKinds.map(({ color, members }) => {
      const discs = members.map((i) => disc(page.x(seen[3 * i]), page.y(seen[3 * i + 1]), r));
      return `<path d="${discs.join("")}" fill="${color}"/>`;
    });
  }
  const depths = all.map(({ i }) => seen[3 * i + 2]);
  const front = depths.reduce((a, b) => Math.max(a, b), -Infinity);
  const back = depths.reduce((a, b) => Math.min(a, b), Infinity);
  return all
    .sort((one, other) => seen[3 * one.i + 2] - seen[3 * other.i + 2])
    .map(({ color, i }) => {
      const share = front > back ? (front - seen[3 * i + 2]) / (front - back) : 0;
      const fill = mixColors(color, "#ffffff", fog * share);
      const rim = mixColors(mixColors(color, "#000000", 0.5), "#ffffff", fog * share);
      const [x, y] = [page.x(seen[3 * i]), page.y(seen[3 * i + 1])];
      const light = mixColors(fill, "#ffffff", 0.55);
      if (r < smallestShaded) {
        return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"/>`;
      }
      return (
        `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" stroke="${rim}" stroke-width="0.6"/>` +
        `<circle cx="${n(x - 0.3 * r)}" cy="${n(y - 0.32 * r)}" r="${n(0.32 * r)}" fill="${light}"/>`
      );
    });
}

function disc(x: number, y: number, r: number): string {
  return `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0Z`;
}

function heading({ title, subtitle }: PointPatternPicture): string {
  const top = `<text x="14" y="32" font-size="19">${markupToSpans(title)}</text>`;
  if (!subtitle) return top;
  return `${top}<text x="14" y="53" font-size="13" fill="${mutedColor}">${markupToSpans(subtitle)}</text>`;
}

function legend(drawing: PointPatternDrawing, { width }: PointPatternPicture): string[] {
  const rows = legendRowsOf(drawing);
  if (rows.length === 0) return [];
  const left = width - legendWidth(drawing) + 22;
  const shown = rows.slice(0, legendRows).map(({ name, color, isTile }, row) => {
    const y = 90 + 22 * row;
    const x = left;
    const mark = isTile
      ? `<rect x="${n(x - 7)}" y="${y - 7}" width="14" height="14" fill="${color}" stroke="${tileEdgeColor}" stroke-width="0.7"/>`
      : `<circle cx="${n(x)}" cy="${y}" r="6" fill="${color}"/>`;
    return `${mark}<text x="${n(x + 13)}" y="${y + 5}" font-size="13">${escapeXml(name)}</text>`;
  });
  const more = rows.length - shown.length;
  if (more === 0) return shown;
  const note = `<text x="${n(left + 13)}" y="${95 + 22 * legendRows}" font-size="13" fill="${mutedColor}">+ ${more} more</text>`;
  return [...shown, note];
}

function scaleBar(
  drawing: PointPatternDrawing,
  page: Page,
  { height }: PointPatternPicture,
): string {
  const length = scaleBarLength(drawing);
  const [y, end] = [height - 18, 20 + length * page.scale];
  return (
    `<path d="M20 ${y - 4}V${y}H${n(end)}V${y - 4}" fill="none" stroke="${textColor}" stroke-width="1.4"/>` +
    `<text x="${n(end + 8)}" y="${y + 3}" font-size="13">${length} Å</text>`
  );
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
