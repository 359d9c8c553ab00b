import { QuotaExceeded } from "../base/errors.js";
import { Runtime } from "../runtime/runtime.js";
import { Refusal } from "./flow-record.js";
import type { FlowDraft } from "./flow-result.js";
import type { FlowRun } from "./flow-run.js";
import type { EvaluatedState } from "./flow-state.js";
import type { FlowTaskOptions } from "./flow-task.js";

/** Of a relaxation beyond an evaluation: the memory of L-BFGS, structures on the way, results. */
const bytesPerSite = 1600;
const bytesAtLeast = 2 ** 16;
/** Of an evaluation where none has told. */
const usualBytesPerSite = 4000;
/** Set aside: a generous multiple of the estimate. */
const reserveFactor = 2;
const reserveAtLeast = 2 ** 24;
/** For the walkers of a global search and the minima that it keeps. */
const reserveOfSearch = 2 ** 27;

/**
 * Looks whether a crystal of so many sites can be optimised in the memory there is, and declares it: from
 * now on each part of the flow waits until that much is set aside for it.
 *
 * @param measured An evaluation of the crystal that was given: what it needed a site.
 * @returns What it found, in words.
 * @throws {Refusal} it can not.
 */
export function reserved(
  run: FlowRun,
  measured: EvaluatedState | undefined,
  siteCount: number,
  options: FlowTaskOptions,
  isSearch: boolean,
): string {
  const { memoryLimit } = options.runtime ?? Runtime.shared;
  const limit = options.memoryLimit ?? memoryLimit;
  const growth = measured === undefined ? 1 : Math.max(1, siteCount / measured.crystal.siteCount);
  const evaluation = (measured?.peakBytes ?? usualBytesPerSite * siteCount) * growth;
  const bytes = evaluation + bytesPerSite * siteCount + bytesAtLeast;
  if (bytes > limit) {
    throw new Refusal(
      "MEMORY",
      `${siteCount} sites need about ${megabytes(bytes)}, the limit is ${megabytes(limit)}; raise memoryLimit, or make the pattern smaller`,
      { bytes, limit, siteCount },
    );
  }
  const wanted = Math.max(reserveFactor * bytes, isSearch ? reserveOfSearch : reserveAtLeast);
  const declared = options.memoryLimit ?? Math.min(memoryLimit, wanted);
  run.declare(declared);
  return `about ${megabytes(bytes)} for ${siteCount} sites, ${megabytes(declared)} set aside`;
}

/**
 * A part that may need more than was estimated: then without a limit of its own, and with a warning. A
 * limit of the caller's stays.
 */
export async function withinMemory<T>(
  run: FlowRun,
  draft: FlowDraft,
  options: FlowTaskOptions,
  part: () => Promise<T>,
): Promise<T> {
  try {
    return await part();
  } catch (error) {
    const isOwn = options.memoryLimit === undefined && error instanceof QuotaExceeded;
    if (!isOwn || (error.data as { scope?: string }).scope !== "task") throw error;
    const message = "more memory was needed than estimated: parts of the flow took what was free";
    draft.warnings.push({ code: "MEMORY_ESTIMATE", message });
    run.declare(undefined);
    return part();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toPrecision(3)} MiB`;
}
