import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/frontend/*.test.ts"],
    globalSetup: ["test/frontend/requirements.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    // Each file starts a server and a browser of its own.
    fileParallelism: false,
    pool: "forks",
  },
});
