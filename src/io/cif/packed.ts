import type { CrystalParts, CrystalWarning } from "../../crystal/crystal-parts.js";
import type { SiteProperties } from "../../crystal/site-properties.js";
import { Species } from "../../crystal/species.js";
import { Lattice, type LatticeParameters } from "../../lattice/lattice.js";

/** What is small, as JSON. */
interface Head {
  readonly cell: LatticeParameters;
  readonly kinds: readonly (readonly (readonly [species: string, occupancy: number])[])[];
  readonly warnings: readonly CrystalWarning[];
  /** Of the arrays that come last. */
  readonly properties: readonly string[];
}

/**
 * A crystal as arrays that can be handed to another thread: head, positions, kinds of the sites, ends
 * of the labels in their text, the text, properties that are numbers.
 */
export function pack(parts: CrystalParts): ArrayBufferView[] {
  const properties = Object.entries(parts.siteProperties ?? {}).filter(
    (entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array,
  );
  const head: Head = {
    cell: parts.lattice.parameters,
    kinds: parts.kinds.map((kind) =>
      kind.map(({ species, occupancy }) => [String(species), occupancy]),
    ),
    warnings: parts.warnings,
    properties: properties.map(([name]) => name),
  };
  const labels = parts.labels ?? [];
  const ends = new Uint32Array(labels.length);
  let end = 0;
  for (let i = 0; i < labels.length; i++) {
    end += labels[i].length;
    ends[i] = end;
  }
  return [
    new TextEncoder().encode(JSON.stringify(head)),
    parts.fracPositions,
    parts.kindOfSite,
    ends,
    Buffer.from(labels.join(""), "utf16le"),
    ...properties.map(([, values]) => values),
  ];
}

/** Takes time only where it is small, or asked for: labels become texts when somebody reads them. */
export function unpack(buffers: readonly ArrayBuffer[]): CrystalParts {
  const [headBytes, positions, kindOfSite, ends, text, ...values] = buffers;
  const { cell, kinds, warnings, properties } = JSON.parse(
    new TextDecoder().decode(headBytes),
  ) as Head;
  const { a, b, c, alpha, beta, gamma } = cell;
  let labels: readonly string[] | undefined;
  return {
    lattice: Lattice.fromParameters(a, b, c, alpha, beta, gamma),
    fracPositions: new Float64Array(positions),
    kinds: kinds.map((kind) =>
      kind.map(([species, occupancy]) => ({ species: Species.from(species), occupancy })),
    ),
    kindOfSite: new Int32Array(kindOfSite),
    periodic: [true, true, true],
    get labels() {
      labels ??= labelsOf(new Uint32Array(ends), Buffer.from(text).toString("utf16le"));
      return labels;
    },
    siteProperties: propertiesOf(properties, values),
    warnings,
  };
}

function labelsOf(ends: Uint32Array, text: string): string[] {
  return Array.from(ends, (end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}

function propertiesOf(
  names: readonly string[],
  values: readonly ArrayBuffer[],
): SiteProperties | undefined {
  if (names.length === 0) return undefined;
  const entries = names.map((name, i) => [name, new Float64Array(values[i])] as const);
  return Object.freeze(Object.fromEntries(entries));
}
