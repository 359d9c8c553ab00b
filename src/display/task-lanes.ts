import type { TaskSpan, TaskSpanState } from "../runtime/activity.js";
import { counted, countText, durationText } from "./quantity-text.js";

/** One bar of a timeline: a span, or a run of spans too short to be told apart. */
export interface LaneBar {
  /** That took most of the bar's time. */
  readonly name: string;
  /** The gravest of the bar: a failure is not lost among a thousand successes. */
  readonly state: TaskSpanState;
  readonly helper: boolean;
  /** After `TaskLanes.originMs`. */
  readonly startMs: number;
  readonly endMs: number;
  /** Spans in it. */
  readonly count: number;
  /** "done, 12 ms, at 3.4 s", or for a run how many spans of which names. */
  readonly text: string;
}

export interface Lane {
  readonly label: string;
  readonly bars: readonly LaneBar[];
}

export interface TaskLanes {
  /** Start of the first span shown, on the scale of the spans. */
  readonly originMs: number;
  readonly lengthMs: number;
  readonly lanes: readonly Lane[];
  /** Names of tasks shown, in the order of their first span. */
  readonly names: readonly string[];
  readonly states: ReadonlySet<TaskSpanState>;
  readonly taskCount: number;
  /** Tasks left out, before a pause that would squeeze all others into nothing. */
  readonly earlierCount: number;
}

export interface LaneOptions {
  readonly threadCount: number;
  /** Of the drawing: spans below half a pixel are merged. */
  readonly pixels: number;
  /** More bars than this are merged further. */
  readonly mostBars: number;
}

/** From the mildest to the gravest. */
const states: readonly TaskSpanState[] = ["done", "running", "cancelled", "timedOut", "failed"];

export const stateText: Readonly<Record<TaskSpanState, string>> = {
  running: "running",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
  timedOut: "timed out",
};

/** Spans as bars, one lane a worker. */
export function taskLanes(spans: readonly TaskSpan[], options: LaneOptions): TaskLanes {
  const valid = spans.filter(({ startMs, endMs }) => endMs >= startMs);
  const recent = latestBurst(valid.toSorted((a, b) => a.startMs - b.startMs));
  const originMs = recent.length > 0 ? recent[0].startMs : 0;
  const lengthMs = latestEnd(recent) - originMs;
  const lanes = lanesOf(recent, options.threadCount);
  return {
    originMs,
    lengthMs,
    lanes: mergedRuns(lanes, lengthMs, options).map((runs, k) => ({
      label: lanes[k].label,
      bars: runs.map((run) => barOf(run, originMs)),
    })),
    names: [...new Set(recent.map(({ name }) => name))],
    states: new Set(recent.map(({ state }) => state)),
    taskCount: taskCountOf(recent),
    earlierCount: taskCountOf(valid) - taskCountOf(recent),
  };
}

/** More than one thread may have worked on one of them. */
function taskCountOf(spans: readonly TaskSpan[]): number {
  return new Set(spans.map(({ serial }) => serial)).size;
}

/** "120 tasks within 2.1 s" */
export function lanesText({ lengthMs, taskCount, earlierCount }: TaskLanes): string {
  if (taskCount === 0) return "no tasks yet";
  const before = earlierCount > 0 ? `, ${countText(earlierCount)} before them not shown` : "";
  return `${counted(taskCount, "task")} within ${durationText(lengthMs)}${before}`;
}

/** A pause longer than this, and than all that is shown after it, hides what was before it. */
const longPauseMs = 1000;

/** The end of the list, sorted by start, back to a pause beside which the rest would be hairlines. */
function latestBurst(spans: readonly TaskSpan[]): readonly TaskSpan[] {
  const ends = new Float64Array(spans.length);
  let end = Number.NEGATIVE_INFINITY;
  for (const [i, { endMs }] of spans.entries()) {
    end = Math.max(end, endMs);
    ends[i] = end;
  }
  for (let i = spans.length - 1; i > 0; i -= 1) {
    const { startMs } = spans[i];
    if (startMs - ends[i - 1] > Math.max(longPauseMs, end - startMs)) return spans.slice(i);
  }
  return spans;
}

function latestEnd(spans: readonly TaskSpan[]): number {
  return spans.reduce((end, { endMs }) => Math.max(end, endMs), spans[0]?.startMs ?? 0);
}

interface WorkerSpans {
  readonly label: string;
  readonly spans: readonly TaskSpan[];
}

/** Every worker of the pool, also an idle one, then whoever else has worked. */
function lanesOf(spans: readonly TaskSpan[], threadCount: number): readonly WorkerSpans[] {
  const byWorker = new Map<number, TaskSpan[]>();
  for (let worker = 0; worker < threadCount; worker += 1) byWorker.set(worker, []);
  for (const span of spans) {
    const worker = Math.max(-1, span.worker);
    const own = byWorker.get(worker);
    if (own) own.push(span);
    else byWorker.set(worker, [span]);
  }
  return Array.from(byWorker, ([worker, own]) => ({
    label: worker < 0 ? "outside the pool" : `worker ${worker}`,
    spans: own,
  }));
}

