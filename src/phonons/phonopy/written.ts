import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import { determinant, inverse, multiply, rowTimes, transpose } from "../../math/mat3.js";
import { orbitsOf } from "../displacements.js";
import type { PhononParts } from "../phonon-parts.js";
import { symbolsOf } from "../places.js";
import { coulomb } from "../units.js";
import { bornText } from "./born.js";
import { decimal } from "./decimal.js";
import { type ForceConstantRows, forceConstantsText } from "./force-constants-text.js";
import { type ForceSet, forceSetsText } from "./force-sets.js";
import { phonopyCells } from "./supercell-order.js";

/** Files of phonopy that phonons can be written as. */
export const phonopyFormats = ["phonopy.yaml", "FORCE_SETS", "FORCE_CONSTANTS", "BORN"] as const;
export type PhonopyFormat = (typeof phonopyFormats)[number];

/** Our supercell as phonopy makes it of the primitive cell. */
interface Written {
  /** Rows in terms of the primitive vectors, of positive determinant. */
  readonly matrix: readonly number[];
  /** Our site for each of phonopy's. */
  readonly sites: Int32Array;
  /** Primitive cell of each of phonopy's sites. */
  readonly cells: readonly (readonly number[])[];
}

/** @see Phonons.toText */
export function phonopyText(parts: PhononParts, format: PhonopyFormat, isFull: boolean): string {
  const written = writtenCells(parts);
  switch (format) {
    case "phonopy.yaml":
      return yamlText(parts, written);
    case "FORCE_SETS":
      if (parts.displacements.length > 0) {
        return forceSetsText(written.sites.length, setsOf(parts, written));
      }
      throw new InvalidConfiguration(
        "these phonons come from force constants, not from displacements: write FORCE_CONSTANTS",
        { format },
      );
    case "FORCE_CONSTANTS":
      return forceConstantsText(isFull ? fullRows(parts, written) : compactRows(parts, written));
    case "BORN":
      return polarText(parts);
  }
}

function writtenCells({ supercell }: PhononParts): Written {
  const { matrix: own, primitive } = supercell;
  const sign = determinant(own) < 0 ? -1 : 1;
  const matrix = own.map((value) => sign * value);
  const points = phonopyCells(matrix);
  const cells = Array.from({ length: primitive.siteCount }, () => points).flat();
  const sites = Int32Array.from(cells, ([u, v, w], index) =>
    supercell.siteAt(Math.floor(index / points.length), u, v, w),
  );
  return { matrix, sites, cells };
}

function setsOf({ displacements, forces, supercell }: PhononParts, { sites }: Written): ForceSet[] {
  const { siteCount } = supercell.crystal;
  return displacements.map(({ atom, vector }, index) => {
    const own = forces.subarray(3 * siteCount * index, 3 * siteCount * (index + 1));
    const ordered = new Float64Array(3 * siteCount);
    sites.forEach((site, to) => {
      ordered.set(own.subarray(3 * site, 3 * site + 3), 3 * to);
    });
    return { site: firstImage(siteCount, supercell.primitive, atom), vector, forces: ordered };
  });
}

/** Of an atom, which is the one in cell 0. */
function firstImage(siteCount: number, primitive: Crystal, atom: number): number {
  return (atom * siteCount) / primitive.siteCount;
}

function compactRows(
  { forceConstants, supercell }: PhononParts,
  written: Written,
): ForceConstantRows {
  const { primitive, crystal } = supercell;
  const { siteCount } = crystal;
  const values = new Float64Array(forceConstants.length);
  for (let atom = 0; atom < primitive.siteCount; atom++) {
    written.sites.forEach((site, to) => {
      const from = 9 * (atom * siteCount + site);
      values.set(forceConstants.subarray(from, from + 9), 9 * (atom * siteCount + to));
    });
  }
  const sites = Int32Array.from({ length: primitive.siteCount }, (_, atom) =>
    firstImage(siteCount, primitive, atom),
  );
  return { sites, siteCount, values };
}

function fullRows({ forceConstants, supercell }: PhononParts, written: Written): ForceConstantRows {
  const { siteCount } = supercell.crystal;
  const { atomOf, cellOf } = supercell;
  const values = new Float64Array(9 * siteCount * siteCount);
  written.sites.forEach((first, row) => {
    const [u, v, w] = written.cells[row];
    const atom = atomOf[first];
    written.sites.forEach((site, to) => {
      const own = supercell.siteAt(
        atomOf[site],
        cellOf[3 * site] - u,
        cellOf[3 * site + 1] - v,
        cellOf[3 * site + 2] - w,
      );
      const from = 9 * (atom * siteCount + own);
      values.set(forceConstants.subarray(from, from + 9), 9 * (row * siteCount + to));
    });
  });
  return { sites: Int32Array.from(written.sites, (_, row) => row), siteCount, values };
}

