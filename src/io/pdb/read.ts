import { show } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { FormatContext } from "../../crystal/formats.js";
import type { Info } from "../../crystal/info.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Lattice } from "../../lattice/lattice.js";
import { inverse, rowsTimes } from "../../math/mat3.js";
import { boundingBox } from "../box.js";
import { crystalOf, Kinds } from "../draft.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";
import { type IgnoredTensors, readTensor, remarkIgnored, tensorsOf } from "./anisotropic.js";
import { type PdbAtom, readAtom } from "./atom.js";
import {
  expandedSites,
  isWholeCell,
  type PdbCellSites,
  type PdbSymmetry,
  spaceGroupNumber,
  tripletOf,
} from "./symmetry.js";

/** What stands before the first model and holds for all. */
interface Surroundings {
  lattice: Lattice | undefined;
  spaceGroup: string;
  /** Operations that REMARK 290 lists. */
  readonly triplets: string[];
  title: string;
  /** SCALEn: rows of the matrix from Cartesian to fractional coordinates. */
  readonly scale: number[][];
}

/** Coordinates of SCALEn have six decimals. */
const scaleTolerance = 2e-5;

/** Reads one model after the other; a file without MODEL is one. */
export function pdbFrames(context: FormatContext): (lines: Lines) => Crystal | undefined {
  const { expandSymmetry } = context;
  if (expandSymmetry !== undefined && typeof expandSymmetry !== "boolean") {
    throw new InvalidConfiguration(
      `expandSymmetry must be true or false, got ${show(expandSymmetry)}`,
      { expandSymmetry },
    );
  }
  let known: Surroundings = {
    lattice: undefined,
    spaceGroup: "",
    triplets: [],
    title: "",
    scale: [],
  };
  return (lines) => {
    const around = { ...known, scale: [...known.scale], triplets: [...known.triplets] };
    const model = readModel(lines, around);
    known = around;
    if (model.atoms.length === 0) return undefined;
    return crystalOfModel(lines, model, around, context);
  };
}

interface Model {
  readonly atoms: readonly PdbAtom[];
  readonly ignored: IgnoredTensors;
}

function readModel(lines: Lines, around: Surroundings): Model {
  const atoms: PdbAtom[] = [];
  const ignored = { count: 0, line: 0 };
  while (lines.next()) {
    const record = lines.text.slice(lines.lineStart, Math.min(lines.lineStart + 6, lines.lineEnd));
    if (record === "ATOM  " || record === "HETATM") {
      atoms.push(readAtom(lines, record === "HETATM"));
    } else if (record === "ANISOU") readTensor(lines, atoms.at(-1), ignored);
    else if (/^(ENDMDL|END\s*$|MODEL )/.test(record) && atoms.length > 0) {
      if (record.startsWith("MODEL")) lines.back();
      break;
    } else if (record === "CRYST1") readCell(lines, around);
    else if (record === "REMARK") readRemark(lines, around);
    else if (record.startsWith("SCALE")) readScale(lines, around);
    else if (record === "TITLE ") around.title += lines.line.slice(10).trimEnd();
  }
  return { atoms, ignored };
}

/**
 * Without atoms of occupancy 0. Programs that simulate write 0 for all, and mean nothing by it.
 */
function occupiedAtoms(atoms: readonly PdbAtom[], warnings: CrystalWarning[]): readonly PdbAtom[] {
  const empty = atoms.filter(({ occupancy }) => occupancy === 0);
  if (empty.length === 0) return atoms;
  const [{ line }] = empty;
  if (empty.length < atoms.length) {
    const message = `${empty.length} atoms of occupancy 0 were left out, the first of them here`;
    warnings.push({ code: "EMPTY_SITE", message, line });
    return atoms.filter(({ occupancy }) => occupancy > 0);
  }
  const message = "all occupancies are 0, and were taken as 1";
  warnings.push({ code: "OCCUPANCY_ZERO", message, line });
  return atoms.map((atom) => ({ ...atom, occupancy: 1 }));
}

function readCell(lines: Lines, around: Surroundings): void {
  const [a, b, c] = [6, 15, 24].map((start) => field(lines, start, start + 9, "a cell length"));
  const [alpha, beta, gamma] = [33, 40, 47].map((start) => {
    return field(lines, start, start + 7, "a cell angle");
  });
  // What a structure without a crystal has: wwPDB format 3.3, "CRYST1".
  if (a === 1 && b === 1 && c === 1) return;
  around.lattice = lines.located(() => Lattice.fromParameters(a, b, c, alpha, beta, gamma));
  around.spaceGroup = lines.line.slice(55, 66).trim();
}

