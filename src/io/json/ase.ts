import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { Format, WriteOptions } from "../../crystal/formats.js";
import type { Info, InfoValue } from "../../crystal/info.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { completedCell, givenVector } from "../box.js";
import { crystalOf, Kinds, setProperty } from "../draft.js";
import { hasOwnLabels, reportLosses, requireOrdered } from "../losses.js";
import { type JsonDocument, type JsonStructure, jsonFormat, kindName } from "./document.js";
import { propertyOf, rowOf } from "./properties.js";
import type { JsonPath } from "./scan.js";

/**
 * JSON of ASE: its database (`ase.io.write("x.json", atoms)`), one row of it, or an encoded `Atoms`.
 * Writes a database. What ASE has no place for stands in `data.prism` of the row.
 */
export const aseJson: Format = jsonFormat(
  "ase-json",
  [/"numbers"\s*:/, /"positions"\s*:/],
  structuresOf,
  { value: rowValue, single: (row) => databaseOf([row]), list: databaseOf },
);

type Row = Readonly<Record<string, unknown>>;

/** Names in ASE and in Prism; the first that occurs is taken. */
const names: readonly (readonly [ase: string, prism: string])[] = [
  ["magmoms", "magneticMoment"],
  ["initial_magmoms", "magneticMoment"],
  ["charges", "charge"],
  ["initial_charges", "charge"],
  ["forces", "forces"],
  ["tags", "tags"],
  ["masses", "masses"],
  ["momenta", "momenta"],
];
const energies = ["energy", "free_energy"] as const;

function structuresOf(document: JsonDocument): readonly JsonStructure[] {
  const root = document.object(document.root, []);
  if (root.numbers !== undefined) return [() => readRow(document, root, [])];
  const ids = Array.isArray(root.ids)
    ? root.ids.map(String)
    : Object.keys(root).filter((key) => /^\d+$/.test(key));
  return ids.map((id) => () => readRow(document, document.object(root[id], [id]), [id]));
}

function readRow(document: JsonDocument, row: Row, path: JsonPath): Crystal {
  const at = (name: string): JsonPath => [...path, name];
  const numbers = flatNumbers(document, row.numbers, at("numbers"));
  const cartPositions = Float64Array.from(flatNumbers(document, row.positions, at("positions")));
  if (numbers.length === 0 || cartPositions.length !== 3 * numbers.length) {
    throw document.expected(
      row.positions,
      at("positions"),
      "three coordinates a number, and at least one atom,",
    );
  }
  const kinds = new Kinds();
  const kindOfSite = Int32Array.from(numbers, (number, i) => {
    const kind = kinds.named(String(number));
    if (kind !== undefined) return kind;
    throw document.error(
      at("numbers"),
      `expected atomic numbers from 1 to 118, got ${number} for atom ${i}`,
    );
  });
  const warnings: CrystalWarning[] = [];
  const siteProperties = readProperties(document, row, path, {
    siteCount: numbers.length,
    warnings,
  });
  const own = ownData(row);
  const states = Array.isArray(own.oxidationStates)
    ? (own.oxidationStates as unknown[])
    : undefined;
  const charged =
    states === undefined
      ? { kinds, kindOfSite }
      : withStates(document, kinds, kindOfSite, states, path);
  const labels = own.labels;
  const isLabels =
    Array.isArray(labels) &&
    labels.length === numbers.length &&
    labels.every((one) => typeof one === "string");
  const info = readInfo(row);
  const { lattice, periodic } = readCell(document, row, path, cartPositions);
  return crystalOf(
    {
      ...charged,
      ...{ lattice, periodic, cartPositions, siteProperties, info, warnings },
      ...(isLabels && { labels: labels as readonly string[] }),
    },
    (message) => document.error(at("positions"), message),
  );
}

function withStates(
  document: JsonDocument,
  kinds: Kinds,
  kindOfSite: Int32Array,
  states: readonly unknown[],
  path: JsonPath,
) {
  const charged = new Kinds();
  const indices = kindOfSite.map((kind, i) => {
    const [{ species }] = kinds.list[kind];
    const state = states[i];
    const charge = typeof state === "number" ? `${Math.abs(state)}${state < 0 ? "-" : "+"}` : "";
    const found = charged.named(species.symbol + charge);
    if (found !== undefined) return found;
    throw document.error([...path, "data"], `expected an oxidation state, got ${kindName(state)}`);
  });
  return { kinds: charged, kindOfSite: indices };
}

function readCell(document: JsonDocument, row: Row, path: JsonPath, cartPositions: Float64Array) {
  const cellPath = [...path, "cell"];
  const cell =
    row.cell === undefined || row.cell === null
      ? new Array<number>(9).fill(0)
      : flatNumbers(document, row.cell, cellPath);
  if (cell.length !== 9) throw document.expected(row.cell, cellPath, "nine numbers");
  const flags =
    row.pbc === undefined ? [false, false, false] : plainArray(document, row.pbc, [...path, "pbc"]);
  if (flags.length !== 3) throw document.expected(row.pbc, [...path, "pbc"], "three booleans");
  const periodic = [Boolean(flags[0]), Boolean(flags[1]), Boolean(flags[2])] as const;
  const rows = [0, 3, 6].map((i) => givenVector([cell[i], cell[i + 1], cell[i + 2]]));
  if (rows.some((vector, i) => vector === undefined && periodic[i])) {
    throw document.error(
      cellPath,
      "a cell vector along which the structure is periodic is 0, 0, 0",
    );
  }
  return {
    periodic,
    lattice: document.located(cellPath, () => completedCell(rows, cartPositions)),
  };
}

