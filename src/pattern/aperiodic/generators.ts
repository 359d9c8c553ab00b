import type { PatternGenerator } from "../pattern-parts.js";
import { type FibonacciOptions, fibonacciChain, fibonacciPointEstimate } from "./fibonacci.js";
import { type HatOptions, hatPointEstimate, hatTiling } from "./hat.js";
import {
  type IcosahedralOptions,
  icosahedralPointEstimate,
  icosahedralQuasicrystal,
} from "./icosahedral.js";
import {
  type AmmannBeenkerOptions,
  ammannBeenkerTiling,
  type MultigridOptions,
  multigridPointEstimate,
  multigridTiling,
} from "./multigrid-tiling.js";
import { type PenroseOptions, penrosePointEstimate, penroseTiling } from "./penrose.js";

/** A generator that takes lengths and `spacing` in Å itself and estimates how many points it makes. */
export interface SizedGenerator<Options> extends PatternGenerator<Options> {
  /** Its options besides `spacing` and `symmetry`. */
  readonly fields: readonly string[];
  readonly ownsSpacing: true;
  /** Takes `symmetry` itself. */
  readonly ownsSymmetry?: true;
  pointEstimate(options: Options): number;
}

export interface AperiodicGenerators {
  readonly penrose: SizedGenerator<PenroseOptions>;
  readonly ammannBeenker: SizedGenerator<AmmannBeenkerOptions>;
  readonly multigrid: SizedGenerator<MultigridOptions>;
  readonly hat: SizedGenerator<HatOptions>;
  readonly fibonacci: SizedGenerator<FibonacciOptions>;
  readonly icosahedral: SizedGenerator<IcosahedralOptions>;
}

export const aperiodicGenerators: AperiodicGenerators = {
  penrose: {
    patternType: "penrose",
    fields: ["radius", "tiling", "offsets"],
    ownsSpacing: true,
    pointEstimate: penrosePointEstimate,
    generate: penroseTiling,
  },
  ammannBeenker: {
    patternType: "ammannBeenker",
    fields: ["radius", "offsets"],
    ownsSpacing: true,
    pointEstimate: (options) => multigridPointEstimate(options, 8),
    generate: ammannBeenkerTiling,
  },
  multigrid: {
    patternType: "multigrid",
    fields: ["radius", "offsets"],
    ownsSpacing: true,
    ownsSymmetry: true,
    pointEstimate: (options) => multigridPointEstimate(options, options.symmetry),
    generate: multigridTiling,
  },
  hat: {
    patternType: "hat",
    fields: ["radius", "edges"],
    ownsSpacing: true,
    pointEstimate: hatPointEstimate,
    generate: hatTiling,
  },
  fibonacci: {
    patternType: "fibonacci",
    fields: ["radius", "generations", "mean", "phase"],
    ownsSpacing: true,
    pointEstimate: fibonacciPointEstimate,
    generate: fibonacciChain,
  },
  icosahedral: {
    patternType: "icosahedral",
    fields: ["radius", "lattice", "shift", "phasonStrain", "approximant", "tiles"],
    ownsSpacing: true,
    pointEstimate: icosahedralPointEstimate,
    generate: icosahedralQuasicrystal,
  },
};
