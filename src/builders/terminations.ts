import { PrismError } from "../base/errors.js";
import { compositionOf, formulaOf } from "../crystal/composition.js";
import type { Crystal } from "../crystal/crystal.js";
import { symmetry } from "../symmetry/symmetry.js";
import { type SurfaceCell, symprec } from "./surface-cell.js";

/** One way to cut a crystal along a plane. */
export interface SlabTermination {
  /** Number of the termination, as `slab` takes it; the widest gap is 0. */
  readonly index: number;
  /** Where the cut goes, in plane distances d from the crystal's origin, in [0, 1). */
  readonly shift: number;
  /** Å between the layers on both sides of the cut. */
  readonly gap: number;
  /** What ends the slab above: formula of its outermost layer in the surface cell. */
  readonly top: string;
  /** What ends the slab below. */
  readonly bottom: string;
  /** A symmetry of the crystal takes the upper surface to the lower one. */
  readonly isSymmetric: boolean;
  /**
   * Tasker's type: 1 all layers neutral, 2 charged layers without a dipole, 3 polar; undefined where
   * no oxidation states are known or guessed.
   *
   * Tasker, J. Phys. C 12, 4977 (1979).
   */
  readonly tasker: 1 | 2 | 3 | undefined;
}

/** Sites of one height. */
interface Layer {
  /** In cells, [0, 1). */
  readonly height: number;
  readonly sites: readonly number[];
}

/** All cuts between layers that no symmetry of the crystal takes into each other. */
export function terminationsOf(
  crystal: Crystal,
  cell: SurfaceCell,
  layerTolerance: number,
): SlabTermination[] {
  const layers = layersOf(cell, layerTolerance / cell.height);
  const cuts = layers.map((layer, k) => {
    const above = layers[(k + 1) % layers.length];
    const gap =
      k + 1 < layers.length ? above.height - layer.height : above.height + 1 - layer.height;
    return { k, shift: (layer.height + gap / 2) % 1, gap: gap * cell.height };
  });
  const maps = heightMaps(crystal, cell);
  // Symmetry takes gaps to gaps exactly, but for what it may move sites by.
  const narrowest = Math.min(...cuts.map(({ gap }) => gap));
  const tolerance = Math.min(0.25 * narrowest, 2 * symprec(crystal)) / cell.height;
  const isSame = (from: number, to: number, sign: number) =>
    maps.some((map) => map.sign === sign && near(map.sign * from + map.shift, to, tolerance));
  const charges = chargesOf(crystal);
  const distinct: typeof cuts = [];
  for (const cut of cuts.sort((p, q) => q.gap - p.gap || p.shift - q.shift)) {
    if (distinct.some(({ shift }) => isSame(shift, cut.shift, 1) || isSame(shift, cut.shift, -1))) {
      continue;
    }
    distinct.push(cut);
  }
  return distinct.map(({ k, shift, gap }, index) => ({
    ...{ index, shift, gap },
    top: layerFormula(crystal, cell, layers[k]),
    bottom: layerFormula(crystal, cell, layers[(k + 1) % layers.length]),
    isSymmetric: isSame(shift, shift, -1),
    tasker: charges && taskerType(cell, layers, k, charges),
  }));
}

function near(a: number, b: number, tolerance: number): boolean {
  const rest = a - b - Math.round(a - b);
  return Math.abs(rest) <= tolerance;
}

