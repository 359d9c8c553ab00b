import { Lines } from "../../io/lines.js";
import { decimalRow } from "./decimal.js";
import { Pause } from "./pause.js";

/** Forces on all sites of a supercell while one of them is displaced, in the units of the file. */
export interface ForceSet {
  /** From 0, in phonopy's order. */
  readonly site: number;
  readonly vector: readonly [number, number, number];
  /** [sites, 3] */
  readonly forces: Float64Array;
}

/** Characters of the shortest row of three numbers, and of six. */
const shortestRow = 6;
const shortestPair = 12;
const displaced = 1e-8;

/**
 * The text of a FORCE_SETS file, of either type.
 *
 * @param siteCount Of the supercell.
 * @throws {ParseError} not what the format asks for, or of another supercell; snapshots in which several atoms are
 *   displaced at once.
 */
export async function forceSetsOf(
  text: string,
  siteCount: number,
  file?: string,
): Promise<ForceSet[]> {
  const lines = Lines.of(text, file);
  if (!lines.nextFilled()) throw lines.ended("the number of atoms of the supercell");
  const width = lines.words(7).length;
  lines.rewind();
  if (width === 1) return oneByOne(lines, siteCount);
  if (width === 6) return snapshots(lines, siteCount);
  throw lines.error(
    `expected the number of atoms, or a displacement and a force of six numbers, got a line of ${width} words`,
  );
}

async function oneByOne(lines: Lines, siteCount: number): Promise<ForceSet[]> {
  const found = lines.takeInteger("the number of atoms of the supercell", 1);
  if (found !== siteCount) {
    throw lines.error(`the forces are of ${found} atoms, but the supercell has ${siteCount}`);
  }
  filled(lines, "the number of displacements");
  const count = lines.takeInteger("the number of displacements", 1);
  lines.requireLines(count * siteCount, shortestRow, "lines of forces");
  const pause = new Pause();
  const sets: ForceSet[] = [];
  for (let set = 0; set < count; set++) {
    filled(lines, "the number of the displaced atom");
    const site = lines.takeInteger("the number of the displaced atom", 1, siteCount) - 1;
    filled(lines, "the displacement");
    const vector = lines.takeVector("a component of the displacement");
    const forces = new Float64Array(3 * siteCount);
    for (let row = 0; row < siteCount; row++) {
      filled(lines, `the force on atom ${row + 1} of displacement ${set + 1}`);
      lines.takeNumbers(forces, 3 * row, 3, "a component of the force");
      if (row % 64 === 0) await pause.rest();
    }
    sets.push({ site, vector, forces });
  }
  if (lines.nextFilled()) throw lines.error(`expected no more than ${count} displacements`);
  return sets;
}

/** Lines of a displacement and a force for each atom, snapshot after snapshot. */
async function snapshots(lines: Lines, siteCount: number): Promise<ForceSet[]> {
  const sets: ForceSet[] = [];
  const row = new Float64Array(6);
  const pause = new Pause();
  do {
    lines.rewind();
    lines.requireLines(siteCount, shortestPair, "lines of displacements and forces");
    const moved: [number, readonly [number, number, number]][] = [];
    const forces = new Float64Array(3 * siteCount);
    for (let site = 0; site < siteCount; site++) {
      if (site > 0) filled(lines, `atom ${site + 1} of ${siteCount}`);
      lines.takeNumbers(row, 0, 6, "a displacement or a force");
      forces.set(row.subarray(3), 3 * site);
      const vector = [row[0], row[1], row[2]] as const;
      if (Math.hypot(...vector) > displaced) moved.push([site, vector]);
      if (site % 64 === 0) await pause.rest();
    }
    if (moved.length !== 1) throw lines.error(severalMoved(moved.length, sets.length));
    sets.push({ site: moved[0][0], vector: moved[0][1], forces });
  } while (lines.nextFilled());
  return sets;
}

/** What is wrong with a snapshot. */
export function severalMoved(count: number, index: number): string {
  return `snapshot ${index + 1} displaces ${count} atoms; one at a time is fitted here: let phonopy fit the others (phonopy --writefc) and give its FORCE_CONSTANTS`;
}

function filled(lines: Lines, what: string): void {
  if (!lines.nextFilled()) throw lines.ended(what);
}

/** FORCE_SETS of type 1. */
export function forceSetsText(siteCount: number, sets: readonly ForceSet[]): string {
  const rows = [`${siteCount}`, `${sets.length}`];
  for (const { site, vector, forces } of sets) {
    rows.push("", `${site + 1}`, decimalRow(vector, 0));
    for (let at = 0; at < forces.length; at += 3) rows.push(decimalRow(forces, at));
  }
  return `${rows.join("\n")}\n`;
}
