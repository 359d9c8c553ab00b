import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: { "prism-lab": fileURLToPath(new URL("./src/index.ts", import.meta.url)) },
  },
  test: {
    include: ["test/{unit,property,golden,wire}/**/*.test.ts"],
    testTimeout: 30_000,
    pool: "forks",
  },
});
