import type { Crystal } from "../../crystal/crystal.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Lattice } from "../../lattice/lattice.js";
import { boundingBox } from "../box.js";
import { crystalOf, Kinds } from "../draft.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";

/** eV, CODATA 2022. Forces of XSF are in Hartree/Å. */
export const hartree = 27.211386245981;

/** What holds until the file says something else. */
interface State {
  periodic: readonly [boolean, boolean, boolean];
  lattice: Lattice | undefined;
}

const periodicities: ReadonlyMap<string, readonly [boolean, boolean, boolean]> = new Map([
  ["CRYSTAL", [true, true, true]],
  ["SLAB", [true, true, false]],
  ["POLYMER", [true, false, false]],
  ["MOLECULE", [false, false, false]],
]);

/** Reads up to the coordinates of the next structure, and them. */
export function xsfFrames(): (lines: Lines) => Crystal | undefined {
  let known: State = { periodic: [false, false, false], lattice: undefined };
  return (lines) => {
    const state = { ...known };
    while (nextMeant(lines)) {
      const keyword = lines.takeWord("a keyword").toUpperCase();
      if (keyword === "PRIMCOORD" || keyword === "ATOMS") {
        const crystal = readCoordinates(lines, state, keyword === "ATOMS");
        known = state;
        return crystal;
      }
      readKeyword(lines, keyword, state);
    }
    return undefined;
  };
}

/** Goes to the next line that is neither blank nor a comment. */
function nextMeant(lines: Lines): boolean {
  while (lines.nextFilled()) if (!/^\s*#/.test(lines.line.slice(0, 200))) return true;
  return false;
}

function readKeyword(lines: Lines, keyword: string, state: State): void {
  const periodic = periodicities.get(keyword);
  if (periodic) state.periodic = periodic;
  else if (keyword === "DIM-GROUP") readDimension(lines, state);
  else if (keyword === "PRIMVEC") state.lattice = readVectors(lines);
  else if (/^(CONVVEC|RECIP-PRIMVEC|RECIP-CONVVEC)$/.test(keyword)) readVectors(lines);
  else if (keyword === "CONVCOORD") readRows(lines, { kinds: new Kinds(), ...takeCount(lines) });
  else if (keyword.startsWith("BEGIN_")) skipBlock(lines, keyword);
  else if (!/^(ANIMSTEPS|INFO|PRIMITIVE|CONVENTIONAL)$/.test(keyword)) {
    throw lines.error(
      `expected a keyword such as CRYSTAL, PRIMVEC or PRIMCOORD, got ${clip(lines.word)}`,
    );
  }
}

/** "DIM-GROUP 3 1": the older way to say CRYSTAL. */
function readDimension(lines: Lines, state: State): void {
  if (!nextMeant(lines)) throw lines.ended("the number of periodic directions");
  const count = lines.takeInteger("the number of periodic directions", 0, 3);
  state.periodic = [count > 0, count > 1, count > 2];
}

function readVectors(lines: Lines): Lattice {
  const rows: number[] = [];
  for (const name of "abc") {
    if (!nextMeant(lines)) throw lines.ended(`cell vector ${name}`);
    rows.push(...lines.takeVector(`cell vector ${name}`));
  }
  return lines.located(() => Lattice.fromMatrix(rows));
}

/** Grids and bands: not structures. */
function skipBlock(lines: Lines, keyword: string): void {
  const end = keyword.replace("BEGIN_", "END_");
  do {
    if (!lines.next()) throw lines.ended(clip(end));
  } while (!(lines.nextWord() && lines.word.toUpperCase() === end));
}

function takeCount(lines: Lines): { readonly count: number } {
  if (!nextMeant(lines)) throw lines.ended("the number of atoms");
  const count = lines.takeInteger("the number of atoms", 1);
  // "1 0 0 0"
  lines.requireLines(count, 8, "atoms");
  return { count };
}

function readCoordinates(lines: Lines, { periodic, lattice }: State, isOpen: boolean): Crystal {
  const isPeriodic = periodic.some(Boolean);
  if (isPeriodic && lattice === undefined)
    throw lines.error("expected PRIMVEC before the coordinates");
  const count = isOpen ? undefined : takeCount(lines).count;
  const kinds = new Kinds();
  const rows = readRows(lines, { kinds, count });
  const cartPositions = Float64Array.from(rows.positions);
  const siteProperties: Record<string, SiteProperty> =
    rows.forces.length === 0
      ? {}
      : { forces: Float64Array.from(rows.forces, (force) => force * hartree) };
  return crystalOf(
    {
      lattice: isPeriodic ? lattice! : lines.located(() => boundingBox(cartPositions)),
      kinds,
      kindOfSite: Int32Array.from(rows.kindOfSite),
      cartPositions,
      periodic,
      siteProperties,
    },
    (message) => lines.error(message),
  );
}

interface Rows {
  readonly kindOfSite: number[];
  readonly positions: number[];
  readonly forces: number[];
}

/** So many lines "14 x y z [fx fy fz]", or all up to the next keyword. */
function readRows(
  lines: Lines,
  { kinds, count }: { readonly kinds: Kinds; readonly count: number | undefined },
): Rows {
  const rows: Rows = { kindOfSite: [], positions: [], forces: [] };
  let hasForces: boolean | undefined;
  const limit = count ?? Number.POSITIVE_INFINITY;
  while (rows.kindOfSite.length < limit) {
    if (!nextMeant(lines)) {
      if (count === undefined) break;
      throw lines.ended(`atom ${rows.kindOfSite.length + 1} of ${count}`);
    }
    const name = lines.takeWord("an element");
    const kind = kinds.named(name);
    if (kind === undefined || (count === undefined && isKeyword(lines))) {
      if (count !== undefined || !/^[A-Z]/.test(name)) {
        throw lines.error(`expected an element such as 14 or "Si", got ${clip(name)}`);
      }
      lines.back();
      break;
    }
    rows.kindOfSite.push(kind);
    rows.positions.push(...lines.takeVector("a coordinate"));
    const hasMore = lines.nextWord();
    hasForces ??= hasMore;
    if (hasForces !== hasMore) throw lines.error("expected forces for all atoms or for none");
    if (hasMore) {
      lines.wordEnd = lines.wordStart;
      rows.forces.push(...lines.takeVector("a force"));
    }
  }
  if (rows.kindOfSite.length === 0) throw lines.ended("an atom");
  return rows;
}

/** "ATOMS 2" begins as astatine does: a keyword has no three numbers behind it. */
function isKeyword(lines: Lines): boolean {
  const { wordStart, wordEnd } = lines;
  const words = lines.words(3);
  lines.wordStart = wordStart;
  lines.wordEnd = wordEnd;
  return words.length < 3 || words.some((word) => Number.isNaN(parseNumber(word, 0, word.length)));
}
