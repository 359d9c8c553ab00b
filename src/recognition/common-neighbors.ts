import { requireOneOf, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { neighborhoodInputs, requireCutoff } from "./neighborhood.js";

/** In the order of the kernel's types: the index is the number in `types`. */
export const structureTypes = [
  "other",
  "fcc",
  "hcp",
  "bcc",
  "icosahedral",
  "cubicDiamond",
  "hexagonalDiamond",
] as const;

export type StructureType = (typeof structureTypes)[number];

const methods = ["fixed", "adaptive", "diamond"] as const;

export interface CommonNeighborOptions extends TaskOptions {
  /**
   * "adaptive" (default): each atom has a cutoff of its own, from its 12 and 14 nearest neighbours.
   * "fixed": one cutoff for all, which lies half way between two shells: between the first and the
   * second of fcc, 0.854 a; behind the second of bcc, 1.207 a. "diamond": the second neighbours, by
   * way of the first four.
   */
  readonly method?: (typeof methods)[number];
  /** Å, of "fixed" alone. */
  readonly cutoff?: number;
  /** Whether the signatures of all bonds are counted; default false. */
  readonly countSignatures?: boolean;
}

/** The signature of a bond and how many bonds have it. */
export interface BondSignature {
  /** "421": 4 common neighbours, 2 bonds among them, 1 bond in the longest chain of those. */
  readonly signature: string;
  /** Counted from both ends, over the neighbours that decided on each atom's type. */
  readonly count: number;
}

/** Structure type of every atom. */
export class CommonNeighbors {
  readonly crystal: Crystal;
  /** Index into `structureTypes` by site, [n]. */
  readonly types: Uint8Array;
  /** Number of sites of each type. */
  readonly counts: Readonly<Record<StructureType, number>>;
  /** The most frequent first; empty unless asked for. */
  readonly signatures: readonly BondSignature[];

  constructor(crystal: Crystal, types: Uint8Array, signatures: readonly BondSignature[]) {
    this.crystal = crystal;
    this.types = types;
    this.signatures = signatures;
    const totals = new Uint32Array(structureTypes.length);
    for (let i = 0; i < types.length; i++) totals[types[i]]++;
    this.counts = Object.fromEntries(
      structureTypes.map((type, index) => [type, totals[index]]),
    ) as Record<StructureType, number>;
  }

  typeOf(site: number): StructureType {
    const type = structureTypes[this.types[site]];
    if (type !== undefined) return type;
    throw new InvalidConfiguration(
      `site must be an index from 0 to ${this.types.length - 1}, got ${show(site)}`,
      { site },
    );
  }

  /** "fcc 3998, hcp 2 of 4000 sites" */
  toString(): string {
    const found = structureTypes
      .filter((type) => this.counts[type] > 0)
      .sort((a, b) => this.counts[b] - this.counts[a])
      .map((type) => `${type} ${this.counts[type]}`);
    return `${found.join(", ")} of ${this.types.length} sites`;
  }
}

inspectAsText(CommonNeighbors);

/**
 * Common neighbour analysis: the type of every atom from the bonds among its neighbours. A bond to a
 * neighbour has the signature (common neighbours, bonds among these, bonds of the largest connected
 * set of them), and a type is a set of signatures:
 *
 *   fcc 12 × 421,  hcp 6 × 421 + 6 × 422,  bcc 8 × 666 + 6 × 444,  icosahedral 12 × 555;
 *
 * in diamond the 12 second neighbours are those of fcc (cubic) or hcp (hexagonal). Atoms within the
 * cutoff are bonded; the adaptive one is (1 + √2)/2 times the mean distance of the 12 nearest, or of
 * the 14 nearest with the first 8 brought to the second shell of bcc by 2/√3.
 *
 * Species do not matter, and no atom counts as fcc at a surface. Memory is 1 byte a site beyond the
 * atoms: no list of neighbours is kept.
 *
 * @throws {InvalidConfiguration} an unknown method, a cutoff where none is used or none where one is.
 * @throws {DomainError} a cutoff that is not above 0.
 * @see Honeycutt & Andersen, J. Phys. Chem. 91, 4950 (1987); Faken & Jónsson, Comput. Mater. Sci. 2,
 *   279 (1994); Stukowski, Model. Simul. Mater. Sci. Eng. 20, 045021 (2012), the adaptive cutoff; Maras
 *   et al., Comput. Phys. Commun. 205, 13 (2016), diamond.
 * @example
 * const { counts } = await commonNeighborAnalysis(copper.supercell([5, 5, 5]));
 * counts.fcc; // 500
 */
export function commonNeighborAnalysis(
  crystal: Crystal,
  options: CommonNeighborOptions = {},
): Task<CommonNeighbors> {
  requireCrystal(crystal);
  const fields = ["method", "cutoff", "countSignatures"] as const;
  requireTaskOptions("commonNeighborAnalysis", options, fields, '{ method: "adaptive" }');
  const runtime = Runtime.of(options);
  const method = requireOneOf("method", options.method ?? "adaptive", methods);
  const { countSignatures = false } = options;
  if (typeof countSignatures !== "boolean") {
    throw new InvalidConfiguration(
      `countSignatures must be true or false, got ${show(countSignatures)}`,
      { countSignatures },
    );
  }
  return runtime.run(
    {
      kernel: "commonNeighbors",
      name: "commonNeighborAnalysis",
      inputs: neighborhoodInputs(crystal),
      params: [methods.indexOf(method), cutoffOf(method, options.cutoff), Number(countSignatures)],
      decode: ([types, table]) =>
        new CommonNeighbors(crystal, new Uint8Array(types), signaturesOf(new Float64Array(table))),
    },
    options,
  );
}

function cutoffOf(method: string, cutoff: number | undefined): number {
  if (method === "fixed" && cutoff !== undefined) return requireCutoff(cutoff);
  if (method !== "fixed" && cutoff === undefined) return 0;
  throw new InvalidConfiguration(
    method === "fixed"
      ? "the fixed method needs a cutoff in Å, 0.854 a for fcc and 1.207 a for bcc; or leave the " +
          "method out to have one for each atom"
      : `the ${method} method has a cutoff for each atom; leave the cutoff out or choose "fixed"`,
    { method, cutoff },
  );
}

/** The kernel's table has 16 × 16 × 16 entries. */
function signaturesOf(table: Float64Array): BondSignature[] {
  const found: BondSignature[] = [];
  table.forEach((count, entry) => {
    if (count === 0) return;
    const digits = [entry >> 8, (entry >> 4) & 15, entry & 15];
    const separator = digits.some((digit) => digit > 9) ? "-" : "";
    found.push({ signature: digits.join(separator), count });
  });
  return found.sort((a, b) => b.count - a.count);
}
