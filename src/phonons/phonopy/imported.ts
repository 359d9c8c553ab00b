import { requireFlag, show } from "../../base/check.js";
import {
  DomainError,
  InvalidConfiguration,
  PrismError,
  ResourceExhausted,
} from "../../base/errors.js";
import { requireOptions } from "../../base/suggest.js";
import { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import { Lattice } from "../../lattice/lattice.js";
import { determinant, inverse, multiply, rowsTimes } from "../../math/mat3.js";
import { requireTaskOptions, type TaskOptions } from "../../runtime/task-options.js";
import { type Displacement, orbitsOf } from "../displacements.js";
import { forceConstantsOf, imposeSumRules } from "../force-constants.js";
import { massesOf } from "../masses.js";
import {
  type NonAnalytical,
  type NonAnalyticalOptions,
  nonAnalyticalOf,
  orbitCharges,
} from "../non-analytical.js";
import { type CellOperation, operationsOf, PhononSupercell } from "../phonon-cells.js";
import type { PhononParts } from "../phonon-parts.js";
import { type Places, placesIn } from "../places.js";
import { bornOf } from "./born.js";
import { calculatorUnits, type Units } from "./calculators.js";
import { type ForceConstantRows, forceConstantRowsOf } from "./force-constants-text.js";
import { type ForceSet, forceSetsOf } from "./force-sets.js";
import { modelOf, type PhonopyCell, type PhonopyModel } from "./model.js";

/** Texts of files of phonopy. */
export interface PhonopyTexts {
  /** phonopy.yaml, phonopy_disp.yaml or phonopy_params.yaml. */
  readonly yaml: string;
  /** FORCE_CONSTANTS; goes before all others. */
  readonly forceConstants?: string;
  /** FORCE_SETS of either type; goes before what the YAML has. */
  readonly forceSets?: string;
  /** BORN; goes before what the YAML has. */
  readonly born?: string;
}

export interface PhonopyOptions extends TaskOptions {
  /** As of `phonons`; default true. */
  readonly sumRules?: boolean;
  /** As of `phonons`, by element or by atom of the primitive cell; default what the files say, false for none. */
  readonly nonAnalytical?: NonAnalyticalOptions | false;
}

/** Names of the files that texts are from, for messages. */
export type PhonopyFiles = { readonly [name in keyof PhonopyTexts]?: string };

const mostNumbers = 5e8;
/** e²/(4πε₀) of a file may differ from ours by that, relatively: constants of another year. */
const sameCoulomb = 1e-3;

export function requirePhonopyOptions(options: PhonopyOptions): void {
  const known = ["sumRules", "nonAnalytical"] as const;
  requireTaskOptions("fromPhonopy", options, known, "{ sumRules: true }");
  requireFlag("sumRules", options.sumRules ?? true);
}

/** All but the short range of phonons from phonopy's texts. */
export async function importedParts(
  texts: PhonopyTexts,
  options: PhonopyOptions,
  files: PhonopyFiles = {},
): Promise<Omit<PhononParts, "shortRange">> {
  const known = ["yaml", "forceConstants", "forceSets", "born"] as const;
  requireOptions("fromPhonopy", texts, known, "{ yaml, forceSets }");
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === "string" || (text === undefined && name !== "yaml")) continue;
    throw new InvalidConfiguration(`${name} must be a text, got ${show(text)}`, { name });
  }
  const model = await modelOf(texts.yaml, files.yaml);
  const units = calculatorUnits(model.calculator);
  const cells = cellsOf(model, units);
  const { supercell, masses, operations } = cells;
  const siteCount = supercell.crystal.siteCount;
  const rows =
    texts.forceConstants === undefined
      ? texts.forceSets === undefined
        ? model.forceConstants
        : undefined
      : await forceConstantRowsOf(texts.forceConstants, siteCount, files.forceConstants);
  const sets =
    texts.forceSets === undefined
      ? model.forceSets
      : await forceSetsOf(texts.forceSets, siteCount, files.forceSets);
  if (rows === undefined && sets === undefined) {
    throw new InvalidConfiguration(
      "phonons need forces or force constants: the YAML has none, so give FORCE_SETS or FORCE_CONSTANTS as well",
      { given: Object.keys(texts) },
    );
  }
  const { displacements, forces } = displacedBy(cells, sets ?? [], units);
  const forceConstants =
    rows === undefined
      ? forceConstantsOf(supercell, operations, displacements, forces)
      : constantsOf(cells, rows, units);
  const { nonAnalytical, warnings } = polarOf(model, texts, options, files, cells, units);
  return {
    supercell,
    masses,
    operations,
    displacements,
    forces,
    residualForce: undefined,
    correction: (options.sumRules ?? true) ? imposeSumRules(supercell, forceConstants) : undefined,
    forceConstants,
    nonAnalytical,
    warnings,
  };
}

