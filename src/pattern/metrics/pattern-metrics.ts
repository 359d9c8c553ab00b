import { requireObject, requirePositive, requireWhole, show } from "../../base/check.js";
import { DomainError, ResourceExhausted } from "../../base/errors.js";
import { inspectAsText } from "../../base/inspect.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { Vec3 } from "../../math/mat3.js";
import { type BondOrder, bondOrderOf, type SteinhardtOrder, steinhardtOf } from "./bond-order.js";
import { type DensityWindow, densityWindow } from "./density.js";
import { firstShell, type NeighborTable, nearestDistances, neighborTable } from "./near-points.js";
import { type PointCloud, periodFrame } from "./point-cloud.js";
import {
  axesOfSection,
  type Hyperuniformity,
  hyperuniformityOf,
  projectedOnto,
  type StructureFactorMap,
  structureFactorMap,
} from "./structure-factor.js";
import { edgeTable } from "./tile-edges.js";

/** Smallest, mean and largest. */
export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface NeighborRange {
  /**
   * Å. Without one the neighbours of a finite pattern with tiles are those along the edges of the
   * tiles. Of others they are the first shell: up to the middle of the first gap in the distances that
   * is a fifth of the nearest one or wider; without such a gap up to 1.2 times the mean distance of
   * nearest neighbours.
   */
  readonly cutoff?: number;
}

export interface PatternCoordination {
  /** Å; the longest edge of a tile where the neighbours are those along edges. */
  readonly cutoff: number;
  /** Neighbours of each point, [n]. */
  readonly numbers: Int32Array;
  readonly mean: number;
  /** counts[c] points have c neighbours. */
  readonly counts: Int32Array;
}

export interface DistanceHistogram {
  /** Borders of the bins in Å, [bins + 1]. */
  readonly edges: Float64Array;
  /** [bins] */
  readonly counts: Int32Array;
}

interface Neighbors {
  readonly cutoff: number;
  readonly neighbors: NeighborTable;
}

/** Points and neighbours at which a measure still takes only tenths of a second. */
const syncPoints = 200_000;
/** Products of points and wave vectors likewise; one of a sine and a cosine is as long as ten. */
const syncProducts = 1e8;

/**
 * What can be measured of a pattern; each measure is computed when it is first asked for. Periodic
 * patterns are measured through their images, finite ones as they are, border included.
 */
export class PatternMetrics {
  private readonly cloud: PointCloud;
  private readonly isLimited: boolean;
  private window: DensityWindow | undefined;
  private nearest: Float64Array | undefined;
  private table: Neighbors | undefined;
  private usual: Neighbors | undefined;

  /** @internal Made by `Pattern.metrics`. */
  constructor(cloud: PointCloud, isLimited = true) {
    this.cloud = cloud;
    this.isLimited = isLimited;
  }

  get pointCount(): number {
    return this.cloud.positions.length / 3;
  }

  /** Directions that `density` counts: the periodic ones, or all that a finite pattern fills. */
  get densityDimension(): 1 | 2 | 3 {
    const { periods, dimension } = this.cloud;
    return periods.length === 0 ? dimension : (periods.length as 1 | 2 | 3);
  }

  /**
   * Points per Å, Å² or Å³ (`densityDimension`). Periodic: n over the length, area or volume of the
   * cell. Finite: Σ w / ∫ w dr with the window w = (1 − r²/R²)² about the centroid, where R is the
   * smallest reach of the pattern from there in any direction.
   *
   * @throws {DomainError} a finite pattern without extent in one of its directions, as a single point.
   */
  get density(): number {
    if (this.cloud.periods.length > 0)
      return this.pointCount / periodFrame(this.cloud.periods).measure;
    const { density } = this.finiteWindow;
    if (Number.isFinite(density)) return density;
    throw new DomainError(
      `a finite pattern without extent in all its ${this.cloud.dimension} directions has no density; ` +
        `this one has ${this.pointCount} points`,
      { pointCount: this.pointCount },
    );
  }

