import type { CrystalDiff } from "../crystal/diff.js";
import { rowTimes, type Vec3 } from "../math/mat3.js";
import {
  type CrystalDrawing,
  cellEdges,
  type DrawnArrow,
  type DrawnAtom,
  type DrawnSite,
  describeSite,
  drawCrystal,
} from "./crystal-drawing.js";
import { drawingFigure } from "./crystal-figure.js";
import type { Figure } from "./figure.js";
import { figureCard } from "./figure-card.js";
import { formulaHtml } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";
import { combine, scale, unit, vector } from "./vectors.js";

const haloColors = { added: "#2e9e4f", removed: "#d0312d", "other species": "#7b4bc4" };
const haloOpacity = 0.32;
/** Å */
const haloWidth = 0.28;
const ghostOpacity = 0.4;
/** Å that the longest arrow has at most, beyond the ball. */
const longestArrow = 1.6;
const enlargements = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The crystal after the change: shifts as arrows, what is new, gone or replaced in a halo. */
export function diffFigure(diff: CrystalDiff): Figure {
  const { before, after } = diff;
  const formulas = [before.formula, after.formula].map(formulaHtml);
  const title = formulas[0] === formulas[1] ? formulas[0] : formulas.join(" to ");
  return drawingFigure(diffDrawing(diff), {
    title: `${title}, what changed`,
    subtitle: countsText(diff),
    text: String(diff),
  });
}

export function diffCard(diff: CrystalDiff): Promise<MimeBundle> {
  const rows = [...latticeRows(diff), ...diff.toRows()];
  const shown = rows.length > 0 ? rows : [{ change: "none", site: "", detail: "" }];
  return figureCard(diffFigure(diff), new Table(shown, {}), countsText(diff));
}

function countsText({ lattice, added, removed, moved, species, isEmpty }: CrystalDiff): string {
  if (isEmpty) return "no change";
  const counts = [
    [moved.length, "moved"],
    [added.length, "added"],
    [removed.length, "removed"],
    [species.length, "of another species"],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (lattice) {
    const percent = (100 * lattice.volumeChange).toFixed(2).replace("-", "−");
    parts.push(`volume ${lattice.volumeChange < 0 ? "" : "+"}${percent} %`);
  }
  return parts.join(" · ") || "other changes";
}

function latticeRows({ lattice, periodic }: CrystalDiff): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  if (lattice) {
    for (const name of ["a", "b", "c", "alpha", "beta", "gamma"] as const) {
      const [from, to] = [lattice.before[name], lattice.after[name]];
      if (Math.abs(from - to) <= 5e-5) continue;
      const unitText = name.length === 1 ? " Å" : "°";
      rows.push({
        change: "lattice",
        site: name,
        detail: `${from.toFixed(4)} → ${to.toFixed(4)}${unitText}`,
      });
    }
  }
  if (periodic) {
    rows.push({ change: "periodic", site: "", detail: periodic.map(String).join(" → ") });
  }
  return rows;
}

function diffDrawing(diff: CrystalDiff): CrystalDrawing {
  const { before, after, lattice } = diff;
  const base = drawCrystal(after, { style: "ball-and-stick", bonds: true, images: true });
  const marks = new SiteMarks(base);
  for (const { index } of diff.added) marks.halo(index, "added");
  for (const pair of diff.species) marks.halo(pair.after, "other species");
  for (const { index } of diff.removed) {
    const { fracPositions, periodic } = before;
    // Where it would stand in the cell as it is now.
    const fracPosition = vector((k) => {
      const value = fracPositions[3 * index + k];
      return periodic[k] ? value - Math.floor(value + 1e-3) : value;
    });
    marks.ghost(describeSite(before, index, "ball-and-stick"), {
      fracPosition,
      position: rowTimes(fracPosition, after.lattice.matrix),
    });
  }
  const hasCell = before.periodic.some(Boolean);
  return {
    ...base,
    ...marks.drawn,
    ...(diff.moved.length > 0 && { arrows: arrowsOf(diff, base) }),
    ...(lattice &&
      hasCell && { otherCell: { name: "cell before", edges: cellEdges(before.lattice.matrix) } }),
  };
}

/** Sites and atoms beside those of a drawing. */
class SiteMarks {
  private readonly base: CrystalDrawing;
  private readonly sites: DrawnSite[];
  private readonly atoms: DrawnAtom[];

  constructor(base: CrystalDrawing) {
    this.base = base;
    this.sites = [...base.sites];
    this.atoms = [...base.atoms];
  }

  get drawn(): Pick<CrystalDrawing, "sites" | "atoms"> {
    return { sites: this.sites, atoms: this.atoms };
  }

  halo(site: number, what: keyof typeof haloColors): void {
    const mark = this.sites.push(haloOf(this.sites[site], what)) - 1;
    for (const atom of this.base.atoms) {
      if (atom.site === site) this.atoms.push({ ...atom, site: mark });
    }
  }

  ghost(site: DrawnSite, place: Pick<DrawnAtom, "position" | "fracPosition">): void {
    const ghost = this.sites.push({ ...site, opacity: ghostOpacity }) - 1;
    const halo = this.sites.push(haloOf(site, "removed")) - 1;
    for (const mark of [ghost, halo]) this.atoms.push({ site: mark, ...place });
  }
}

function haloOf(site: DrawnSite, what: keyof typeof haloColors): DrawnSite {
  const color = haloColors[what];
  return {
    ...site,
    symbol: what,
    color,
    radius: site.radius + haloWidth,
    sectors: [{ symbol: what, color, from: 0, to: 1 }],
    occupantText: `${site.occupantText}, ${what}`,
    opacity: haloOpacity,
  };
}

/** From the ball of each moved site, the way it went; short ones all enlarged alike. */
function arrowsOf({ moved }: CrystalDiff, { atoms, sites }: CrystalDrawing) {
  const longest = moved.reduce((most, { distance }) => Math.max(most, distance), 0);
  const factor = enlargementFor(longest);
  const shifts = new Map(moved.map((site) => [site.after, site.vector]));
  const list = atoms.flatMap(({ site, position }): DrawnArrow[] => {
    const shift = shifts.get(site);
    return shift === undefined ? [] : [arrowFrom(position, shift, sites[site].radius, factor)];
  });
  return { name: factor === 1 ? "shift" : `shift × ${factor}`, list };
}

/** The largest round factor that leaves the longest way short enough. */
export function enlargementFor(longest: number, most: number = longestArrow): number {
  const fitting = enlargements.filter((each) => each * longest <= most * (1 + 1e-9));
  return fitting.at(-1) ?? 1;
}

export function arrowFrom(
  position: Vec3,
  shift: readonly [number, number, number],
  radius: number,
  factor: number,
): DrawnArrow {
  const along: Vec3 = [...shift];
  const from = combine(position, unit(along), 0.9 * radius);
  return { from, to: combine(from, scale(along, factor), 1) };
}
