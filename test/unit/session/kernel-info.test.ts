import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { kernelInfo } from "../../../kernel/session/kernel-info.js";
import { createUsageMeter } from "../../../kernel/session/resource-usage.js";

describe("kernelInfo", () => {
  it("has the versions of this package and of its compiler", async () => {
    const own = JSON.parse(await readFile("package.json", "utf8"));
    const typescript = JSON.parse(await readFile("node_modules/typescript/package.json", "utf8"));
    const info = kernelInfo();
    expect(info.implementation_version).toBe(own.version);
    expect(info.language_info.version).toBe(typescript.version);
    expect(info.banner).toContain(`Prism ${own.version}`);
  });
});

describe("createUsageMeter", () => {
  it("measures the CPU between two answers", () => {
    let now = performance.now();
    const usage = createUsageMeter(() => now);
    usage();
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 20_000);
    now += 40;
    // At least 20 ms of CPU in what the clock says were 40 ms.
    expect(usage().kernel_cpu).toBeGreaterThanOrEqual(50);
  });

  it("names this process and its memory", () => {
    const { pid, kernel_memory: memory } = createUsageMeter()();
    expect(pid).toBe(process.pid);
    expect(memory).toBeGreaterThan(10e6);
  });
});
