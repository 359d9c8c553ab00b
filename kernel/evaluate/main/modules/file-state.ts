import { readFileSync, statSync } from "node:fs";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Date, Number } from "../../intrinsics.js";

export interface FileState {
  readonly text: string;
  readonly mtimeNs: bigint;
  readonly size: bigint;
  readonly readAtMs: number;
}

/** A clock of the file system may stand still for this long: what was written within it looks old. */
const CLOCK_STEP_MS = 2000;

export function readFileState(file: string): FileState {
  const { mtimeNs, size } = statSync(file, { bigint: true });
  const readAtMs = Date.now();
  return { text: readFileSync(file, "utf8"), mtimeNs, size, readAtMs };
}

/** By content; files that were at rest when they were read are only asked for their date. */
export function hasChanged(file: string, known: FileState): boolean {
  const now = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (now === undefined) return true;
  const isSame = now.mtimeNs === known.mtimeNs && now.size === known.size;
  const wasAtRest = Number(known.mtimeNs / 1_000_000n) < known.readAtMs - CLOCK_STEP_MS;
  if (isSame && wasAtRest) return false;
  return readFileSync(file, "utf8") !== known.text;
}