function polarText({ nonAnalytical, supercell, operations }: PhononParts): string {
  if (nonAnalytical === undefined) {
    throw new InvalidConfiguration(
      "these phonons have no Born charges; give phonons() nonAnalytical: { bornCharges, dielectric }",
      { format: "BORN" },
    );
  }
  const { bornCharges, dielectric } = nonAnalytical;
  const orbits = orbitsOf(supercell.primitive.siteCount, operations);
  const charges = Array.from(orbits).flatMap((first, atom) =>
    first === atom ? Array.from(bornCharges.subarray(9 * atom, 9 * atom + 9)) : [],
  );
  return bornText(coulomb, dielectric, Float64Array.from(charges));
}

function yamlText(parts: PhononParts, written: Written): string {
  const { supercell, masses, displacements, nonAnalytical } = parts;
  const { primitive } = supercell;
  const lattice = multiply(written.matrix, primitive.lattice.matrix);
  const back = inverse(written.matrix);
  const images = written.sites.length / primitive.siteCount;
  const fracPositions = written.cells.flatMap((cell, index) => {
    const atom = Math.floor(index / images);
    const place = cell.map((value, k) => value + primitive.fracPositions[3 * atom + k]);
    return rowTimes(place, back).map((value) => value - Math.floor(value));
  });
  const symbols = symbolsOf(primitive);
  const atoms = written.cells.map((_, index) => Math.floor(index / images));
  const own = symbols.map((_, atom) => atom);
  const cell = (rows: ArrayLike<number>, frac: ArrayLike<number>, of: readonly number[]) =>
    cellLines(
      rows,
      frac,
      of.map((atom) => symbols[atom]),
      of.map((atom) => masses[atom]),
    );
  const unit = cell(primitive.lattice.matrix, primitive.fracPositions, own);
  const lines = [
    "phonopy:",
    '  version: "2.17.1"',
    ...(nonAnalytical ? [`  nac_unit_conversion_factor: ${decimal(coulomb)}`] : []),
    "",
    "physical_unit:",
    '  atomic_mass: "AMU"',
    '  length: "angstrom"',
    '  force_constants: "eV/angstrom^2"',
    "",
    "primitive_matrix:",
    ...rowLines([1, 0, 0, 0, 1, 0, 0, 0, 1], ""),
    "",
    "supercell_matrix:",
    ...wholeLines(transpose(written.matrix)),
    "",
    "primitive_cell:",
    ...unit,
    "",
    "unit_cell:",
    ...unit,
    "",
    "supercell:",
    ...cell(lattice, fracPositions, atoms),
    "",
    ...(nonAnalytical ? polarLines(nonAnalytical.bornCharges, nonAnalytical.dielectric) : []),
    ...(displacements.length > 0
      ? setLines(setsOf(parts, written))
      : constantLines(compactRows(parts, written))),
  ];
  return `${lines.join("\n")}\n`;
}

function cellLines(
  lattice: ArrayLike<number>,
  frac: ArrayLike<number>,
  symbols: readonly string[],
  masses: readonly number[],
): string[] {
  const points = symbols.flatMap((symbol, site) => [
    `  - symbol: ${symbol} # ${site + 1}`,
    `    coordinates: ${list(frac, 3 * site)}`,
    `    mass: ${decimal(masses[site])}`,
  ]);
  return ["  lattice:", ...rowLines(lattice, "  "), "  points:", ...points];
}

function polarLines(charges: Float64Array, dielectric: Float64Array): string[] {
  const lines = ["born_effective_charge:"];
  for (let at = 0; at < charges.length; at += 9) {
    lines.push(`- # ${at / 9 + 1}`, ...rowLines(charges.subarray(at, at + 9), "  "));
  }
  return [...lines, "", "dielectric_constant:", ...rowLines(dielectric, ""), ""];
}

function setLines(sets: readonly ForceSet[]): string[] {
  return [
    "displacements:",
    ...sets.flatMap(({ site, vector, forces }) => [
      `- atom: ${site + 1}`,
      "  displacement:",
      `    ${list(vector, 0)}`,
      "  forces:",
      ...rowLines(forces, "  "),
    ]),
  ];
}

function constantLines({ siteCount, values }: ForceConstantRows): string[] {
  const rowCount = values.length / (9 * siteCount);
  const lines = [
    "force_constants:",
    '  format: "compact"',
    `  shape: [ ${rowCount}, ${siteCount} ]`,
  ];
  lines.push("  elements:");
  for (let at = 0; at < values.length; at += 9) {
    const [row, site] = [Math.floor(at / 9 / siteCount), (at / 9) % siteCount];
    lines.push(`  - # (${row + 1}, ${site + 1})`, ...rowLines(values.subarray(at, at + 9), "    "));
  }
  return lines;
}

function rowLines(numbers: ArrayLike<number>, indent: string): string[] {
  return Array.from(
    { length: numbers.length / 3 },
    (_, row) => `${indent}- ${list(numbers, 3 * row)}`,
  );
}

function wholeLines(matrix: ArrayLike<number>): string[] {
  return [0, 3, 6].map((at) => `- [ ${matrix[at]}, ${matrix[at + 1]}, ${matrix[at + 2]} ]`);
}

function list(numbers: ArrayLike<number>, at: number): string {
  return `[ ${decimal(numbers[at])}, ${decimal(numbers[at + 1])}, ${decimal(numbers[at + 2])} ]`;
}
