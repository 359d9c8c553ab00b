import { createHash } from "node:crypto";
import { requireInRange, requireMade, requireObject, show, showInstead } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireKnownFields } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import { type Affine, applied, compose, identity, linearPart, requireAffine } from "./affine.js";
import { type ClipRegion, keepOf } from "./clip.js";
import { type DecorateOptions, type Decoration, decorated } from "./decorate.js";
import { type MergeOptions, mergeParts } from "./merge.js";
import { cloudOf } from "./metrics/cloud-of.js";
import { PatternMetrics } from "./metrics/pattern-metrics.js";
import { boundsOf } from "./metrics/point-bins.js";
import type { PatternConfig } from "./pattern-config.js";
import type { PatternParts, PatternTiles } from "./pattern-parts.js";
import { selectPoints } from "./select-points.js";
import * as maps from "./transforms.js";

/** What a pattern is made of. */
export interface PatternData extends PatternParts {
  readonly transform: Affine;
  readonly config?: PatternConfig;
}

/** Where layers of a stack lie. */
export interface StackOptions {
  /** Å along z from one layer to the next; 0 or more. */
  readonly separation: number;
  /** Å by which each layer is moved against the one below; default [0, 0]. */
  readonly shift?: readonly [number, number];
  /** Whether the stack repeats along z, if its layers repeat in the plane; default false. */
  readonly periodic?: boolean;
  /** One name for each layer; default "layer 1", "layer 2", ... */
  readonly kindNames?: readonly string[];
}

/**
 * A generated arrangement of points, with the cell it repeats by, the tiles over the points and their
 * kinds as far as it has them. Immutable: what changes a pattern returns a new one. The typed arrays
 * are the pattern's own: read, do not write.
 *
 * @example
 * const net = generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: [6, 6] });
 * net.metrics.coordination().mean; // 3
 * net.decorate("C").formula; // "C"
 */
export class Pattern {
  /** Cartesian, Å, [n, 3]. */
  readonly positions: Float64Array;
  readonly pointCount: number;
  /** Of the space that the points fill: line, plane or space, wherever these lie. */
  readonly dimension: 1 | 2 | 3;
  /**
   * The translations the pattern repeats by; its points are one cell. Cell vectors along which it
   * does not repeat have no meaning. Undefined for a finite pattern.
   */
  readonly cell: PatternParts["cell"] | undefined;
  /** Polygons over the points. */
  readonly tiles: PatternTiles | undefined;
  /** Index of each point's kind in `kindNames`, [n]. */
  readonly kindOfPoint: Int32Array | undefined;
  /**
   * What the points are: sublattices "A", "B", ... in their order in the cell (in a bilayer of the
   * "bottom" and the "top" layer); "ring 1", "arm 1"; the vertices of Penrose's rhombi by de Bruijn's
   * letters ("D", "J", "Q", "K", "S"), of his kites and darts by Conway's names ("ace", "sun"), of other
   * rhombus tilings and the hat by how many tiles meet ("3", "4"); "L" and "S" before a long and a short
   * interval; "even" and "odd" nodes of the lattice in six dimensions. Empty if all points are alike.
   */
  readonly kindNames: readonly string[];
  /** What the generator knows exactly of the pattern as generated: "density" in 1/Åᴰ, ... */
  readonly facts: Readonly<Record<string, number | string>>;
  /** What it was generated from; undefined for points from elsewhere and for merged patterns. */
  readonly config: PatternConfig | undefined;
  /** From the generator's own frame, mostly in units of `spacing`, to here: rows of [A | t]. */
  readonly transform: Affine;

  private readonly data: PatternData;
  private measured: PatternMetrics | undefined;

  private constructor(data: PatternData) {
    const makers = "generatePattern({ patternType }) or Pattern.fromPositions(positions)";
    requireMade(ArrayBuffer.isView(data?.positions), "Pattern", makers);
    this.data = data;
    this.positions = data.positions;
    this.pointCount = data.positions.length / 3;
    this.dimension = data.dimension;
    this.cell = data.cell;
    this.tiles = data.tiles;
    this.kindOfPoint = data.kindOfPoint;
    this.kindNames = data.kindNames ?? [];
    this.facts = data.facts ?? {};
    this.config = data.config;
    this.transform = data.transform;
  }