  /**
   * Distance from each point to its nearest neighbour in Å, [n]. The pattern's own: read, do not
   * write.
   *
   * @throws {ResourceExhausted} more than 200,000 points; `measurePattern` takes them.
   */
  get nearestDistances(): Float64Array {
    this.requireFew("nearestDistances");
    this.nearest ??= nearestDistances(this.cloud);
    return this.nearest;
  }

  /** Of `nearestDistances`, Å. */
  get nearestDistance(): Spread {
    return spread(this.nearestDistances);
  }

  /**
   * Share of the line, plane or space inside balls of the radius r about the points, as long as they
   * do not overlap: ρ · 2r, ρ · πr², ρ · 4πr³/3.
   *
   * @param radius Å; default half the shortest distance, the balls that just touch.
   * @throws {DomainError} balls in space about points that repeat in fewer directions.
   */
  packingFraction(radius?: number): number {
    const { dimension } = this.cloud;
    if (this.densityDimension !== dimension) {
      throw new DomainError(
        `the packing fraction needs a pattern that repeats in all its ${dimension} directions or in ` +
          `none; this one repeats in ${this.densityDimension}`,
        { dimension, periodic: this.densityDimension },
      );
    }
    const r = requirePositive("radius", radius ?? this.nearestDistance.min / 2, "Å");
    return this.density * [2 * r, Math.PI * r * r, (4 / 3) * Math.PI * r ** 3][dimension - 1];
  }

  /**
   * How often each nearest distance occurs.
   *
   * @throws {DomainError} bins not a whole number from 1 to 10,000, or a range that is no interval.
   */
  nearestDistanceHistogram(
    options: { readonly bins?: number; readonly range?: readonly [number, number] } = {},
  ): DistanceHistogram {
    requireFields(options, ["bins", "range"]);
    const { min, max } = this.nearestDistance;
    const bins = requireWhole("bins", options.bins ?? 50, 1, 10_000);
    const [from, to] = options.range ?? [min, max > min ? max : min + 1e-3];
    if (!(Number.isFinite(from) && from < to && Number.isFinite(to))) {
      throw new DomainError(
        `range must be [min, max] in Å with min < max, got ${show([from, to])}`,
        {
          range: options.range,
        },
      );
    }
    const edges = Float64Array.from(
      { length: bins + 1 },
      (_, i) => from + ((to - from) * i) / bins,
    );
    const counts = new Int32Array(bins);
    for (const distance of this.nearestDistances) {
      if (distance < from || distance > to) continue;
      counts[Math.min(bins - 1, Math.floor(((distance - from) / (to - from)) * bins))]++;
    }
    return { edges, counts };
  }

  /**
   * Neighbours along the edges of the tiles, in the first shell, or within a cutoff (`NeighborRange`).
   * Points at the same place do not count as neighbours.
   */
  coordination(options: NeighborRange = {}): PatternCoordination {
    requireFields(options, ["cutoff"]);
    const { cutoff, neighbors } = this.neighbors("coordination", options);
    const { offsets } = neighbors;
    const numbers = Int32Array.from(
      { length: this.pointCount },
      (_, i) => offsets[i + 1] - offsets[i],
    );
    const counts = new Int32Array(numbers.reduce((a, b) => Math.max(a, b), 0) + 1);
    for (const number of numbers) counts[number]++;
    return { cutoff, numbers, mean: offsets[numbers.length] / numbers.length, counts };
  }

