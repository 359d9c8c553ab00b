import type { Crystal } from "../../crystal/crystal.js";
import type { Format, WriteOptions } from "../../crystal/formats.js";
import type { Info, InfoValue } from "../../crystal/info.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Species, type SpeciesOccupancy } from "../../crystal/species.js";
import { Lattice } from "../../lattice/lattice.js";
import { boundingBox } from "../box.js";
import { crystalOf, Kinds, setProperty } from "../draft.js";
import { hasOwnLabels } from "../losses.js";
import { type JsonDocument, type JsonStructure, jsonFormat } from "./document.js";
import { collectProperties, rowOf } from "./properties.js";
import type { JsonPath } from "./scan.js";

/** `Structure.as_dict` and `Molecule.as_dict` of pymatgen, one or a list. Writes structures. */
export const pymatgenJson: Format = jsonFormat(
  "pymatgen-json",
  [/"sites"\s*:/, /"species"\s*:/, /"(?:abc|xyz)"\s*:/],
  structuresOf,
  { value: structureValue, single: (value) => value, list: (values) => values },
);

/** Names of site properties in pymatgen and in Prism. */
const names: readonly (readonly [pymatgen: string, prism: string])[] = [
  ["magmom", "magneticMoment"],
  ["selective_dynamics", "selectiveDynamics"],
];

function structuresOf(document: JsonDocument): readonly JsonStructure[] {
  const { root } = document;
  if (!Array.isArray(root)) return [() => readStructure(document, root, [])];
  return (root as readonly unknown[]).map((value, i) => () => readStructure(document, value, [i]));
}

function readStructure(document: JsonDocument, value: unknown, path: JsonPath): Crystal {
  const structure = document.object(value, path);
  const sitesPath = [...path, "sites"];
  const sites = document.array(structure.sites, sitesPath);
  if (sites.length === 0) throw document.expected(sites, sitesPath, "at least one site");
  const cell = structure.lattice === undefined ? undefined : readCell(document, structure, path);
  const positions = new Float64Array(3 * sites.length);
  const kinds = new Kinds();
  const labels: (string | undefined)[] = [];
  const coordinates = cell === undefined ? "xyz" : "abc";
  const kindOfSite = Int32Array.from(sites, (item, i) => {
    const sitePath = [...sitesPath, i];
    const site = document.object(item, sitePath);
    positions.set(document.vector(site[coordinates], [...sitePath, coordinates]), 3 * i);
    const occupants = readSpecies(document, site.species, [...sitePath, "species"]);
    const isOwn =
      typeof site.label === "string" &&
      !site.label.split(", ").some((part) => isSpeciesText(part, occupants));
    labels.push(isOwn ? (site.label as string) : undefined);
    return kinds.of(occupants);
  });
  const { siteProperties, warnings } = collectProperties(
    document,
    sites.map((site) => (site as { readonly properties?: unknown }).properties),
    (i) => [...sitesPath, i, "properties"],
    names,
  );
  const places = cell
    ? { ...cell, fracPositions: positions }
    : moleculeOf(document, positions, path);
  return crystalOf(
    {
      ...places,
      kinds,
      kindOfSite,
      siteProperties,
      warnings,
      labels: labels.every((label) => label !== undefined) ? labels : undefined,
      info: readInfo(structure),
    },
    (message) => document.error(sitesPath, message),
  );
}

function moleculeOf(document: JsonDocument, cartPositions: Float64Array, path: JsonPath) {
  const lattice = document.located(path, () => boundingBox(cartPositions));
  return { lattice, cartPositions, periodic: [false, false, false] as const };
}

function readCell(
  document: JsonDocument,
  structure: Readonly<Record<string, unknown>>,
  path: JsonPath,
): { lattice: Lattice; periodic: [boolean, boolean, boolean] } {
  const latticePath = [...path, "lattice"];
  const lattice = document.object(structure.lattice, latticePath);
  const rows = document.vectors(lattice.matrix, [...latticePath, "matrix"]);
  const flags = lattice.pbc === undefined ? [true, true, true] : lattice.pbc;
  const list = document.array(flags, [...latticePath, "pbc"]);
  if (list.length !== 3 || list.some((flag) => typeof flag !== "boolean")) {
    throw document.expected(flags, [...latticePath, "pbc"], "three booleans");
  }
  return {
    lattice: document.located(latticePath, () => Lattice.fromMatrix(rows)),
    periodic: [list[0] === true, list[1] === true, list[2] === true],
  };
}