  /** @internal Trusts its arrays. */
  static fromData(data: PatternData): Pattern {
    return new Pattern(data);
  }

  /**
   * A pattern of points of your own, which are copied.
   *
   * @param positions Cartesian, Å, [n, 3], flat or as rows.
   * @param options.dimension Of the space they fill; default 3, or 2 where all z are 0.
   * @throws {ShapeError} not three numbers a point, or kinds that do not fit.
   * @throws {DomainError} no point, or a coordinate that is not finite.
   */
  static fromPositions(
    positions: ArrayLike<number> | readonly ArrayLike<number>[],
    options: {
      readonly dimension?: 1 | 2 | 3;
      readonly kindOfPoint?: ArrayLike<number>;
      readonly kindNames?: readonly string[];
      readonly cell?: PatternParts["cell"];
    } = {},
  ): Pattern {
    requireObject("options", options, "{ dimension: 2 }");
    const known = ["dimension", "kindOfPoint", "kindNames", "cell"];
    requireKnownFields("options of fromPositions", options, known);
    return new Pattern({ ...maps.ownParts(positions, options), transform: identity() });
  }

  /**
   * Several patterns as one. Of points closer than the tolerance, the first is kept. The cell stays
   * if all have the same.
   *
   * @throws {InvalidConfiguration} no pattern, or names that do not fit.
   * @example Pattern.merge([lattice, lattice.rotated({ axis: [0, 0, 1], angle: 5 })])
   */
  static merge(patterns: readonly Pattern[], options: MergeOptions = {}): Pattern {
    const list = requirePatterns(patterns);
    requireObject("options", options, "{ tolerance: 0.01 }");
    requireKnownFields("options of merge", options, ["tolerance", "kindNames"]);
    const parts = list.map((pattern) => ({
      ...pattern.data,
      name: pattern.config?.patternType ?? "points",
    }));
    const merged = mergeParts(parts, options);
    const plane = parts.every((part) => part.dimension === merged.dimension);
    return new Pattern({ ...merged, transform: plane ? parts[0].transform : identity() });
  }

  /**
   * Patterns on top of each other along z, the k-th moved by k times shift and separation; their
   * kinds are the layers.
   *
   * @throws {InvalidConfiguration} no pattern, or `periodic` without a common cell in the plane.
   * @example Pattern.stack([honeycomb, honeycomb], { separation: 3.35, shift: [0, 1.42] })
   */
  static stack(patterns: readonly Pattern[], options: StackOptions): Pattern {
    const list = requirePatterns(patterns);
    requireObject("options", options, "{ separation: 3.35 }");
    const known = ["separation", "shift", "periodic", "kindNames"];
    requireKnownFields("options of stack", options, known);
    const separation = requireInRange("separation", options.separation, 0, 1e12, "Å");
    const [x, y] = maps.requirePair("shift", options.shift ?? [0, 0]);
    const kindNames = options.kindNames ?? list.map((_, k) => `layer ${k + 1}`);
    const layers = list.map((layer, k) => layer.translated([k * x, k * y, k * separation]));
    const stacked = Pattern.merge(layers, { kindNames, tolerance: 0 });
    if (options.periodic !== true) return stacked;
    const period = [list.length * x, list.length * y, list.length * separation];
    return new Pattern({ ...stacked.data, cell: maps.stackedCell(stacked.cell, period) });
  }

  // ---- measures ---------------------------------------------------------------------------------

  /** Density, distances, order and structure factor; each computed when it is asked for. */
  get metrics(): PatternMetrics {
    this.measured ??= new PatternMetrics(cloudOf(this.data));
    return this.measured;
  }

  /** Smallest and largest coordinates in Å. */
  get bounds(): { readonly low: readonly number[]; readonly high: readonly number[] } {
    return boundsOf(this.positions);
  }

