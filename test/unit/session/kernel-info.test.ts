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

  it("has the fields of ipykernel's answer", () => {
    const usage = createUsageMeter()();
    expect(usage).toEqual({
      hostname: expect.any(String),
      pid: process.pid,
      kernel_cpu: expect.any(Number),
      kernel_memory: expect.any(Number),
      host_cpu_percent: expect.any(Number),
      cpu_count: expect.any(Number),
      host_virtual_memory: {
        total: expect.any(Number),
        available: expect.any(Number),
        used: expect.any(Number),
        percent: expect.any(Number),
      },
    });
    expect(usage.kernel_memory).toBeGreaterThan(10e6);
    expect(usage.host_cpu_percent).toBeGreaterThanOrEqual(0);
    expect(usage.host_cpu_percent).toBeLessThanOrEqual(100);
  });
});
