import { describe, expect, it } from "vitest";
import {
  attachLiveDisplay,
  type LiveDisplay,
  liveDisplaySymbol,
} from "../../../src/display/live.js";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import { liveRuntime } from "../../../src/display/runtime-live.js";
import { show } from "../../../src/display/show.js";
import type { RuntimeActivity, TaskSpan, TaskSpanState } from "../../../src/runtime/activity.js";
import { busyStats, idleStats, shortSpans, span } from "./runtime-fixtures.js";

class StandIn implements RuntimeActivity {
  current = idleStats;
  spans: readonly TaskSpan[] = [span("relax", 0, 0, 100)];
  warnings: string[] = [];
  isClosed = false;
  stats() {
    return this.current;
  }
  timeline() {
    return this.spans;
  }
}

const htmlOf = ({ bundle }: LiveDisplay): string => String(bundle()["text/html"]);

describe("liveRuntime", () => {
  it("is panel and timeline in one output, without scripts", () => {
    const { bundle } = liveRuntime(new StandIn());
    expect(Object.keys(bundle())).toEqual(["text/html", "text/plain"]);
    expect(bundle()["text/plain"]).toMatch(/^Runtime\n(.*\n)*.*Timeline: 1.task within 100.ms$/);
    expect(bundle()["text/html"]).toContain("relax: done");
    expect(bundle()["text/html"]).not.toContain("<script");
  });

  it("gives the same bundle while nothing changes, and another when something does", () => {
    const runtime = new StandIn();
    const live = liveRuntime(runtime);
    const idle = htmlOf(live);
    expect(htmlOf(live)).toBe(idle);
    runtime.current = { ...idleStats, tasks: { ...idleStats.tasks, submitted: 1, done: 1 } };
    expect(htmlOf(live)).not.toBe(idle);
    runtime.warnings = ["a warning"];
    expect(htmlOf(live)).toContain("a warning");
  });

  it("follows tasks that run, though no number changes", () => {
    const runtime = new StandIn();
    runtime.current = busyStats;
    const live = liveRuntime(runtime);
    const before = htmlOf(live);
    runtime.spans = [span("relax", 0, 0, 200)];
    expect(htmlOf(live)).not.toBe(before);
  });

  it("keeps the colour of a name when older names leave the timeline", () => {
    const runtime = new StandIn();
    runtime.current = busyStats;
    const live = liveRuntime(runtime);
    const color = (name: string) =>
      new RegExp(`${name}: done[^>]*background:(#\\w+)`).exec(htmlOf(live))?.[1];
    runtime.spans = [span("a", 0, 0, 50), span("b", 0, 50, 100)];
    const before = color("b");
    runtime.spans = [span("b", 0, 50, 100)];
    expect(before).toMatch(/^#/);
    expect(color("b")).toBe(before);
  });

  it("stays below 60 KB with thousands of spans of every state, with names of any kind", () => {
    const runtime = new StandIn();
    const states: readonly TaskSpanState[] = ["failed", "cancelled", "timedOut", "done", "running"];
    const names = Array.from({ length: 30 }, (_, i) => `<"${i}">&`.repeat(40));
    for (const [count, workers] of [
      [3000, 2],
      [100, 64],
      [4, 1024],
    ] as const) {
      runtime.current = { ...busyStats, threadCount: workers };
      runtime.spans = shortSpans(count, workers, names).map((each, i) => ({
        ...each,
        state: states[i % states.length]!,
        helper: i % 3 === 0,
      }));
      const html = htmlOf(liveRuntime(runtime));
      expect(Buffer.byteLength(html)).toBeLessThan(60_000);
      expect(html).not.toMatch(/<"/);
    }
  });

  it("is done when the runtime is closed, and says so", () => {
    const runtime = new StandIn();
    const live = liveRuntime(runtime);
    expect(live.done()).toBe(false);
    runtime.isClosed = true;
    expect(live.done()).toBe(true);
    expect(htmlOf(live)).toContain("Runtime (closed)");
  });
});

describe("attachLiveDisplay", () => {
  it("shows the present state where nothing is kept up to date", () => {
    class Counter {
      readonly count = 3;
    }
    attachLiveDisplay(Counter, ({ count }) => ({
      intervalMs: 1000,
      bundle: () => ({ "text/plain": `${count}` }),
      done: () => false,
    }));
    const methods = new Counter() as unknown as Record<symbol, () => MimeBundle & LiveDisplay>;
    expect(methods[displaySymbol]!()).toEqual({ "text/plain": "3" });
    expect(methods[liveDisplaySymbol]!().bundle()).toEqual({ "text/plain": "3" });
    expect(Object.keys(Counter.prototype)).toEqual([]);
  });
});

describe("show(runtime)", () => {
  it("is the timeline as a figure, with the panel as its text", () => {
    const figure = show(new StandIn());
    expect(figure.data).toMatchObject([{ type: "bar", name: "relax" }]);
    expect(String(figure)).toContain("0 of 4 busy");
    expect(String(figure)).toMatch(/Timeline: 1.task/);
  });
});
