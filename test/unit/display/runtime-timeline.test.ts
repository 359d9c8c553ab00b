import { describe, expect, it } from "vitest";
import { DomainError, InvalidConfiguration } from "../../../src/base/errors.js";
import { runtimeTimeline } from "../../../src/display/runtime-timeline.js";
import { taskLanes } from "../../../src/display/task-lanes.js";
import type { TaskSpan, TaskSpanState } from "../../../src/runtime/activity.js";
import { shortSpans, span } from "./runtime-fixtures.js";

const few = [span("relax", 0, 1000, 1400), span("evaluate", 1, 1100, 1200)];
const lanesOf = (spans: readonly TaskSpan[], pixels = 500, mostBars = 1000) =>
  taskLanes(spans, { threadCount: 2, pixels, mostBars });
const barsOf = (...args: Parameters<typeof lanesOf>) =>
  lanesOf(...args).lanes.map(({ bars }) => bars);

describe("runtimeTimeline", () => {
  it("has one bar a span, in its worker's lane, from the first span on", () => {
    const { data, layout } = runtimeTimeline(few, { threadCount: 3 }).toJSON();
    expect(data).toMatchObject([
      { type: "bar", orientation: "h", name: "relax", y: [0], base: [0], x: [400] },
      { name: "evaluate", y: [1], base: [100], x: [100] },
    ]);
    expect(layout).toMatchObject({
      barmode: "overlay",
      xaxis: { title: { text: "Time since the first task shown (ms)" } },
      yaxis: { ticktext: ["worker 0", "worker 1", "worker 2"], tickvals: [0, 1, 2] },
    });
  });

  it("counts in seconds what takes seconds", () => {
    const spans = [span("a", 0, 0, 500), span("a", 0, 500, 3500)];
    const { data, layout } = runtimeTimeline(spans, { threadCount: 1 }).toJSON();
    expect(data).toMatchObject([{ base: [0, 0.5], x: [0.5, 3] }]);
    expect(layout).toMatchObject({ xaxis: { title: { text: expect.stringContaining("(s)") } } });
  });

  it("tells name, state, duration and start on hover, without markup of the name's own", () => {
    const { data } = runtimeTimeline([span("<i>", 0, 0, 400), span("b", 0, 400, 500)], {
      threadCount: 1,
    }).toJSON();
    expect(data[0]).toMatchObject({
      name: "&lt;i&gt;",
      hovertemplate: "<b>&lt;i&gt;</b><br>%{customdata}<extra>%{y}</extra>",
    });
    expect(String(data[1]?.customdata)).toMatch(/^done, 100.ms, at 400.ms$/);
  });

  it("marks other ends than done by hatching, and says in the legend what that means", () => {
    const states: readonly TaskSpanState[] = ["done", "failed", "cancelled", "timedOut", "running"];
    const spans = states.map((state, k) => ({ ...span("a", 0, 100 * k, 100 * k + 90), state }));
    const [bars, ...legend] = runtimeTimeline(spans, { threadCount: 1 }).toJSON().data;
    const { pattern } = bars!.marker as { pattern: { shape: string[] } };
    expect(new Set(pattern.shape).size).toBe(5);
    expect(pattern.shape[0]).toBe("");
    expect(legend.map(({ name }) => name).sort()).toEqual([
      "cancelled",
      "failed",
      "running",
      "timed out",
    ]);
  });

  it("draws a helper in a paler colour, over what it helps", () => {
    const helped = [{ ...span("a", 0, 0, 50), helper: true }, span("a", 0, 0, 100)];
    const [{ marker, x }] = runtimeTimeline(helped, { threadCount: 1 }).toJSON().data as [
      { marker: { color: string[] }; x: number[] },
    ];
    expect(x).toEqual([100, 50]);
    expect(new Set(marker.color).size).toBe(2);
  });

  it("stays small with thousands of spans, many names and many workers", () => {
    const names = Array.from({ length: 50 }, (_, i) => `a kernel with a long name ${i} `.repeat(9));
    for (const [count, workers] of [
      [5000, 4],
      [50, 1024],
    ] as const) {
      const figure = runtimeTimeline(shortSpans(count, workers, names), { threadCount: workers });
      expect(JSON.stringify(figure).length).toBeLessThan(300_000);
      expect(figure.data.length).toBeLessThanOrEqual(7);
      expect(figure.height).toBeLessThan(4000);
    }
    const typical = runtimeTimeline(shortSpans(2000, 2, names.slice(0, 4)), { threadCount: 2 });
    expect(JSON.stringify(typical).length).toBeLessThan(150_000);
  });

  it("is a figure when there is nothing to draw", () => {
    const figure = runtimeTimeline([], { threadCount: 2 });
    expect(figure.data).toEqual([]);
    expect(String(figure)).toBe("Task timeline: no tasks yet");
  });

  it("refuses what is no list of spans, and no number of threads", () => {
    expect(() => runtimeTimeline({} as never, { threadCount: 1 })).toThrow(InvalidConfiguration);
    expect(() => runtimeTimeline([], { threadCount: 0 })).toThrow(DomainError);
  });

  it("has a static picture", async () => {
    const svg = await runtimeTimeline(few, { threadCount: 2 }).toSvg();
    expect(svg).toContain("worker 1");
    expect(svg).toContain("relax");
  });
});