interface Cells {
  readonly supercell: PhononSupercell;
  readonly masses: Float64Array;
  readonly operations: readonly CellOperation[];
  /** Of phonopy's sites. */
  readonly places: Places;
}

function cellsOf({ primitive, supercell: large }: PhonopyModel, units: Units): Cells {
  const length = 9 * primitive.symbols.length * large.symbols.length;
  if (length > mostNumbers) {
    throw new ResourceExhausted(
      `a supercell of ${large.symbols.length} sites of ${primitive.symbols.length} primitive atoms has ${length} force constants; at most ${mostNumbers} are taken`,
      { length, limit: mostNumbers },
    );
  }
  const crystal = crystalOf(primitive, units);
  const lattice = large.lattice.map((value) => value * units.length);
  const found = multiply(lattice, inverse(crystal.lattice.matrix));
  const matrix = found.map(Math.round);
  const isWhole = found.every((value, i) => Math.abs(value - matrix[i]) < 1e-3);
  const size = Math.round(Math.abs(determinant(matrix)));
  const siteCount = large.symbols.length;
  if (!isWhole || size === 0 || size * crystal.siteCount !== siteCount) {
    throw large.part.error(
      `the supercell of ${siteCount} sites is not made of whole primitive cells of ${crystal.siteCount}`,
    );
  }
  const supercell = new PhononSupercell(crystal, matrix);
  const symbols = large.symbols.map(elementOf);
  const places = placed(large, () =>
    placesIn(crystal, rowsTimes(large.fracPositions, lattice), symbols),
  );
  const taken = new Set(symbols.map((_, site) => siteOf(supercell, places, site)));
  if (taken.size !== siteCount)
    throw large.part.error("two sites of the supercell are at one place");
  const standard = massesOf(crystal);
  const masses = standard.map((mass, atom) =>
    primitive.masses[atom] > 0 ? primitive.masses[atom] : mass,
  );
  const operations = operationsOf(supercell).filter(({ image }) =>
    image.every((to, atom) => sameMoment(primitive.moments, atom, to)),
  );
  return { supercell, masses, operations, places };
}

function crystalOf(cell: PhonopyCell, units: Units): Crystal {
  return placed(cell, () =>
    Crystal.create({
      lattice: Lattice.fromMatrix(cell.lattice.map((value) => value * units.length)),
      species: cell.symbols.map(elementOf),
      fracPositions: cell.fracPositions,
    }),
  );
}

/** Phonopy tells atoms of an element apart by a number: "Cl1". */
function elementOf(symbol: string): string {
  return symbol.replace(/\d+$/, "");
}

/** Tells where the cell stands if something is wrong with it. */
function placed<T>(cell: PhonopyCell, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof PrismError) throw cell.part.error(error.message);
    throw error;
  }
}

/** Operations that also reverse spins are left out: they are symmetries too, but no harm is done. */
function sameMoment(moments: Float64Array | undefined, atom: number, other: number): boolean {
  return moments === undefined || Math.abs(moments[atom] - moments[other]) < 1e-3;
}

/** Our site of one of phonopy's, moved by lattice vectors. */
function siteOf(
  supercell: PhononSupercell,
  { atomOf, cellOf }: Places,
  site: number,
  from: ArrayLike<number> = [0, 0, 0],
): number {
  return supercell.siteAt(
    atomOf[site],
    cellOf[3 * site] - from[0],
    cellOf[3 * site + 1] - from[1],
    cellOf[3 * site + 2] - from[2],
  );
}

