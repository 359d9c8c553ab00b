import type { RuntimeActivity } from "../runtime/activity.js";
import type { Figure } from "./figure.js";
import { laneStrip } from "./lane-strip.js";
import type { LiveDisplay } from "./live.js";
import type { MimeBundle } from "./mime.js";
import { runtimePanel } from "./runtime-panel.js";
import { runtimeTimeline } from "./runtime-timeline.js";
import { TaskColors } from "./task-colors.js";

const intervalMs = 250;

/** The panel of a runtime above the timeline of its recent tasks, until the runtime is closed. */
export function liveRuntime(runtime: RuntimeActivity): LiveDisplay {
  const colors = new TaskColors();
  let last: { readonly key: string; readonly bundle: MimeBundle } | undefined;
  return {
    intervalMs,
    bundle() {
      const stats = runtime.stats();
      const { isClosed, warnings } = runtime;
      // A task that starts or ends changes the numbers, so an idle runtime costs next to nothing.
      const key = JSON.stringify([stats, isClosed, warnings]);
      if (stats.running === 0 && key === last?.key) return last.bundle;
      const panel = runtimePanel(stats, warnings, { isClosed });
      const strip = laneStrip(runtime.timeline(), stats.threadCount, colors);
      const bundle = {
        "text/html": `${panel["text/html"]}${strip.html}`,
        "text/plain": `${panel["text/plain"]}\n  ${strip.text}`,
      };
      last = { key, bundle };
      return bundle;
    },
    done: () => runtime.isClosed,
  };
}

/** The timeline of a runtime's recent tasks; its text twin says what the panel says. */
export function runtimeFigure(runtime: RuntimeActivity): Figure {
  const { threadCount } = runtime.stats();
  const text = String(liveRuntime(runtime).bundle()["text/plain"]);
  return runtimeTimeline(runtime.timeline(), { threadCount, text });
}
