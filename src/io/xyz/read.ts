import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { InfoValue } from "../../crystal/info.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Species } from "../../crystal/species.js";
import { boundingBox, completedCell, givenVector } from "../box.js";
import { crystalOf, Kinds, setProperty } from "../draft.js";
import type { Lines } from "../lines.js";
import { clip } from "../source.js";
import { type Column, ColumnValues, parseColumns, plainColumns } from "./columns.js";
import { type CommentValue, numbersOf, parseComment } from "./comment.js";

/** Names in files and in Prism; the first that occurs is taken. */
const properties: readonly (readonly [file: string, prism: string])[] = [
  ["move_mask", "selectiveDynamics"],
  ["magmoms", "magneticMoment"],
  ["initial_magmoms", "magneticMoment"],
  ["charges", "charge"],
  ["initial_charges", "charge"],
  ["force", "forces"],
  ["velo", "velocities"],
];

export function isExtended(comment: string): boolean {
  return /(?:^|[\s"'])(?:lattice|properties)["']?\s*=/i.test(comment);
}

/** One structure of XYZ or extended XYZ; undefined where nothing is left. */
export function readXyz(lines: Lines): Crystal | undefined {
  if (!lines.nextFilled()) return undefined;
  const siteCount = lines.takeInteger("the number of atoms", 1);
  if (lines.nextWord())
    throw lines.error(`expected the number of atoms alone, got ${clip(lines.word)}`);
  lines.expectLine("the comment line");
  const commentLine = lines.lineNumber;
  const head = isExtended(lines.line)
    ? readHead(lines)
    : { ...plainHead, info: commentInfo(lines.line) };
  // "H 0 0 0"
  const shortest = 2 * head.columns.reduce((sum, { width }) => sum + width, 0);
  lines.requireLines(siteCount, shortest, "atoms");
  const values = head.columns.map((column) => new ColumnValues(column, siteCount));
  const kinds = new Kinds();
  const kindOfSite = new Int32Array(siteCount);
  const speciesAt = head.columns.findIndex(({ name, type }) => name === "species" && type === "S");
  let hasMore = 0;
  for (let i = 0; i < siteCount; i++) {
    lines.expectLine(`atom ${i + 1} of ${siteCount}`);
    for (let k = 0; k < values.length; k++) {
      if (k === speciesAt) kindOfSite[i] = readSpecies(lines, kinds);
      else values[k].read(lines, i);
    }
    if (hasMore === 0 && lines.nextWord()) hasMore = lines.lineNumber;
  }
  const warnings: CrystalWarning[] = [];
  if (hasMore > 0) {
    const message = "columns that the comment line does not describe were not read";
    warnings.push({ code: "MORE_COLUMNS", message, line: hasMore });
  }
  const cartPositions = values.find(({ column }) => column.name === "pos")!.numbers;
  if (speciesAt < 0) kindOfSite.set(kindsOfNumbers(lines, kinds, values));
  const lattice = lines.located(() => cellOf(lines, head, cartPositions));
  const rest = values.filter(({ column }, k) => k !== speciesAt && !/^(pos|Z)$/.test(column.name));
  const { labels, siteProperties, states } = propertiesOf(rest, warnings);
  const charged =
    states === undefined ? { kinds, kindOfSite } : withStates(kinds, kindOfSite, states);
  const periodic = head.periodic;
  const draft = { lattice, ...charged, cartPositions, labels, siteProperties, periodic };
  return crystalOf({ ...draft, info: head.info, warnings }, (message) =>
    lines.error(message, { commentLine }),
  );
}

interface Head {
  readonly columns: readonly Column[];
  readonly cell: readonly number[] | undefined;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly info: Readonly<Record<string, InfoValue>>;
}

const plainHead: Omit<Head, "info"> = {
  columns: plainColumns,
  cell: undefined,
  periodic: [false, false, false],
};

function commentInfo(line: string): Record<string, InfoValue> {
  const comment = line.trim();
  return comment === "" ? {} : { comment };
}

function readHead(lines: Lines): Head {
  const values = parseComment(lines);
  const take = (name: string): CommentValue | undefined => {
    const key = [...values.keys()].find((one) => one.toLowerCase() === name);
    const found = key === undefined ? undefined : values.get(key);
    if (key !== undefined) values.delete(key);
    return found;
  };
  const [lattice, columns, pbc] = [take("lattice"), take("properties"), take("pbc")];
  const cell = lattice && numbersOf(lines, "Lattice", lattice, 9);
  return {
    cell,
    columns: columns ? requireColumns(lines, columns) : plainColumns,
    periodic: pbc ? flagsOf(lines, pbc) : cell ? [true, true, true] : [false, false, false],
    info: Object.fromEntries([...values].map(([key, { value }]) => [key, value])),
  };
}

function requireColumns(lines: Lines, { value, offset }: CommentValue): readonly Column[] {
  const columns = parseColumns(lines, String(value), offset);
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  const hasPositions = columns.some((c) => c.name === "pos" && c.type === "R" && c.width === 3);
  const hasSpecies = columns.some(
    (c) =>
      c.width === 1 &&
      ((c.name === "species" && c.type === "S") || (c.name === "Z" && c.type === "I")),
  );
  if (hasPositions && hasSpecies && twice === undefined) return columns;
  const found = twice === undefined ? names.slice(0, 10).join(", ") : `${clip(twice)} twice`;
  throw lines.error(
    `expected species:S:1 or Z:I:1, pos:R:3 and no name twice in Properties, got ${found}`,
    {},
    offset,
  );
}

function flagsOf(lines: Lines, { value, offset }: CommentValue): [boolean, boolean, boolean] {
  const list = Array.isArray(value) ? (value as readonly InfoValue[]) : [value];
  const flags = list.map((item) => (item === 1 ? true : item === 0 ? false : item));
  if (flags.length === 3 && flags.every((flag) => typeof flag === "boolean")) {
    return [flags[0], flags[1], flags[2]];
  }
  throw lines.error('expected three flags such as pbc="T T F"', {}, offset);
}

function cellOf(lines: Lines, { cell, periodic }: Head, cartPositions: Float64Array) {
  if (cell === undefined) {
    if (periodic.some(Boolean)) throw lines.error("pbc says periodic, but there is no Lattice");
    return boundingBox(cartPositions);
  }
  const rows = [0, 3, 6].map((i) => givenVector([cell[i], cell[i + 1], cell[i + 2]]));
  if (rows.some((row, i) => row === undefined && periodic[i])) {
    throw lines.error("a vector of Lattice along which the structure is periodic is 0 0 0");
  }
  return completedCell(rows, cartPositions);
}

function readSpecies(lines: Lines, kinds: Kinds): number {
  const name = lines.takeWord("an element");
  const kind = kinds.named(name);
  if (kind !== undefined) return kind;
  throw lines.error(`expected an element such as "Si" or 14, got ${clip(name)}`, { value: name });
}

function kindsOfNumbers(lines: Lines, kinds: Kinds, values: readonly ColumnValues[]): Int32Array {
  const { numbers } = values.find(({ column }) => column.name === "Z")!;
  return Int32Array.from(numbers, (number, site) => {
    const kind = kinds.named(String(number));
    if (kind !== undefined) return kind;
    throw lines.error(`expected atomic numbers from 1 to 118 in Z, got ${number} for site ${site}`);
  });
}

function propertiesOf(
  values: readonly ColumnValues[],
  warnings: CrystalWarning[],
): {
  labels: readonly string[] | undefined;
  states: Float64Array | undefined;
  siteProperties: Record<string, SiteProperty>;
} {
  const siteProperties: Record<string, SiteProperty> = {};
  let labels: readonly string[] | undefined;
  let states: Float64Array | undefined;
  const order = properties.map(([file]) => file);
  const rank = ({ column }: ColumnValues) => order.indexOf(column.name);
  for (const one of [...values].sort((p, q) => rank(p) - rank(q))) {
    const { column, unknownAt } = one;
    if (unknownAt !== undefined) {
      const message = `"${column.name}" is not known for all sites (NaN or infinite) and was left out`;
      warnings.push({ code: "PROPERTY_NOT_FINITE", message, line: unknownAt });
    } else if (column.name === "label" && column.type === "S") labels = one.texts;
    else if (column.name === "oxidation_state" && column.width === 1) states = one.numbers;
    else {
      const known = properties.find(([file]) => file === column.name)?.[1] ?? column.name;
      const name = Object.hasOwn(siteProperties, known) ? column.name : known;
      const isOneFlag = column.name === "move_mask" && column.width === 1;
      const values = isOneFlag ? threeTimes(one.numbers) : one.property;
      setProperty(siteProperties, name, values);
    }
  }
  return { labels, states, siteProperties };
}

function threeTimes(flags: Float64Array): Float64Array {
  return Float64Array.from({ length: 3 * flags.length }, (_, i) => flags[Math.floor(i / 3)]);
}

function withStates(
  kinds: Kinds,
  kindOfSite: Int32Array,
  states: Float64Array,
): { kinds: Kinds; kindOfSite: Int32Array } {
  const charged = new Kinds();
  const indices = kindOfSite.map((kind, site) => {
    const [{ species }] = kinds.list[kind];
    const state = states[site];
    const text = `${species.symbol}${Math.abs(state)}${state < 0 ? "-" : "+"}`;
    return charged.of([{ species: Species.from(text), occupancy: 1 }]);
  });
  return { kinds: charged, kindOfSite: indices };
}
