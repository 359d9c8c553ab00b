import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { Format, WriteOptions } from "../../crystal/formats.js";
import type { Info } from "../../crystal/info.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Species, type SpeciesOccupancy } from "../../crystal/species.js";
import { completedCell } from "../box.js";
import { crystalOf, Kinds, setProperty } from "../draft.js";
import { hasOwnLabels } from "../losses.js";
import { type JsonDocument, type JsonStructure, jsonFormat } from "./document.js";
import { propertyOf, rowOf } from "./properties.js";
import type { JsonPath } from "./scan.js";

/**
 * Structures of OPTIMADE 1.x: a response with one entry or a list in `data`, an entry, its attributes,
 * or a list of entries. What OPTIMADE has no word for stands in attributes with the prefix `_prism_`.
 *
 * @see Evans et al., Digital Discovery 3, 1509 (2024); OPTIMADE specification 1.2, "Structures Entries".
 */
export const optimade: Format = jsonFormat(
  "optimade",
  [/"cartesian_site_positions"\s*:/, /"species_at_sites"\s*:/],
  structuresOf,
  {
    value: entryOf,
    single: responseOf,
    list: (values) =>
      responseOf(values.map((value, i) => ({ ...(value as object), id: String(i + 1) }))),
  },
);

interface Attributes {
  readonly [name: string]: unknown;
}

function structuresOf(document: JsonDocument): readonly JsonStructure[] {
  const { root } = document;
  const isResponse = typeof root === "object" && root !== null && "data" in root;
  const data = isResponse ? (root as { readonly data: unknown }).data : root;
  const path: JsonPath = isResponse ? ["data"] : [];
  if (!Array.isArray(data)) return [() => readEntry(document, data, path)];
  return (data as readonly unknown[]).map(
    (entry, i) => () => readEntry(document, entry, [...path, i]),
  );
}

function readEntry(document: JsonDocument, value: unknown, path: JsonPath): Crystal {
  const entry = document.object(value, path);
  const own = entry.attributes === undefined ? path : [...path, "attributes"];
  const attributes: Attributes = document.object(entry.attributes ?? entry, own);
  const at = (name: string): JsonPath => [...own, name];
  const cartPositions = document.vectors(
    attributes.cartesian_site_positions,
    at("cartesian_site_positions"),
  );
  const names = document.array(attributes.species_at_sites, at("species_at_sites"));
  if (names.length === 0 || 3 * names.length !== cartPositions.length) {
    const what = `${cartPositions.length / 3} names, one for each position, and at least one,`;
    throw document.expected(names, at("species_at_sites"), what);
  }
  const occupants = readSpecies(document, attributes, at("species"));
  const kinds = new Kinds();
  const kindOfSite = Int32Array.from(names, (name, i) => {
    const shares = occupants(document.text(name, [...at("species_at_sites"), i]));
    if (shares !== undefined) return kinds.of(shares);
    throw document.expected(name, [...at("species_at_sites"), i], "a name of the list species");
  });
  const warnings: CrystalWarning[] = [];
  if (Array.isArray(attributes.assemblies) && attributes.assemblies.length > 0) {
    const message = "sites of assemblies that exclude each other are all kept, and may overlap";
    warnings.push({ code: "DISORDER", message, line: document.lineOf(at("assemblies")) });
  }
  const { lattice, periodic } = readCell(document, attributes, own, cartPositions);
  const extras = readExtras(document, attributes, own, names.length);
  return crystalOf(
    { lattice, periodic, kinds, kindOfSite, cartPositions, warnings, ...extras },
    (message) => document.error(at("cartesian_site_positions"), message),
  );
}

function readCell(
  document: JsonDocument,
  attributes: Attributes,
  own: JsonPath,
  cartPositions: Float64Array,
) {
  const path = [...own, "dimension_types"];
  const given = attributes.dimension_types ?? [1, 1, 1];
  const flags = document.array(given, path);
  if (flags.length !== 3 || flags.some((flag) => flag !== 0 && flag !== 1)) {
    throw document.expected(given, path, "three numbers 0 or 1");
  }
  const periodic = [flags[0] === 1, flags[1] === 1, flags[2] === 1] as const;
  const cellPath = [...own, "lattice_vectors"];
  const missing = periodic.some(Boolean) ? undefined : [null, null, null];
  const vectors = document.array(attributes.lattice_vectors ?? missing, cellPath);
  if (vectors.length !== 3) throw document.expected(vectors, cellPath, "three vectors");
  const rows = vectors.map((row, i) => {
    const isMissing = row === null || (Array.isArray(row) && row.every((x) => x === null));
    return isMissing && !periodic[i] ? undefined : document.vector(row, [...cellPath, i]);
  });
  return {
    periodic,
    lattice: document.located(cellPath, () => completedCell(rows, cartPositions)),
  };
}

/** The occupants of a species' name; without the list, names are chemical symbols. */
function readSpecies(
  document: JsonDocument,
  { species }: Attributes,
  path: JsonPath,
): (name: string) => readonly SpeciesOccupancy[] | undefined {
  const known = new Map<string, readonly SpeciesOccupancy[]>();
  if (species === undefined || species === null) {
    return (name) => [
      { species: document.located(path.slice(0, -1), () => Species.from(name)), occupancy: 1 },
    ];
  }
  document.array(species, path).forEach((item, i) => {
    const own = document.object(item, [...path, i]);
    const name = document.text(own.name, [...path, i, "name"]);
    known.set(name, readOccupants(document, own, [...path, i]));
  });
  return (name) => known.get(name);
}

