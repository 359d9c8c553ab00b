import type { MoyoCell, MoyoDataset } from "@spglib/moyo-wasm";
import { SymmetryError } from "../base/errors.js";
import { inverse, rowsTimes, transpose } from "../math/mat3.js";
import { analyzeCell, rowMajor } from "./moyo.js";
import { applyRotation, wrapUnit } from "./operation.js";
import { type FoundOperation, searchOperations } from "./operation-search.js";
import { type Orbits, orbitsUnder, type SiteOperation, symmetrizeSites } from "./orbit-symmetry.js";
import { squareLength } from "./position-index.js";
import { hallSetting } from "./space-group.js";
import { operationsInFrame } from "./standard-group.js";
import type { Arrangement } from "./translations.js";
import { type NamedGroup, nameTriclinic } from "./triclinic.js";
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
  const named =
    nameTriclinic(arrangement, found, symprec) ?? nameGroup(arrangement, found, symprec);
  if (named === undefined) return undefined;
  const operations = exactOperations(arrangement, named, found);
  if (operations === undefined) return undefined;
  const orbits = orbitsUnder(operations, arrangement.kindOfSite.length);
  const cells = new StandardCells(named, arrangement, operations);
  const forms = formsOfOrbits(named.hall_number, orbits, cells);
  if (forms === undefined) return undefined;
  const firstSites = Array.from(orbits.firstSites);
  return {
    number: named.number,
    hall_number: named.hall_number,
    hm_symbol: named.hm_symbol,
    operations: named.operations,
    orbits: firstSites,
    wyckoffs: firstSites.map((site) => forms[site].letter),
    site_symmetry_symbols: firstSites.map((site) => forms[site].siteSymmetry),
    get std_cell() {
      return cells.conventional;
    },
    std_linear: named.std_linear,
    std_origin_shift: named.std_origin_shift,
    get prim_std_cell() {
      return cells.primitive;
    },
    prim_std_linear: named.prim_std_linear,
    prim_std_origin_shift: named.prim_std_origin_shift,
    pearson_symbol: named.pearson_symbol.replace(/\d*$/, String(cells.siteCount)),
    symprec: named.symprec,
  };
}

const fullCubicOrder = 48;

/** What moyo says of the stand-in. */
function nameGroup(
  { lattice }: Arrangement,
  operations: readonly FoundOperation[],
  symprec: number,
): NamedGroup | undefined {
  // No rotation can be added to the full cubic group.
  const points = operations.length === fullCubicOrder ? generic.slice(0, 1) : generic;
  const positions = points.flatMap((point) =>
    operations.flatMap(({ rotation, translation }) =>
      applyRotation(rotation, point).map((value, k) => wrapUnit(value + translation[k])),
    ),
  );
  const kinds = Int32Array.from(
    { length: points.length * operations.length },
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
  named: NamedGroup,
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

/** The standardised cells: most callers need none, so that they are made when asked for. */
class StandardCells {
  /** Of the conventional cell. */
  readonly siteCount: number;
  private readonly centring: readonly (readonly number[])[];
  private symmetrizedSites: Float64Array | undefined;

  private readonly named: NamedGroup;
  private readonly arrangement: Arrangement;
  private readonly operations: readonly SiteOperation[];

  constructor(named: NamedGroup, arrangement: Arrangement, operations: readonly SiteOperation[]) {
    this.named = named;
    this.arrangement = arrangement;
    this.operations = operations;
    this.centring = hallSetting(named.hall_number).centringVectors;
    this.siteCount = this.centring.length * arrangement.kindOfSite.length;
  }

  get conventional(): MoyoCell {
    return this.cell(this.named.std_cell.lattice, this.positions, this.centring);
  }

  get primitive(): MoyoCell {
    const { prim_std_cell, prim_std_linear, prim_std_origin_shift } = this.named;
    const x = standardPositions(this.sites, prim_std_linear, prim_std_origin_shift);
    return this.cell(prim_std_cell.lattice, x, [[0, 0, 0]]);
  }

  /** Of all sites in the conventional cell, [n, 3]. */
  get positions(): Float64Array {
    return standardPositions(this.sites, this.named.std_linear, this.named.std_origin_shift);
  }

  private get sites(): Float64Array {
    this.symmetrizedSites ??= symmetrizeSites(this.arrangement.fracPositions, this.operations);
    return this.symmetrizedSites;
  }

  private cell(
    lattice: MoyoCell["lattice"],
    x: Float64Array,
    shifts: readonly (readonly number[])[],
  ): MoyoCell {
    const numbers: number[] = [];
    const positions: MoyoCell["positions"] = [];
    this.arrangement.kindOfSite.forEach((kind, site) => {
      for (const [u, v, w] of shifts) {
        numbers.push(kind);
        positions.push([x[3 * site] + u, x[3 * site + 1] + v, x[3 * site + 2] + w]);
      }
    });
    return { lattice, numbers, positions };
  }
}

/** x_s = P⁻¹ (x − p), [n, 3]. */
function standardPositions(
  x: Float64Array,
  linear: readonly number[],
  [p0, p1, p2]: readonly number[],
): Float64Array {
  const moved = x.map((value, i) => value - (i % 3 === 0 ? p0 : i % 3 === 1 ? p1 : p2));
  // Columns turn like rows times the transpose.
  return rowsTimes(moved, transpose(inverse(rowMajor(linear))));
}

/** By the first site of each orbit; undefined where a site lies on no position of its symmetry. */
function formsOfOrbits(
  hallNumber: number,
  { firstSites, stabilizerOrders }: Orbits,
  cells: StandardCells,
): readonly WyckoffForm[] | undefined {
  const [general] = wyckoffForms(hallNumber);
  const forms: WyckoffForm[] = [];
  let positions: Float64Array | undefined;
  for (let site = 0; site < firstSites.length; site++) {
    forms.push(general);
    if (firstSites[site] !== site || stabilizerOrders[site] === 1) continue;
    positions ??= cells.positions;
    const form = wyckoffFormOf(
      hallNumber,
      hallSetting(hallNumber).operations,
      general.multiplicity / stabilizerOrders[site],
      positions.subarray(3 * site, 3 * site + 3),
    );
    if (form === undefined) return undefined;
    forms[site] = form;
  }
  return forms;
}
