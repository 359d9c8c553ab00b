import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JupyterHome, python } from "./environment.js";

const script = fileURLToPath(new URL("kernel_test.py", import.meta.url));

/** Every test of jupyter_kernel_test. */
const TESTS = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
  "test_pager",
];

describe("jupyter_kernel_test", () => {
  let home: JupyterHome;
  let verdicts: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    home = await JupyterHome.create();
    const { stdout, stderr } = await home.run(python, [script]);
    const last = stdout.trim().split("\n").at(-1) ?? "";
    expect(last, stderr).toMatch(/^\{/);
    verdicts = JSON.parse(last) as Record<string, string>;
  });

  afterAll(() => home?.remove());

  it.each(TESTS)("%s", (name) => {
    expect(verdicts[name]).toBe("ok");
  });

  it("has no other test", () => {
    expect(Object.keys(verdicts).sort()).toEqual([...TESTS].sort());
  });
});
