import { SymmetryError } from "../base/errors.js";
import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, multiply, rowsTimes } from "../math/mat3.js";
import { analyze, type SymmetryOptions } from "./analysis.js";
import { symmetrizedCell } from "./cell-symmetry.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, type SymmetryOperation } from "./operation.js";
import { type SiteOperation, symmetrizeSites } from "./orbit-symmetry.js";
import { planeSpacings } from "./position-index.js";
import { operationsInFrame } from "./standard-group.js";
import { symmetrizedProperties } from "./symmetrized-properties.js";
import { type Arrangement, indexSites } from "./translations.js";

/** A crystal made to obey its space group, and how far that moved it. */
export interface SymmetrizedCrystal {
  readonly crystal: Crystal;
  readonly spaceGroupNumber: number;
  /** Å; of each site within the cell, [n]. */
  readonly displacements: Float64Array;
  /** Å; the largest of them. */
  readonly maxDisplacement: number;
  /** Largest component of the cell's strain. */
  readonly maxStrain: number;
}

/**
 * Makes cell and positions obey the space group exactly that they have within `symprec`: the same
 * cell, orientation and order of sites. The metric tensor G goes to its mean over the group,
 *
 *   G' = (1/|P|) Σ Wᵀ G W,
 *
 * by a pure strain; sites go to the mean of what their images under the group say of them. Doing it
 * again changes nothing. Site properties go to their mean over the group: vectors, tensors, displacement
 * tensors, `uIso`, `bFactor` and `charge`; others are kept, with the warning `SITE_PROPERTY_KEPT` where
 * they do not obey it. Displacements are in the new cell, apart from the strain; they can be larger
 * than `symprec` only where it was exceeded by the sum of several operations' errors.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @example symmetrized(relaxed, { symprec: 0.05 }).maxDisplacement // 0.013 Å
 */
export function symmetrized(crystal: Crystal, options: SymmetryOptions = {}): SymmetrizedCrystal {
  const { raw, reduction } = analyze(crystal, options);
  const linear = rowMajor(raw.std_linear);
  const operations = operationsInFrame(raw.hall_number, linear, raw.std_origin_shift);
  const siteOperations = withImages(operations, reduction, raw.symprec);
  const sites = symmetrizeSites(reduction.fracPositions, siteOperations);
  const { matrix, maxStrain } = symmetrizedCell(reduction.lattice.matrix, operations);
  // x M = y M_p with y = x B⁻¹: the given cell follows from the primitive one.
  const toPrimitive = inverse(reduction.basis);
  const lattice = Lattice.fromMatrix(
    maxStrain === 0 ? crystal.lattice.matrix : multiply(toPrimitive, matrix),
  );
  const fracPositions = movedSites(crystal, reduction, sites, toPrimitive);
  const displacements = displacementsOf(crystal, fracPositions, lattice);
  const { siteProperties, warnings } = symmetrizedProperties(crystal.siteProperties, {
    from: crystal.lattice,
    to: lattice,
    ...{ reduction, operations: siteOperations, primitiveMatrix: matrix },
  });
  return {
    crystal: Crystal.fromParts({
      lattice,
      fracPositions,
      kinds: crystal.kinds,
      kindOfSite: crystal.kindOfSite,
      periodic: crystal.periodic,
      labels: crystal.labels,
      siteProperties,
      config: crystal.config,
      warnings: [...crystal.warnings, ...warnings],
    }),
    spaceGroupNumber: raw.number,
    displacements,
    maxDisplacement: displacements.reduce((most, value) => Math.max(most, value), 0),
    maxStrain,
  };
}

/** @throws {SymmetryError} an operation takes a site to where none is. */
function withImages(
  operations: readonly SymmetryOperation[],
  arrangement: Arrangement,
  symprec: number,
): SiteOperation[] {
  const { fracPositions: x, kindOfSite } = arrangement;
  // The group's own operations have the errors of several sites in them, so that the nearest counts.
  const reach = Math.min(8 * symprec, 0.45 * Math.min(...planeSpacings(arrangement.lattice)));
  const index = indexSites(arrangement, reach);
  return operations.map(({ rotation, translation }) => {
    const image = kindOfSite.map((kind, site) => {
      const [u, v, w] = applyRotation(rotation, x.subarray(3 * site, 3 * site + 3));
      return index.find(u + translation[0], v + translation[1], w + translation[2], kind);
    });
    if (new Set(image).size === image.length && !image.includes(-1)) {
      return { rotation, translation, image };
    }
    throw new SymmetryError(
      `the crystal is distorted by about symprec = ${symprec} Å, so that an operation of its group takes ` +
        "a site to none; try a smaller or larger symprec",
      { reason: "distorted", symprec },
    );
  });
}

/** The given sites at the lattice vectors where they were. */
function movedSites(
  crystal: Crystal,
  { basis, primitiveSite }: { basis: Float64Array; primitiveSite: Int32Array },
  primitivePositions: Float64Array,
  toPrimitive: Float64Array,
): Float64Array {
  const moved = rowsTimes(crystal.fracPositions, toPrimitive).map((value, i) => {
    const target = primitivePositions[3 * primitiveSite[Math.floor(i / 3)] + (i % 3)];
    return target + Math.round(value - target);
  });
  return rowsTimes(moved, basis);
}

function displacementsOf(
  { fracPositions, siteCount }: Crystal,
  moved: Float64Array,
  { matrix }: Lattice,
): Float64Array {
  const cart = rowsTimes(
    moved.map((value, i) => value - fracPositions[i]),
    matrix,
  );
  return Float64Array.from({ length: siteCount }, (_, i) =>
    Math.hypot(cart[3 * i], cart[3 * i + 1], cart[3 * i + 2]),
  );
}
