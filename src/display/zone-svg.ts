import type { Vec3 } from "../math/mat3.js";
import { dot } from "../math/vec3.js";
import type { CrystalDrawing, DrawnFace } from "./crystal-drawing.js";
import { axisLabels, type CrystalPictureOptions, fitToPage, heading } from "./crystal-svg.js";
import { fontFamily, textColor } from "./look.js";
import { faceTone } from "./mark-svg.js";
import { escapeXml } from "./svg.js";
import { scale } from "./vectors.js";

interface ZonePictureOptions extends CrystalPictureOptions {
  /** Name of the point at the centre; empty for none. */
  readonly center: string;
}

const edgeColor = "#4a505a";
const hiddenEdgeColor = "#9aa0a8";
const axisWidth = 2.2;
const frontOpacity = 0.62;

/**
 * The static picture of a zone: a convex body is its hidden faces, what lies within, and its visible
 * faces, in this order.
 */
export function zoneSvg(
  drawing: CrystalDrawing,
  faces: readonly DrawnFace[],
  options: ZonePictureOptions,
): string {
  const { width, height } = options;
  const { toward } = drawing.view;
  const projection = fitToPage(drawing, options);
  const visible = faces.filter(({ normal }) => dot(normal, toward) > 1e-6);
  const point = (position: Vec3) => {
    const { x, y } = projection.toPage(position);
    return `${n(x)} ${n(y)}`;
  };
  const line = (from: Vec3, to: Vec3, style: string) =>
    `<path d="M${point(from)}L${point(to)}" fill="none" stroke-linecap="round" ${style}/>`;
  const axes = drawing.axes.map(({ end, color }) => {
    const leaves = scale(end, exitShare(end, faces));
    const style = `stroke="${color}" stroke-width="${axisWidth}"`;
    return {
      isNear: dot(end, toward) > 0,
      inside: line([0, 0, 0], leaves, style),
      outside: dot(leaves, leaves) < dot(end, end) ? line(leaves, end, style) : "",
    };
  });
  const edges = drawing.cellEdges.map(([from, to]) => {
    const isVisible = visible.some(({ corners }) => isOn(corners, from) && isOn(corners, to));
    const style = isVisible
      ? `stroke="${edgeColor}" stroke-width="1.6"`
      : `stroke="${hiddenEdgeColor}" stroke-width="1" stroke-dasharray="4 4"`;
    return { isVisible, markup: line(from, to, style) };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...axes.filter(({ isNear }) => !isNear).map(({ outside }) => outside),
    ...edges.filter(({ isVisible }) => !isVisible).map(({ markup }) => markup),
    ...axes.map(({ inside }) => inside),
    centerMarkup(options.center, projection.toPage([0, 0, 0])),
    ...visible.map((face) => faceMarkup(face, drawing, point)),
    ...edges.filter(({ isVisible }) => isVisible).map(({ markup }) => markup),
    ...axes.filter(({ isNear }) => isNear).map(({ outside }) => outside),
    ...axisLabels(drawing, projection),
    heading(options),
    "</svg>",
  ].join("\n");
}

function centerMarkup(name: string, { x, y }: { x: number; y: number }): string {
  if (name === "") return "";
  const dot = `<circle cx="${n(x)}" cy="${n(y)}" r="3.5"/>`;
  return `${dot}<text x="${n(x - 14)}" y="${n(y - 4)}" font-size="16">${escapeXml(name)}</text>`;
}

function faceMarkup(
  face: DrawnFace,
  { view }: CrystalDrawing,
  point: (position: Vec3) => string,
): string {
  const path = face.corners.map((corner, i) => `${i === 0 ? "M" : "L"}${point(corner)}`).join("");
  return `<path d="${path}Z" fill="${faceTone(face, view)}" fill-opacity="${frontOpacity}"/>`;
}

/** Share of the way at which a vector from the centre leaves the body; 1 where it ends inside. */
function exitShare(end: Vec3, faces: readonly DrawnFace[]): number {
  return faces.reduce((share, { corners, normal }) => {
    const along = dot(end, normal);
    return along > 0 ? Math.min(share, dot(corners[0], normal) / along) : share;
  }, 1);
}

function isOn(corners: readonly Vec3[], point: Vec3): boolean {
  return corners.some((corner) => corner.every((value, k) => value === point[k]));
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