function readRemark(lines: Lines, { triplets }: Surroundings): void {
  if (lines.lineEnd - lines.lineStart > 100) return;
  const triplet = tripletOf(lines.line);
  if (triplet !== undefined) triplets.push(triplet);
}

function readScale(lines: Lines, around: Surroundings): void {
  const row = Number(lines.line[5]) - 1;
  if (![0, 1, 2].includes(row)) return;
  around.scale[row] = [10, 20, 30].map((start) =>
    field(lines, start, start + 10, "a scale factor"),
  );
  around.scale[row].push(field(lines, 45, 55, "a scale shift"));
}

function field(lines: Lines, start: number, end: number, what: string): number {
  const text = lines.line.slice(start, end);
  const word = text.trim();
  const value = parseNumber(word, 0, word.length);
  if (Number.isFinite(value)) return value;
  const message = `expected ${what} in columns ${start + 1} to ${end}, got ${clip(text)}`;
  throw lines.error(message, {}, Math.min(lines.lineStart + start, lines.lineEnd));
}

function crystalOfModel(
  lines: Lines,
  { atoms, ignored }: Model,
  around: Surroundings,
  { file, expandSymmetry = false }: FormatContext,
): Crystal {
  const warnings: CrystalWarning[] = [];
  const listed = joinAlternatives(occupiedAtoms(atoms, warnings));
  remarkAlternatives(listed.sites, warnings);
  const placed = placedSites(listed, around);
  const whole = expandSymmetry ? wholeCell(placed, around, warnings) : undefined;
  if (whole === undefined) remarkSymmetry(around, warnings);
  const sites = whole ? Array.from(whole.sources, (site) => listed.sites[site]) : listed.sites;
  const uAniso = tensorsOf(listed.sites, placed.lattice, whole?.cell, warnings);
  remarkIgnored(ignored, warnings);
  return crystalOf(
    {
      ...placed,
      ...(whole && { ...whole.sites, cartPositions: undefined }),
      labels: sites.map(({ name }) => name),
      siteProperties: { ...propertiesOf(sites), ...(uAniso && { uAniso }) },
      info: infoOf(around),
      warnings,
    },
    (message) => lines.error(message, { file }),
  );
}

interface PlacedSites {
  readonly lattice: Lattice;
  readonly fracPositions?: Float64Array;
  readonly cartPositions?: Float64Array;
  readonly periodic?: readonly [boolean, boolean, boolean];
  readonly kinds: Kinds;
  readonly kindOfSite: Int32Array;
}

function placedSites(
  { kinds, kindOfSite, sites }: ReturnType<typeof joinAlternatives>,
  around: Surroundings,
): PlacedSites {
  const cartPositions = new Float64Array(3 * sites.length);
  sites.forEach(({ position }, i) => {
    cartPositions.set(position, 3 * i);
  });
  if (around.lattice)
    return { ...inCell(around.lattice, cartPositions, around), kinds, kindOfSite };
  const lattice = boundingBox(cartPositions);
  return { lattice, cartPositions, periodic: [false, false, false], kinds, kindOfSite };
}

/** All sites of the cell; undefined where the listed ones are all, or there is no cell. */
function wholeCell(
  placed: PlacedSites,
  around: Surroundings,
  warnings: CrystalWarning[],
): PdbCellSites | undefined {
  const { lattice, cartPositions } = placed;
  const symmetry = symmetryOf(around);
  if (around.lattice === undefined || isWholeCell(symmetry)) return undefined;
  const fracPositions = placed.fracPositions ?? rowsTimes(cartPositions!, inverse(lattice.matrix));
  return expandedSites({ ...placed, fracPositions }, lattice, symmetry, warnings);
}

function symmetryOf({ spaceGroup, triplets }: Surroundings): PdbSymmetry {
  return { symbol: spaceGroup, triplets };
}

function infoOf(around: Surroundings): Info {
  const comment = around.title.trim();
  const { spaceGroup } = around;
  const number = spaceGroupNumber(symmetryOf(around));
  return {
    ...(comment !== "" && { comment }),
    ...(spaceGroup !== "" && spaceGroup !== "P 1" && { spaceGroup }),
    ...(number !== undefined && number > 1 && { spaceGroupNumber: number }),
  };
}

