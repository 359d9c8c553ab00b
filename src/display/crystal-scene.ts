import type { Vec3 } from "../math/mat3.js";
import {
  type CrystalDrawing,
  type DrawnAtom,
  type DrawnSite,
  type Sector,
  stickRadius,
} from "./crystal-drawing.js";
import { type Extent, extentOf } from "./extent.js";
import { legendWidth, usualLegendWidth } from "./legend-width.js";
import { look, textColor } from "./look.js";
import { markTraces } from "./mark-scene.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import { coordinates, join, meshTrace, moved, round, segments, xyz } from "./scene-parts.js";
import { geodesicSphere, type Solid, sphereSector, tube } from "./solids.js";
import { combine, scale } from "./vectors.js";
import type { ViewFrame } from "./view-frame.js";

/** Fewer atoms get rounder ones, so that no scene weighs much more than 150 kB. */
const sphereFrequencies: readonly { readonly atoms: number; readonly frequency: number }[] = [
  { atoms: 6, frequency: 6 },
  { atoms: 16, frequency: 4 },
  { atoms: 60, frequency: 3 },
  { atoms: Number.POSITIVE_INFINITY, frequency: 2 },
];
const outlineColor = "rgba(0,0,0,0.45)";
const markerScale = 87;
const edgeColor = "#8a8f98";
/** Pixels. */
const sceneTop = 56;
const sceneWidth = 640;
const sceneHeight = 520;

/** The 3D scene of a crystal as Plotly traces. Lengths in Å. */
export function sceneTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  const atoms = drawing.detail === "solid" ? sphereTraces(drawing) : markerTraces(drawing);
  const bonds = drawing.detail === "solid" ? tubeTraces(drawing) : lineTraces(drawing);
  return [
    ...legendTraces(drawing),
    ...atoms,
    ...bonds,
    ...cellTraces(drawing),
    ...markTraces(drawing),
  ];
}

export function sceneLayout(
  drawing: CrystalDrawing,
  text: { readonly title: string; readonly subtitle: string },
): PlotlyLayout {
  const extent = extentOf(drawing);
  const { center, radius } = extent;
  const share = sceneShare(drawing);
  const side = cubeSize(extent, share);
  const hidden = (k: number) => ({
    visible: false,
    range: [round(center[k] - radius), round(center[k] + radius)],
  });
  return {
    ...look(text.title, text.subtitle),
    width: sceneWidth,
    height: sceneHeight,
    margin: { l: 0, r: 0, t: sceneTop, b: 0 },
    paper_bgcolor: "#ffffff",
    legend: {
      itemsizing: "constant",
      x: 0.99,
      xanchor: "right",
      y: 0.98,
      font: { size: 14 },
      bgcolor: "rgba(255,255,255,0)",
    },
    hoverlabel: { bgcolor: "#ffffff", bordercolor: edgeColor, font: { color: textColor } },
    scene: {
      domain: { x: [0, share] },
      // Three equal ranges on a cube: undistorted.
      aspectmode: "manual",
      aspectratio: { x: side, y: side, z: side },
      xaxis: hidden(0),
      yaxis: hidden(1),
      zaxis: hidden(2),
      camera: camera(drawing.view),
    },
  };
}

/**
 * Side of the scene's cube, in the units of Plotly's camera of which the view is 2 high, such that
 * the first view fills the page.
 */
function cubeSize({ half: [halfWidth, halfHeight], radius }: Extent, share: number): number {
  // The legend covers the outer part of the width.
  const aspect = (0.86 * share * sceneWidth) / (sceneHeight - sceneTop);
  return round(1.9 * radius * Math.min(1 / halfHeight, aspect / halfWidth));
}

/** Of the width, what a legend of long names leaves. */
function sceneShare(drawing: CrystalDrawing): number {
  return round(1 - (legendWidth(drawing) - usualLegendWidth) / sceneWidth);
}

function camera({ toward, up }: ViewFrame): PlotlyLayout {
  return {
    projection: { type: "orthographic" },
    eye: xyz(scale(toward, 1.5)),
    up: xyz(up),
    center: { x: 0, y: 0, z: 0 },
  };
}

/** Traces without points: a disc for each element, outlined so that white hydrogen shows. */
function legendTraces({ sites }: CrystalDrawing): PlotlyTrace[] {
  const colorOf = new Map(
    sites.flatMap(({ sectors }) => sectors.map(({ symbol, color }) => [symbol, color])),
  );
  colorOf.delete("");
  return [...colorOf].map(([symbol, color]) => ({
    type: "scatter3d",
    mode: "markers",
    name: symbol,
    legendgroup: symbol,
    x: [null],
    y: [null],
    z: [null],
    marker: { color, size: 12, line: { color: outlineColor, width: 1 } },
  }));
}

// ---- atoms --------------------------------------------------------------------------------------

/** One trace a site, its images included, so that one hover text serves all its vertices. */
function sphereTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  const frequency = ballFrequency(drawing);
  const sphere = geodesicSphere(frequency);
  return [...bySite(drawing)].flatMap(([index, atoms]) => {
    const site = drawing.sites[index];
    const clear = site.opacity === undefined ? {} : { opacity: site.opacity };
    return site.sectors.map((sector) => {
      const whole = site.sectors.length === 1;
      const part = whole ? sphere : facing(drawing.view, sector, 5 * frequency);
      const solid = join(atoms.map(({ position }) => moved(part, position, site.radius)));
      return {
        ...meshTrace(solid, sector.color),
        ...clear,
        name: sector.symbol,
        legendgroup: sector.symbol,
        showlegend: false,
        hovertemplate: `${hoverText(site, atoms[0])}<extra></extra>`,
      };
    });
  });
}