  /** SHA-256 of positions, cell, kinds and tiles, bit for bit. */
  get hash(): string {
    const hash = createHash("sha256");
    const { cell, kindOfPoint, tiles } = this;
    hash.update(JSON.stringify([this.kindNames, tiles?.kindNames, cell?.periodic]));
    const arrays = [this.positions, cell?.lattice.matrix, kindOfPoint];
    for (const array of [...arrays, tiles?.offsets, tiles?.vertices, tiles?.kind]) {
      hash.update(array ?? "none");
    }
    return hash.digest("hex");
  }

  /** Same points in the same order within a distance in Å along each axis, and of the same kinds. */
  equals(other: Pattern, tolerance = 1e-9): boolean {
    requirePattern(other);
    const { positions, kindOfPoint } = this;
    if (positions.length !== other.positions.length) return false;
    if (!positions.every((value, i) => Math.abs(value - other.positions[i]) <= tolerance))
      return false;
    if (kindOfPoint === undefined) return other.kindOfPoint === undefined;
    return kindOfPoint.every(
      (kind, i) => this.kindNames[kind] === other.kindNames[other.kindOfPoint?.[i] ?? -1],
    );
  }

  // ---- transformations --------------------------------------------------------------------------

  /**
   * Through any affine map x' = A x + t on columns; cell and tiles follow.
   *
   * @param map Rows of the 3×4 or 4×4 matrix [A | t], or of A alone, flat or as rows.
   * @throws {ShapeError} another shape. @throws {DomainError} a singular map.
   */
  transformed(map: ArrayLike<number> | readonly ArrayLike<number>[]): Pattern {
    return this.mapped(requireAffine(map));
  }

  /** @param vector Å. */
  translated(vector: ArrayLike<number>): Pattern {
    return this.mapped(maps.translationBy(vector));
  }

  /**
   * By an angle in degrees, right-handed, about an axis through `origin` (default 0, 0, 0), or by
   * angles about the fixed axes x, then y, then z.
   *
   * @example pattern.rotated({ axis: [0, 0, 1], angle: 30 })
   * @example pattern.rotated([0, 0, 30])
   */
  rotated(rotation: maps.AxisAngle | readonly [number, number, number]): Pattern {
    return this.mapped(maps.rotationBy(rotation));
  }

  /** @param factors One, or one along each of x, y and z; none of them 0. */
  scaled(factors: number | ArrayLike<number>): Pattern {
    return this.mapped(maps.scalingBy(factors));
  }

  /**
   * x' = x + xy·y + xz·z, y' = yx·x + y + yz·z, z' = zx·x + zy·y + z.
   *
   * @example pattern.sheared({ xy: 0.1 })
   */
  sheared(shear: maps.Shear): Pattern {
    return this.mapped(maps.shearBy(shear));
  }

  /** In the plane through `point` (default 0, 0, 0) with this normal. */
  mirrored(plane: maps.MirrorPlane): Pattern {
    return this.mapped(maps.mirrorIn(plane));
  }

  /**
   * Mirrored in a plane and moved along it.
   *
   * @throws {DomainError} a translation that leaves the plane.
   */
  glided(glide: maps.Glide): Pattern {
    return this.mapped(maps.glideBy(glide));
  }

  /** Turned about an axis and moved along it by `translation` in Å. */
  screwed(screw: maps.Screw): Pattern {
    return this.mapped(maps.screwBy(screw));
  }

  /** x' = 2p − x through the point p, default the origin. */
  inverted(point: ArrayLike<number> = [0, 0, 0]): Pattern {
    return this.mapped(maps.inversionIn(point));
  }

  // ---- parts ------------------------------------------------------------------------------------

