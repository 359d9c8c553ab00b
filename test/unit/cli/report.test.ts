import { DomainError, FileError } from "prism-lab";
import { describe, expect, it } from "vitest";
import { RunInterrupted, UsageError } from "../../../kernel/cli/errors.js";
import { exitCodeOf, reportOf } from "../../../kernel/cli/report.js";

describe("reportOf", () => {
  it("gives code and message of our own errors, and the stack only on demand", () => {
    const error = new DomainError("cutoff must be greater than 0, got 0", {});
    const line = "prism: [DOMAIN_ERROR] cutoff must be greater than 0, got 0";
    expect(reportOf(error, false)).toBe(line);
    expect(reportOf(error, true)).toMatch(/^prism: \[DOMAIN_ERROR\].*\n.*\n +at .*report\.test/);
  });

  it("says that any other error is ours to mend", () => {
    expect(reportOf(new TypeError("x is undefined"), false)).toBe(
      "prism: unexpected TypeError: x is undefined\n" +
        "prism: run again with --verbose for the stack; this is a defect of Prism",
    );
    expect(reportOf("text", false)).toContain("unexpected text");
  });

  it("shows what caused it", () => {
    const error = new FileError("outer", {}, { cause: new Error("inner") });
    expect(reportOf(error, true)).toContain("caused by Error: inner");
  });
});

describe("exitCodeOf", () => {
  it("tells a stopped run from a failed one, and both from one that was not understood", () => {
    expect(exitCodeOf(new UsageError("x", {}))).toBe(2);
    expect(exitCodeOf(new RunInterrupted("stopped", {}))).toBe(130);
    expect(exitCodeOf(new DomainError("x", {}))).toBe(1);
    expect(exitCodeOf("x")).toBe(1);
  });
});