/** Displacements of atoms in cell 0, with the forces seen from there. */
function displacedBy(
  { supercell, places }: Cells,
  sets: readonly ForceSet[],
  units: Units,
): { displacements: Displacement[]; forces: Float64Array } {
  const { siteCount } = supercell.crystal;
  const all = new Float64Array(3 * siteCount * sets.length);
  const displacements = sets.map(({ site, vector, forces }, index): Displacement => {
    const cell = places.cellOf.subarray(3 * site, 3 * site + 3);
    for (let other = 0; other < siteCount; other++) {
      const to = 3 * (index * siteCount + siteOf(supercell, places, other, cell));
      for (let k = 0; k < 3; k++) all[to + k] = forces[3 * other + k] * units.force;
    }
    const [x, y, z] = vector.map((value) => value * units.length);
    return { atom: places.atomOf[site], vector: [x, y, z] };
  });
  return { displacements, forces: all };
}

/** Of each primitive atom the first row that is one of its images. */
function constantsOf(
  { supercell, places }: Cells,
  { sites, siteCount, values }: ForceConstantRows,
  units: Units,
): Float64Array {
  const { atomOf, cellOf } = places;
  const atomCount = supercell.primitive.siteCount;
  const rowCount = values.length / (9 * siteCount);
  const rows = sites ?? (rowCount === siteCount ? undefined : firstImages(atomOf, atomCount));
  const constants = new Float64Array(9 * atomCount * siteCount);
  const known = new Set<number>();
  for (let row = 0; row < rowCount; row++) {
    const own = rows?.[row] ?? row;
    const atom = atomOf[own];
    if (known.has(atom)) continue;
    known.add(atom);
    const cell = cellOf.subarray(3 * own, 3 * own + 3);
    for (let site = 0; site < siteCount; site++) {
      const to = 9 * (atom * siteCount + siteOf(supercell, places, site, cell));
      for (let i = 0; i < 9; i++) {
        constants[to + i] = values[9 * (row * siteCount + site) + i] * units.forceConstant;
      }
    }
  }
  if (known.size === atomCount) return constants;
  throw new DomainError(
    `there are force constants of ${known.size} of the ${atomCount} atoms of the primitive cell; those of all are needed`,
    { known: [...known], atomCount },
  );
}

function firstImages(atomOf: Int32Array, atomCount: number): Int32Array {
  return Int32Array.from({ length: atomCount }, (_, atom) => atomOf.indexOf(atom));
}

function polarOf(
  model: PhonopyModel,
  texts: PhonopyTexts,
  options: PhonopyOptions,
  files: PhonopyFiles,
  { supercell: { primitive }, operations }: Cells,
  units: Units,
): { nonAnalytical: NonAnalytical | undefined; warnings: CrystalWarning[] } {
  const atoms = Int32Array.from({ length: primitive.siteCount }, (_, atom) => atom);
  const chosen = options.nonAnalytical;
  if (chosen === false) return { nonAnalytical: undefined, warnings: [] };
  if (chosen !== undefined) {
    return { nonAnalytical: nonAnalyticalOf(chosen, primitive, atoms, operations), warnings: [] };
  }
  const born = texts.born === undefined ? undefined : bornOf(texts.born, files.born);
  const dielectric = born?.dielectric ?? model.dielectric;
  const given = born
    ? orbitCharges(born.charges, orbitsOf(primitive.siteCount, operations), operations)
    : model.bornCharges;
  if (dielectric === undefined || given === undefined) {
    return { nonAnalytical: undefined, warnings: [] };
  }
  requireCoulomb(born ? born.factor : model.coulomb, units);
  const bornCharges = Array.from(atoms, (atom) => given.slice(9 * atom, 9 * atom + 9));
  const charges = { bornCharges, dielectric };
  const message =
    "the cutoff and Λ of the sum over dipoles that BORN chooses are not used: the sum is complete";
  return {
    nonAnalytical: nonAnalyticalOf(charges, primitive, atoms, operations),
    warnings: born?.choosesSum ? [{ code: "FILE_IGNORED", message }] : [],
  };
}

/** The factor of a file says in which units it is; a wrong one would be wrong charges. */
function requireCoulomb(factor: number | undefined, { coulomb }: Units): void {
  if (factor === undefined || coulomb === undefined) return;
  if (Math.abs(factor / coulomb - 1) <= sameCoulomb) return;
  throw new DomainError(
    `the file multiplies products of Born charges by ${factor}, but e²/(4πε₀) is ${coulomb.toFixed(6)} in the units of its calculator; correct the one or the other`,
    { factor, coulomb },
  );
}
