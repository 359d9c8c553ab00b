import { Lines } from "../../io/lines.js";
import { decimalRow } from "./decimal.js";
import { Pause } from "./pause.js";

/** Force constants of some sites of a supercell with all of them, in the units of the file and phonopy's order. */
export interface ForceConstantRows {
  /** From 0; undefined where the file does not say which they are: those of the primitive atoms, or all. */
  readonly sites: Int32Array | undefined;
  readonly siteCount: number;
  /** [rows, sites, 3, 3] */
  readonly values: Float64Array;
}

/** Characters of the shortest block of two indices and nine numbers. */
const shortestBlock = 22;

/**
 * The text of a FORCE_CONSTANTS file, of all sites or of the primitive atoms.
 *
 * @throws {ParseError} not what the format asks for, or of another supercell.
 */
export async function forceConstantRowsOf(
  text: string,
  siteCount: number,
  file?: string,
): Promise<ForceConstantRows> {
  const lines = Lines.of(text, file);
  if (!lines.nextFilled()) throw lines.ended("the number of atoms");
  const rowCount = lines.takeInteger("the number of atoms", 1);
  const found = lines.nextWord() ? Number(lines.word) : rowCount;
  if (found !== siteCount || rowCount > siteCount) {
    throw lines.error(
      `the force constants are of ${rowCount} and ${found} atoms, but the supercell has ${siteCount}`,
    );
  }
  lines.requireLines(rowCount * siteCount, shortestBlock, "blocks of force constants");
  const values = new Float64Array(9 * rowCount * siteCount);
  const sites = new Int32Array(rowCount);
  const pause = new Pause();
  for (let row = 0; row < rowCount; row++) {
    for (let site = 0; site < siteCount; site++) {
      if (!lines.nextFilled()) throw lines.ended(`atoms ${row + 1} and ${site + 1}`);
      const first = lines.takeInteger("the number of the first atom", 1, siteCount) - 1;
      lines.takeInteger(`${site + 1}, the number of the second atom`, site + 1, site + 1);
      if (site === 0) sites[row] = first;
      else if (first !== sites[row]) {
        throw lines.error(`expected force constants of atom ${sites[row] + 1}, got ${first + 1}`);
      }
      for (let a = 0; a < 3; a++) {
        lines.expectLine("a row of force constants");
        lines.takeNumbers(values, 9 * (row * siteCount + site) + 3 * a, 3, "a force constant");
      }
      if (site % 64 === 0) await pause.rest();
    }
  }
  return { sites, siteCount, values };
}

/** FORCE_CONSTANTS of rows of sites. */
export function forceConstantsText({ sites, siteCount, values }: ForceConstantRows): string {
  const rowCount = values.length / (9 * siteCount);
  const rows = [`${rowCount} ${siteCount}`];
  for (let row = 0; row < rowCount; row++) {
    for (let site = 0; site < siteCount; site++) {
      const at = 9 * (row * siteCount + site);
      rows.push(`${(sites?.[row] ?? row) + 1} ${site + 1}`);
      for (let a = 0; a < 9; a += 3) rows.push(decimalRow(values, at + a));
    }
  }
  return `${rows.join("\n")}\n`;
}
