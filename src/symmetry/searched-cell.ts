import type { MoyoCell, MoyoDataset } from "@spglib/moyo-wasm";
import { SymmetryError } from "../base/errors.js";
import { inverse, rowsTimes, transpose } from "../math/mat3.js";
import { analyzeCell, rowMajor } from "./moyo.js";
import { applyRotation, wrapUnit } from "./operation.js";
import { type FoundOperation, searchOperations } from "./operation-search.js";
import { type SiteOperation, type SymmetrizedSites, symmetrizeSites } from "./orbit-symmetry.js";
import { squareLength } from "./position-index.js";
import { hallSetting } from "./space-group.js";
import { operationsInFrame } from "./standard-group.js";
import type { Arrangement } from "./translations.js";
import { type WyckoffForm, wyckoffFormOf, wyckoffForms } from "./wyckoff-forms.js";

/** What a search gives for a primitive cell. */
export type CellAnalysis = Omit<
  MoyoDataset,
  "mapping_std_prim" | "std_rotation_matrix" | "angle_tolerance"
>;

/**
 * Positions that no operation of a lattice relates to each other. One orbit can be more symmetric than
 * its group, as where all of it lies in a plane; two together are not.
 */
const generic = [
  [0.1374, 0.2618, 0.4142],
  [0.3247, 0.0734, 0.1931],
] as const;

/**
 * The analysis of a primitive cell with many sites. Its operations are found here; moyo then names the
 * group and its standard axes from a small stand-in with the same lattice and the same operations: two
 * general positions. The cost of moyo's own search is the square of the number of sites.
 *
 * Undefined where the stand-in does not have exactly the operations found, as when the tolerance
 * decides about them: then moyo's search of the cell itself decides.
 */
export function analyzeBySearch(
  arrangement: Arrangement,
  symprec: number,
): CellAnalysis | undefined {
  const found = searchOperations(arrangement, symprec);
  if (found === undefined) return undefined;
  const named = nameGroup(arrangement, found, symprec);
  if (named === undefined) return undefined;
  const operations = exactOperations(arrangement, named, found);
  if (operations === undefined) return undefined;
  const sites = symmetrizeSites(arrangement, operations);
  const positions = inStandardCell(sites.fracPositions, named.std_linear, named.std_origin_shift);
  const forms = formsOfOrbits(named.hall_number, sites, positions);
  if (forms === undefined) return undefined;
  const cells = standardCells(named, arrangement.kindOfSite, sites.fracPositions, positions);
  return Object.assign(cells, {
    number: named.number,
    hall_number: named.hall_number,
    hm_symbol: named.hm_symbol,
    operations: named.operations,
    std_linear: named.std_linear,
    std_origin_shift: named.std_origin_shift,
    prim_std_linear: named.prim_std_linear,
    prim_std_origin_shift: named.prim_std_origin_shift,
    symprec: named.symprec,
    ...lettersOf(sites, forms),
  });
}

/** What moyo says of the stand-in. */
function nameGroup(
  { lattice }: Arrangement,
  operations: readonly FoundOperation[],
  symprec: number,
): MoyoDataset | undefined {
  const positions = generic.flatMap((point) =>
    operations.flatMap(({ rotation, translation }) =>
      applyRotation(rotation, point).map((value, k) => wrapUnit(value + translation[k])),
    ),
  );
  const kinds = Int32Array.from(
    { length: generic.length * operations.length },
    (_, site) => 1 + Math.floor(site / operations.length),
  );
  try {
    const named = analyzeCell(
      { cell: lattice.matrix, fracPositions: Float64Array.from(positions), kinds },
      symprec,
    );
    const isSame = named.operations.length === operations.length && named.symprec === symprec;
    return isSame ? named : undefined;
  } catch (error) {
    if (error instanceof SymmetryError) return undefined;
    throw error;
  }
}

