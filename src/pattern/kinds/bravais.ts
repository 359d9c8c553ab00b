import { requirePositive, show } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { nearest } from "../../base/suggest.js";
import { Lattice } from "../../lattice/lattice.js";
import { rowsTimes } from "../../math/mat3.js";
import type { PatternKind } from "../pattern-kind.js";
import { type CellSize, regionOf, sizeFields, sizeLengths } from "./cell-size.js";
import { fillCells, type Motif, regionPoints } from "./fill-cells.js";

/** Pearson's letters; S and C both stand for the cell centred on its ab face. */
export type BravaisPatternSymbol =
  | "aP"
  | "mP"
  | "mC"
  | "mS"
  | "oP"
  | "oC"
  | "oS"
  | "oI"
  | "oF"
  | "tP"
  | "tI"
  | "hP"
  | "hR"
  | "cP"
  | "cI"
  | "cF"
  | "mp"
  | "op"
  | "oc"
  | "tp"
  | "hp";

/** The points of a Bravais lattice, conventional cells. */
export interface BravaisOptions extends CellSize {
  /** One of the 14 lattices of space, "cF", or one of the five of the plane, in small letters, "oc". */
  readonly lattice: BravaisPatternSymbol;
  /** Å; default `spacing`. */
  readonly a?: number;
  /** Å, where the lattice leaves it free; default 1.2 a. */
  readonly b?: number;
  /** Å, where the lattice leaves it free; default 1.5 a. */
  readonly c?: number;
  /** Degrees. "aP", default 75; "hR", where it stands for c: the rhombohedral cell. */
  readonly alpha?: number;
  /** Degrees. "aP", default 80; "mP" and "mC" (unique axis b), default 105. */
  readonly beta?: number;
  /** Degrees. "aP", default 85; "mp", default 105. */
  readonly gamma?: number;
}

type Parameter = "a" | "b" | "c" | "alpha" | "beta" | "gamma";
const parameters = ["a", "b", "c", "alpha", "beta", "gamma"] as const;

interface System {
  readonly dimension: 2 | 3;
  /** What it leaves free, with generic defaults in units of a. */
  readonly free: Partial<Record<Parameter, number>>;
  cell(p: Record<Parameter, number>): Lattice;
}

const defaults = { b: 1.2, c: 1.5 };

const systems: Record<string, System> = {
  a: {
    dimension: 3,
    free: { a: 1, ...defaults, alpha: 75, beta: 80, gamma: 85 },
    cell: (p) => Lattice.fromParameters(p.a, p.b, p.c, p.alpha, p.beta, p.gamma),
  },
  m: {
    dimension: 3,
    free: { a: 1, ...defaults, beta: 105 },
    cell: (p) => Lattice.monoclinic(p.a, p.b, p.c, p.beta),
  },
  o: {
    dimension: 3,
    free: { a: 1, ...defaults },
    cell: (p) => Lattice.orthorhombic(p.a, p.b, p.c),
  },
  t: { dimension: 3, free: { a: 1, c: 1.5 }, cell: (p) => Lattice.tetragonal(p.a, p.c) },
  h: { dimension: 3, free: { a: 1, c: 1.5 }, cell: (p) => Lattice.hexagonal(p.a, p.c) },
  rhombohedral: {
    dimension: 3,
    free: { a: 1, alpha: 75 },
    cell: (p) => Lattice.rhombohedral(p.a, p.alpha),
  },
  c: { dimension: 3, free: { a: 1 }, cell: (p) => Lattice.cubic(p.a) },
  "planar m": {
    dimension: 2,
    free: { a: 1, b: 1.2, gamma: 105 },
    cell: (p) => Lattice.fromParameters(p.a, p.b, 1, 90, 90, p.gamma),
  },
  "planar o": {
    dimension: 2,
    free: { a: 1, b: 1.2 },
    cell: (p) => Lattice.orthorhombic(p.a, p.b, 1),
  },
  "planar t": { dimension: 2, free: { a: 1 }, cell: (p) => Lattice.tetragonal(p.a, 1) },
  "planar h": { dimension: 2, free: { a: 1 }, cell: (p) => Lattice.hexagonal(p.a, 1) },
};