  /**
   * The points in a region, and the tiles all of whose vertices are there. It no longer repeats.
   *
   * @throws {InvalidConfiguration | ShapeError | DomainError} no region, or one without points.
   * @example pattern.clipped({ sphere: { radius: 20 } })
   * @example pattern.clipped((x, y) => x + y > 0)
   */
  clipped(region: ClipRegion): Pattern {
    const keep = keepOf(region);
    const { positions } = this;
    const isKept = new Uint8Array(this.pointCount);
    for (let i = 0; i < isKept.length; i++) {
      isKept[i] = Number(keep(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], i));
    }
    const { cell: _, ...rest } = this.data;
    return this.selected(rest, isKept, "the region");
  }

  /**
   * The points of some kinds; the cell stays.
   *
   * @throws {InvalidConfiguration} a name that is none of `kindNames`.
   */
  ofKind(...names: string[]): Pattern {
    for (const name of names) {
      if (this.kindNames.includes(name)) continue;
      throw new InvalidConfiguration(
        `the kinds of this pattern are ${this.kindNames.join(", ") || "none"}; got ${show(name)}`,
        { name, kindNames: this.kindNames },
      );
    }
    const wanted = this.kindNames.map((name) => names.includes(name));
    const isKept = Uint8Array.from(this.kindOfPoint ?? [], (kind) => Number(wanted[kind]));
    return this.selected(this.data, isKept, "the list of kinds");
  }

  /** The same points as a finite pattern. */
  withoutCell(): Pattern {
    const { cell: _, ...rest } = this.data;
    return new Pattern(rest);
  }

  // ---- atoms ------------------------------------------------------------------------------------

  /**
   * A crystal with atoms at the points: one species for all or one for each kind of point, `null`
   * for none. It repeats where the pattern does; in other directions it lies in the middle of a cell
   * with vacuum and is not periodic.
   *
   * @throws {InvalidConfiguration} a kind without a species, or no atom at all.
   * @throws {DomainError} an unknown element, or a vacuum below 0.
   * @example honeycomb.decorate({ A: "B", B: "N" }, { vacuum: 15 })
   */
  decorate(decoration: Decoration, options: DecorateOptions = {}): Crystal {
    return decorated(this.data, decoration, options);
  }

  /** "honeycomb pattern, 72 points of 2 kinds, 25 tiles, periodic along a, b" */
  toString(): string {
    const { pointCount, kindOfPoint, tiles, cell } = this;
    const kindCount = new Set(kindOfPoint ?? []).size;
    const kinds = kindCount > 1 ? ` of ${kindCount} kinds` : "";
    const axes = ["a", "b", "c"].filter((_, k) => cell?.periodic[k]);
    return [
      `${this.config?.patternType ?? "point"} pattern`,
      `${pointCount} ${pointCount === 1 ? "point" : "points"}${kinds}`,
      ...(tiles ? [`${tiles.kind.length} tiles`] : []),
      axes.length > 0 ? `periodic along ${axes.join(", ")}` : "finite",
    ].join(", ");
  }

  private mapped(map: Affine): Pattern {
    const { data } = this;
    return new Pattern({
      ...data,
      positions: applied(map, data.positions),
      transform: compose(map, data.transform),
      ...(data.cell ? { cell: maps.mappedCell(data.cell, linearPart(map)) } : {}),
    });
  }

  private selected(data: PatternData, isKept: Uint8Array, by: string): Pattern {
    if (!isKept.some(Boolean)) {
      throw new DomainError(`${by} leaves none of the ${this.pointCount} points of the pattern`, {
        pointCount: this.pointCount,
        bounds: this.bounds,
      });
    }
    const { tiles: _, ...rest } = data;
    return new Pattern({ ...rest, ...selectPoints(data, isKept) });
  }
}

inspectAsText(Pattern);

/** @throws {InvalidConfiguration} anything else, such as a pattern that is still being generated. */
export function requirePattern(value: Pattern): Pattern {
  if (value instanceof Pattern) return value;
  const given = showInstead("Pattern", value);
  throw new InvalidConfiguration(`expected a Pattern, got ${given}`, { given });
}

function requirePatterns(patterns: readonly Pattern[]): readonly Pattern[] {
  const list = Array.isArray(patterns) ? patterns.map((pattern) => requirePattern(pattern)) : [];
  if (list.length > 0) return list;
  throw new InvalidConfiguration(`expected a list of patterns, got ${show(patterns)}`, {
    patterns,
  });
}