describe("taskLanes", () => {
  it("keeps apart what can be told apart", () => {
    expect(barsOf(few).map(({ length }) => length)).toEqual([1, 1]);
  });

  it("merges neighbours below half a pixel and says how many", () => {
    // Half a pixel is 1 ms.
    const long = span("relax", 0, 100, 1000);
    const spans = [0, 0.5, 1, 1.5].map((start) => span("relax", 0, start, start + 0.5));
    const [bars] = barsOf([...spans, long]);
    expect(bars?.map(({ count }) => count)).toEqual([4, 1]);
    expect(bars?.[0]).toMatchObject({ name: "relax", startMs: 0, endMs: 2 });
    expect(bars?.[0]?.text).toMatch(/^4 merged: done, 2.ms in all, at 0.µs$/);
  });

  it("does not merge over a gap that can be seen", () => {
    const spans = [0, 5, 10].map((start) => span("a", 0, start, start + 0.5));
    expect(barsOf([...spans, span("a", 0, 100, 1000)])[0]).toHaveLength(4);
  });

  it("shows a failure among thousands of successes", () => {
    const spans = shortSpans(5000, 1, ["a"]);
    spans[2500] = { ...spans[2500]!, state: "failed" };
    const [bars] = barsOf(spans);
    const failed = bars?.filter(({ state }) => state === "failed") ?? [];
    expect(failed).toHaveLength(1);
    expect(failed[0]?.text).toContain("1 failed");
    expect(failed[0]!.endMs - failed[0]!.startMs).toBeLessThan(1);
  });

  it("names a bar of several names by the longest at work, and counts the others", () => {
    const turns = Array.from({ length: 100 }, (_, i) =>
      span(i % 2 ? "a" : "b", 0, i * 0.1, i * 0.1 + (i % 2 ? 0.1 : 0.05)),
    );
    const [bars] = barsOf([...turns, span("c", 0, 20, 1000)]);
    expect(bars?.length).toBeLessThan(20);
    expect(bars?.[0]?.name).toBe("a");
    expect(bars?.[0]?.text).toMatch(/\d+ a, \d+ b/);
  });

  it("loses no span and no worker", () => {
    const spans = [...shortSpans(3000, 2, ["a", "b", "c"]), span("d", 7, 5000, 5001)];
    const lanes = lanesOf([...spans, span("e", -1, 5000, 5001)], 500, 100);
    const bars = lanes.lanes.flatMap((lane) => lane.bars);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(spans.length + 1);
    expect(bars.length).toBeLessThanOrEqual(100);
    expect(lanes.lanes.map(({ label }) => label)).toEqual([
      "worker 0",
      "worker 1",
      "worker 7",
      "outside the pool",
    ]);
  });

  it("leaves out what was before a long pause", () => {
    const old = span("old", 0, 0, 10);
    const { originMs, earlierCount, names } = lanesOf([
      ...few,
      old,
      span("late", 0, 90_000, 90_100),
    ]);
    expect({ originMs, earlierCount, names }).toEqual({
      originMs: 90_000,
      earlierCount: 3,
      names: ["late"],
    });
    // Two threads at work on one task are one task.
    expect(lanesOf([...few, ...few, span("late", 0, 90_000, 90_100)]).earlierCount).toBe(2);
    // A pause that is short beside what follows it stays.
    expect(lanesOf([old, span("long", 0, 2000, 9000)]).earlierCount).toBe(0);
  });

  it("leaves out spans that end before they start", () => {
    expect(lanesOf([span("a", 0, 5, 4), span("b", 0, Number.NaN, 9)]).taskCount).toBe(0);
  });
});
