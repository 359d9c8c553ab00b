import { describe, expect, it } from "vitest";
import { bytesText, countText, durationText } from "../../../src/display/quantity-text.js";
import { runtimePanel } from "../../../src/display/runtime-panel.js";
import { busyStats, idleStats } from "./runtime-fixtures.js";

const spaced = (text: unknown): string => String(text).replace(/[\u00a0\u202f]/g, " ");
const textOf = (...args: Parameters<typeof runtimePanel>): string =>
  spaced(runtimePanel(...args)["text/plain"]);
const htmlOf = (...args: Parameters<typeof runtimePanel>): string =>
  spaced(runtimePanel(...args)["text/html"]);

describe("runtimePanel", () => {
  it("says what a busy runtime does, in text", () => {
    expect(textOf(busyStats, ["2 of 4 threads started"]).split("\n")).toEqual([
      "Runtime",
      `  Threads ${"█".repeat(18)}${"░".repeat(6)} 3 of 4 busy`,
      `  Memory  ${"█".repeat(3)}${"░".repeat(21)} 1.3 GiB of 12 GiB, peak 5 GiB`,
      "  Queue   3 running, 1 211 queued (3 critical, 8 normal, 1 200 background), 2 waiting for memory",
      "  Tasks   104 217 submitted, 102 990 done, 4 failed, 6 cancelled, 1 timed out, 3 retried, 2 rejected by quota, 48 213 stolen between threads",
      "  Warning: 2 of 4 threads started",
    ]);
  });

  it("leaves out of an idle one what is nought", () => {
    const text = textOf(idleStats, []);
    expect(text).toContain("0 of 4 busy");
    expect(text).toContain("0 running, 0 queued\n");
    expect(text).toMatch(/0 submitted, 0 done$/);
  });

  it("has bars as wide as the shares, and no wider", () => {
    expect(htmlOf(busyStats, [])).toContain("width:75.0%");
    expect(htmlOf({ ...busyStats, bytesInUse: 24 * 2 ** 30 }, [])).toContain("width:100.0%");
    expect(htmlOf({ ...busyStats, memoryLimit: 0, bytesInUse: 0 }, [])).toContain("width:0.0%");
  });

  it("is safe HTML that names its parts to a screen reader", () => {
    const html = htmlOf(busyStats, ["<script>alert(1)</script>"], { isClosed: true });
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain('aria-label="Runtime (closed)"');
    expect(html).toContain(
      'role="meter" aria-label="Threads" aria-valuemin="0" aria-valuemax="100" aria-valuenow="75" aria-valuetext="3 of 4 busy"',
    );
  });

  it("stays short however many warnings there are, and however long", () => {
    const warnings = Array.from({ length: 1000 }, () => "w".repeat(10_000));
    expect(htmlOf(busyStats, warnings).length).toBeLessThan(6000);
    expect(textOf(busyStats, warnings)).toContain("and 995 more warnings");
  });
});

describe("quantities", () => {
  it.each([
    [0, "0 B"],
    [1023, "1 023 B"],
    [1024, "1 KiB"],
    [1_048_575, "1 MiB"],
    [1.5 * 2 ** 20, "1.5 MiB"],
    [9.97 * 2 ** 30, "10 GiB"],
    [2 ** 60, "1 048 576 TiB"],
  ])("%d bytes: %s", (bytes, text) => {
    expect(spaced(bytesText(bytes))).toBe(text);
  });

  it.each([
    [0, "0 µs"],
    [0.0042, "4.2 µs"],
    [0.0994, "99 µs"],
    [0.35, "0.35 ms"],
    [0.999, "1 ms"],
    [9.96, "10 ms"],
    [999.6, "1 s"],
    [1234, "1.23 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 00 s"],
    [245_000, "4 min 05 s"],
  ])("%d ms: %s", (ms, text) => {
    expect(spaced(durationText(ms))).toBe(text);
  });

  it("groups digits by three", () => {
    expect(spaced(countText(1_234_567))).toBe("1 234 567");
    expect(spaced(countText(123))).toBe("123");
  });
});
