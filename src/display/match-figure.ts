import type { Crystal } from "../crystal/crystal.js";
import { determinant, inverse, rowTimes, type Vec3 } from "../math/mat3.js";
import type { StructureGroups } from "../recognition/match/group-structures.js";
import type { StructureMatch } from "../recognition/match/match-structures.js";
import {
  type CrystalDrawing,
  type DrawnArrow,
  type DrawnAtom,
  type DrawnSite,
  describeSite,
  drawCrystal,
} from "./crystal-drawing.js";
import { drawingFigure } from "./crystal-figure.js";
import { cellText } from "./crystal-text.js";
import { arrowFrom, enlargementFor } from "./diff-figure.js";
import type { Figure } from "./figure.js";
import { figureCard } from "./figure-card.js";
import { formulaHtml } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";
import { combine, vector } from "./vectors.js";

const overlayColor = "#2f7fd1";
const overlayOpacity = 0.3;
/** Å; a shorter shift is none. */
const noShift = 1e-3;
/** Images of the smaller cell that are laid over the larger one. */
const mostImages = 2000;

/** x' = x · matrix + translation, on rows of fractional coordinates. */
interface Change {
  readonly matrix: ArrayLike<number>;
  readonly translation: readonly number[];
}

/** Both structures in the larger of the two cells, which is brought to a strain of zero. */
interface Overlay {
  readonly base: Crystal;
  readonly over: Crystal;
  readonly toBase: Change;
}

/** One structure with the other laid over it in blue, and arrows to where that one's atoms lie. */
export function matchFigure(match: StructureMatch): Figure {
  const { first, second, rms, transformation } = match;
  if (transformation === undefined || rms === undefined) {
    return drawingFigure(
      drawCrystal(first, { style: "ball-and-stick", bonds: true, images: true }),
      {
        title: `${formulaHtml(first.formula)} and ${formulaHtml(second.formula)}: no match`,
        subtitle: `the first of the two; ${match.reason}`,
        text: String(match),
      },
    );
  }
  const overlay = overlayOf(first, second, transformation);
  const edge = Math.cbrt(overlay.base.lattice.volume / overlay.base.siteCount);
  const verdict = match.matches ? "match" : `no match: ${match.reason}`;
  return drawingFigure(overlayDrawing(overlay), {
    title: `${formulaHtml(overlay.base.formula)} and ${formulaHtml(overlay.over.formula)}: ${verdict}`,
    subtitle: `rms ${rms.toFixed(4)} of ${edge.toFixed(3)} Å a site, largest ${match.maxDistance?.toFixed(4)} · in the cell of the ${overlay.base === first ? "first" : "second"}`,
    text: String(match),
  });
}

export function matchCard(match: StructureMatch): Promise<MimeBundle> {
  return figureCard(matchFigure(match), matchTable(match), String(match));
}

function matchTable({ first, second, mapping, transformation }: StructureMatch): Table {
  if (mapping === undefined || transformation === undefined) {
    return new Table([first, second].map(factsOf), {});
  }
  const kind = (crystal: Crystal, site: number) =>
    crystal.kinds[crystal.kindOfSite[site]].map(({ species }) => String(species)).join(", ");
  const rows = Array.from(mapping, (other, site) => ({
    first: first.labels[site],
    "species 1": kind(first, site),
    second: second.labels[other],
    "species 2": kind(second, other),
    "distance (Å)": second.lattice.distance(
      changed(fracOf(first, site), transformation),
      fracOf(second, other),
    ),
  }));
  return new Table(rows, { title: "Sites, in the cell of the second", maxRows: 40 });
}

function factsOf(crystal: Crystal) {
  return {
    formula: crystal.formula,
    sites: crystal.siteCount,
    cell: cellText(crystal.lattice.parameters),
    "volume a site (Å³)": crystal.lattice.volume / crystal.siteCount,
  };
}

function overlayOf(first: Crystal, second: Crystal, change: Change): Overlay {
  if (Math.abs(determinant(change.matrix)) <= 1 + 1e-6) {
    return { base: second, over: first, toBase: change };
  }
  const matrix = inverse(change.matrix);
  const translation = rowTimes(change.translation, matrix).map((value) => 0 - value);
  return { base: first, over: second, toBase: { matrix, translation } };
}