  /**
   * Bond-orientational order in the plane, ψₙ(i) = (1/Nᵢ) Σⱼ exp(i n θᵢⱼ), with θ from the pattern's
   * own x axis.
   *
   * @param options.n Default 6.
   * @throws {DomainError} a pattern that fills space, or n not a whole number from 1 to 100.
   * @see D. R. Nelson & B. I. Halperin, Phys. Rev. B 19, 2457 (1979).
   */
  bondOrder(options: NeighborRange & { readonly n?: number } = {}): BondOrder {
    requireFields(options, ["cutoff", "n"]);
    if (this.cloud.dimension === 3) {
      throw new DomainError("ψ belongs to planar patterns; in space use steinhardt({ l: 6 })", {
        dimension: 3,
      });
    }
    const n = requireWhole("n", options.n ?? 6, 1, 100);
    return bondOrderOf(this.neighbors("bondOrder", options).neighbors, n);
  }

  /**
   * Bond-orientational order in space, q_l(i) = √(4π/(2l+1) Σₘ |(1/Nᵢ) Σⱼ Y_lm(r̂ᵢⱼ)|²).
   *
   * @param options.l Default 6.
   * @throws {DomainError} l not a whole number from 1 to 30.
   * @see P. J. Steinhardt, D. R. Nelson & M. Ronchetti, Phys. Rev. B 28, 784 (1983).
   */
  steinhardt(options: NeighborRange & { readonly l?: number } = {}): SteinhardtOrder {
    requireFields(options, ["cutoff", "l"]);
    const l = requireWhole("l", options.l ?? 6, 1, 30);
    return steinhardtOf(this.neighbors("steinhardt", options).neighbors, l);
  }

  /**
   * S(k) = |Σⱼ exp(2πi k·rⱼ)|² / n on a square grid, −kMax ≤ kx, ky ≤ kMax: of a planar pattern in its
   * own axes, of one in space in the plane through k = 0 that a normal is given of. Of a periodic one the
   * points of one cell are taken: only at its reciprocal vectors this is the pattern's own. Shown with
   * its colours on a logarithmic scale.
   *
   * @param options.normal Of a pattern in space: the direction from which the section is seen, default
   *   [0, 0, 1].
   * @param options.kMax 1/Å, without 2π; default 2.5 times the square root of the density.
   * @param options.size Values along each axis, odd, 3 to 2,001; default 201.
   * @throws {DomainError} a normal of length 0, or one for a planar pattern.
   * @throws {ResourceExhausted} too many points and k for the JavaScript thread; `measurePattern` takes
   *   them.
   */
  structureFactor(
    options: {
      readonly kMax?: number;
      readonly size?: number;
      readonly normal?: readonly [number, number, number];
    } = {},
  ): StructureFactorMap {
    requireFields(options, ["kMax", "size", "normal"]);
    const { dimension } = this.cloud;
    if (options.normal !== undefined && dimension < 3) {
      throw new DomainError("only a pattern in space has sections; leave out normal", {
        dimension,
      });
    }
    const size = requireWhole("size", options.size ?? 201, 3, 2001);
    if (size % 2 === 0) {
      throw new DomainError(`size must be odd, with k = 0 in the middle, got ${size}`, { size });
    }
    const usual = 2.5 * this.density ** (1 / this.densityDimension);
    const kMax = requirePositive("kMax", options.kMax ?? usual, "1/Å");
    this.requireCheap("structureFactor", (this.pointCount * size * size) / 2);
    const whole = { weights: undefined, power: this.pointCount };
    if (dimension < 3) return structureFactorMap(this.cloud, whole, kMax, (size - 1) / 2);
    const axes = axesOfSection(requireNormal(options.normal ?? [0, 0, 1]));
    const positions = projectedOnto(axes, this.cloud.positions);
    return structureFactorMap({ positions }, whole, kMax, (size - 1) / 2, axes);
  }

