import { requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, ResourceExhausted } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { requireNodes } from "../crystal/config.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { type ConvexCell, convexCell, type HalfSpace } from "../math/convex-cell.js";
import { dot, norm } from "../math/vec3.js";
import { symmetry } from "../symmetry/symmetry.js";
import { crystalOfPiece } from "./derived.js";
import { type MultiplyTwinned, multiplyTwinned } from "./multiply-twinned.js";
import { siteLimit } from "./site-limit.js";
import { requireBulk, requirePlane, symprec } from "./surface-cell.js";

export interface NanoparticleOptions {
  /**
   * J/m², or in any unit, of planes such as { "111": 1.2, "100": 1.5, "1 0 -1 1": 1.7 }: the Wulff
   * shape. Planes equivalent by the symmetry of the crystal have the same.
   */
  readonly surfaceEnergies?: Readonly<Record<string, number>>;
  /** In place of energies. The twinned ones are of one species, bonds as in the crystal. */
  readonly shape?: "sphere" | "cube" | "octahedron" | MultiplyTwinned;
  /** Å, of the sphere of the same volume. Give this, `siteCount` or `shells`. */
  readonly radius?: number;
  /** As close to it as the shape allows; twinned shapes need one of their own numbers. */
  readonly siteCount?: number;
  /** Shells about the centre of a twinned particle: 1 is 13 sites of an icosahedron. */
  readonly shells?: number;
  /** Fractional, of the crystal; default its first site. */
  readonly center?: ArrayLike<number>;
  /** Å about the particle, on each side half of it; default 10. */
  readonly vacuum?: number;
}

const fields = [
  ...["surfaceEnergies", "shape", "radius", "siteCount", "shells", "center", "vacuum"],
];
const shapes = ["sphere", "cube", "octahedron", "icosahedron", "decahedron"];
/** The planes of a shape of size 1; none for a sphere. */
type Planes = readonly HalfSpace[];

/**
 * A particle cut from a crystal: the Wulff shape of given surface energies, a sphere, a cube {100} or
 * an octahedron {111}; or an icosahedron or decahedron of fcc twins with the species and the nearest
 * distance of the crystal. It is periodic in no direction, in a cubic box.
 *
 * Wulff: the particle is where n · r ≤ λ γ(n) for all faces, with λ set by the size.
 *
 * @throws {InvalidConfiguration} a crystal that is not periodic along a, b and c, both or neither of
 *   energies and shape, more or less than one size, a number of sites that a twinned particle cannot have. @throws {DomainError} sizes or energies not
 *   above 0, planes that enclose no volume. @throws {ResourceExhausted} above `config.maxNodes`.
 * @see Wulff, Z. Kristallogr. 34, 449 (1901).
 * @example nanoparticle(gold, { surfaceEnergies: { "111": 1.28, "100": 1.63 }, radius: 15 })
 */
export function nanoparticle(crystal: Crystal, options: NanoparticleOptions): Crystal {
  requireCrystal(crystal);
  requireBulk("a particle", crystal);
  requireObject("options", options, '{ surfaceEnergies: { "111": 1.2, "100": 1.5 }, radius: 15 }');
  requireKnownFields("the options of a nanoparticle", options, fields);
  const { shape, surfaceEnergies, siteCount, radius, shells } = options;
  if ((shape === undefined) === (surfaceEnergies === undefined)) {
    throw new InvalidConfiguration(
      `a nanoparticle needs either surfaceEnergies or a shape: ${shapes.join(", ")}`,
      { shape, surfaceEnergies },
    );
  }
  if ([siteCount, radius, shells].filter((size) => size !== undefined).length !== 1) {
    throw new InvalidConfiguration(
      "a nanoparticle needs one size: radius in Å, siteCount, or shells of an icosahedron or decahedron",
      { siteCount, radius, shells },
    );
  }
  if (shape === "icosahedron" || shape === "decahedron") {
    const { sources, positions } = multiplyTwinned(crystal, shape, options);
    return boxed(crystal, sources, positions, options.vacuum, true);
  }
  if (shells !== undefined) {
    throw new InvalidConfiguration("shells are of an icosahedron or decahedron; give a radius", {
      shells,
    });
  }
  const planes = surfaceEnergies
    ? wulffPlanes(crystal, surfaceEnergies)
    : shapePlanes(crystal, shape);
  const cell = planes.length === 0 ? undefined : convexCell(planes);
  const reach = reachOf(cell);
  const size =
    radius === undefined
      ? sizeForCount(crystal, planes, cell, requirePositive("siteCount", siteCount), options)
      : requirePositive("radius", radius, "Å") / volumeRadius(cell);
  const { sources, positions } = inside(crystal, planes, size, reach, options);
  return boxed(crystal, sources, positions, options.vacuum);
}

