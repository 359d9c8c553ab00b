import { requireInRange, requireOneOf, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { covalentRadius } from "../crystal/data/covalent-radii.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { electronegativity } from "./data/electronegativities.js";
import { ionicRadius } from "./data/ionic-radii.js";
import { bondReach, bondsByRadii, bondTolerance } from "./radii.js";
import {
  cellsOf,
  geometryOf,
  openEdgeOf,
  type VoronoiCells,
  type VoronoiOptions,
  voronoiCells,
} from "./voronoi.js";

export type BondMethod = "radii" | "voronoi" | "crystalNN";

export interface BondOptions extends VoronoiOptions {
  /** Default "crystalNN". */
  readonly method?: BondMethod;
  /** "radii": Å beyond 1.15 times the sum of the covalent radii, default 0.05. */
  readonly tolerance?: number;
  /** "voronoi": the least solid angle of a bond, as a share of the site's largest; default 0.1. */
  readonly minWeight?: number;
}

/** One bond seen from one of its ends. */
export interface Bond {
  readonly site: number;
  readonly shift: readonly [number, number, number];
  /** Å */
  readonly distance: number;
  readonly weight: number;
}

type BondArrays = Pick<Bonds, "i" | "j" | "shift" | "distance" | "weight">;

/** The bonds of a crystal from each end, sorted by i, then j, then shift. */
export class Bonds {
  readonly method: BondMethod;
  readonly crystal: Crystal;
  readonly siteCount: number;
  /** Index of the first site, [m]. */
  readonly i: Int32Array;
  /** Index of the second site, [m]. */
  readonly j: Int32Array;
  /** Cells from i's image to j's, [m, 3]: r = cart(j) + shift · M − cart(i). */
  readonly shift: Int32Array;
  /** Å, [m]. */
  readonly distance: Float64Array;
  /** In (0, 1], [m]: 1 by radii; else the share of the site's strongest. */
  readonly weight: Float64Array;
  /** First bond of each site, [n + 1]. */
  private readonly starts: Int32Array;

  /** @internal Made by `bonds`. */
  constructor(method: BondMethod, crystal: Crystal, arrays: BondArrays) {
    const { siteCount } = crystal;
    this.method = method;
    this.crystal = crystal;
    this.siteCount = siteCount;
    this.i = arrays.i;
    this.j = arrays.j;
    this.shift = arrays.shift;
    this.distance = arrays.distance;
    this.weight = arrays.weight;
    this.starts = new Int32Array(siteCount + 1);
    for (const i of this.i) this.starts[i + 1]++;
    for (let site = 0; site < siteCount; site++) this.starts[site + 1] += this.starts[site];
  }

  /** How many bonds each site has, [n]. */
  get coordinationNumbers(): Int32Array {
    return Int32Array.from(
      { length: this.siteCount },
      (_, site) => this.starts[site + 1] - this.starts[site],
    );
  }

  /**
   * The bonds of one site, nearest first.
   *
   * @throws {DomainError} no such site.
   */
  of(site: number): Bond[] {
    requireInRange("site", site, 0, this.siteCount - 1);
    const found: Bond[] = [];
    for (let n = this.starts[site]; n < this.starts[site + 1]; n++) {
      const [a, b, c] = this.shift.subarray(3 * n, 3 * n + 3);
      const [distance, weight] = [this.distance[n], this.weight[n]];
      found.push({ site: this.j[n], shift: [a, b, c], distance, weight });
    }
    return found.sort((first, second) => first.distance - second.distance);
  }

  /** "36 bonds of 9 sites by crystalNN" */
  toString(): string {
    return `${this.i.length} bonds of ${this.siteCount} sites by ${this.method}, from each end`;
  }
}

inspectAsText(Bonds);

/**
 * Who is bonded to whom, on native threads.
 *
 * - "crystalNN": the faces of the Voronoi cells, weighted by solid angle, by the difference of
 *   electronegativities and by distance over the sum of radii; the likeliest coordination is taken
 *   (H. Pan, A. M. Ganose et al., Inorg. Chem. 60, 1590 (2021)). The radii are those of the ions where
 *   both sites have an oxidation state (Shannon, Acta Cryst. A32, 751 (1976)), else covalent ones. A
 *   site may count another that does not count it.
 * - "voronoi": every neighbour across a face of the Voronoi cell, weighted by its solid angle.
 * - "radii": by distance alone; what pictures of crystals show.
 *
 * The main occupant stands for a disordered site.
 *
 * @throws {InvalidConfiguration} an unknown method. @throws {DomainError} an option out of its range.
 * @example
 * const found = await bonds(quartz);
 * found.coordinationNumbers // 4 for Si, 2 for O
 */
export function bonds(crystal: Crystal, options: BondOptions & TaskOptions = {}): Task<Bonds> {
  requireCrystal(crystal);
  const fields = ["method", "tolerance", "minWeight", "openEdge"] as const;
  requireTaskOptions("bonds", options, fields, '{ method: "voronoi" }');
  Runtime.of(options);
  const method = requireOneOf("method", options.method ?? "crystalNN", [
    "radii",
    "voronoi",
    "crystalNN",
  ]);
  if (method === "radii") return radiiBonds(crystal, options);
  return method === "voronoi" ? voronoiBonds(crystal, options) : crystalNNBonds(crystal, options);
}

function radiiBonds(crystal: Crystal, options: BondOptions & TaskOptions): Task<Bonds> {
  const { numbers } = crystal;
  const tolerance = requireInRange("tolerance", options.tolerance ?? bondTolerance, -1, 5, "Å");
  const { method, openEdge, minWeight, tolerance: _, ...rest } = options;
  return crystal.neighborList(bondReach(numbers, tolerance), rest).pipe((list) => {
    const isBond = bondsByRadii(numbers, list, tolerance);
    const weight = new Float64Array(list.i.length).fill(1);
    return chosen("radii", crystal, { ...list, weight }, (n) => isBond[n] === 1);
  });
}

function voronoiBonds(crystal: Crystal, options: BondOptions & TaskOptions): Task<Bonds> {
  const minWeight = requireInRange("minWeight", options.minWeight ?? 0.1, 0, 1);
  const { method, tolerance, minWeight: _, ...rest } = options;
  return voronoiCells(crystal, rest).pipe((cells) => {
    const weight = shareOfLargest(crystal.siteCount, cells);
    return chosen("voronoi", crystal, { ...cells, weight }, (n) => weight[n] >= minWeight);
  });
}

function shareOfLargest(siteCount: number, { i, solidAngle }: VoronoiCells): Float64Array {
  const largest = new Float64Array(siteCount);
  solidAngle.forEach((angle, n) => {
    largest[i[n]] = Math.max(largest[i[n]], angle);
  });
  return solidAngle.map((angle, n) => angle / largest[i[n]]);
}

function crystalNNBonds(crystal: Crystal, options: BondOptions & TaskOptions): Task<Bonds> {
  const { numbers } = crystal;
  return Runtime.of(options).run(
    {
      kernel: "crystalNN",
      name: "bonds",
      inputs: [
        ...geometryOf(crystal),
        Float64Array.from(numbers, covalentRadius),
        Float64Array.from(numbers, (z) => electronegativity(z) ?? Number.NaN),
        ionicRadiiOf(crystal),
      ],
      params: [openEdgeOf(options)],
      decode: (outputs) => new Bonds("crystalNN", crystal, cellsOf(outputs)),
    },
    options,
  );
}

/** Å of each site; NaN without an oxidation state or a radius for it. */
function ionicRadiiOf({ kinds, kindOfSite }: Crystal): Float64Array {
  const radii = kinds.map(([main]) => {
    const { symbol, number, oxidationState } = main.species;
    if (oxidationState === undefined) return Number.NaN;
    // The electrons of an atom without charge are shared.
    return oxidationState === 0
      ? covalentRadius(number)
      : (ionicRadius(symbol, oxidationState) ?? Number.NaN);
  });
  return Float64Array.from(kindOfSite, (kind) => radii[kind]);
}

function chosen(
  method: BondMethod,
  crystal: Crystal,
  all: BondArrays,
  isBond: (index: number) => boolean,
): Bonds {
  const kept: number[] = [];
  for (let n = 0; n < all.i.length; n++) if (isBond(n)) kept.push(n);
  return new Bonds(method, crystal, {
    i: Int32Array.from(kept, (n) => all.i[n]),
    j: Int32Array.from(kept, (n) => all.j[n]),
    shift: Int32Array.from({ length: 3 * kept.length }, (_, at) => {
      return all.shift[3 * kept[Math.floor(at / 3)] + (at % 3)];
    }),
    distance: Float64Array.from(kept, (n) => all.distance[n]),
    weight: Float64Array.from(kept, (n) => all.weight[n]),
  });
}

/** @throws {InvalidConfiguration} anything but the bonds of this crystal. */
export function requireBonds(crystal: Crystal, found: Bonds): void {
  requireCrystal(crystal);
  if (found instanceof Bonds && found.siteCount === crystal.siteCount) return;
  const given = found instanceof Bonds ? `those of ${found.siteCount} sites` : show(found);
  throw new InvalidConfiguration(
    `expected the bonds of this crystal of ${crystal.siteCount} sites, got ${given}; await bonds(crystal) first`,
    { found },
  );
}
