import type { MoyoCell } from "@spglib/moyo-wasm";
import { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import {
  pickProperties,
  type SiteProperties,
  type SiteProperty,
} from "../crystal/site-properties.js";
import { Lattice } from "../lattice/lattice.js";
import { type Analysis, analyze } from "./analysis.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, wrapUnit } from "./operation.js";
import type { SymmetryOptions } from "./symmetry.js";
import { indexSites, type Reduction } from "./translations.js";

/**
 * The standardised conventional cell: axes and origin of the space group's setting
 * (`symmetry(crystal).hallNumber`), lattice parameters and positions made to obey it exactly,
 * positions in [0, 1), a along x and b in the xy plane.
 *
 * Site properties of one value a site go with the sites; others, and those that differ between sites
 * that a pure translation relates, are left out with a warning `SITE_PROPERTY_DROPPED`.
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
  const { siteProperties, warnings } = propertiesOf(crystal, analysis, sources);
  return Crystal.fromParts({
    lattice: Lattice.fromMatrix(cell.lattice.basis.map((value) => cleaned(value, cell))),
    fracPositions: positions.map(wrapUnit),
    kinds: crystal.kinds,
    kindOfSite: Int32Array.from(cell.numbers, (number) => analysis.kindOfClass[number]),
    periodic: [true, true, true],
    labels: sources && Array.from(sources, (site) => crystal.labels[site]),
    siteProperties,
    warnings: [...crystal.warnings, ...warnings],
  });
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

/**
 * One value a site goes with the site. What differs between sites that the new cell holds once, and
 * vectors and tensors, whose frame is not known, are left out with a warning.
 */
function propertiesOf(
  { siteProperties, siteCount }: Crystal,
  { reduction }: Analysis,
  sources: Int32Array | undefined,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  const kept: Record<string, SiteProperty> = {};
  const warnings: CrystalWarning[] = [];
  for (const [name, values] of Object.entries(siteProperties)) {
    const reason = reasonToDrop(values, siteCount, reduction, sources);
    if (reason === undefined) kept[name] = values;
    else {
      const message = `the site property "${name}" was left out of the standardised cell: ${reason}`;
      warnings.push({ code: "SITE_PROPERTY_DROPPED", message });
    }
  }
  if (sources === undefined || Object.keys(kept).length === 0) {
    return { siteProperties: undefined, warnings };
  }
  const picked = pickProperties(kept, siteCount, sources.length, (site) => sources[site]);
  return { siteProperties: picked, warnings };
}

function reasonToDrop(
  values: SiteProperty,
  siteCount: number,
  { primitiveSite, firstSite }: Reduction,
  sources: Int32Array | undefined,
): string | undefined {
  if (sources === undefined) return "its sites could not be told from the given ones";
  if (values.length !== siteCount) {
    return `it has ${values.length / siteCount} values a site, whose frame is not known`;
  }
  const differs = (value: number | string, site: number) => {
    const first = values[firstSite[primitiveSite[site]]];
    return typeof value === "number" && typeof first === "number"
      ? Math.abs(value - first) > 1e-6 * Math.max(1, Math.abs(first))
      : value !== first;
  };
  const isUneven = Array.from<number | string>(values).some(differs);
  return isUneven ? "sites that a pure translation relates differ in it" : undefined;
}
