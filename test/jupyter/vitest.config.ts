import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/jupyter/**/*.test.ts"],
    globalSetup: ["test/jupyter/requirements.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each file starts kernels, servers or browsers of its own.
    fileParallelism: false,
    pool: "forks",
  },
});
