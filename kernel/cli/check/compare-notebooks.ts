import {
  type CodeCell,
  codeCellsOf,
  firstLine,
  hasTag,
  type Notebook,
} from "../notebook/document.js";
import { compareOutputs, type OutputDifference } from "./compare-outputs.js";

export interface CellDifference {
  readonly cell: CodeCell;
  /** Counts the cells that have code, from 1. */
  readonly index: number;
  readonly outputs: readonly OutputDifference[];
}

/** The tag by which nbval's users say that outputs may change from run to run. */
const IGNORE_TAG = "nbval-ignore-output";

/**
 * Which cells of a notebook gave other outputs than it had stored.
 *
 * @param stored As it was before the run; otherwise equal to `executed`.
 * @param compared Cells of `executed` that ran to their end; no others are looked at.
 * @param tolerance Relative; see `README.md`.
 */
export function compareNotebooks(
  stored: Notebook,
  executed: Notebook,
  compared: ReadonlySet<CodeCell>,
  tolerance: number,
): readonly CellDifference[] {
  const before = codeCellsOf(stored);
  return codeCellsOf(executed).flatMap((cell, at) => {
    if (!compared.has(cell) || hasTag(cell, IGNORE_TAG)) return [];
    const outputs = compareOutputs(before[at]?.outputs ?? [], cell.outputs, tolerance);
    return outputs.length === 0 ? [] : [{ cell, index: at + 1, outputs }];
  });
}

const MAX_OUTPUTS = 5;

/** A paragraph a cell, with the first of its differences. */
export function differencesAsText(differences: readonly CellDifference[]): string {
  return differences.map(differenceAsText).join("\n");
}

export function differenceAsText({ cell, index, outputs }: CellDifference): string {
  const shown = outputs
    .slice(0, MAX_OUTPUTS)
    .flatMap(({ where, lines }) => [`  ${where}`, ...lines.map((line) => `    ${line}`)]);
  const more = outputs.length - MAX_OUTPUTS;
  const rest = more > 0 ? [`  … and ${more} more differences`] : [];
  return [`cell ${index} (${firstLine(cell.source)})`, ...shown, ...rest].join("\n");
}