/** The items of an array of JSON, of ASE's `{"__ndarray__": [shape, type, items]}` or of its cell. */
function plainArray(document: JsonDocument, value: unknown, path: JsonPath): readonly unknown[] {
  let inner = value;
  let innerPath = path;
  if (typeof inner === "object" && inner !== null && "array" in inner) {
    inner = inner.array;
    innerPath = [...innerPath, "array"];
  }
  if (typeof inner === "object" && inner !== null && "__ndarray__" in inner) {
    innerPath = [...innerPath, "__ndarray__"];
    const parts = document.array(inner.__ndarray__, innerPath);
    return document.array(parts[2], [...innerPath, 2]);
  }
  return document.array(inner, innerPath).flat(2);
}

function flatNumbers(document: JsonDocument, value: unknown, path: JsonPath): number[] {
  const items = plainArray(document, value, path);
  const bad = items.findIndex((item) => typeof item !== "number" || !Number.isFinite(item));
  if (bad < 0) return items as number[];
  throw document.error(
    path,
    `expected finite numbers in ${path.at(-1)}, got ${kindName(items[bad])} as number ${bad}`,
  );
}

function readProperties(
  document: JsonDocument,
  row: Row,
  path: JsonPath,
  { siteCount, warnings }: { readonly siteCount: number; readonly warnings: CrystalWarning[] },
): Record<string, SiteProperty> {
  const properties: Record<string, SiteProperty> = {};
  for (const [name, prism] of names) {
    const given = row[name];
    if (given === undefined || given === null || prism in properties) continue;
    const items = plainArray(document, given, [...path, name]);
    const isWhole = items.length > 0 && items.length % siteCount === 0;
    const values = isWhole ? propertyOf(items) : undefined;
    if (values instanceof Float64Array) setProperty(properties, prism, values);
    else warnings.push(leftOut(document, name, [...path, name]));
  }
  const flags = readConstraints(document, row, path, siteCount, warnings);
  if (flags) properties.selectiveDynamics = flags;
  const own = ownData(row).siteProperties;
  if (typeof own === "object" && own !== null) {
    for (const [name, values] of Object.entries(own)) {
      const list: readonly unknown[] = Array.isArray(values) ? values : [];
      const property = list.length === siteCount ? propertyOf(list) : undefined;
      if (property) setProperty(properties, name, property);
      else warnings.push(leftOut(document, name, [...path, "data"]));
    }
  }
  return properties;
}

function leftOut(document: JsonDocument, name: string, path: JsonPath): CrystalWarning {
  const message = `"${name.slice(0, 40)}" is not one finite value a site and was left out`;
  return { code: "PROPERTY_LEFT_OUT", message, line: document.lineOf(path) };
}

/** FixAtoms and FixCartesian as flags, 1 where an atom may move. */
function readConstraints(
  document: JsonDocument,
  row: Row,
  path: JsonPath,
  siteCount: number,
  warnings: CrystalWarning[],
): Float64Array | undefined {
  if (!Array.isArray(row.constraints) || row.constraints.length === 0) return undefined;
  const flags = new Float64Array(3 * siteCount).fill(1);
  let found = false;
  (row.constraints as readonly unknown[]).forEach((item, i) => {
    const own = [...path, "constraints", i];
    const { name, kwargs } = document.object(item, own);
    const { indices, a, mask } = document.object(kwargs ?? {}, [...own, "kwargs"]);
    const given = name === "FixAtoms" ? indices : name === "FixCartesian" ? a : undefined;
    if (given === undefined) {
      const message = `the constraint ${kindName(name)} was left out`;
      warnings.push({ code: "CONSTRAINT_LEFT_OUT", message, line: document.lineOf(own) });
      return;
    }
    const sites = typeof given === "number" ? [given] : plainArray(document, given, own);
    const fixed =
      name === "FixAtoms"
        ? [true, true, true]
        : plainArray(document, mask, [...own, "kwargs", "mask"]);
    for (const site of sites) {
      if (typeof site !== "number" || !(site >= 0 && site < siteCount)) {
        throw document.error(own, `expected indices of atoms from 0 to ${siteCount - 1}`);
      }
      for (let k = 0; k < 3; k++) if (fixed[k]) flags[3 * site + k] = 0;
    }
    found = true;
  });
  return found ? flags : undefined;
}

function ownData({ data }: Row): Row {
  const prism = typeof data === "object" && data !== null ? (data as Row).prism : undefined;
  return typeof prism === "object" && prism !== null ? (prism as Row) : {};
}

