import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^prism-lab$/, replacement: source("index.ts") },
      { find: /^prism-lab\/internal$/, replacement: source("internal.ts") },
    ],
  },
  test: {
    include: ["test/{unit,property,golden,wire}/**/*.test.ts"],
    testTimeout: 30_000,
    pool: "forks",
    // Most tests of a kernel wait for it: on two processors, two at once take half the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
