import type { Bonds } from "../bonding/bonds.js";
import { electronegativity } from "../bonding/data/electronegativities.js";
import type { CoordinationPolyhedron } from "../bonding/polyhedra.js";
import type { Crystal } from "../crystal/crystal.js";
import { rowTimes } from "../math/mat3.js";
import { type CrystalDrawing, type DrawnAtom, describeSite } from "./crystal-drawing.js";
import { crystalFigure, drawingFigure } from "./crystal-figure.js";
import { drawnPolyhedron } from "./drawn-polyhedra.js";
import type { Figure } from "./figure.js";
import { figureCard } from "./figure-card.js";
import { formulaHtml } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";
import { combine, vector } from "./vectors.js";
import { defaultView } from "./view-frame.js";

/** The crystal with these bonds as its sticks. */
export function bondsFigure(found: Bonds): Figure {
  const { crystal, method } = found;
  return crystalFigure(crystal, {
    bonds: found,
    title: `${formulaHtml(crystal.formula)}, bonds by ${method}`,
  });
}

export function bondsCard(found: Bonds): Promise<MimeBundle> {
  return figureCard(bondsFigure(found), bondTable(found), String(found));
}

/** Lengths by pair of species; a bond that only one of its ends counts is one. */
function bondTable({ crystal, i, j, shift, distance }: Bonds): Table {
  const lengths = new Map<string, Map<string, number>>();
  const symbol = (site: number) => crystal.kinds[crystal.kindOfSite[site]][0].species.symbol;
  for (let n = 0; n < i.length; n++) {
    const [a, b, c] = shift.subarray(3 * n, 3 * n + 3);
    const there = `${i[n]} ${j[n]} ${a} ${b} ${c}`;
    const back = `${j[n]} ${i[n]} ${0 - a} ${0 - b} ${0 - c}`;
    const pair = [i[n], j[n]]
      .sort((one, other) => attraction(crystal.numbers[one]) - attraction(crystal.numbers[other]))
      .map(symbol)
      .join("-");
    const list = lengths.get(pair) ?? new Map<string, number>();
    list.set(there < back ? there : back, distance[n]);
    lengths.set(pair, list);
  }
  const rows = [...lengths].sort().map(([pair, list]) => {
    const values = [...list.values()];
    const sum = values.reduce((total, value) => total + value, 0);
    return {
      pair,
      bonds: values.length,
      "shortest (Å)": values.reduce((a, b) => Math.min(a, b)),
      "mean (Å)": sum / values.length,
      "longest (Å)": values.reduce((a, b) => Math.max(a, b)),
    };
  });
  return new Table(rows, { title: "Bonds in the cell" });
}

/** The more electropositive element of a pair comes first, as in a formula. */
function attraction(number: number): number {
  return electronegativity(number) ?? number;
}

/** Translucent bodies on the crystal that they belong to. */
export function polyhedraFigure(list: readonly CoordinationPolyhedron[]): Figure {
  const { crystal } = list[0];
  return crystalFigure(crystal, {
    polyhedra: list,
    title: `${formulaHtml(crystal.formula)}, coordination polyhedra`,
  });
}

export function polyhedraCard(
  list: readonly CoordinationPolyhedron[],
): MimeBundle | Promise<MimeBundle> {
  if (list.length === 0) return { "text/plain": "no polyhedra" };
  const names = list.length === 1 ? "1 polyhedron" : `${list.length} polyhedra`;
  return figureCard(polyhedraFigure(list), polyhedraTable(list), names);
}

function polyhedraTable(list: readonly CoordinationPolyhedron[]): Table {
  const rows = list.map((each) => ({
    center: each.crystal.labels[each.center],
    shape: each.shape ?? `${each.cornerCount} corners`,
    "shape measure": each.shapeMeasure,
    corners: cornerText(each),
    "mean distance (Å)": each.meanDistance,
    "volume (Å³)": each.volume,
    Δ: each.bondLengthDistortion,
  }));
  return new Table(rows, { title: "Coordination polyhedra" });
}

/** "O 6", "O 4, F 2" */
function cornerText({ crystal, corners }: CoordinationPolyhedron): string {
  const counts = new Map<string, number>();
  for (const { site } of corners) {
    const { symbol } = crystal.kinds[crystal.kindOfSite[site]][0].species;
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  return [...counts].map(([symbol, count]) => `${symbol} ${count}`).join(", ");
}

/** One polyhedron alone: its centre, its corners and the sticks to them. */
export function polyhedronFigure(polyhedron: CoordinationPolyhedron): Figure {
  const { crystal, center, shape, cornerCount, meanDistance } = polyhedron;
  const title = `${shape ?? `${cornerCount} corners`} about ${crystal.labels[center]}`;
  const words = {
    title: `${title[0].toUpperCase()}${title.slice(1)}`,
    subtitle: `${cornerText(polyhedron)} · mean distance ${meanDistance.toFixed(4)} Å · volume ${polyhedron.volume.toFixed(3)} Å³`,
    text: String(polyhedron),
  };
  return drawingFigure(polyhedronDrawing(polyhedron), words);
}

export function polyhedronCard(polyhedron: CoordinationPolyhedron): Promise<MimeBundle> {
  const { crystal, corners } = polyhedron;
  const rows = corners.map(({ site, shift, distance }) => ({
    corner: crystal.labels[site],
    cell: shift,
    "distance (Å)": distance,
  }));
  return figureCard(polyhedronFigure(polyhedron), new Table(rows, {}), factsText(polyhedron));
}

function factsText(polyhedron: CoordinationPolyhedron): string {
  const { shapeMeasure, volume, angleVariance, quadraticElongation } = polyhedron;
  const facts = [
    shapeMeasure === undefined ? "" : `shape measure ${shapeMeasure.toFixed(4)}`,
    `volume ${volume.toFixed(4)} Å³`,
    angleVariance === undefined ? "" : `angle variance ${angleVariance.toFixed(3)}°²`,
    quadraticElongation === undefined ? "" : `elongation ${quadraticElongation.toFixed(4)}`,
  ];
  return `${polyhedron}\n${facts.filter((fact) => fact !== "").join(", ")}`;
}

function polyhedronDrawing(polyhedron: CoordinationPolyhedron): CrystalDrawing {
  const { crystal, center, corners, vectors } = polyhedron;
  const origin = fracOf(crystal, center);
  const place = rowTimes(origin, crystal.lattice.matrix);
  const atoms: DrawnAtom[] = [
    { site: center, position: place, fracPosition: origin },
    ...corners.map(({ site, shift }, i) => {
      const at = fracOf(crystal, site);
      return {
        site,
        position: combine(place, vectors[i], 1),
        fracPosition: vector((k) => at[k] + shift[k]),
      };
    }),
  ];
  const used = new Set(atoms.map(({ site }) => site));
  const blank = {
    label: "",
    symbol: "",
    color: "#ffffff",
    radius: 0,
    sectors: [],
    occupantText: "",
  };
  return {
    formula: crystal.formula,
    sites: crystal.sites.map((_, site) =>
      used.has(site) ? describeSite(crystal, site, "ball-and-stick") : blank,
    ),
    atoms,
    bonds: corners.map((_, i) => [0, i + 1] as const),
    cellEdges: [],
    cellOrigin: [0, 0, 0],
    axes: [],
    view: defaultView(crystal),
    detail: "solid",
    note: undefined,
    faces: drawnPolyhedron(polyhedron, place),
  };
}

function fracOf({ fracPositions }: Crystal, site: number) {
  return vector((k) => fracPositions[3 * site + k]);
}