/** Half-spaces of all planes that symmetry makes of those given. */
function wulffPlanes(crystal: Crystal, energies: Readonly<Record<string, number>>): HalfSpace[] {
  requireObject("surfaceEnergies", energies, '{ "111": 1.2 }');
  const rotations = symmetry(crystal, { symprec: symprec(crystal) }).operations;
  const planes = new Map<string, HalfSpace>();
  if (Object.keys(energies).length === 0) {
    throw new InvalidConfiguration(
      'surfaceEnergies must name at least one plane, such as { "111": 1.2 }',
      { surfaceEnergies: energies },
    );
  }
  for (const [key, energy] of Object.entries(energies)) {
    const distance = requirePositive(`surface energy of ${key}`, energy);
    const hkl = requirePlane(indicesOf(key));
    for (const { rotation: w } of rotations) {
      const turned = [0, 1, 2].map((k) => hkl[0] * w[k] + hkl[1] * w[k + 3] + hkl[2] * w[k + 6]);
      const name = turned.map(Math.round).join(" ");
      const known = planes.get(name);
      if (known && known.distance <= distance) continue;
      planes.set(name, { normal: crystal.lattice.planeNormal(turned), distance });
    }
  }
  return [...planes.values()];
}

/** "111", "1-10", "1 0 -1 0", "10,1,0" */
function indicesOf(key: string): number[] {
  const words = /[\s,]/.test(key.trim()) ? key.trim().split(/[\s,]+/) : (key.match(/-?\d/g) ?? []);
  return words.map(Number);
}

function shapePlanes({ lattice }: Crystal, shape: NanoparticleOptions["shape"]): HalfSpace[] {
  const signs = [1, -1];
  const families = {
    sphere: [],
    cube: signs.flatMap((s) => [0, 1, 2].map((k) => [0, 1, 2].map((i) => (i === k ? s : 0)))),
    octahedron: signs.flatMap((h) => signs.flatMap((k) => signs.map((l) => [h, k, l]))),
  };
  const hkls = families[shape as keyof typeof families];
  if (hkls !== undefined) {
    return hkls.map((hkl) => ({ normal: lattice.planeNormal(hkl), distance: 1 }));
  }
  throw new InvalidConfiguration(`shape must be one of ${shapes.join(", ")}; got ${show(shape)}`, {
    shape,
  });
}

/** Radius of the sphere with the volume of the shape of size 1. */
function volumeRadius(cell: ConvexCell | undefined): number {
  return cell === undefined ? 1 : Math.cbrt((3 * cell.volume) / (4 * Math.PI));
}

/** Radius of the sphere about the shape of size 1. */
function reachOf(cell: ConvexCell | undefined): number {
  if (cell === undefined) return 1;
  let reach = 0;
  for (let i = 0; i < cell.vertices.length; i += 3) {
    reach = Math.max(reach, norm(cell.vertices.subarray(i, i + 3)));
  }
  return reach;
}

