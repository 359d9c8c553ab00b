import type { MoyoCell } from "@spglib/moyo-wasm";
import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, multiply, nearestRotation, transpose } from "../math/mat3.js";
import { type Analysis, analyze, type SymmetryOptions } from "./analysis.js";
import { carriedProperties } from "./carried-properties.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, wrapUnit } from "./operation.js";
import { indexSites } from "./translations.js";

/**
 * The standardised conventional cell: axes and origin of the space group's setting
 * (`symmetry(crystal).hallNumber`), lattice parameters and positions made to obey it exactly,
 * positions in [0, 1), a along x and b in the xy plane.
 *
 * Site properties go with the sites: three values a site are turned as a Cartesian vector, nine as a
 * tensor by rows, and `uAniso` goes over to the new axes. Those that differ between sites that a pure
 * translation relates, or that mean nothing in the new cell, are left out with a warning
 * `SITE_PROPERTY_DROPPED`.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @example conventional(primitiveSilicon).siteCount // 8
 */
export function conventional(crystal: Crystal, options: SymmetryOptions = {}): Crystal {
  const analysis = analyze(crystal, options);
  const { std_cell, std_linear, std_origin_shift } = analysis.raw;
  return standardCrystal(crystal, analysis, std_cell, rowMajor(std_linear), std_origin_shift);
}

/**
 * The standardised primitive cell: the smallest that repeats to the crystal, oriented as the
 * conventional one is. Site properties as in `conventional`.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @example primitive(nacl).siteCount // 2
 */
export function primitive(crystal: Crystal, options: SymmetryOptions = {}): Crystal {
  const analysis = analyze(crystal, options);
  const { prim_std_cell, prim_std_linear, prim_std_origin_shift } = analysis.raw;
  const linear = rowMajor(prim_std_linear);
  return standardCrystal(crystal, analysis, prim_std_cell, linear, prim_std_origin_shift);
}

function standardCrystal(
  crystal: Crystal,
  analysis: Analysis,
  cell: MoyoCell,
  linear: readonly number[],
  originShift: readonly number[],
): Crystal {
  const positions = Float64Array.from(cell.positions.flat());
  const sources = sourceSites(analysis, positions, cell.numbers, linear, originShift);
  const lattice = standardLattice(cell);
  const { siteProperties, warnings } = carriedProperties(crystal, analysis.reduction, sources, {
    from: crystal.lattice,
    to: lattice,
    rotation: turnOf(analysis, linear, lattice),
  });
  return Crystal.fromParts({
    lattice,
    fracPositions: positions.map(wrapUnit),
    kinds: crystal.kinds,
    kindOfSite: Int32Array.from(cell.numbers, (number) => analysis.kindOfClass[number]),
    periodic: [true, true, true],
    labels: sources && Array.from(sources, (site) => crystal.labels[site]),
    siteProperties,
    config: crystal.config,
    warnings: [...crystal.warnings, ...warnings],
  });
}

/** How the crystal turns, v' = v Q: (a_s, b_s, c_s) = (a, b, c) P in the given frame, and as it stands now. */
function turnOf(
  { reduction }: Analysis,
  linear: readonly number[],
  { matrix }: Lattice,
): Float64Array {
  const before = multiply(transpose(linear), reduction.lattice.matrix);
  return nearestRotation(multiply(inverse(before), matrix));
}

export function conventionalLattice({ raw }: Analysis): Lattice {
  return standardLattice(raw.std_cell);
}

function standardLattice(cell: MoyoCell): Lattice {
  return Lattice.fromMatrix(cell.lattice.basis.map((value) => cleaned(value, cell)));
}

/** Rounding errors of the rotation to the standard orientation would show as angles of 90.0000001. */
function cleaned(value: number, cell: MoyoCell): number {
  const scale = Math.max(...cell.lattice.basis.map(Math.abs));
  return Math.abs(value) < 1e-12 * scale ? 0 : value;
}

/** The given site that each standardised one came from; undefined if one cannot be told. */
function sourceSites(
  { raw, reduction }: Analysis,
  positions: Float64Array,
  kinds: readonly number[],
  linear: readonly number[],
  originShift: readonly number[],
): Int32Array | undefined {
  const index = indexSites(reduction, 2 * raw.symprec);
  const sources = new Int32Array(kinds.length);
  for (let i = 0; i < kinds.length; i++) {
    const [x, y, z] = applyRotation(linear, positions.subarray(3 * i, 3 * i + 3));
    const [u, v, w] = originShift;
    const site = index.find(x + u, y + v, z + w, kinds[i]);
    if (site < 0) return undefined;
    sources[i] = reduction.firstSite[site];
  }
  return sources;
}
