import type { Crystal } from "../../crystal/crystal.js";
import type { FrameWriter, WriteOptions } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { reportLosses, requireRightHanded } from "../losses.js";
import { numberText } from "../numbers.js";
import { scalars, typesOf, vectorsOf } from "./data-write.js";
import { type TurnedCrystal, turned } from "./frame.js";

interface DumpColumn {
  readonly names: readonly string[];
  readonly values: Float64Array | readonly string[];
}

export function dumpWriter(options: WriteOptions): FrameWriter {
  let step = 0;
  return { write: (crystal) => snapshotText(crystal, options, step++) };
}

/**
 * A snapshot of a LAMMPS dump in metal units: id, type, element, xu yu zu and the site properties, with
 * every digit. The time step is `info.timestep`, or a counter.
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites, a left-handed cell.
 */
export function writeLammpsDump(crystal: Crystal, options: WriteOptions): string {
  return snapshotText(crystal, options, 0);
}

function snapshotText(crystal: Crystal, options: WriteOptions, step: number): string {
  requireRightHanded("lammps-dump", crystal);
  const { species, typeOfKind } = typesOf("lammps-dump", crystal, options);
  const inFrame = turned(crystal);
  const columns = [
    { names: ["xu", "yu", "zu"], values: inFrame.cartPositions },
    ...propertyColumns(crystal, inFrame),
  ];
  const { timestep, time } = crystal.info;
  const isStep = Number.isSafeInteger(timestep);
  const flags = crystal.periodic.map((flag) => (flag ? "pp" : "ff")).join(" ");
  const rows = Array.from(crystal.kindOfSite, (kind, i) => {
    const type = typeOfKind[kind];
    let row = `${i + 1} ${type} ${species[type - 1].symbol}`;
    for (const { names, values } of columns) row += cellText(values, i, names.length);
    return row;
  });
  reportLosses("lammps-dump", crystal, options, {
    siteProperties: Object.entries(crystal.siteProperties)
      .filter(([name, values]) => isKept(name, values, crystal.siteCount))
      .map(([name]) => name),
    info: [...(isStep ? ["timestep"] : []), ...(typeof time === "number" ? ["time"] : [])],
  });
  const text = [
    "ITEM: TIMESTEP",
    isStep ? timestep : step,
    ...(typeof time === "number" ? ["ITEM: TIME", numberText(time)] : []),
    "ITEM: NUMBER OF ATOMS",
    crystal.siteCount,
    ...boxLines(inFrame.matrix, flags),
    `ITEM: ATOMS id type element ${columns.flatMap(({ names }) => names).join(" ")}`,
    ...rows,
  ];
  return `${text.join("\n")}\n`;
}

function boxLines(matrix: Float64Array, flags: string): string[] {
  const [x, , , xy, y, , xz, yz, z] = matrix;
  if (xy === 0 && xz === 0 && yz === 0) {
    return [`ITEM: BOX BOUNDS ${flags}`, ...[x, y, z].map((edge) => `0 ${numberText(edge)}`)];
  }
  const bounds = [
    [Math.min(0, xy, xz, xy + xz), x + Math.max(0, xy, xz, xy + xz), xy],
    [Math.min(0, yz), y + Math.max(0, yz), xz],
    [0, z, yz],
  ];
  const lines = bounds.map((row) => row.map(numberText).join(" "));
  return [`ITEM: BOX BOUNDS xy xz yz ${flags}`, ...lines];
}

/** LAMMPS' own names of what it knows; other properties under theirs. */
function propertyColumns(crystal: Crystal, { vectors }: TurnedCrystal): DumpColumn[] {
  const { siteProperties, siteCount } = crystal;
  const columns: DumpColumn[] = [];
  const add = (names: readonly string[], values: Float64Array | undefined) => {
    if (values) columns.push({ names, values });
  };
  const velocities = vectors(siteProperties.velocities);
  add(
    ["vx", "vy", "vz"],
    velocities?.map((value) => value * 1000),
  );
  add(["fx", "fy", "fz"], vectors(siteProperties.forces));
  add(["q"], scalars(siteProperties.charge, siteCount));
  add(["mol"], scalars(siteProperties.moleculeId, siteCount));
  add(["ix", "iy", "iz"], vectorsOf(siteProperties.image, siteCount));
  for (const [name, values] of Object.entries(siteProperties)) {
    if (!isKept(name, values, siteCount) || Object.hasOwn(ownNames, name)) continue;
    const width = values.length / siteCount;
    const isGroup = values instanceof Float64Array && width > 1;
    const names = isGroup ? Array.from({ length: width }, (_, k) => `${name}[${k + 1}]`) : [name];
    columns.push({ names, values });
  }
  return columns;
}

/** Properties with columns of LAMMPS' own, and how many numbers a site they have. */
const ownNames: Readonly<Record<string, number>> = {
  velocities: 3,
  forces: 3,
  charge: 1,
  moleculeId: 1,
  image: 3,
};
const reserved = /^(?:id|type|element|mass|q|mol|[xyz]s?u?|[vfi][xyz])$/;

function isKept(name: string, values: SiteProperty, siteCount: number): boolean {
  if (Object.hasOwn(ownNames, name)) {
    return values instanceof Float64Array && values.length === ownNames[name] * siteCount;
  }
  if (reserved.test(name) || !/^[^\s[\]]+$/.test(name)) return false;
  if (values instanceof Float64Array) return true;
  const isText = values.every((text) => /^[^\s\0]+$/.test(text));
  // Words that are all numbers would come back as numbers.
  return (
    isText &&
    values.some((text) => !Number.isFinite(Number(text)) && !/^[+-]?(nan|inf)/i.test(text))
  );
}

function cellText(values: Float64Array | readonly string[], i: number, width: number): string {
  if (!(values instanceof Float64Array)) return ` ${values[i]}`;
  let text = "";
  for (let k = 0; k < width; k++) text += ` ${numberText(values[width * i + k])}`;
  return text;
}