const centrings: Record<string, readonly number[]> = {
  p: [0, 0, 0],
  c: [0, 0, 0, 1 / 2, 1 / 2, 0],
  i: [0, 0, 0, 1 / 2, 1 / 2, 1 / 2],
  f: [0, 0, 0, 0, 1 / 2, 1 / 2, 1 / 2, 0, 1 / 2, 1 / 2, 1 / 2, 0],
  // Obverse setting, International Tables A, table 2.1.1.2.
  r: [0, 0, 0, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3],
};

const symbols: readonly BravaisPatternSymbol[] = [
  ...(["aP", "mP", "mC", "mS", "oP", "oC", "oS", "oI", "oF", "tP", "tI"] as const),
  ...(["hP", "hR", "cP", "cI", "cF", "mp", "op", "oc", "tp", "hp"] as const),
];

/**
 * The 14 Bravais lattices, and the five of the plane.
 *
 * @see International Tables A (2016), section 2.1.1; P. M. de Wolff et al., Acta Cryst. A41, 278
 *   (1985), for the symbols.
 */
export const bravais: PatternKind<BravaisOptions> = {
  patternType: "bravais",
  fields: ["lattice", ...parameters, ...sizeFields],
  lengths: ["a", "b", "c", ...sizeLengths],
  pointEstimate(options) {
    const motif = motifOf(options);
    return regionPoints(motif, regionOf("bravais", options, motif.dimension));
  },
  generate(options, watch) {
    const motif = motifOf(options);
    return fillCells(motif, regionOf("bravais", options, motif.dimension), watch);
  },
};

function motifOf(options: BravaisOptions): Motif {
  const symbol = requireSymbol(options.lattice);
  const isPlanar = symbol === symbol.toLowerCase();
  const [family, letter] = [symbol[0], symbol[1].toLowerCase()];
  const isRhombohedral = symbol === "hR" && options.alpha !== undefined;
  const name = isRhombohedral ? "rhombohedral" : isPlanar ? `planar ${family}` : family;
  const system = systems[name];
  const cell = system.cell(parametersOf(symbol, system, options));
  const centring = centrings[isRhombohedral ? "p" : letter === "s" ? "c" : letter];
  return {
    dimension: system.dimension,
    lattice: cell.matrix,
    basis: rowsTimes(centring, cell.matrix),
  };
}

/** @throws {InvalidConfiguration} a parameter that the lattice fixes otherwise. */
function parametersOf(
  symbol: string,
  { free }: System,
  options: BravaisOptions,
): Record<Parameter, number> {
  const a = options.a === undefined ? 1 : requirePositive("a", options.a, "Å");
  const values: Record<Parameter, number> = { a, b: a, c: a, alpha: 90, beta: 90, gamma: 90 };
  for (const name of parameters) {
    const given = options[name];
    const otherwise = free[name];
    if (name !== "a" && otherwise !== undefined) {
      const isLength = name === "b" || name === "c";
      values[name] = given ?? otherwise * (isLength ? a : 1);
    } else if (given !== undefined && name !== "a") {
      throw new InvalidConfiguration(
        `the lattice ${symbol} leaves ${Object.keys(free).join(", ")} free; ${name} is fixed, leave it out`,
        { lattice: symbol, parameter: name, value: given },
      );
    }
  }
  return values;
}

function requireSymbol(value: unknown): BravaisPatternSymbol {
  const known = symbols.find((symbol) => symbol === value);
  if (known !== undefined) return known;
  const near = typeof value === "string" ? nearest(value, symbols) : undefined;
  throw new InvalidConfiguration(
    `lattice must be one of ${symbols.join(", ")}; got ${show(value)}` +
      (near === undefined ? "" : `; did you mean ${near}?`),
    { value, known: symbols },
  );
}
