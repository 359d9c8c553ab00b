import { expect, test } from "vitest";
import { readSettings } from "../../../kernel/evaluate/settings.js";

test("settings are read from the environment, and what is none is told", () => {
  const log: string[] = [];
  const read = (rate: string, memory: string) =>
    readSettings({ PRISM_IOPUB_DATA_RATE_LIMIT: rate, PRISM_MEMORY_LIMIT_MB: memory }, (text) =>
      log.push(text),
    );
  expect(read("0", "512")).toEqual({ dataRateLimit: 0, memoryLimit: 2 ** 29 });
  expect(read("1e7", " ")).toEqual({ dataRateLimit: 1e7, memoryLimit: undefined });
  expect(log).toEqual([]);
  expect(read("-1", "2G")).toEqual({ dataRateLimit: undefined, memoryLimit: undefined });
  expect(log).toEqual([
    expect.stringContaining(
      'PRISM_MEMORY_LIMIT_MB is ignored: expected megabytes, more than 0, got "2G"',
    ),
    expect.stringContaining("PRISM_IOPUB_DATA_RATE_LIMIT is ignored"),
  ]);
});
