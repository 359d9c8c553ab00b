import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  analyze_cell,
  hall_symbol_entry,
  initSync,
  type MoyoDataset,
  type MoyoHallSymbolEntry,
  type MoyoOperation,
  type MoyoSpaceGroupType,
  type MoyoWyckoffPosition,
  operations_from_number,
  space_group_type,
  wyckoff_positions,
} from "@spglib/moyo-wasm";
import { SymmetryError } from "../base/errors.js";
import { type SymmetryOperation, wrapUnit } from "./operation.js";

/** What moyo needs to know of a crystal: rows of the cell, positions, one number a kind of site. */
export interface MoyoInput {
  readonly cell: Float64Array;
  readonly fracPositions: Float64Array;
  readonly kinds: Int32Array;
}

let loaded = false;

/** Reads and compiles the WebAssembly on first use: about 10 ms that a session without symmetry saves. */
function load(): void {
  if (loaded) return;
  const folder = dirname(createRequire(import.meta.url).resolve("@spglib/moyo-wasm"));
  initSync({ module: readFileSync(join(folder, "moyo_wasm_bg.wasm")) });
  loaded = true;
}

/**
 * @throws {SymmetryError} moyo finds none, or gives up. It throws bare strings, and a trap where its
 *   own code fails.
 */
export function analyzeCell(input: MoyoInput, symprec: number): MoyoDataset {
  load();
  const positions = Array.from(input.kinds, (_, i) => [
    ...input.fracPositions.subarray(3 * i, 3 * i + 3),
  ]);
  const cell = {
    lattice: { basis: Array.from(input.cell) },
    positions,
    numbers: Array.from(input.kinds),
  };
  try {
    return analyze_cell(JSON.stringify(cell), symprec, "Spglib");
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const reason = text.replace("moyo error: ", "");
    throw new SymmetryError(`no symmetry was found within symprec = ${symprec} Å (${reason})`, {
      symprec,
      reason,
      siteCount: positions.length,
    });
  }
}

/** @param hallNumber 1 to 530. */
export function hallEntry(hallNumber: number): MoyoHallSymbolEntry {
  load();
  return hall_symbol_entry(hallNumber);
}

/** The positions of a setting, the general one first. @param hallNumber 1 to 530. */
export function wyckoffTable(hallNumber: number): MoyoWyckoffPosition[] {
  load();
  return wyckoff_positions(hallNumber);
}

/** @param number 1 to 230. */
export function spaceGroupType(number: number): MoyoSpaceGroupType {
  load();
  return space_group_type(number);
}

/** All operations of the conventional cell, centring included. */
export function operationsOfSetting(number: number, hallNumber: number): SymmetryOperation[] {
  load();
  const setting = { type: "HallNumber", value: hallNumber } as const;
  return operations_from_number(number, setting, false).map(fromMoyo);
}

function fromMoyo({ rotation, translation }: MoyoOperation): SymmetryOperation {
  const [x, y, z] = translation;
  return {
    rotation: rowMajor(rotation).map(Math.round),
    translation: [wrapUnit(x), wrapUnit(y), wrapUnit(z)],
  };
}

/** moyo's matrices come column by column, except the cell, whose columns are our rows. */
export function rowMajor(m: ArrayLike<number>): number[] {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
}
