import { describe, expect, it } from "vitest";
import { DomainError } from "../../../src/base/errors.js";
import { progressBundle } from "../../../src/display/progress.js";

describe("progressBundle", () => {
  it("shows share, label and time", () => {
    const bundle = progressBundle({ fraction: 0.5, label: "relax <1>", elapsedMs: 1234 });
    expect(bundle["text/plain"]).toBe(`relax <1> ${"█".repeat(12)}${"░".repeat(12)} 50 % · 1.2 s`);
    expect(bundle["text/html"]).toContain("width:50.0%");
    expect(bundle["text/html"]).toContain("relax &lt;1&gt;");
    expect(bundle["text/html"]).not.toContain("<script");
  });

  it("never says 100 % before the end, nor leaves the bar", () => {
    const text = (fraction: number) =>
      String(progressBundle({ fraction, label: "", elapsedMs: 185_000 })["text/plain"]);
    expect(text(0.999)).toContain("99 % · 3 min 05 s");
    expect(text(1.2)).toMatch(/ 100 %$/);
    expect(text(-1)).toContain(" 0 %");
  });

  it("refuses a share that is no number", () => {
    expect(() => progressBundle({ fraction: Number.NaN, label: "", elapsedMs: 0 })).toThrow(
      DomainError,
    );
  });
});
