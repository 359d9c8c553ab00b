import type { MoyoCell } from "@spglib/moyo-wasm";
import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { type Analysis, analyze } from "./analysis.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, wrapUnit } from "./operation.js";
import type { SymmetryOptions } from "./symmetry.js";
import { indexSites } from "./translations.js";

/**
 * The standardised conventional cell: axes and origin of the space group's setting
 * (`symmetry(crystal).hallNumber`), lattice parameters and positions made to obey it exactly,
 * positions in [0, 1), a along x and b in the xy plane.
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
 * conventional one is.
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
  const positions = cell.positions as readonly (readonly number[])[];
  return Crystal.fromParts({
    lattice: Lattice.fromMatrix(cell.lattice.basis.map((value) => cleaned(value, cell))),
    fracPositions: Float64Array.from(positions.flat(), wrapUnit),
    kinds: crystal.kinds,
    kindOfSite: Int32Array.from(cell.numbers, (number) => analysis.kindOfClass[number]),
    periodic: [true, true, true],
    labels: labelsOf(crystal, analysis, positions, linear, originShift),
    warnings: crystal.warnings,
  });
}

/** Rounding errors of the rotation to the standard orientation would show as angles of 90.0000001. */
function cleaned(value: number, cell: MoyoCell): number {
  const scale = Math.max(...cell.lattice.basis.map(Math.abs));
  return Math.abs(value) < 1e-12 * scale ? 0 : value;
}

/** Labels of the sites that the standardised ones came from; undefined if one cannot be told. */
function labelsOf(
  crystal: Crystal,
  { raw, reduction }: Analysis,
  positions: readonly (readonly number[])[],
  linear: readonly number[],
  originShift: readonly number[],
): readonly string[] | undefined {
  const index = indexSites(reduction, 2 * raw.symprec);
  const labels: string[] = [];
  for (const position of positions) {
    const [x, y, z] = applyRotation(linear, position);
    const site = index.find(x + originShift[0], y + originShift[1], z + originShift[2]);
    if (site < 0) return undefined;
    labels.push(crystal.labels[reduction.firstSite[site]]);
  }
  return labels;
}