/** Sites by height; those that differ by no more than the tolerance from their neighbour are one. */
function layersOf({ fracPositions, sources }: SurfaceCell, tolerance: number): Layer[] {
  const order = Array.from(sources.keys()).sort(
    (i, j) => fracPositions[3 * i + 2] - fracPositions[3 * j + 2],
  );
  const heightOf = (site: number) => fracPositions[3 * site + 2];
  const groups: { heights: number[]; sites: number[] }[] = [];
  for (const site of order) {
    const last = groups.at(-1);
    if (last && heightOf(site) - last.heights.at(-1)! <= tolerance) {
      last.heights.push(heightOf(site));
      last.sites.push(site);
    } else {
      groups.push({ heights: [heightOf(site)], sites: [site] });
    }
  }
  // The lowest layer may begin below 0.
  const [first, last] = [groups[0], groups.at(-1)!];
  if (groups.length > 1 && first.heights[0] + 1 - last.heights.at(-1)! <= tolerance) {
    groups.pop();
    first.heights.push(...last.heights.map((height) => height - 1));
    first.sites.push(...last.sites);
  }
  return groups
    .map(({ heights, sites }) => {
      const mean = heights.reduce((sum, height) => sum + height, 0) / heights.length;
      return { height: mean - Math.floor(mean), sites };
    })
    .sort((p, q) => p.height - q.height);
}

/** What the symmetry of the crystal does to heights: z' = ± z + shift. */
function heightMaps(crystal: Crystal, { normal }: SurfaceCell): { sign: number; shift: number }[] {
  const { operations } = symmetry(crystal, { symprec: symprec(crystal) });
  return operations.flatMap(({ rotation: w, translation: t }) => {
    const turned = [0, 1, 2].map(
      (k) => normal[0] * w[k] + normal[1] * w[k + 3] + normal[2] * w[k + 6],
    );
    const sign = [1, -1].find((s) =>
      turned.every((value, k) => Math.abs(value - s * normal[k]) < 1e-6),
    );
    const shift = normal[0] * t[0] + normal[1] * t[1] + normal[2] * t[2];
    return sign === undefined ? [] : [{ sign, shift }];
  });
}

/**
 * Thicknesses, in cells and modulo 1 in (0, 1], of the slabs on a cut that a symmetry of the crystal
 * turns upside down: one that takes z to s − z leaves a slab from c to s − c as it is.
 */
export function symmetricThicknesses(crystal: Crystal, cell: SurfaceCell, cut: number): number[] {
  return heightMaps(crystal, cell)
    .filter(({ sign }) => sign === -1)
    .map(({ shift }) => {
      const rest = shift - 2 * cut;
      const part = rest - Math.floor(rest);
      return part < 1e-4 ? part + 1 : part;
    });
}

function layerFormula(crystal: Crystal, { sources }: SurfaceCell, { sites }: Layer): string {
  const kindOfSite = Int32Array.from(sites, (site) => crystal.kindOfSite[sources[site]]);
  return formulaOf(compositionOf({ kinds: crystal.kinds, kindOfSite }));
}

/** Charge of each site in e; undefined where the states are neither given nor to be guessed. */
function chargesOf(crystal: Crystal): Float64Array | undefined {
  const isGiven = crystal.kinds.flat().every(({ species }) => species.oxidationState !== undefined);
  try {
    const { kinds, kindOfSite } = isGiven ? crystal : crystal.withOxidationStates("guess");
    const charges = kinds.map((occupants) =>
      occupants.reduce((sum, o) => sum + o.occupancy * o.species.oxidationState!, 0),
    );
    return Float64Array.from(kindOfSite, (kind) => charges[kind]);
  } catch (error) {
    if (error instanceof PrismError) return undefined;
    throw error;
  }
}

/** By the layers from the cut above layer `k` to the next such cut. */
function taskerType(
  { sources, height }: SurfaceCell,
  layers: readonly Layer[],
  k: number,
  charges: Float64Array,
): 1 | 2 | 3 {
  const chargeOf = ({ sites }: Layer) =>
    sites.reduce((sum, site) => sum + charges[sources[site]], 0);
  if (layers.every((layer) => Math.abs(chargeOf(layer)) < 1e-3)) return 1;
  const dipole = layers.reduce(
    (sum, layer, i) => sum + chargeOf(layer) * (layer.height + (i <= k ? 1 : 0)) * height,
    0,
  );
  return Math.abs(dipole) < 1e-2 ? 2 : 3;
}
