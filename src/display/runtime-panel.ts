import type { RuntimeStats } from "../runtime/activity.js";
import type { MimeBundle } from "./mime.js";
import { bytesText, counted, countText } from "./quantity-text.js";
import { escapeXml } from "./svg.js";

export interface RuntimePanelOptions {
  /** Says so in the heading; default false. */
  readonly isClosed?: boolean;
}

const barLength = 24;
const mostWarnings = 5;
const mostCharacters = 400;

/**
 * What a runtime does at this moment: threads busy, memory in use, queue, tasks by their end, and
 * warnings. HTML without scripts in the colours of the front end's theme, and a text twin.
 */
export function runtimePanel(
  stats: RuntimeStats,
  warnings: readonly string[],
  options: RuntimePanelOptions = {},
): MimeBundle {
  const { threadCount, busy, bytesInUse, peakBytes, memoryLimit } = stats;
  const title = `Runtime${options.isClosed ? " (closed)" : ""}`;
  const threads: Meter = {
    label: "Threads",
    text: `${countText(busy)} of ${countText(threadCount)} busy`,
    share: busy / threadCount,
    color: "#2f7bd6",
  };
  const memory: Meter = {
    label: "Memory",
    text: `${bytesText(bytesInUse)} of ${bytesText(memoryLimit)}, peak ${bytesText(peakBytes)}`,
    share: bytesInUse / memoryLimit,
    color: "#2e8b57",
  };
  const facts = [...queueFacts(stats), ...taskFacts(stats)];
  const shown = warnings.slice(0, mostWarnings).map((text) => text.slice(0, mostCharacters));
  if (warnings.length > mostWarnings) {
    shown.push(`and ${counted(warnings.length - mostWarnings, "more warning")}`);
  }
  const html = [
    `<div role="group" aria-label="${title}" style="max-width:60em;line-height:1.5;font-variant-numeric:tabular-nums">`,
    `<div style="font-weight:600">${title}</div>`,
    `<div style="display:flex;flex-wrap:wrap;gap:0.3em 2.5em">${meterHtml(threads)}${meterHtml(memory)}</div>`,
    `<div style="display:flex;flex-wrap:wrap;gap:0 1.6em;margin-top:0.4em">${facts.map(factHtml).join("")}</div>`,
    ...shown.map(warningHtml),
    "</div>",
  ].join("");
  const text = [
    title,
    ...[threads, memory].map(
      (meter) => `  ${meter.label.padEnd(8)}${barText(meter)} ${meter.text}`,
    ),
    `  Queue   ${queueFacts(stats).map(factText).join(", ")}`,
    `  Tasks   ${taskFacts(stats).map(factText).join(", ")}`,
    ...shown.map((warning) => `  Warning: ${warning}`),
  ].join("\n");
  return { "text/html": html, "text/plain": text };
}

interface Meter {
  readonly label: string;
  readonly text: string;
  readonly share: number;
  readonly color: string;
}

function meterHtml({ label, text, share, color }: Meter): string {
  const percent = percentOf(share);
  return [
    '<div style="flex:1 1 15em">',
    `<div style="display:flex;justify-content:space-between;gap:1em"><span style="opacity:0.75">${label}</span><span>${text}</span></div>`,
    `<div role="meter" aria-label="${label}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.round(percent)}" aria-valuetext="${text}" style="height:0.5em;border-radius:0.25em;background:rgba(128,128,128,0.25);overflow:hidden">`,
    `<div style="width:${percent.toFixed(1)}%;height:100%;background:${color}"></div></div></div>`,
  ].join("");
}

function barText({ share }: Meter): string {
  const filled = Math.round((barLength * percentOf(share)) / 100);
  return "█".repeat(filled) + "░".repeat(barLength - filled);
}

/** Never outside the bar: a limit may be lowered below what is in use. */
function percentOf(share: number): number {
  return Number.isFinite(share) ? 100 * Math.min(1, Math.max(0, share)) : 0;
}

interface Fact {
  readonly label: string;
  readonly count: number;
  readonly detail?: string;
  /** Something went wrong. */
  readonly isGrave?: boolean;
}

/** What is zero most of the time is named only when it is not. */
function unlessZero(facts: readonly Fact[]): readonly Fact[] {
  return facts.filter(({ count }) => count > 0);
}

function queueFacts({ queued, waiting, running, queuedByPriority }: RuntimeStats): readonly Fact[] {
  const { critical, interactive, normal, background } = queuedByPriority;
  const priorities = Object.entries({ critical, interactive, normal, background })
    .filter(([, count]) => count > 0)
    .map(([priority, count]) => `${countText(count)} ${priority}`);
  return [
    { label: "running", count: running },
    {
      label: "queued",
      count: queued,
      ...(priorities.length > 0 && { detail: priorities.join(", ") }),
    },
    ...unlessZero([{ label: "waiting for memory", count: waiting }]),
  ];
}

function taskFacts({ tasks, steals }: RuntimeStats): readonly Fact[] {
  return [
    { label: "submitted", count: tasks.submitted },
    { label: "done", count: tasks.done },
    ...unlessZero([
      { label: "failed", count: tasks.failed, isGrave: true },
      { label: "cancelled", count: tasks.cancelled },
      { label: "timed out", count: tasks.timedOut, isGrave: true },
      { label: "retried", count: tasks.retried },
      { label: "rejected by quota", count: tasks.rejectedByQuota, isGrave: true },
      { label: "stolen between threads", count: steals },
    ]),
  ];
}

function factHtml({ label, count, detail, isGrave }: Fact): string {
  const mark = isGrave ? ' style="border-bottom:2px solid #d9480f"' : "";
  const more = detail === undefined ? "" : ` <span style="opacity:0.75">(${detail})</span>`;
  return `<span><span style="opacity:0.75">${label}</span> <b${mark}>${countText(count)}</b>${more}</span>`;
}

function factText({ label, count, detail }: Fact): string {
  return `${countText(count)} ${label}${detail === undefined ? "" : ` (${detail})`}`;
}

function warningHtml(text: string): string {
  return `<div role="note" style="margin-top:0.4em;padding-left:0.7em;border-left:3px solid #d97706;overflow-wrap:anywhere">${escapeXml(text)}</div>`;
}