function readSpecies(document: JsonDocument, value: unknown, path: JsonPath): SpeciesOccupancy[] {
  const list = document.array(value, path);
  if (list.length === 0) throw document.expected(value, path, "at least one species");
  return list.map((item, i) => {
    const own = [...path, i];
    const { element, occu, oxidation_state: state } = document.object(item, own);
    const symbol = document.text(element, [...own, "element"]);
    const occupancy = document.number(occu, [...own, "occu"]);
    if (!(occupancy > 0 && occupancy <= 1.1)) {
      throw document.expected(occu, [...own, "occu"], "an occupancy in (0, 1]");
    }
    const charge =
      state === undefined || state === null
        ? undefined
        : document.number(state, [...own, "oxidation_state"]);
    return {
      occupancy,
      species: document.located(own, () => Species.from(withCharge(symbol, charge))),
    };
  });
}

function withCharge(symbol: string, charge: number | undefined): string {
  if (charge === undefined) return symbol;
  return `${symbol}${Math.abs(charge)}${charge < 0 ? "-" : "+"}`;
}

/** pymatgen's label of a site without one: "O2-", "Mg2+:0.500". */
function isSpeciesText(label: string, occupants: readonly SpeciesOccupancy[]): boolean {
  const bare = label.split(":")[0];
  return occupants.some(({ species }) => {
    const one = species.toString().replace(/1([+-])$/, "$1");
    return bare === species.toString() || bare === one || bare === species.symbol;
  });
}

function readInfo({ charge, properties }: Readonly<Record<string, unknown>>): Info {
  const isObject = typeof properties === "object" && properties !== null;
  return {
    ...(isObject && (properties as Record<string, InfoValue>)),
    ...(typeof charge === "number" && charge !== 0 && { charge }),
  };
}

function structureValue(crystal: Crystal, _options: WriteOptions): unknown {
  const { lattice, cartPositions, fracPositions, siteProperties, siteCount } = crystal;
  const labels = hasOwnLabels(crystal) ? crystal.labels : undefined;
  const { a, b, c, alpha, beta, gamma } = lattice.parameters;
  const { charge, ...properties } = crystal.info;
  const isCharge = typeof charge === "number";
  const sites = Array.from(crystal.kindOfSite, (kind, i) => {
    const occupants = crystal.kinds[kind];
    return {
      species: occupants.map(({ species, occupancy }) => ({
        element: species.symbol,
        ...(species.oxidationState !== undefined && { oxidation_state: species.oxidationState }),
        occu: occupancy,
      })),
      abc: rowOf(fracPositions, i, 3),
      xyz: rowOf(cartPositions, i, 3),
      label: labels?.[i] ?? occupants.map(({ species }) => species.toString()).join(", "),
      properties: sitePropertiesAt(siteProperties, i, siteCount),
    };
  });
  return {
    "@module": "pymatgen.core.structure",
    "@class": "Structure",
    charge: isCharge ? charge : null,
    lattice: {
      matrix: [0, 1, 2].map((i) => rowOf(lattice.matrix, i, 3)),
      pbc: crystal.periodic,
      ...{ a, b, c, alpha, beta, gamma },
      volume: lattice.volume,
    },
    properties: isCharge || charge === undefined ? properties : { ...properties, charge },
    sites,
  };
}

function sitePropertiesAt(
  siteProperties: Readonly<Record<string, SiteProperty>>,
  i: number,
  siteCount: number,
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(siteProperties)) {
    const fileName = names.find(([, prism]) => prism === name)?.[0] ?? name;
    const width = values.length / siteCount;
    const own = values instanceof Float64Array ? rowOf(values, i, width) : values[i];
    const value = Array.isArray(own) && width === 1 ? own[0] : own;
    const isFlags = name === "selectiveDynamics" && Array.isArray(value);
    setProperty(row, fileName, isFlags ? value.map((flag) => flag === 1) : value);
  }
  return row;
}