// ---- merging ------------------------------------------------------------------------------------

/** Neighbours on a lane, drawn as one bar. */
interface Run {
  readonly spans: TaskSpan[];
  endMs: number;
  isOneKind: boolean;
}

function mergedRuns(
  lanes: readonly WorkerSpans[],
  lengthMs: number,
  { pixels, mostBars }: LaneOptions,
): readonly (readonly Run[])[] {
  let resolutionMs = lengthMs / (2 * pixels);
  for (;;) {
    const runs = lanes.map(({ spans }) => runsOf(spans, resolutionMs));
    const count = runs.reduce((sum, { length }) => sum + length, 0);
    // Coarser than the whole there is nothing left to merge.
    if (count <= mostBars || resolutionMs >= lengthMs) return runs;
    resolutionMs *= 2;
  }
}

/**
 * Spans shorter than the resolution join the run before them if it ends no further away. A run of
 * one kind may grow long; once it can be seen, another kind starts a run of its own.
 */
function runsOf(spans: readonly TaskSpan[], resolutionMs: number): readonly Run[] {
  const runs: Run[] = [];
  let open: Run | undefined;
  for (const span of spans) {
    const isShort = span.endMs - span.startMs < resolutionMs;
    if (isShort && open && joins(span, open, resolutionMs)) {
      open.isOneKind &&= isSameKind(span, open.spans[0]);
      open.spans.push(span);
      open.endMs = Math.max(open.endMs, span.endMs);
      continue;
    }
    const run: Run = { spans: [span], endMs: span.endMs, isOneKind: true };
    runs.push(run);
    open = isShort ? run : undefined;
  }
  return runs;
}

function joins(span: TaskSpan, run: Run, resolutionMs: number): boolean {
  if (span.startMs - run.endMs >= resolutionMs) return false;
  const [first] = run.spans;
  return run.endMs - first.startMs < resolutionMs || (run.isOneKind && isSameKind(span, first));
}

function isSameKind(a: TaskSpan, b: TaskSpan): boolean {
  return a.name === b.name && a.state === b.state && a.helper === b.helper;
}

function barOf({ spans, endMs }: Run, originMs: number): LaneBar {
  const startMs = spans[0].startMs - originMs;
  const times = { startMs, endMs: endMs - originMs };
  if (spans.length === 1) {
    const [{ name, state, helper, startMs: from, endMs: to }] = spans;
    const text = `${helper ? "helped, " : ""}${stateText[state]}, ${durationText(to - from)}, at ${durationText(startMs)}`;
    return { ...times, name, state, helper, count: 1, text };
  }
  const shares = sharesByName(spans);
  const busyMs = shares.reduce((sum, share) => sum + share.busyMs, 0);
  const state = spans.reduce(
    (worst, span) => (states.indexOf(span.state) > states.indexOf(worst) ? span.state : worst),
    spans[0].state,
  );
  return {
    ...times,
    name: shares[0].name,
    state,
    helper: spans.every(({ helper }) => helper),
    count: spans.length,
    text: [
      `${countText(spans.length)} merged: ${mixText(spans, shares)}`,
      `${durationText(busyMs)} in all, at ${durationText(startMs)}`,
    ].join(", "),
  };
}

interface Share {
  readonly name: string;
  count: number;
  busyMs: number;
}

/** Longest first. */
function sharesByName(spans: readonly TaskSpan[]): readonly Share[] {
  const shares = new Map<string, Share>();
  for (const { name, startMs, endMs } of spans) {
    const share = shares.get(name) ?? { name, count: 0, busyMs: 0 };
    share.count += 1;
    share.busyMs += endMs - startMs;
    shares.set(name, share);
  }
  return [...shares.values()].sort((a, b) => b.busyMs - a.busyMs);
}

const mostNames = 3;
const mostCharacters = 40;

/** Users may name their kernels as they like; a label has only so much room. */
export function shortName(name: string): string {
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters - 1)}…` : name;
}

/** "done", "118 done, 2 failed", and with several names "90 relax, 30 evaluate" before it. */
function mixText(spans: readonly TaskSpan[], shares: readonly Share[]): string {
  const named = shares
    .slice(0, mostNames)
    .map(({ name, count }) => `${countText(count)} ${shortName(name)}`);
  if (shares.length > mostNames) named.push(`${shares.length - mostNames} other names`);
  const ended = states
    .map((state) => [state, spans.filter((span) => span.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) =>
      count === spans.length ? stateText[state] : `${countText(count)} ${stateText[state]}`,
    );
  return [...(shares.length > 1 ? named : []), ...ended].join(", ");
}
