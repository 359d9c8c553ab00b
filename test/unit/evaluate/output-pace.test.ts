import { describe, expect, it } from "vitest";
import { MESSAGE_COST, OutputPace, textCost } from "../../../kernel/evaluate/output-pace.js";

/** Sends as much as the pace and the ring allow, each time it may; [time, bytes] of each batch. */
function flood(pace: OutputPace, ms: number): [number, number][] {
  const batches: [number, number][] = [];
  for (let now = 0; now < ms; now += Math.max(pace.intervalMs(now), 16)) {
    const bytes = Math.min(pace.room(now), 5e5);
    if (bytes <= 0) continue;
    pace.spend(bytes, now);
    batches.push([now, bytes]);
  }
  return batches;
}

function most(batches: readonly [number, number][], windowMs: number): number {
  const sums = batches.map(([start]) =>
    batches
      .filter(([at]) => at >= start && at <= start + windowMs)
      .reduce((sum, [, bytes]) => sum + bytes, 0),
  );
  return Math.max(...sums);
}

describe("OutputPace", () => {
  it("keeps any three seconds within what a Jupyter server passes on", () => {
    expect(most(flood(new OutputPace(), 60_000), 3000)).toBeLessThan(3e6);
    expect(most(flood(new OutputPace(1e5), 60_000), 3000)).toBeLessThan(3e5);
  });

  it("uses most of that, and is never silent for long", () => {
    const batches = flood(new OutputPace(), 60_000);
    const bytes = batches.reduce((sum, [, each]) => sum + each, 0);
    expect(bytes / 60).toBeGreaterThan(0.4e6);
    const pauses = batches.slice(1).map(([at], n) => at - (batches[n]?.[0] ?? 0));
    expect(Math.max(...pauses)).toBeLessThan(1100);
  });

  it("lets the first megabyte pass at once", () => {
    const early = flood(new OutputPace(), 400).reduce((sum, [, bytes]) => sum + bytes, 0);
    expect(early).toBeGreaterThan(1e6);
  });

  it("begins anew when the kernel was idle", () => {
    const pace = new OutputPace();
    flood(pace, 3000);
    expect(pace.intervalMs(3000)).toBeGreaterThan(0);
    pace.restart();
    expect(pace.intervalMs(3000)).toBe(0);
    expect(pace.room(3000)).toBeGreaterThan(1e6);
  });

  it("limits nothing where the limit is 0", () => {
    const pace = new OutputPace(0);
    pace.spend(1e12, 0);
    expect(pace.room(0)).toBe(Number.POSITIVE_INFINITY);
    expect(pace.intervalMs(0)).toBe(0);
  });

  it("counts text as it stands in JSON, and messages as the server's limit of them", () => {
    expect(textCost("a\n")).toBe(3);
    expect(textCost("\u001b[31mü")).toBe(6 + 4 + 2);
    expect(3e6 / MESSAGE_COST).toBeLessThan(3000);
  });
});