function readInfo(row: Row): Info {
  const pairs = row.key_value_pairs ?? row.info ?? {};
  const own = ownData(row).info;
  const result: Record<string, InfoValue> = {};
  const sources = [pairs, own].filter((one) => typeof one === "object" && one !== null);
  for (const name of energies) {
    if (typeof row[name] === "number") setProperty(result, name, row[name]);
  }
  for (const source of sources) {
    for (const [name, value] of Object.entries(source as Record<string, InfoValue>)) {
      setProperty(result, name, value);
    }
  }
  return result;
}

function rowValue(crystal: Crystal, options: WriteOptions): unknown {
  const species = requireOrdered("ase-json", crystal);
  const { siteCount, siteProperties, kindOfSite, info } = crystal;
  const row: Record<string, unknown> = {
    numbers: ndarray(
      Array.from(kindOfSite, (kind) => species[kind].number),
      "int64",
      [siteCount],
    ),
    positions: ndarray(Array.from(crystal.cartPositions), "float64", [siteCount, 3]),
    cell: ndarray(Array.from(crystal.lattice.matrix), "float64", [3, 3]),
    pbc: ndarray([...crystal.periodic], "bool", [3]),
  };
  const rest: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(siteProperties)) {
    const own = aseName(name);
    const width = values.length / siteCount;
    const isNumbers = values instanceof Float64Array;
    const fits = isNumbers && width === (own === "forces" || own === "momenta" ? 3 : 1);
    if (own !== undefined && fits) {
      const type = own === "tags" && values.every(Number.isInteger) ? "int64" : "float64";
      row[own] = ndarray(Array.from(values), type, width === 1 ? [siteCount] : [siteCount, width]);
    } else if (name === "selectiveDynamics" && isNumbers && width === 3) {
      row.constraints = constraintsOf(values);
      // Without a fixed atom there is no constraint to say that all may move.
      if (values.every((flag) => flag === 1)) setProperty(rest, name, rows(values, width));
    } else setProperty(rest, name, isNumbers ? rows(values, width) : values);
  }
  const states = species.map(({ oxidationState }) => oxidationState ?? null);
  const prism = {
    ...(Object.keys(rest).length > 0 && { siteProperties: rest }),
    ...(Object.keys(info).length > 0 && { info }),
    ...(hasOwnLabels(crystal) && { labels: crystal.labels }),
    ...(states.some((state) => state !== null) && {
      oxidationStates: Array.from(kindOfSite, (kind) => states[kind]),
    }),
  };
  if (typeof info.energy === "number") row.energy = info.energy;
  if (row.forces !== undefined || row.energy !== undefined) {
    row.calculator = "unknown";
    row.calculator_parameters = {};
  }
  if (Object.keys(prism).length > 0) row.data = { prism };
  if (species.some(({ symbol }) => symbol === "D" || symbol === "T")) {
    options.onLoss?.({
      code: "ISOTOPES_LOST",
      message: '"ase-json" keeps hydrogen, not its isotopes',
    });
  }
  reportLosses("ase-json", crystal, options, keepsAll);
  return row;
}

const keepsAll = { labels: true, oxidationStates: true, siteProperties: true, info: true } as const;

/** The name under which ASE keeps the same quantity. */
function aseName(name: string): string | undefined {
  if (name === "magneticMoment") return "initial_magmoms";
  if (name === "charge") return "initial_charges";
  return ["forces", "tags", "masses", "momenta"].includes(name) ? name : undefined;
}

/** `FixAtoms` for what is fixed altogether, `FixCartesian` for the rest. */
function constraintsOf(flags: Float64Array): unknown[] {
  const masks = Array.from({ length: flags.length / 3 }, (_, i) =>
    rowOf(flags, i, 3).map((flag) => flag === 0),
  );
  const fixed = masks.flatMap((mask, i) => (mask.every(Boolean) ? [i] : []));
  const partly = masks.flatMap((mask, i) =>
    mask.some(Boolean) && !mask.every(Boolean)
      ? [{ name: "FixCartesian", kwargs: { a: i, mask } }]
      : [],
  );
  const all = fixed.length > 0 ? [{ name: "FixAtoms", kwargs: { indices: fixed } }] : [];
  return [...all, ...partly];
}

function ndarray(items: readonly unknown[], type: string, shape: readonly number[]): unknown {
  return { __ndarray__: [shape, type, items] };
}

function rows(values: Float64Array, width: number): unknown[] {
  if (width === 1) return Array.from(values);
  return Array.from({ length: values.length / width }, (_, i) => rowOf(values, i, width));
}

/** With the fields that ASE asks of every row. */
function databaseOf(values: readonly unknown[]): unknown {
  const entries = values.map((value, i) => {
    const fields = {
      unique_id: (i + 1).toString(16).padStart(32, "0"),
      ctime: 0,
      mtime: 0,
      user: "prism",
    };
    return [String(i + 1), { ...fields, ...(value as object) }];
  });
  return {
    ...Object.fromEntries(entries),
    ids: values.map((_, i) => i + 1),
    nextid: values.length + 1,
  };
}