  /**
   * Density fluctuations of the longest waves, S(k → 0): 1 for random points, 0 for a hyperuniform
   * pattern. S is averaged over each |k| below 0.35 ρ^(1/D), and S(0) + c k² is fitted to it. Finite
   * patterns are seen through a Gaussian window of a quarter of their radius, so that their border
   * does not scatter: S(k) = |Σ w exp(2πi k·r)|² / Σ w².
   *
   * @throws {DomainError} too few points: the cell has no such k, or the pattern no such resolution.
   * @see S. Torquato, Phys. Rep. 745, 1 (2018), section 2.
   */
  hyperuniformity(): Hyperuniformity {
    const { cloud } = this;
    this.requireCheap("hyperuniformity", this.pointCount * 3000);
    const isPeriodic = cloud.periods.length > 0;
    const taper = isPeriodic
      ? { weights: undefined, power: this.pointCount, radius: 0 }
      : this.finiteWindow.gaussian();
    const found = hyperuniformityOf(cloud, this.density, taper);
    if (found !== undefined) return found;
    throw new DomainError(
      "S(k → 0) needs waves several times longer than the distance of the points: make the pattern " +
        `larger, in 2D about 600 points and in 3D 10,000; it has ${this.pointCount}`,
      { pointCount: this.pointCount },
    );
  }

  toString(): string {
    const unit = ["1/Å", "1/Å²", "1/Å³"][this.densityDimension - 1];
    return `${this.pointCount} points, density ${this.density.toPrecision(6)} ${unit}`;
  }

  private get finiteWindow(): DensityWindow {
    this.window ??= densityWindow(this.cloud);
    return this.window;
  }

  private neighbors(measure: string, { cutoff }: NeighborRange): Neighbors {
    this.requireFew(measure);
    if (cutoff === undefined) {
      this.usual ??= this.usualNeighbors();
      return this.usual;
    }
    const reach = requirePositive("cutoff", cutoff, "Å");
    if (this.table?.cutoff !== reach) {
      this.table = { cutoff: reach, neighbors: neighborTable(this.cloud, reach) };
    }
    return this.table;
  }

  private usualNeighbors(): Neighbors {
    const { positions, edges } = this.cloud;
    if (edges !== undefined && edges.length > 0) return edgeTable(positions, edges);
    const cutoff = firstShell(this.cloud, this.nearestDistances) ?? 1.2 * this.nearestDistance.mean;
    if (Number.isFinite(cutoff) && cutoff > 0) {
      return { cutoff, neighbors: neighborTable(this.cloud, cutoff) };
    }
    throw new DomainError("points without distances have no neighbours; give a cutoff in Å", {
      pointCount: this.pointCount,
    });
  }

  private requireFew(measure: string): void {
    if (!this.isLimited || this.pointCount <= syncPoints) return;
    throw tooMuch(measure, `${this.pointCount} points`, { limit: syncPoints });
  }

  private requireCheap(measure: string, products: number): void {
    if (!this.isLimited || products <= syncProducts) return;
    throw tooMuch(measure, `${products.toExponential(1)} operations`, { limit: syncProducts });
  }
}

inspectAsText(PatternMetrics);

function tooMuch(measure: string, size: string, data: object): ResourceExhausted {
  return new ResourceExhausted(
    `${measure} of ${size} would hold the JavaScript thread for seconds; use ` +
      `await measurePattern(pattern, "${measure}"), which runs on another thread`,
    { measure, ...data },
  );
}

function spread(values: Float64Array): Spread {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, mean: sum / values.length, max };
}

function requireNormal(normal: readonly number[]): Vec3 {
  const isVector = Array.isArray(normal) && normal.length === 3 && normal.every(Number.isFinite);
  const length = isVector ? Math.hypot(...normal) : 0;
  if (length > 0) return [normal[0] / length, normal[1] / length, normal[2] / length];
  throw new DomainError(
    `normal must be three numbers that are not all 0, such as [0, 0, 1], got ${show(normal)}`,
    { normal },
  );
}

function requireFields(options: object, known: readonly string[]): void {
  requireObject("options", options, `{ ${known[0]}: ... }`);
  requireKnownFields("options of this measure", options, known);
}
