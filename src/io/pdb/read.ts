import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { FormatContext } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Lattice } from "../../lattice/lattice.js";
import { inverse } from "../../math/mat3.js";
import { boundingBox } from "../box.js";
import { crystalOf, Kinds } from "../draft.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";
import { type PdbAtom, readAtom } from "./atom.js";

/** What stands before the first model and holds for all. */
interface Surroundings {
  lattice: Lattice | undefined;
  spaceGroup: string;
  title: string;
  /** SCALEn: rows of the matrix from Cartesian to fractional coordinates. */
  readonly scale: number[][];
}

/** Coordinates of SCALEn have six decimals. */
const scaleTolerance = 2e-5;

/** Reads one model after the other; a file without MODEL is one. */
export function pdbFrames(context: FormatContext): (lines: Lines) => Crystal | undefined {
  let known: Surroundings = {
    lattice: undefined,
    spaceGroup: "",
    title: "",
    scale: [],
  };
  return (lines) => {
    const around = { ...known, scale: [...known.scale] };
    const atoms = readModel(lines, around);
    known = around;
    if (atoms.length === 0) return undefined;
    return crystalOfModel(lines, atoms, around, context);
  };
}

function readModel(lines: Lines, around: Surroundings): PdbAtom[] {
  const atoms: PdbAtom[] = [];
  while (lines.next()) {
    const record = lines.text.slice(lines.lineStart, Math.min(lines.lineStart + 6, lines.lineEnd));
    if (record === "ATOM  " || record === "HETATM") {
      atoms.push(readAtom(lines, record === "HETATM"));
    } else if (/^(ENDMDL|END\s*$|MODEL )/.test(record) && atoms.length > 0) {
      if (record.startsWith("MODEL")) lines.back();
      break;
    } else if (record === "CRYST1") readCell(lines, around);
    else if (record.startsWith("SCALE")) readScale(lines, around);
    else if (record === "TITLE ") around.title += lines.line.slice(10).trimEnd();
  }
  return atoms;
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
  atoms: readonly PdbAtom[],
  around: Surroundings,
  { file }: FormatContext,
): Crystal {
  const warnings: CrystalWarning[] = [];
  const { kinds, kindOfSite, sites } = joinAlternatives(occupiedAtoms(atoms, warnings));
  const cartPositions = new Float64Array(3 * sites.length);
  sites.forEach(({ position }, i) => {
    cartPositions.set(position, 3 * i);
  });
  const { lattice } = around;
  const placed =
    lattice === undefined
      ? {
          lattice: boundingBox(cartPositions),
          cartPositions,
          periodic: [false, false, false] as const,
        }
      : inCell(lattice, cartPositions, around);
  remarkAlternatives(sites, warnings);
  remarkSymmetry(around, warnings);
  const info = {
    ...(around.title.trim() !== "" && { comment: around.title.trim() }),
    ...(around.spaceGroup !== "" &&
      around.spaceGroup !== "P 1" && { spaceGroup: around.spaceGroup }),
  };
  return crystalOf(
    {
      ...placed,
      kinds,
      kindOfSite,
      labels: sites.map(({ name }) => name),
      siteProperties: propertiesOf(sites),
      info,
      warnings,
    },
    (message) => lines.error(message, { file }),
  );
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

function remarkSymmetry({ spaceGroup }: Surroundings, warnings: CrystalWarning[]): void {
  if (/^(P\s*1)?$/i.test(spaceGroup)) return;
  const message =
    `the file lists the asymmetric unit of ${JSON.stringify(spaceGroup)}: its images in the cell were ` +
    "not generated";
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
