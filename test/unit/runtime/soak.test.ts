import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const soak = fileURLToPath(new URL("../../soak/soak.mjs", import.meta.url));

it("settles 20,000 random tasks once each, as they may, with runtimes that come and go", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    soak,
    "--tasks",
    "20000",
  ]);
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ violations: 0, settled: summary.submitted });
  expect(summary.submitted).toBeGreaterThanOrEqual(20_000);
  expect(summary.closed).toBeGreaterThan(10);
  expect(summary.visits).toBeGreaterThan(1);
}, 120_000);