function readOccupants(
  document: JsonDocument,
  own: Readonly<Record<string, unknown>>,
  path: JsonPath,
): readonly SpeciesOccupancy[] {
  const symbols = document.array(own.chemical_symbols, [...path, "chemical_symbols"]);
  const shares = document.array(own.concentration ?? symbols.map(() => 1), [
    ...path,
    "concentration",
  ]);
  const states = Array.isArray(own._prism_oxidation_states) ? own._prism_oxidation_states : [];
  const occupants = symbols.flatMap((given, i) => {
    const symbol = document.text(given, [...path, "chemical_symbols", i]);
    if (symbol === "vacancy") return [];
    const occupancy = document.number(shares[i], [...path, "concentration", i]);
    if (!(occupancy > 0 && occupancy <= 1.1)) {
      throw document.expected(shares[i], [...path, "concentration", i], "a share in (0, 1]");
    }
    const state: unknown = states[i];
    const charge = typeof state === "number" ? `${Math.abs(state)}${state < 0 ? "-" : "+"}` : "";
    const species = document.located([...path, "chemical_symbols", i], () =>
      Species.from(symbol + charge),
    );
    return [{ species, occupancy }];
  });
  if (occupants.length > 0) return occupants;
  throw document.expected(symbols, [...path, "chemical_symbols"], "an element");
}

function readExtras(
  document: JsonDocument,
  attributes: Attributes,
  own: JsonPath,
  siteCount: number,
): { labels?: readonly string[]; siteProperties: Record<string, SiteProperty>; info: Info } {
  const siteProperties: Record<string, SiteProperty> = {};
  const given = attributes._prism_site_properties;
  if (given !== undefined) {
    const path = [...own, "_prism_site_properties"];
    for (const [name, values] of Object.entries(document.object(given, path))) {
      const list = document.array(values, [...path, name]);
      const property = list.length === siteCount ? propertyOf(list) : undefined;
      if (property === undefined)
        throw document.expected(values, [...path, name], "a value a site");
      setProperty(siteProperties, name, property);
    }
  }
  const info = attributes._prism_info;
  const labels = attributes._prism_labels;
  const isLabels =
    Array.isArray(labels) &&
    labels.length === siteCount &&
    labels.every((one) => typeof one === "string");
  return {
    siteProperties,
    info: (info ?? {}) as Info,
    ...(isLabels && { labels: labels as readonly string[] }),
  };
}

function responseOf(data: unknown): unknown {
  return { data, meta: { api_version: "1.2.0" } };
}

function entryOf(crystal: Crystal, _options: WriteOptions): unknown {
  const { kinds, siteCount, siteProperties, composition, periodic } = crystal;
  const species = kinds.map(speciesValue);
  const total = [...composition.values()].reduce((sum, amount) => sum + amount, 0);
  const elements = [...composition.keys()].sort();
  const isDisordered = kinds.some((kind) => kind.length > 1 || kind[0].occupancy < 1);
  const attributes = {
    elements,
    nelements: elements.length,
    elements_ratios: elements.map((symbol) => composition.get(symbol)! / total),
    chemical_formula_descriptive: crystal.cellFormula,
    dimension_types: periodic.map(Number),
    nperiodic_dimensions: periodic.filter(Boolean).length,
    lattice_vectors: [0, 1, 2].map((i) => rowOf(crystal.lattice.matrix, i, 3)),
    cartesian_site_positions: Array.from(crystal.kindOfSite, (_, i) =>
      rowOf(crystal.cartPositions, i, 3),
    ),
    nsites: siteCount,
    species_at_sites: Array.from(crystal.kindOfSite, (kind) => species[kind].name),
    species,
    structure_features: isDisordered ? ["disorder"] : [],
    ...(hasOwnLabels(crystal) && { _prism_labels: crystal.labels }),
    ...(Object.keys(siteProperties).length > 0 && {
      _prism_site_properties: Object.fromEntries(
        Object.entries(siteProperties).map(([name, values]) => [name, valuesOf(values, siteCount)]),
      ),
    }),
    ...(Object.keys(crystal.info).length > 0 && { _prism_info: crystal.info }),
  };
  return { id: "1", type: "structures", attributes };
}

function speciesValue(occupants: readonly SpeciesOccupancy[], kind: number) {
  const total = occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
  const vacant = 1 - total > 1e-6;
  const states = occupants.map(({ species }) => species.oxidationState ?? null);
  const [{ species }] = occupants;
  return {
    name: occupants.length === 1 && !vacant ? species.toString() : `${species.symbol}_${kind + 1}`,
    chemical_symbols: [
      ...occupants.map((one) => one.species.symbol),
      ...(vacant ? ["vacancy"] : []),
    ],
    concentration: [...occupants.map(({ occupancy }) => occupancy), ...(vacant ? [1 - total] : [])],
    ...(states.some((state) => state !== null) && { _prism_oxidation_states: states }),
  };
}

function valuesOf(values: SiteProperty, siteCount: number): readonly unknown[] {
  if (!(values instanceof Float64Array)) return values;
  const width = values.length / siteCount;
  return width === 1
    ? Array.from(values)
    : Array.from({ length: siteCount }, (_, i) => rowOf(values, i, width));
}