function overlayDrawing(overlay: Overlay): CrystalDrawing {
  const { base, over } = overlay;
  const plain = drawCrystal(base, { style: "ball-and-stick", bonds: true, images: true });
  const name = `${over.formula}, laid over`;
  const sites = [
    ...plain.sites,
    ...over.sites.map((_, site) => overlaidSite(describeSite(over, site, "ball-and-stick"), name)),
  ];
  const images = overlaidAtoms(overlay);
  const places = images.map((image) => nearestTo(image, plain));
  const shifts = places.map(({ shift }) => Math.hypot(...shift));
  const longest = shifts.reduce((most, shift) => Math.max(most, shift), 0);
  const factor = enlargementFor(longest);
  const list = places.flatMap(({ shift, atom }, n): DrawnArrow[] => {
    if (shifts[n] < noShift || atom === undefined) return [];
    return [arrowFrom(atom.position, shift, plain.sites[atom.site].radius, factor)];
  });
  const atoms = images.map((atom) => ({ ...atom, site: plain.sites.length + atom.site }));
  return {
    ...plain,
    sites,
    atoms: [...plain.atoms, ...atoms],
    ...(list.length > 0 && {
      arrows: { name: factor === 1 ? "shift" : `shift × ${factor}`, list },
    }),
  };
}

function overlaidSite(site: DrawnSite, name: string): DrawnSite {
  return {
    ...site,
    symbol: name,
    color: overlayColor,
    radius: 1.35 * site.radius,
    sectors: [{ symbol: name, color: overlayColor, from: 0, to: 1 }],
    opacity: overlayOpacity,
  };
}

/** Every image of the overlaid structure's sites in the cell of the other. */
function overlaidAtoms({ base, over, toBase }: Overlay): DrawnAtom[] {
  const back = inverse(toBase.matrix);
  const corners = Array.from({ length: 8 }, (_, bits) =>
    rowTimes(
      [0, 1, 2].map((k) => ((bits >> k) & 1) - toBase.translation[k]),
      back,
    ),
  );
  const bound = (k: number, sign: 1 | -1) =>
    sign * corners.reduce((most, corner) => Math.max(most, sign * corner[k]), -Infinity);
  const low = vector((k) => Math.floor(bound(k, -1)) - 1);
  const high = vector((k) => Math.ceil(bound(k, 1)) + 1);
  const atoms = new Map<string, DrawnAtom>();
  for (let site = 0; site < over.siteCount; site++) {
    const at = fracOf(over, site).map((value) => value - Math.floor(value));
    for (let a = low[0]; a <= high[0]; a++) {
      for (let b = low[1]; b <= high[1]; b++) {
        for (let c = low[2]; c <= high[2]; c++) {
          const x = changed([at[0] + a, at[1] + b, at[2] + c], toBase);
          // The half-open cell, with what stands a little before its border.
          if (x.some((value) => value < -0.02 || value >= 0.98)) continue;
          const key = `${site} ${x.map((value) => Math.round(value * 1e4))}`;
          if (atoms.size >= mostImages) return [...atoms.values()];
          atoms.set(key, { site, fracPosition: x, position: rowTimes(x, base.lattice.matrix) });
        }
      }
    }
  }
  return [...atoms.values()];
}

/** Of the drawn atoms of the base, and the way from it. */
function nearestTo(
  image: DrawnAtom,
  { atoms }: CrystalDrawing,
): { atom: DrawnAtom | undefined; shift: Vec3 } {
  let best: { atom: DrawnAtom | undefined; shift: Vec3 } = { atom: undefined, shift: [0, 0, 0] };
  let least = Number.POSITIVE_INFINITY;
  for (const atom of atoms) {
    const shift = combine(image.position, atom.position, -1);
    const length = Math.hypot(...shift);
    if (length >= least) continue;
    least = length;
    best = { atom, shift };
  }
  return best;
}

function changed(x: readonly number[], { matrix, translation }: Change): Vec3 {
  const [a, b, c] = rowTimes(x, matrix);
  return [a + translation[0], b + translation[1], c + translation[2]];
}

function fracOf({ fracPositions }: Crystal, site: number): Vec3 {
  return vector((k) => fracPositions[3 * site + k]);
}

/** One row a group; the first of its structures stands for it. */
export function groupsTable({ groups, structures, groupOf }: StructureGroups): MimeBundle {
  const rows = groups.map((members, group) => {
    const crystal = structures[members[0]];
    return {
      group,
      structures: members.length,
      indices: listText(members),
      formula: crystal.formula,
      sites: crystal.siteCount,
      "volume a site (Å³)": crystal.lattice.volume / crystal.siteCount,
    };
  });
  const title = `${groupOf.length} structures in ${groups.length} groups`;
  return new Table(rows, { title }).toMimeBundle();
}

function listText(indices: readonly number[]): string {
  const shown = indices.slice(0, 12).join(", ");
  return indices.length > 12 ? `${shown} and ${indices.length - 12} more` : shown;
}
