import { requireObject, requirePositive, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { type CrystalConfig, configOf } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import type { OccupantInput } from "../crystal/crystal-input.js";
import { Lattice } from "../lattice/lattice.js";
import { greatestCommonDivisor, hermiteNormalForm } from "../math/integer-matrix.js";
import { requireSiteCount } from "./site-limit.js";

export interface NanotubeOptions {
  /** Chiral indices: the circumference is n a₁ + m a₂, with a₁ and a₂ at 60°. */
  readonly n: number;
  readonly m: number;
  /** Å, of the flat sheet; default 1.42, that of graphite. */
  readonly bond?: number;
  /** The two sites of the sheet; default carbon. ["B", "N"] for boron nitride. */
  readonly species?: readonly [OccupantInput, OccupantInput];
  /** Translational periods along the axis; default 1. */
  readonly cells?: number;
  /** Å between a tube and its image; default 10. */
  readonly vacuum?: number;
  readonly config?: Partial<CrystalConfig>;
}

/** The geometry of a rolled honeycomb sheet. */
export interface NanotubeGeometry {
  /** Å, |n a₁ + m a₂| / 2π. */
  readonly radius: number;
  /** Å, the translational period along the axis. */
  readonly period: number;
  /** Degrees from a₁, 0 for zigzag and 30 for armchair tubes. */
  readonly chiralAngle: number;
  /** Hexagons in one period; it has twice as many sites. */
  readonly hexagonCount: number;
  readonly kind: "zigzag" | "armchair" | "chiral";
}

/**
 * Radius, period and chirality of a nanotube (n, m).
 *
 * @throws {DomainError} n not above 0, m below 0, or no whole numbers.
 * @see Saito, Dresselhaus & Dresselhaus, Physical Properties of Carbon Nanotubes (1998), chapter 3.
 * @example nanotubeGeometry(10, 10).radius // 6.78
 */
export function nanotubeGeometry(n: number, m: number, bond = 1.42): NanotubeGeometry {
  if (!Number.isInteger(n) || !Number.isInteger(m) || n < 1 || m < 0) {
    throw new DomainError(
      `a nanotube needs whole numbers n ≥ 1 and m ≥ 0, such as n = 10, m = 5; got ${show(n)} and ${show(m)}`,
      { n, m },
    );
  }
  const a = Math.sqrt(3) * requirePositive("bond", bond, "Å");
  const square = n * n + n * m + m * m;
  const divisor = greatestCommonDivisor(2 * n + m, 2 * m + n);
  return {
    radius: (a * Math.sqrt(square)) / (2 * Math.PI),
    period: (a * Math.sqrt(3 * square)) / divisor,
    chiralAngle: (Math.atan2(Math.sqrt(3) * m, 2 * n + m) * 180) / Math.PI,
    hexagonCount: (2 * square) / divisor,
    kind: m === 0 ? "zigzag" : n === m ? "armchair" : "chiral",
  };
}

/**
 * A single-walled nanotube: a honeycomb sheet rolled up so that n a₁ + m a₂ is its circumference,
 * periodic along c. Bonds around the tube are chords, and so a little shorter than `bond`.
 *
 * @throws {DomainError} n, m, bond or vacuum outside their ranges. @throws {ResourceExhausted} above
 *   `config.maxNodes`, or 5 million sites.
 * @example nanotube({ n: 6, m: 4, species: ["B", "N"], bond: 1.45 }).siteCount // 152
 */
export function nanotube(options: NanotubeOptions): Crystal {
  requireObject("options", options, "{ n: 10, m: 0 }");
  requireKnownFields("the options of a nanotube", options, [
    ...["n", "m", "bond", "species", "cells", "vacuum", "config"],
  ]);
  const { n, m, bond = 1.42, species = ["C", "C"], cells = 1, vacuum = 10 } = options;
  const { radius, period, hexagonCount } = nanotubeGeometry(n, m, bond);
  if (!Number.isInteger(cells) || cells < 1) {
    throw new DomainError(`cells must be a whole number, 1 or more, got ${show(cells)}`, { cells });
  }
  if (!Array.isArray(species) || species.length !== 2) {
    throw new ShapeError(`a nanotube needs two species, such as ["B", "N"], got ${show(species)}`, {
      species,
    });
  }
  requireSiteCount("the nanotube", 2 * hexagonCount * cells, configOf(options.config));
  const side = 2 * radius + requirePositive("vacuum", vacuum, "Å");
  const places = Array.from({ length: cells }, (_, cell) =>
    sheetPlaces(n, m).map(([around, along]) => [around, along + cell]),
  ).flat();
  const cartPositions = places.flatMap(([around, along]) => {
    const angle = 2 * Math.PI * around;
    return [
      side / 2 + radius * Math.cos(angle),
      side / 2 + radius * Math.sin(angle),
      along * period,
    ];
  });
  return Crystal.create({
    lattice: Lattice.tetragonal(side, cells * period),
    species: places.map((_, i) => species[i % 2]),
    cartPositions,
    periodic: [false, false, true],
    ...(options.config === undefined ? {} : { config: options.config }),
  });
}

/** The sites of one period as fractions of the circumference and of the period, the two in turn. */
function sheetPlaces(n: number, m: number): [number, number][] {
  const divisor = greatestCommonDivisor(2 * n + m, 2 * m + n);
  const [t1, t2] = [(2 * m + n) / divisor, -(2 * n + m) / divisor];
  const h = hermiteNormalForm([n, m, 0, t1, t2, 0, 0, 0, 1]);
  const area = n * t2 - m * t1;
  const fraction = (x: number) => {
    const rest = x - Math.floor(x);
    return rest > 1 - 1e-10 ? 0 : rest;
  };
  const places: [number, number][] = [];
  for (let i = 0; i < h[0]; i++) {
    for (let j = 0; j < h[4]; j++) {
      for (const basis of [0, 1 / 3]) {
        const [x, y] = [i + basis, j + basis];
        places.push([fraction((x * t2 - y * t1) / area), fraction((n * y - m * x) / area)]);
      }
    }
  }
  return places;
}