/** Sites within the shape, the facets included, relative to its centre in Å. */
function inside(
  crystal: Crystal,
  planes: Planes,
  size: number,
  reach: number,
  { center }: NanoparticleOptions,
): { sources: number[]; positions: number[][] } {
  const { lattice, fracPositions, siteCount } = crystal;
  const origin = center === undefined ? fracPositions.subarray(0, 3) : center;
  lattice.toCartesian(origin);
  const limit = size * reach + 1e-6;
  const expected = (siteCount * (4 / 3) * Math.PI * limit ** 3) / lattice.volume;
  if (expected > siteLimit) {
    throw new ResourceExhausted(
      `the sphere about the particle would hold about ${expected.toExponential(1)} sites, above ` +
        `${siteLimit}; choose a smaller radius`,
      { expected, siteLimit },
    );
  }
  // A skewed cell has planes so close that the images to look at would have no end.
  const { lattice: reduced } = lattice.niggli();
  const counts = [0, 1, 2].map((k) =>
    Math.ceil(limit / reduced.dSpacing([0, 1, 2].map((i) => Number(i === k)))),
  );
  const sources: number[] = [];
  const positions: number[][] = [];
  for (let site = 0; site < siteCount; site++) {
    const fromOrigin = [0, 1, 2].map((k) => fracPositions[3 * site + k] - origin[k]);
    const base = reduced
      .toFractional(lattice.toCartesian(fromOrigin))
      .map((x) => x - Math.round(x));
    for (let i = -counts[0] - 1; i <= counts[0] + 1; i++) {
      for (let j = -counts[1] - 1; j <= counts[1] + 1; j++) {
        for (let k = -counts[2] - 1; k <= counts[2] + 1; k++) {
          const place = reduced.toCartesian([base[0] + i, base[1] + j, base[2] + k]);
          if (norm(place) > limit) continue;
          if (planes.some((p) => dot(p.normal, place) > size * p.distance + 1e-6)) continue;
          sources.push(site);
          positions.push(place);
        }
      }
    }
  }
  return { sources, positions };
}

/** The size whose number of sites is the nearest: all sites in the order in which they come inside. */
function sizeForCount(
  crystal: Crystal,
  planes: Planes,
  cell: ConvexCell | undefined,
  siteCount: number,
  options: NanoparticleOptions,
): number {
  requireNodes("the particle", siteCount, crystal.config);
  const radius = Math.cbrt((3 * siteCount * crystal.volumePerAtom) / (4 * Math.PI));
  const spare = crystal.lattice.niggli().lattice.parameters.c;
  const largest = (radius + 2 * spare) / volumeRadius(cell);
  const { positions } = inside(crystal, planes, largest, reachOf(cell), options);
  const sizes = positions
    .map((place) =>
      planes.length === 0
        ? norm(place)
        : Math.max(...planes.map((p) => dot(p.normal, place) / p.distance)),
    )
    .sort((p, q) => p - q);
  // Sites of one size come together: a step between two sizes is a particle.
  const steps = sizes.flatMap((size, i) =>
    i + 1 === sizes.length || sizes[i + 1] - size > 1e-5 ? [{ size, count: i + 1 }] : [],
  );
  return steps.reduce((best, step) =>
    Math.abs(step.count - siteCount) < Math.abs(best.count - siteCount) ? step : best,
  ).size;
}

/** In a cubic box, the middle of the particle in the middle of the box. */
function boxed(
  crystal: Crystal,
  sources: readonly number[],
  positions: readonly (readonly number[])[],
  vacuum = 10,
  isTwinned = false,
): Crystal {
  requirePositive("vacuum", vacuum, "Å");
  if (positions.length === 0) {
    throw new InvalidConfiguration("no site lies within the particle; choose a larger radius", {});
  }
  requireNodes("the particle", positions.length, crystal.config);
  const bounds = [0, 1, 2].map((k) => ({
    low: positions.reduce((least, place) => Math.min(least, place[k]), Infinity),
    high: positions.reduce((most, place) => Math.max(most, place[k]), -Infinity),
  }));
  const side = Math.max(...bounds.map(({ low, high }) => high - low)) + vacuum;
  const cartPositions = positions.flatMap((place) =>
    place.map((x, k) => x - (bounds[k].low + bounds[k].high) / 2 + side / 2),
  );
  return crystalOfPiece(crystal, {
    lattice: Lattice.cubic(side),
    cartPositions: Float64Array.from(cartPositions),
    sources,
    periodic: [false, false, false],
    isTwinned,
  });
}
