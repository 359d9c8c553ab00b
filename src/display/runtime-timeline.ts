import { requireInRange, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import type { TaskSpan, TaskSpanState } from "../runtime/activity.js";
import { Figure } from "./figure.js";
import { ground, look, mutedColor, textColor } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import { escapeXml } from "./svg.js";
import { otherColor, paler, TaskColors } from "./task-colors.js";
import {
  type LaneBar,
  lanesText,
  shortName,
  stateText,
  type TaskLanes,
  taskLanes,
} from "./task-lanes.js";
import { textWidthEm } from "./text-metrics.js";

export interface RuntimeTimelineOptions {
  /** Lanes to draw, also for workers that were idle. */
  readonly threadCount: number;
  /** The text twin; default a line on what is drawn. */
  readonly text?: string;
}

const width = 820;
const marginLeft = 78;
const marginRight = 22;
const titleHeight = 68;
const legendRowHeight = 21;
const legendFontSize = 13;
const marginBottom = 52;
const plotPixels = width - marginLeft - marginRight;
/** Some 60 KB of JSON, or 200 KB where all of them have long names. */
const mostBars = 800;
const markColor = "#2b3038";

/** Plotly's hatching for what did not end well, or has not ended. */
const patternOf: Readonly<Record<TaskSpanState, string>> = {
  done: "",
  running: ".",
  cancelled: "-",
  timedOut: "|",
  failed: "x",
};

/**
 * What the threads of a runtime did when: an interactive figure with one lane a worker and one bar a
 * task. Spans below half a pixel are merged; the hover text says how many. Work before a long pause
 * is left out.
 *
 * @param spans As `runtime.timeline()` gives them.
 * @throws {DomainError} a number of threads below 1. @throws {InvalidConfiguration} spans that are no list.
 * @example runtimeTimeline(runtime.timeline(), { threadCount: runtime.threadCount })
 */
export function runtimeTimeline(
  spans: readonly TaskSpan[],
  options: RuntimeTimelineOptions,
): Figure {
  if (!Array.isArray(spans)) {
    throw new InvalidConfiguration(
      `spans must be a list, such as runtime.timeline(), got ${show(spans)}`,
      { spans: typeof spans },
    );
  }
  requireOptions("runtimeTimeline", options, ["threadCount", "text"], "{ threadCount: 2 }");
  const threadCount = requireInRange("threadCount", options.threadCount, 1, 1024);
  const lanes = taskLanes(spans, { threadCount, pixels: plotPixels, mostBars });
  const unit = lanes.lengthMs < 1000 ? { name: "ms", ms: 1 } : { name: "s", ms: 1000 };
  const data = [...barTraces(lanes, unit.ms), ...stateLegend(lanes)];
  return new Figure({
    data,
    layout: timelineLayout(lanes, unit, legendHeight(data)),
    text: options.text ?? `Task timeline: ${lanesText(lanes)}`,
  });
}

/** One trace a name, so that the legend lists names, and a click hides one. */
function barTraces(lanes: TaskLanes, unitMs: number): PlotlyTrace[] {
  const colors = new TaskColors();
  const groups = new Map<string, { readonly bar: LaneBar; readonly lane: number }[]>();
  for (const name of lanes.names) colors.of(name);
  for (const [lane, { bars }] of lanes.lanes.entries()) {
    for (const bar of bars) {
      const color = colors.of(bar.name) ?? otherColor;
      const group = groups.get(color) ?? [];
      group.push({ bar, lane });
      groups.set(color, group);
    }
  }
  // The legend takes its colour from the first bar; and a helper's lies over what it helps.
  for (const rows of groups.values()) rows.sort((a, b) => plainness(a.bar) - plainness(b.bar));
  return Array.from(groups, ([color, rows]) => ({
    ...barPositions(rows, unitMs, lanes.lengthMs / plotPixels),
    type: "bar",
    orientation: "h",
    name: color === otherColor ? "other tasks" : escapeXml(shortName(rows[0].bar.name)),
    width: 0.72,
    marker: {
      color: oneOrEach(rows.map(({ bar }) => (bar.helper ? paler(color) : color))),
      line: {
        width: oneOrEach(rows.map(({ bar }) => (isMarked(bar.state) ? 1.2 : 0))),
        color: markColor,
      },
      ...hatching(rows.map(({ bar }) => patternOf[bar.state])),
    },
    customdata: rows.map(({ bar }) => escapeXml(bar.text)),
    hovertemplate: oneOrEach(rows.map(({ bar }) => hoverTemplate(bar.name))),
    legendrank: 1,
  }));
}

function hoverTemplate(name: string): string {
  // A name may hold what Plotly would take for a variable.
  const text = escapeXml(shortName(name)).replaceAll("%", "&#37;");
  return `<b>${text}</b><br>%{customdata}<extra>%{y}</extra>`;
}

function plainness({ helper, state }: LaneBar): number {
  return (helper ? 2 : 0) + (state === "done" ? 0 : 1);
}

/** @param leastMs A bar narrower than a pixel would fade away. */
function barPositions(
  rows: readonly { readonly bar: LaneBar; readonly lane: number }[],
  unitMs: number,
  leastMs: number,
): PlotlyTrace {
  return {
    y: rows.map(({ lane }) => lane),
    base: rows.map(({ bar }) => rounded(bar.startMs / unitMs)),
    x: rows.map(({ bar }) => rounded(Math.max(bar.endMs - bar.startMs, leastMs) / unitMs)),
  };
}

/** What the hatchings mean; only those that occur. */
function stateLegend({ states }: TaskLanes): PlotlyTrace[] {
  return (Object.keys(patternOf) as TaskSpanState[])
    .filter((state) => states.has(state) && state !== "done")
    .map((state) => ({
      type: "bar",
      orientation: "h",
      name: stateText[state],
      x: [null],
      y: [null],
      marker: {
        color: "#d5d8dd",
        line: { width: isMarked(state) ? 1.2 : 0, color: markColor },
        ...hatching([patternOf[state]]),
      },
      hoverinfo: "skip",
      legendrank: 2,
    }));
}

function hatching(shapes: readonly string[]): Record<string, unknown> {
  if (shapes.every((shape) => shape === "")) return {};
  return { pattern: { shape: oneOrEach(shapes), fillmode: "overlay", size: 6, solidity: 0.3 } };
}

/** Plotly gives all entries the width of the widest, and breaks the line where the next does not fit. */
function legendHeight(data: readonly PlotlyTrace[]): number {
  const widest = Math.max(0, ...data.map(({ name }) => textWidthEm(String(name)))) * legendFontSize;
  const columns = Math.max(1, Math.floor(plotPixels / (widest + 50)));
  return Math.ceil(data.length / columns) * legendRowHeight;
}

function timelineLayout(
  lanes: TaskLanes,
  unit: { readonly name: string; readonly ms: number },
  legendPixels: number,
): PlotlyLayout {
  const count = lanes.lanes.length;
  const marginTop = titleHeight + legendPixels;
  // Up to 1024 workers: thinner lanes, and labels only as many as can be read.
  const lanePixels = Math.max(3, Math.min(34, 640 / count));
  const every = Math.ceil(14 / lanePixels);
  const labelled = lanes.lanes.map((_, lane) => lane).filter((lane) => lane % every === 0);
  const axis = { zeroline: false, showline: true, linecolor: textColor, fixedrange: false };
  return {
    ...look("Task timeline", lanesText(lanes)),
    plot_bgcolor: ground,
    width,
    height: Math.round(marginTop + marginBottom + Math.max(2, count) * lanePixels),
    margin: { l: marginLeft, r: marginRight, t: marginTop, b: marginBottom },
    barmode: "overlay",
    bargap: 0.2,
    xaxis: {
      ...axis,
      title: { text: `Time since the first task shown (${unit.name})` },
      range: [0, rounded((lanes.lengthMs / unit.ms) * 1.01) || 1],
      ticks: "outside",
      tickcolor: textColor,
      gridcolor: "#eceef1",
    },
    yaxis: {
      ...axis,
      range: [count - 0.5, -0.5],
      tickvals: labelled,
      ticktext: labelled.map((lane) => lanes.lanes[lane].label),
      showgrid: false,
    },
    showlegend: true,
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom" },
    hovermode: "closest",
    hoverlabel: {
      bgcolor: ground,
      bordercolor: mutedColor,
      font: { color: textColor },
      align: "left",
    },
  };
}

function isMarked(state: LaneBar["state"]): boolean {
  return state !== "done" && state !== "running";
}

/** Plotly takes one value for all points: most timelines have nothing to tell apart here. */
function oneOrEach<T>(values: readonly T[]): T | readonly T[] {
  return values.every((value) => value === values[0]) ? values[0] : values;
}

/** Seven digits: a microsecond of a few seconds, and no tail of binary fractions in the JSON. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}
