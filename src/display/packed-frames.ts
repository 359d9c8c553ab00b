import type { PlotlyFrame, PlotlyTrace } from "./plotly-json.js";

/** Of the unit in which differences are counted. */
const parts = 1000;

/**
 * Frames for the loader script: coordinates as differences from those of the first view, in thousandths,
 * counted in runs: of a ball that moves, one number an axis. Where that is no shorter, or would change a
 * digit, they stay.
 */
export function packedFrames(
  frames: readonly PlotlyFrame[],
  data: readonly PlotlyTrace[],
): PlotlyFrame[] {
  return frames.map((frame) => {
    const { data: changes, traces } = frame;
    if (!Array.isArray(changes) || !Array.isArray(traces)) return frame;
    const packed = changes.map((change: PlotlyTrace, i) => {
      const base = data[traces[i]];
      return base === undefined ? change : packedTrace(change, base);
    });
    return { ...frame, data: packed };
  });
}

function packedTrace(change: PlotlyTrace, base: PlotlyTrace): PlotlyTrace {
  const out = { ...change };
  for (const key of ["x", "y", "z"]) {
    const [to, from] = [change[key], base[key]];
    if (!Array.isArray(to) || !Array.isArray(from) || to.length !== from.length) continue;
    const runs = runsOf(to, from);
    if (runs !== undefined && 3 * runs.length < 5 * to.length) out[key] = { runs };
  }
  return out;
}

/** Length and difference of each run; undefined where a sum is not the number to the last digit. */
function runsOf(to: readonly unknown[], from: readonly unknown[]): number[] | undefined {
  const runs: number[] = [];
  for (let i = 0; i < to.length; i++) {
    const [value, start] = [to[i], from[i]];
    const isGap = value === null && start === null;
    if (!isGap && (typeof value !== "number" || typeof start !== "number")) return undefined;
    const last = runs.length - 1;
    const difference = isGap
      ? (runs[last] ?? 0)
      : Math.round(parts * ((value as number) - (start as number)));
    if (!isGap && Number(((start as number) + difference / parts).toFixed(3)) !== value) {
      return undefined;
    }
    if (runs[last] === difference && last > 0) runs[last - 1]++;
    else runs.push(1, difference);
  }
  return runs;
}
