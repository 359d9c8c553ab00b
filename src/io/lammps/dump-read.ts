import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { FormatContext } from "../../crystal/formats.js";
import type { InfoValue } from "../../crystal/info.js";
import { Lattice } from "../../lattice/lattice.js";
import { crystalOf } from "../draft.js";
import type { Lines } from "../lines.js";
import { clip } from "../source.js";
import { boxOf } from "./data-header.js";
import { DumpColumns } from "./dump-columns.js";
import { type Units, unitsNamed } from "./units.js";

/** One snapshot, as far as it has been read. */
interface Snapshot {
  atomCount?: number;
  box?: { readonly matrix: Float64Array; readonly origin: readonly number[] };
  periodic: [boolean, boolean, boolean];
  readonly info: Record<string, InfoValue>;
}

/** "ITEM: UNITS" stands once, in the first snapshot. */
export function dumpFrames(context: FormatContext): (lines: Lines) => Crystal | undefined {
  let unitName: string | undefined;
  return (lines) => {
    const snapshot: Snapshot = { periodic: [true, true, true], info: {} };
    if (!lines.nextFilled()) return undefined;
    for (;;) {
      const item = itemOf(lines);
      if (item.startsWith("ATOMS")) {
        const warnings: CrystalWarning[] = [];
        const units = unitsNamed(lines, unitName, warnings);
        return readAtoms(lines, snapshot, { context, units, warnings });
      }
      unitName = readItem(lines, item, snapshot) ?? unitName;
      if (!lines.nextFilled()) throw lines.ended('"ITEM: ATOMS"');
    }
  };
}

function itemOf(lines: Lines): string {
  const line = lines.line.slice(0, 10_000).trim();
  if (line.startsWith("ITEM: ")) return line.slice(6).trim();
  throw lines.error(`expected a line that begins with "ITEM: ", got ${clip(line)}`);
}

/** The units where the item names them. */
function readItem(lines: Lines, item: string, snapshot: Snapshot): string | undefined {
  if (item.startsWith("BOX BOUNDS")) {
    readBox(lines, item, snapshot);
    return undefined;
  }
  lines.expectLine(`the value of "ITEM: ${item}"`);
  if (item === "UNITS") return lines.takeWord("the units");
  if (item === "TIMESTEP")
    snapshot.info.timestep = lines.takeInteger("the time step", Number.MIN_SAFE_INTEGER);
  else if (item === "TIME") snapshot.info.time = lines.takeNumber("the time");
  else if (item === "NUMBER OF ATOMS")
    snapshot.atomCount = lines.takeInteger("the number of atoms", 1);
  return undefined;
}

function readBox(lines: Lines, item: string, snapshot: Snapshot): void {
  const words = item.split(/\s+/).slice(2);
  const isTilted = words[0] === "xy";
  const isGeneral = words[0] === "abc";
  const flags = words.slice(isTilted ? 3 : isGeneral ? 2 : 0);
  if (flags.length === 3) {
    snapshot.periodic = [flags[0] === "pp", flags[1] === "pp", flags[2] === "pp"];
  }
  const rows: number[][] = [];
  for (let i = 0; i < 3; i++) {
    lines.expectLine("the bounds of the box");
    const count = isGeneral ? 4 : isTilted ? 3 : 2;
    rows.push(Array.from({ length: count }, () => lines.takeNumber("a bound of the box")));
  }
  if (isGeneral) {
    const matrix = Float64Array.from(rows.flatMap((row) => row.slice(0, 3)));
    snapshot.box = { matrix, origin: rows.map((row) => row[3]) };
    return;
  }
  const tilt = isTilted ? rows.map((row) => row[2]) : [0, 0, 0];
  snapshot.box = boxOf(lines, innerBounds(rows, tilt), tilt);
}

/** A tilted box is given by the bounds of what it covers: LAMMPS manual, "dump". */
function innerBounds(
  rows: readonly number[][],
  [xy, xz, yz]: readonly number[],
): [number, number][] {
  const [x, y, z] = rows;
  return [
    [x[0] - Math.min(0, xy, xz, xy + xz), x[1] - Math.max(0, xy, xz, xy + xz)],
    [y[0] - Math.min(0, yz), y[1] - Math.max(0, yz)],
    [z[0], z[1]],
  ];
}

function readAtoms(
  lines: Lines,
  { atomCount, box, periodic, info }: Snapshot,
  reading: { context: FormatContext; units: Units; warnings: CrystalWarning[] },
): Crystal {
  if (atomCount === undefined || box === undefined) {
    const missing = box === undefined ? "BOX BOUNDS" : "NUMBER OF ATOMS";
    throw lines.error(`expected "ITEM: ${missing}" before "ITEM: ATOMS"`);
  }
  const { context, units, warnings } = reading;
  const columns = new DumpColumns(lines, atomCount);
  for (let i = 0; i < atomCount; i++) {
    lines.expectLine(`atom ${i + 1} of ${atomCount}`);
    columns.read(i);
  }
  const matrix = box.matrix.map((x) => x * units.length);
  const lattice = lines.located(() => Lattice.fromMatrix(matrix));
  const { kinds, kindOfSite } = columns.species(context.elements);
  const { isScaled, values } = columns.positions();
  const positions = isScaled
    ? { fracPositions: values }
    : { cartPositions: values.map((x, i) => units.length * (x - box.origin[i % 3])) };
  const siteProperties = columns.siteProperties(units, warnings);
  return crystalOf(
    { lattice, kinds, kindOfSite, ...positions, periodic, siteProperties, info, warnings },
    (message) => lines.error(message),
  );
}
