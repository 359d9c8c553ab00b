import type { TaskSpan, TaskSpanState } from "../runtime/activity.js";
import { durationText } from "./quantity-text.js";
import { escapeXml } from "./svg.js";
import { otherColor, type TaskColors } from "./task-colors.js";
import {
  type Lane,
  type LaneBar,
  lanesText,
  shortName,
  stateText,
  type TaskLanes,
  taskLanes,
} from "./task-lanes.js";

export interface LaneStrip {
  readonly html: string;
  readonly text: string;
}

const mostBars = 240;
const mostLanes = 32;
/** Sent some times a second while tasks run. */
const mostBytes = 48_000;
const pixels = 700;
const labelWidth = "5em";
const grid = "rgba(128,128,128,0.14)";

/**
 * The timeline inside a live panel: lanes of plain HTML.
 *
 * A Plotly figure would be the wrong thing to replace four times a second: its picture takes a few
 * tenths of a second, and every replacement would reset the reader's zoom. HTML needs neither
 * script nor picture, takes the theme's colours, fits any width and still tells the bars apart on
 * hover. `runtimeTimeline` draws the interactive figure.
 */
export function laneStrip(
  spans: readonly TaskSpan[],
  threadCount: number,
  colors: TaskColors,
): LaneStrip {
  for (let bars = mostBars; ; bars /= 2) {
    const lanes = taskLanes(spans, { threadCount, pixels, mostBars: bars });
    const html = stripHtml(lanes, colors);
    if (Buffer.byteLength(html) <= mostBytes || bars < 10) {
      return { html, text: `Timeline: ${lanesText(lanes)}` };
    }
  }
}

function stripHtml(lanes: TaskLanes, colors: TaskColors): string {
  for (const name of lanes.names) colors.of(name);
  const shown = lanes.lanes.slice(0, mostLanes);
  const hidden = lanes.lanes.length - shown.length;
  const ends = ["0", durationText(lanes.lengthMs)].map((text) => `<span>${text}</span>`);
  return [
    '<div style="max-width:66em;margin-top:0.6em;font-size:0.9em;line-height:1.4;font-variant-numeric:tabular-nums">',
    `<div role="img" aria-label="Timeline of tasks, one lane a worker: ${lanesText(lanes)}">`,
    ...shown.map((lane) => laneHtml(lane, lanes.lengthMs, colors)),
    "</div>",
    `<div style="display:flex;justify-content:space-between;margin-left:${labelWidth};opacity:0.75">${ends.join("")}</div>`,
    `<div style="display:flex;flex-wrap:wrap;gap:0 1.4em;margin-left:${labelWidth}">${legendHtml(lanes, colors)}`,
    `<span style="opacity:0.75">${lanesText(lanes)}${hidden > 0 ? `; ${hidden} more workers not shown` : ""}</span></div>`,
    "</div>",
  ].join("");
}

function laneHtml({ label, bars }: Lane, lengthMs: number, colors: TaskColors): string {
  // Each bar's place is told as its distance from the bar before it; sums of rounded numbers drift.
  let at = 0;
  const html = bars.map((bar) => {
    const start = percent(bar.startMs, lengthMs);
    const width = Math.max(0.15, percent(bar.endMs, lengthMs) - start);
    const margin = start - at;
    at = start + width;
    const title = escapeXml(`${shortName(bar.name)}: ${bar.text}`);
    return `<i title="${title}" style="flex:none;margin-left:${trimmed(margin)}%;width:${trimmed(width)}%;${fill(bar, colors)}"></i>`;
  });
  return [
    '<div style="display:flex;align-items:center;margin:2px 0">',
    `<span style="flex:none;width:${labelWidth};opacity:0.75;white-space:nowrap;overflow:hidden;text-overflow:ellipsis">${label}</span>`,
    `<div style="flex:1;display:flex;height:0.9em;overflow:hidden;background:${grid}">${html.join("")}</div></div>`,
  ].join("");
}

function fill(
  { name, state, helper }: Pick<LaneBar, "name" | "state" | "helper">,
  colors: TaskColors,
) {
  const color = colors.of(name) ?? otherColor;
  // Fainter on light and on dark ground alike.
  return `${stateFill(state, color)}${helper ? ";opacity:0.45" : ""}`;
}

/** Ends other than done are told by their stripes, not by colour alone. */
function stateFill(state: TaskSpanState, color: string): string {
  const stripes = (degrees: number) =>
    `background:repeating-linear-gradient(${degrees}deg,${color} 0 3px,#0000 3px 5px)`;
  switch (state) {
    case "done":
      return `background:${color}`;
    case "running":
      return `background:${color};border-right:3px solid;box-sizing:border-box`;
    case "cancelled":
      return stripes(0);
    case "timedOut":
      return stripes(90);
    case "failed":
      return `${stripes(45)};outline:2px solid #d9480f;outline-offset:-2px`;
  }
}

function legendHtml({ names, states }: TaskLanes, colors: TaskColors): string {
  const named = names.filter((name) => colors.of(name) !== undefined);
  const entries = named.map((name) => [shortName(name), stateFill("done", colors.of(name)!)]);
  if (named.length < names.length) entries.push(["other tasks", stateFill("done", otherColor)]);
  for (const state of Object.keys(stateText) as TaskSpanState[]) {
    if (states.has(state) && state !== "done") {
      entries.push([stateText[state], stateFill(state, otherColor)]);
    }
  }
  return entries
    .map(
      ([label, style]) =>
        `<span><span style="display:inline-block;width:0.8em;height:0.8em;margin-right:0.4em;${style}"></span>${escapeXml(label)}</span>`,
    )
    .join("");
}

function percent(ms: number, lengthMs: number): number {
  return lengthMs > 0 ? Number(((100 * ms) / lengthMs).toFixed(2)) : 0;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(2)));
}