export function ballFrequency({ atoms }: CrystalDrawing): number {
  return sphereFrequencies.find((entry) => atoms.length <= entry.atoms)!.frequency;
}

/** A sector whose pole points at the beholder, so that shares look like those of a pie chart. */
function facing({ right, up, toward }: ViewFrame, sector: Sector, segments: number): Solid {
  const { vertices, triangles } = sphereSector(sector.from, sector.to, segments);
  return {
    vertices: vertices.map(([x, y, z]) => combine(combine(scale(up, x), right, y), toward, z)),
    triangles,
  };
}

function bySite(drawing: CrystalDrawing): Map<number, DrawnAtom[]> {
  const groups = new Map<number, DrawnAtom[]>();
  for (const atom of drawing.atoms) addTo(groups, atom.site, atom);
  return groups;
}

/** Of a marker that covers the disc of a ball of 1 Å, measured in a scene of the default size. */
export function markerPixels(drawing: CrystalDrawing): number {
  const extent = extentOf(drawing);
  return (markerScale * cubeSize(extent, sceneShare(drawing))) / extent.radius;
}

/** One trace an element: points of fixed size, for structures of many atoms. */
function markerTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  const pixels = markerPixels(drawing);
  const groups = new Map<string, DrawnAtom[]>();
  for (const atom of drawing.atoms) {
    const { symbol, color, opacity } = drawing.sites[atom.site];
    addTo(groups, [symbol, color, opacity].join(), atom);
  }
  return [...groups.values()].map((atoms) => {
    const { symbol, color, radius, opacity = 1 } = drawing.sites[atoms[0].site];
    return {
      type: "scatter3d",
      mode: "markers",
      name: symbol,
      legendgroup: symbol,
      showlegend: false,
      ...coordinates(atoms.map(({ position }) => position)),
      text: atoms.map((atom) => hoverText(drawing.sites[atom.site], atom)),
      hovertemplate: "%{text}<extra></extra>",
      marker: {
        color,
        size: round(Math.max(2, pixels * radius)),
        line: { color: outlineColor, width: 0.5 },
        opacity,
      },
    };
  });
}

function hoverText(site: DrawnSite, { fracPosition }: DrawnAtom): string {
  const [x, y, z] = fracPosition.map((value) => value.toFixed(4).replace("-", "−"));
  return `<b>${escapeHtml(site.label)}</b>  ${site.occupantText}<br>x ${x}, y ${y}, z ${z}`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

// ---- bonds --------------------------------------------------------------------------------------

/** The halves of every bond with the colour of their own end. */
function halves(drawing: CrystalDrawing): Map<string, { site: DrawnSite; ends: [Vec3, Vec3] }[]> {
  const groups = new Map<string, { site: DrawnSite; ends: [Vec3, Vec3] }[]>();
  for (const [first, second] of drawing.bonds) {
    const from = drawing.atoms[first];
    const to = drawing.atoms[second];
    const middle = scale(combine(from.position, to.position, 1), 0.5);
    for (const atom of [from, to]) {
      const site = drawing.sites[atom.site];
      addTo(groups, `${site.symbol} ${site.color}`, { site, ends: [atom.position, middle] });
    }
  }
  return groups;
}

function tubeTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  const sides = 3 * ballFrequency(drawing);
  return [...halves(drawing).values()].map((group) => ({
    ...meshTrace(
      join(group.map(({ ends: [start, end] }) => tube(start, end, stickRadius, sides))),
      group[0].site.color,
    ),
    name: group[0].site.symbol,
    legendgroup: group[0].site.symbol,
    showlegend: false,
    hoverinfo: "skip",
  }));
}

function lineTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  return [...halves(drawing).values()].map((group) => ({
    type: "scatter3d",
    mode: "lines",
    name: group[0].site.symbol,
    legendgroup: group[0].site.symbol,
    showlegend: false,
    hoverinfo: "skip",
    ...segments(group.map(({ ends }) => ends)),
    line: { color: group[0].site.color, width: 4 },
  }));
}

// ---- cell ---------------------------------------------------------------------------------------

function cellTraces(drawing: CrystalDrawing): PlotlyTrace[] {
  if (drawing.cellEdges.length === 0) return [];
  const plain = { type: "scatter3d", showlegend: false, hoverinfo: "skip" };
  const edges = {
    ...plain,
    name: "cell",
    mode: "lines",
    ...segments(drawing.cellEdges),
    line: { color: edgeColor, width: 2 },
  };
  const axes = drawing.axes.map(({ name, color, end }) => ({
    ...plain,
    name,
    mode: "lines",
    ...segments([[drawing.cellOrigin, end]]),
    line: { color, width: 4 },
  }));
  const labels = {
    ...plain,
    name: "axes",
    mode: "text",
    ...coordinates(drawing.axes.map(({ labelPosition }) => labelPosition)),
    text: drawing.axes.map(({ name }) => `<b>${name}</b>`),
    textfont: { color: drawing.axes.map(({ color }) => color), size: 16 },
  };
  return [edges, ...axes, labels];
}

function addTo<Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