/** Atoms on one position that are alternatives of each other share the site. */
function joinAlternatives(atoms: readonly PdbAtom[]): {
  kinds: Kinds;
  kindOfSite: Int32Array;
  sites: PdbAtom[];
} {
  const kinds = new Kinds();
  const kindOfSite: number[] = [];
  const sites: PdbAtom[] = [];
  for (let i = 0; i < atoms.length; ) {
    const atom = atoms[i];
    const sharers = [atom];
    for (let j = i + 1; j < atoms.length && isAlternative(atom, atoms[j]); j++)
      sharers.push(atoms[j]);
    sites.push(sharers.length > 1 ? { ...atom, altLoc: "" } : atom);
    kindOfSite.push(kinds.of(sharers.map(({ species, occupancy }) => ({ species, occupancy }))));
    i += sharers.length;
  }
  return { kinds, kindOfSite: Int32Array.from(kindOfSite), sites };
}

function isAlternative(atom: PdbAtom, other: PdbAtom): boolean {
  return (
    atom.altLoc !== "" &&
    other.altLoc !== "" &&
    atom.altLoc !== other.altLoc &&
    atom.species !== other.species &&
    atom.position.every((x, k) => x === other.position[k])
  );
}

/** SCALEn matters only where it differs from the usual frame, a along x and b in the xy plane. */
function inCell(
  lattice: Lattice,
  cartPositions: Float64Array,
  { scale }: Surroundings,
): { lattice: Lattice; fracPositions?: Float64Array; cartPositions?: Float64Array } {
  const rows = [0, 1, 2].map((i) => scale[i]);
  if (rows.some((row) => row === undefined)) return { lattice, cartPositions };
  const usual = inverse(lattice.matrix);
  const isUsual = rows.every(
    (row, i) =>
      [0, 1, 2].every((j) => Math.abs(row[j] - usual[3 * j + i]) <= scaleTolerance) && row[3] === 0,
  );
  if (isUsual) return { lattice, cartPositions };
  const transposed = [0, 1, 2].flatMap((j) => rows.map((row) => row[j]));
  const fracPositions = new Float64Array(cartPositions.length);
  for (let i = 0; i < cartPositions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const [p, q, r, shift] = rows[k];
      fracPositions[i + k] =
        p * cartPositions[i] + q * cartPositions[i + 1] + r * cartPositions[i + 2] + shift;
    }
  }
  return { lattice: Lattice.fromMatrix(inverse(transposed)), fracPositions };
}

function remarkAlternatives(sites: readonly PdbAtom[], warnings: CrystalWarning[]): void {
  const alternatives = sites.filter(({ altLoc }) => altLoc !== "");
  const count = alternatives.length;
  if (count < 2 || new Set(alternatives.map(({ altLoc }) => altLoc)).size < 2) return;
  const message =
    `${count} atoms belong to alternative conformations: all are kept with their occupancies, so that ` +
    "sites of different alternatives may overlap";
  warnings.push({ code: "DISORDER", message, line: alternatives[0].line });
}

function remarkSymmetry(around: Surroundings, warnings: CrystalWarning[]): void {
  if (around.lattice === undefined || isWholeCell(symmetryOf(around))) return;
  const message =
    `the file lists the asymmetric unit of ${JSON.stringify(around.spaceGroup)}: its images in the cell ` +
    "were not generated; { expandSymmetry: true } does that";
  warnings.push({ code: "ASYMMETRIC_UNIT", message });
}

/** Properties that say nothing, as writers put them for want of better, are left out. */
function propertiesOf(sites: readonly PdbAtom[]): Record<string, SiteProperty> {
  const properties: Record<string, SiteProperty> = {};
  const addTexts = (name: string, text: (atom: PdbAtom) => string, empty: string) => {
    const texts = sites.map(text);
    if (texts.some((value) => value !== empty)) properties[name] = texts;
  };
  const addNumbers = (name: string, value: (atom: PdbAtom) => number) => {
    const values = Float64Array.from(sites, value);
    if (values.some((one) => one !== 0)) properties[name] = values;
  };
  if (sites.some(({ residueName }) => residueName !== "" && residueName !== "UNL")) {
    addTexts("residueName", ({ residueName }) => residueName, "");
    properties.residueNumber = Float64Array.from(sites, ({ residueNumber }) => residueNumber);
  }
  addTexts("chainId", ({ chainId }) => chainId, "");
  addTexts("insertionCode", ({ insertionCode }) => insertionCode, "");
  addTexts("altLoc", ({ altLoc }) => altLoc, "");
  addNumbers("bFactor", ({ bFactor }) => bFactor);
  addNumbers("hetero", ({ isHetero }) => (isHetero ? 1 : 0));
  return properties;
}
