import type { Bonds } from "../bonding/bonds.js";
import type { CoordinationPolyhedron } from "../bonding/polyhedra.js";
import type { Crystal } from "../crystal/crystal.js";
import { covalentRadius } from "../crystal/data/covalent-radii.js";
import { rowTimes, type Vec3 } from "../math/mat3.js";
import {
  type BondedSite,
  bondedSites,
  completesCenter,
  givenBonds,
  wrappedShift,
} from "./bonds.js";
import { elementColor } from "./data/element-colors.js";
import { drawnPolyhedron } from "./drawn-polyhedra.js";
import { combine, distance, unit, vector } from "./vectors.js";
import { defaultView, project, type ViewFrame } from "./view-frame.js";

/** Balls and sticks, or balls of full covalent radius, so that bonded atoms touch. */
export type CrystalStyle = "ball-and-stick" | "spacefill";

export interface CrystalDrawingOptions {
  readonly style: CrystalStyle;
  readonly bonds: boolean;
  readonly images: boolean;
  /** Sticks of these in place of those by radii. */
  readonly found?: Bonds | undefined;
  readonly polyhedra?: readonly CoordinationPolyhedron[] | undefined;
}

/** A site, or one of its images on another face of the cell or beyond it. */
export interface DrawnAtom {
  readonly site: number;
  readonly position: Vec3;
  readonly fracPosition: Vec3;
}

/** Share of a sphere that is painted in one colour; a vacancy is a share without a symbol. */
export interface Sector {
  readonly symbol: string;
  readonly color: string;
  /** Of a full turn. */
  readonly from: number;
  readonly to: number;
}

export interface DrawnSite {
  readonly label: string;
  /** The main occupant, which gives legend, size and bonds. */
  readonly symbol: string;
  readonly color: string;
  /** Å */
  readonly radius: number;
  readonly sectors: readonly Sector[];
  /** "Si4+", "Mg 90 %, Fe 10 %" */
  readonly occupantText: string;
  /** Below 1 for what is not there now, or marks what is. Default 1. */
  readonly opacity?: number;
}

/** A face of a translucent body. */
export interface DrawnFace {
  /** Counter-clockwise seen from outside. */
  readonly corners: readonly Vec3[];
  readonly normal: Vec3;
  readonly color: string;
  readonly label: string;
}

/** Which way something went, or is to go. */
export interface DrawnArrow {
  readonly from: Vec3;
  readonly to: Vec3;
}

/** Numbers by colour. */
export interface ColorBar {
  readonly title: string;
  readonly low: number;
  readonly high: number;
}

export interface CellAxis {
  readonly name: string;
  readonly color: string;
  readonly end: Vec3;
  readonly labelPosition: Vec3;
}

/** Everything that the interactive scene and the static picture of a crystal both draw. */
export interface CrystalDrawing {
  readonly formula: string;
  readonly sites: readonly DrawnSite[];
  readonly atoms: readonly DrawnAtom[];
  /** Pairs of indices into `atoms`. */
  readonly bonds: readonly (readonly [number, number])[];
  readonly cellEdges: readonly (readonly [Vec3, Vec3])[];
  readonly cellOrigin: Vec3;
  readonly axes: readonly CellAxis[];
  readonly view: ViewFrame;
  /** Spheres and cylinders, or markers and lines where those would be too heavy. */
  readonly detail: "solid" | "flat";
  /** What is not drawn, if anything. */
  readonly note: string | undefined;
  readonly faces?: readonly DrawnFace[];
  readonly arrows?: { readonly name: string; readonly list: readonly DrawnArrow[] };
  /** Of another cell, dashed. */
  readonly otherCell?: {
    readonly name: string;
    readonly edges: readonly (readonly [Vec3, Vec3])[];
  };
  readonly colorBar?: ColorBar;
}

/** Å. */
export const stickRadius = 0.11;
/** Above this number of atoms a scene of spheres weighs megabytes; markers are drawn instead. */
export const solidLimit = 200;
/** Above this number of sites the rest is left out, with a note. */
export const siteLimit = 5000;
/** Above this number of sites neither images nor sticks could be told apart. */
const imageLimit = 2000;
/** Fraction of a cell vector within which an atom counts as lying on the border. */
const borderTolerance = 1e-3;
const smallestBall = 0.22;
const vacancyColor = "#ffffff";

/**
 * Chooses what to draw: sites wrapped into the cell, their copies on opposite faces, edges and
 * corners, neighbours that complete a molecule or a covalent polyhedron, and the sticks between
 * them.
 */
