import { releaseMemory } from "prism-lab/internal";
import { expect, it } from "vitest";

it.runIf(process.platform === "linux" && process.report !== undefined)(
  "gives free memory back to the system where the C library can",
  () => {
    const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } };
    expect(releaseMemory()).toBe(report.header?.glibcVersionRuntime !== undefined);
  },
);