/** The group's own operations in the cell's frame, each with the images of the one it was found as. */
function exactOperations(
  { lattice }: Arrangement,
  named: MoyoDataset,
  found: readonly FoundOperation[],
): SiteOperation[] | undefined {
  const byRotation = new Map(found.map((operation) => [operation.rotation.join(), operation]));
  const exact = operationsInFrame(
    named.hall_number,
    rowMajor(named.std_linear),
    named.std_origin_shift,
  );
  const out: SiteOperation[] = [];
  for (const { rotation, translation } of exact) {
    const match = byRotation.get(rotation.join());
    if (match === undefined) return undefined;
    const [dx, dy, dz] = translation.map((value, k) => value - match.translation[k]);
    const tolerance = 4 * named.symprec;
    if (squareLength(lattice.matrix, dx, dy, dz) > tolerance * tolerance) return undefined;
    out.push({ rotation, translation, image: match.image });
  }
  return out;
}

/** x_s = P⁻¹ (x − p) of all sites, [n, 3]. */
function inStandardCell(
  x: Float64Array,
  linear: readonly number[],
  [p0, p1, p2]: readonly number[],
): Float64Array {
  // Columns turn like rows times the transpose.
  const moved = x.map((value, i) => value - (i % 3 === 0 ? p0 : i % 3 === 1 ? p1 : p2));
  return rowsTimes(moved, transpose(inverse(rowMajor(linear))));
}

/** Most callers need no standardised cell: it is made when it is asked for. */
function standardCells(
  named: MoyoDataset,
  kindOfSite: Int32Array,
  fracPositions: Float64Array,
  positions: Float64Array,
): Pick<CellAnalysis, "std_cell" | "prim_std_cell" | "pearson_symbol"> {
  const centring = hallSetting(named.hall_number).centringVectors;
  const cell = (lattice: MoyoCell["lattice"], x: Float64Array, shifts: typeof centring) => {
    const numbers: number[] = [];
    const rows: MoyoCell["positions"] = [];
    kindOfSite.forEach((kind, site) => {
      for (const [u, v, w] of shifts) {
        numbers.push(kind);
        rows.push([x[3 * site] + u, x[3 * site + 1] + v, x[3 * site + 2] + w]);
      }
    });
    return { lattice, numbers, positions: rows };
  };
  return {
    pearson_symbol: named.pearson_symbol.replace(
      /\d+$/,
      String(centring.length * kindOfSite.length),
    ),
    get std_cell() {
      return cell(named.std_cell.lattice, positions, centring);
    },
    get prim_std_cell() {
      const { prim_std_cell, prim_std_linear, prim_std_origin_shift } = named;
      const x = inStandardCell(fracPositions, prim_std_linear, prim_std_origin_shift);
      return cell(prim_std_cell.lattice, x, [[0, 0, 0]]);
    },
  };
}

/** By the first site of each orbit. */
function formsOfOrbits(
  hallNumber: number,
  { orbits, stabilizerOrders }: SymmetrizedSites,
  positions: Float64Array,
): Map<number, WyckoffForm> | undefined {
  const [general] = wyckoffForms(hallNumber);
  const forms = new Map<number, WyckoffForm>();
  for (const site of new Set(orbits)) {
    if (stabilizerOrders[site] === 1) {
      forms.set(site, general);
      continue;
    }
    const form = wyckoffFormOf(
      hallNumber,
      hallSetting(hallNumber).operations,
      general.multiplicity / stabilizerOrders[site],
      positions.subarray(3 * site, 3 * site + 3),
    );
    if (form === undefined) return undefined;
    forms.set(site, form);
  }
  return forms;
}

function lettersOf(
  { orbits }: SymmetrizedSites,
  forms: ReadonlyMap<number, WyckoffForm>,
): Pick<CellAnalysis, "orbits" | "wyckoffs" | "site_symmetry_symbols"> {
  const sites = Array.from(orbits);
  const formOf = (first: number) => forms.get(first) as WyckoffForm;
  return {
    orbits: sites,
    wyckoffs: sites.map((first) => formOf(first).letter),
    site_symmetry_symbols: sites.map((first) => formOf(first).siteSymmetry),
  };
}
