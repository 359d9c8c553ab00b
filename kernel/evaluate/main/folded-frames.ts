// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Math } from "../intrinsics.js";

/** A line of a stack, or how often the lines above it come again. */
export interface FoldedFrame {
  readonly frame?: string;
  readonly more?: number;
  /** The stack ends within the repetition. */
  readonly isLast?: boolean;
}

/** Functions that call each other in turn: more of them are rare, and hard to see in a stack. */
const LONGEST_CYCLE = 4;
/** Two equal frames say more than one and a note. */
const LEAST_TIMES = 3;

/** The frames with what recursion repeats told once, and how often it came. */
export function foldedFrames(frames: readonly string[]): FoldedFrame[] {
  const folded: FoldedFrame[] = [];
  for (let at = 0; at < frames.length; ) {
    const { length, times, isLast } = cycleAt(frames, at);
    for (const frame of frames.slice(at, at + length)) folded.push({ frame });
    at += length * times;
    if (times > 1) folded.push({ more: times - 1, isLast });
  }
  return folded;
}

/** The shortest cycle that begins there; one frame, once, if there is none. */
function cycleAt(
  frames: readonly string[],
  start: number,
): { length: number; times: number; isLast: boolean } {
  const longest = Math.min(LONGEST_CYCLE, frames.length - start);
  for (let length = 1; length <= longest; length++) {
    let end = start + length;
    while (end < frames.length && frames[end] === frames[end - length]) end++;
    const times = Math.floor((end - start) / length);
    if (times >= LEAST_TIMES) return { length, times, isLast: end === frames.length };
  }
  return { length: 1, times: 1, isLast: false };
}
