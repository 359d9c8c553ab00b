import type { CrystalParts, CrystalWarning } from "../crystal/crystal-parts.js";
import type { Info } from "../crystal/info.js";
import type { SiteProperties, SiteProperty } from "../crystal/site-properties.js";
import { Species } from "../crystal/species.js";
import { Lattice, type LatticeParameters } from "../lattice/lattice.js";

/** What is small, as JSON. */
interface Head {
  /** Lengths and angles where they make the same cell, else nine numbers. */
  readonly cell: LatticeParameters | readonly number[];
  readonly kinds: readonly (readonly (readonly [species: string, occupancy: number])[])[];
  readonly periodic: CrystalParts["periodic"];
  readonly info: Info | undefined;
  readonly warnings: readonly CrystalWarning[];
  readonly hasLabels: boolean;
  /** Of the arrays that come last: one each of numbers, two of texts. */
  readonly properties: readonly (readonly [name: string, isText: boolean])[];
}

/**
 * A crystal as arrays that can be handed to another thread: head, positions, kinds of the sites, labels
 * if it has any, properties.
 */
export function pack(parts: CrystalParts): ArrayBufferView[] {
  const { labels } = parts;
  const properties = Object.entries(parts.siteProperties ?? {});
  const head: Head = {
    cell: cellOf(parts.lattice),
    kinds: parts.kinds.map((kind) =>
      kind.map(({ species, occupancy }) => [String(species), occupancy]),
    ),
    periodic: parts.periodic,
    info: parts.info,
    warnings: parts.warnings,
    hasLabels: labels !== undefined,
    properties: properties.map(([name, values]) => [name, !(values instanceof Float64Array)]),
  };
  return [
    new TextEncoder().encode(JSON.stringify(head)),
    parts.fracPositions,
    parts.kindOfSite,
    ...(labels === undefined ? [] : packTexts(labels)),
    ...properties.flatMap(([, values]): ArrayBufferView[] =>
      values instanceof Float64Array ? [values] : packTexts(values),
    ),
  ];
}

/** Takes time only where it is small, or asked for: labels become texts when somebody reads them. */
export function unpack(buffers: readonly ArrayBuffer[]): CrystalParts {
  const [headBytes, positions, kindOfSite, ...rest] = buffers;
  const head = JSON.parse(new TextDecoder().decode(headBytes)) as Head;
  const [ends, text] = head.hasLabels ? rest.splice(0, 2) : [];
  let labels: readonly string[] | undefined;
  return {
    lattice: latticeOf(head.cell),
    fracPositions: new Float64Array(positions),
    kinds: head.kinds.map((kind) =>
      kind.map(([species, occupancy]) => ({ species: Species.from(species), occupancy })),
    ),
    kindOfSite: new Int32Array(kindOfSite),
    periodic: head.periodic,
    get labels() {
      if (ends !== undefined) labels ??= unpackTexts(ends, text);
      return labels;
    },
    siteProperties: propertiesOf(head.properties, rest),
    info: head.info && frozen(head.info),
    warnings: head.warnings,
  };
}

function cellOf(lattice: Lattice): Head["cell"] {
  const { a, b, c, alpha, beta, gamma } = lattice.parameters;
  const usual = Lattice.fromParameters(a, b, c, alpha, beta, gamma);
  const isUsual = usual.matrix.every((value, i) => value === lattice.matrix[i]);
  return isUsual ? { a, b, c, alpha, beta, gamma } : Array.from(lattice.matrix);
}

function latticeOf(cell: Head["cell"]): Lattice {
  if (!("alpha" in cell)) return Lattice.fromMatrix(cell);
  return Lattice.fromParameters(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
}

/** Where each text ends, and all of them. */
function packTexts(texts: readonly string[]): [Uint32Array, Uint8Array] {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    end += texts[i].length;
    ends[i] = end;
  }
  return [ends, Buffer.from(texts.join(""), "utf16le")];
}

function unpackTexts(ends: ArrayBuffer, bytes: ArrayBuffer): string[] {
  const text = Buffer.from(bytes).toString("utf16le");
  let start = 0;
  return Array.from(new Uint32Array(ends), (end) => {
    const from = start;
    start = end;
    return text.slice(from, end);
  });
}

function propertiesOf(
  names: Head["properties"],
  buffers: readonly ArrayBuffer[],
): SiteProperties | undefined {
  if (names.length === 0) return undefined;
  let at = 0;
  const entries = names.map(([name, isText]): [string, SiteProperty] => {
    if (!isText) return [name, new Float64Array(buffers[at++])];
    at += 2;
    return [name, unpackTexts(buffers[at - 2], buffers[at - 1])];
  });
  return Object.freeze(Object.fromEntries(entries));
}

/** All of its parts, as those of a crystal are. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
