import type { FibonacciOptions } from "./aperiodic/fibonacci.js";
import type { HatOptions } from "./aperiodic/hat.js";
import type { IcosahedralOptions } from "./aperiodic/icosahedral.js";
import type { AmmannBeenkerOptions, MultigridOptions } from "./aperiodic/multigrid-tiling.js";
import type { PenroseOptions } from "./aperiodic/penrose.js";
import type { BravaisOptions } from "./kinds/bravais.js";
import type { CircleOptions } from "./kinds/circle.js";
import type { GridOptions } from "./kinds/grid.js";
import type { LineOptions } from "./kinds/line.js";
import type { SpiralOptions } from "./kinds/spiral.js";
import type { ArchimedeanOptions, TilingOptions } from "./kinds/tilings.js";
import type { TwistedBilayerOptions } from "./twisted/twisted-bilayer.js";

/** What all kinds of patterns share. */
export interface PatternFrame {
  /** Å; the unit of length of the kind, mostly its shortest distance; default 1. */
  readonly spacing?: number;
  /** Factor on the finished pattern, as `scaled`; default 1. */
  readonly scale?: number;
  /** Degrees about the fixed axes x, then y, then z, through the origin; default none. */
  readonly rotation?: readonly [number, number, number];
  /**
   * Order n of a rotation axis along z through the origin: the pattern is completed by its copies
   * turned by 360°/n, points that coincide being one. A pattern that has the symmetry stays as it is;
   * one that has not loses cell, tiles and facts. Spirals: the number of arms. Default 1.
   */
  readonly symmetry?: number;
}

/** The options of each kind. */
export interface PatternOptions {
  readonly line: LineOptions;
  readonly circle: CircleOptions;
  readonly spiral: SpiralOptions;
  readonly grid: GridOptions;
  readonly bravais: BravaisOptions;
  readonly honeycomb: TilingOptions;
  readonly kagome: TilingOptions;
  readonly triangular: TilingOptions;
  readonly archimedean: ArchimedeanOptions;
  readonly penrose: PenroseOptions;
  readonly ammannBeenker: AmmannBeenkerOptions;
  readonly multigrid: MultigridOptions;
  readonly hat: HatOptions;
  readonly fibonacci: FibonacciOptions;
  readonly icosahedral: IcosahedralOptions;
  readonly twistedBilayer: TwistedBilayerOptions;
}

export type PatternType = keyof PatternOptions;

/** What `generatePattern` makes a pattern of: a kind, its options, and where it lies. */
export type PatternConfig = {
  [Type in PatternType]: { readonly patternType: Type } & PatternFrame & PatternOptions[Type];
}[PatternType];