export function drawCrystal(crystal: Crystal, options: CrystalDrawingOptions): CrystalDrawing {
  const wrapped = wrappedPositions(crystal);
  const sites = shownSites(crystal, wrapped);
  const isCrowded = sites.length > imageLimit;
  const neighbors =
    isCrowded || !(options.bonds || options.images)
      ? sites.map(() => [])
      : options.found
        ? givenBonds(crystal, wrapped, options.found)
        : bondedSites(crystal, wrapped);
  const atoms = placeAtoms(crystal, wrapped, sites, neighbors, options);
  const faces = placePolyhedra(crystal, wrapped, atoms, options.polyhedra ?? []);
  const hasCell = crystal.periodic.some(Boolean);
  const view = defaultView(crystal);
  const drawnSites = crystal.sites.map((_, i) => describeSite(crystal, i, options.style));
  const radiusAt = (corner: Vec3) =>
    Math.max(
      0,
      ...atoms.list
        .filter(({ position }) => distance(position, corner) < 0.5)
        .map(({ site }) => drawnSites[site].radius),
    );
  return {
    formula: crystal.formula,
    sites: drawnSites,
    atoms: atoms.list,
    bonds:
      options.bonds && options.style !== "spacefill" && !isCrowded ? sticks(atoms, neighbors) : [],
    cellEdges: hasCell ? cellEdges(crystal.lattice.matrix) : [],
    cellOrigin: [0, 0, 0],
    axes: hasCell ? cellAxes(crystal.lattice.matrix, view, radiusAt) : [],
    view,
    detail: atoms.list.length <= solidLimit ? "solid" : "flat",
    note:
      sites.length < crystal.siteCount
        ? `${sites.length} of ${crystal.siteCount} sites drawn, those nearest to the centre`
        : undefined,
    ...(faces.length > 0 && { faces }),
  };
}

/** Fractional positions in [0, 1) along the periodic directions. */
function wrappedPositions({ fracPositions, periodic }: Crystal): Float64Array {
  return fracPositions.map((value, i) => {
    if (!periodic[i % 3]) return value;
    const rest = value - Math.floor(value);
    return rest > 1 - borderTolerance ? rest - 1 : rest;
  });
}

function shownSites(crystal: Crystal, wrapped: Float64Array): number[] {
  const all = Array.from({ length: crystal.siteCount }, (_, i) => i);
  if (all.length <= siteLimit) return all;
  const middle = [0, 1, 2].map(
    (axis) => all.reduce((sum, i) => sum + wrapped[3 * i + axis], 0) / all.length,
  );
  const distance = all.map((i) =>
    Math.hypot(
      ...rowTimes(
        middle.map((value, axis) => wrapped[3 * i + axis] - value),
        crystal.lattice.matrix,
      ),
    ),
  );
  return all.sort((i, j) => distance[i] - distance[j] || i - j).slice(0, siteLimit);
}

export function describeSite(crystal: Crystal, index: number, style: CrystalStyle): DrawnSite {
  const { label, occupants } = crystal.sites[index];
  const { species } = occupants[0];
  const covalent = covalentRadius(species.number);
  const isWhole = occupants.length === 1 && occupants[0].occupancy > 0.999;
  return {
    label,
    symbol: species.symbol,
    color: elementColor(species.number),
    radius: style === "spacefill" ? covalent : ballRadius(covalent),
    sectors: sectorsOf(occupants),
    occupantText: occupants
      .map(({ species: each, occupancy }) =>
        isWhole ? String(each) : `${each} ${percent(occupancy)}`,
      )
      .join(", "),
  };
}

/** Compressed, so that caesium does not hide its neighbours and hydrogen is still seen. */
function ballRadius(covalent: number): number {
  return Math.max(smallestBall, 0.43 * covalent ** 0.7);
}

