import { requireFinite, requireObject } from "../base/check.js";
import type { MimeBundle } from "./mime.js";
import { escapeXml } from "./svg.js";

export interface Progress {
  /** Share done; values outside [0, 1] are taken as the nearer end. */
  readonly fraction: number;
  /** What is running: "powderPattern". */
  readonly label: string;
  readonly elapsedMs: number;
}

const barLength = 24;

/**
 * A progress bar for `display_data` and `update_display_data`: HTML without scripts in the colours
 * of the front end's theme, and a line of text.
 *
 * @throws {DomainError} a number that is not finite.
 */
export function progressBundle(progress: Progress): MimeBundle {
  const { fraction, label, elapsedMs } = requireObject(
    "progress",
    progress,
    '{ fraction: 0.5, label: "relax", elapsedMs: 200 }',
  );
  const done = Math.min(1, Math.max(0, requireFinite("fraction", fraction)));
  const percent = `${Math.floor(100 * done)} %`;
  const time = duration(requireFinite("elapsedMs", elapsedMs));
  // A finished bar is what a notebook keeps: the next run should leave it as it is.
  const state = done < 1 ? `${percent} · ${time}` : percent;
  const filled = Math.round(barLength * done);
  const bar = "█".repeat(filled) + "░".repeat(barLength - filled);
  const track =
    "flex:0 1 18em;height:0.5em;border-radius:0.25em;background:rgba(128,128,128,0.25);overflow:hidden";
  const fill = `width:${(100 * done).toFixed(1)}%;height:100%;background:${done < 1 ? "#2f7bd6" : "#2e8b57"}`;
  const html = [
    '<div style="display:flex;align-items:center;gap:0.8em;font-variant-numeric:tabular-nums">',
    `<span>${escapeXml(String(label))}</span>`,
    `<div role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.floor(100 * done)}" style="${track}"><div style="${fill}"></div></div>`,
    `<span style="opacity:0.75">${state}</span></div>`,
  ].join("");
  return { "text/html": html, "text/plain": `${label} ${bar} ${state}` };
}

/** "0.8 s", "42 s", "3 min 05 s" */
function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
