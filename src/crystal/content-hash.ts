import { createHash } from "node:crypto";
import type { CrystalParts } from "./crystal-parts.js";

/**
 * SHA-256 of what the crystal is, in this order, all numbers little-endian, −0 as 0:
 *
 *   "prism-crystal-1\n"; three bytes of 0 or 1 for `periodic`; the cell, nine float64; n as uint32;
 *   the kinds of site in the order in which they first occur, each a line of "species occupancy" by
 *   species, then an empty line; the kind of each site, n uint32; fractional positions, 3n float64;
 *   properties by name, each a line with the name and "f64" or "text", its length as uint32, then its
 *   values: float64, or UTF-8 texts each ended by a byte of 0.
 *
 * Texts are UTF-8, lines end with "\n".
 */
export function contentHash(parts: CrystalParts): string {
  const hash = createHash("sha256");
  const { kinds, kindOfSite } = canonicalKinds(parts);
  hash.update("prism-crystal-1\n");
  hash.update(Uint8Array.from(parts.periodic, Number));
  hash.update(float64(parts.lattice.matrix));
  hash.update(uint32([kindOfSite.length]));
  hash.update(`${kinds.join("\n")}\n\n`);
  hash.update(uint32(kindOfSite));
  hash.update(float64(parts.fracPositions));
  for (const name of Object.keys(parts.siteProperties ?? {}).sort()) {
    const values = parts.siteProperties![name];
    const isNumeric = values instanceof Float64Array;
    hash.update(`${name} ${isNumeric ? "f64" : "text"}\n`);
    hash.update(uint32([values.length]));
    hash.update(isNumeric ? float64(values) : values.map((text) => `${text}\0`).join(""));
  }
  return hash.digest("hex");
}

/** Equal crystals may list their kinds in any order, and some that no site has. */
function canonicalKinds({ kinds, kindOfSite }: CrystalParts): {
  kinds: string[];
  kindOfSite: Uint32Array;
} {
  const texts = kinds.map((occupants) =>
    occupants
      .map(({ species, occupancy }) => `${species} ${occupancy}`)
      .sort()
      .join(", "),
  );
  const numberOf = new Map<string, number>();
  const numbers = new Int32Array(kinds.length).fill(-1);
  const canonical = new Uint32Array(kindOfSite.length);
  for (let i = 0; i < canonical.length; i++) {
    const kind = kindOfSite[i];
    if (numbers[kind] < 0) {
      const text = texts[kind];
      if (!numberOf.has(text)) numberOf.set(text, numberOf.size);
      numbers[kind] = numberOf.get(text)!;
    }
    canonical[i] = numbers[kind];
  }
  return { kinds: [...numberOf.keys()], kindOfSite: canonical };
}

function float64(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  // Adding 0 turns -0 into 0.
  for (let i = 0; i < values.length; i++) view.setFloat64(8 * i, values[i] + 0, true);
  return new Uint8Array(view.buffer);
}

function uint32(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setUint32(4 * i, values[i], true);
  return new Uint8Array(view.buffer);
}