function sectorsOf(occupants: Crystal["sites"][number]["occupants"]): Sector[] {
  const total = Math.max(
    1,
    occupants.reduce((sum, { occupancy }) => sum + occupancy, 0),
  );
  let at = 0;
  const sectors = occupants.map(({ species, occupancy }): Sector => {
    const from = at;
    at += occupancy / total;
    return { symbol: species.symbol, color: elementColor(species.number), from, to: at };
  });
  if (at < 0.999) sectors.push({ symbol: "", color: vacancyColor, from: at, to: 1 });
  return sectors;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

interface PlacedAtoms {
  readonly list: DrawnAtom[];
  readonly cells: Vec3[];
  readonly indexOf: Map<string, number>;
}

const atomKey = (site: number, cell: Vec3) => `${site}:${cell.join()}`;

function placeAtoms(
  crystal: Crystal,
  wrapped: Float64Array,
  sites: readonly number[],
  neighbors: readonly BondedSite[][],
  options: CrystalDrawingOptions,
): PlacedAtoms {
  const atoms: PlacedAtoms = { list: [], cells: [], indexOf: new Map() };
  const place = (site: number, cell: Vec3) => placeAtom(crystal, wrapped, atoms, site, cell);
  for (const site of sites) place(site, [0, 0, 0]);
  if (!options.images || sites.length > imageLimit) return atoms;
  for (const site of sites) {
    for (const cell of borderCopies(wrapped, site, crystal.periodic)) place(site, cell);
  }
  atoms.list.slice().forEach(({ site: center }, index) => {
    const cell = atoms.cells[index];
    for (const { site, shift } of neighbors[center]) {
      if (!completesCenter(crystal.numbers[center], crystal.numbers[site])) continue;
      place(site, combine(cell, shift, 1));
    }
  });
  return atoms;
}

function placeAtom(
  crystal: Crystal,
  wrapped: Float64Array,
  atoms: PlacedAtoms,
  site: number,
  cell: Vec3,
): void {
  const key = atomKey(site, cell);
  if (atoms.indexOf.has(key)) return;
  const at = vector((k) => wrapped[3 * site + k] + cell[k]);
  atoms.indexOf.set(key, atoms.list.length);
  atoms.cells.push(cell);
  atoms.list.push({ site, fracPosition: at, position: rowTimes(at, crystal.lattice.matrix) });
}

/** About each drawn image of its centre; corners that are not drawn yet are added. */
function placePolyhedra(
  crystal: Crystal,
  wrapped: Float64Array,
  atoms: PlacedAtoms,
  polyhedra: readonly CoordinationPolyhedron[],
): DrawnFace[] {
  const centers = new Map(polyhedra.map((polyhedron) => [polyhedron.center, polyhedron]));
  return atoms.list.slice().flatMap(({ site, position }, index) => {
    const polyhedron = centers.get(site);
    if (polyhedron === undefined) return [];
    for (const corner of polyhedron.corners) {
      const shift = wrappedShift(crystal, wrapped, site, corner);
      placeAtom(crystal, wrapped, atoms, corner.site, combine(atoms.cells[index], shift, 1));
    }
    return drawnPolyhedron(polyhedron, position);
  });
}

/** Cells in which the site lies on the far border of this cell. */
function borderCopies(
  wrapped: Float64Array,
  site: number,
  periodic: readonly [boolean, boolean, boolean],
): Vec3[] {
  const ends = [0, 1, 2].map((axis) =>
    periodic[axis] && Math.abs(wrapped[3 * site + axis]) < borderTolerance ? [0, 1] : [0],
  );
  return ends[0].flatMap((a) => ends[1].flatMap((b) => ends[2].map((c): Vec3 => [a, b, c])));
}

function sticks(atoms: PlacedAtoms, neighbors: readonly BondedSite[][]): [number, number][] {
  return atoms.list.flatMap(({ site: from }, first) =>
    neighbors[from].flatMap(({ site, shift }): [number, number][] => {
      const second = atoms.indexOf.get(atomKey(site, combine(atoms.cells[first], shift, 1)));
      return second !== undefined && second > first ? [[first, second]] : [];
    }),
  );
}

export function cellEdges(matrix: ArrayLike<number>): [Vec3, Vec3][] {
  const corner = (bits: number) => rowTimes([bits & 1, (bits >> 1) & 1, (bits >> 2) & 1], matrix);
  return [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bits) =>
    [1, 2, 4]
      .filter((axis) => (bits & axis) === 0)
      .map((axis): [Vec3, Vec3] => [corner(bits), corner(bits | axis)]),
  );
}

function cellAxes(
  matrix: ArrayLike<number>,
  view: ViewFrame,
  radiusAt: (corner: Vec3) => number,
): CellAxis[] {
  const names = ["a", "b", "c"] as const;
  const colors = ["#c8372d", "#2e8b3d", "#2f5fb3"];
  return names.map((name, i) => {
    const end: Vec3 = [matrix[3 * i], matrix[3 * i + 1], matrix[3 * i + 2]];
    const along = unit(end);
    const [x, y] = project(view, along);
    // Clear of an atom at the corner, also for the axis that points at the beholder.
    const offset = Math.min(4.5, (radiusAt(end) + 0.35) / Math.hypot(x, y));
    return { name, color: colors[i], end, labelPosition: combine(end, along, offset) };
  });
}
