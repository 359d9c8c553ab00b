import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The JSON lines that a program of a few tasks writes to stderr. */
function logged(level: string): { msg: string; [field: string]: unknown }[] {
  const program = `
    import { Runtime } from "prism-lab";
    const runtime = new Runtime({ threadCount: 1 });
    const run = (kernel, params) =>
      runtime.run({ kernel, name: kernel, params, decode: () => 0 }, {
        retry: { attempts: 2, backoffMs: 0, on: ["DOMAIN_ERROR"] },
      });
    await run("empty");
    await run("test.spin", [Number.NaN, 1]).catch(() => {});
    await runtime.close();`;
  const command = 'exec "$0" --input-type=module -e "$1" 2>&1 >/dev/null';
  const output = execFileSync("bash", ["-c", command, process.execPath, program], {
    encoding: "utf8",
    cwd: root,
    env: { ...process.env, PRISM_LOG: level },
  });
  return output.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

it("logs what a runtime does, from the level that PRISM_LOG names", () => {
  const all = logged("trace");
  expect(all.map(({ msg }) => msg)).toEqual([
    "opened",
    "accepted",
    "settled",
    "accepted",
    "runs again",
    "settled",
    "closed",
  ]);
  expect(all[2]).toMatchObject({ level: 20, name: "prism", task: "empty", outcome: "done" });
  expect(all[5]).toMatchObject({ level: 40, task: "test.spin", outcome: "failed" });
  expect(all[5].error).toMatch(/^[A-Z_]+$/);
  expect(all[6]).toMatchObject({ tasks: { submitted: 2, done: 1, failed: 1, retried: 1 } });
  expect(logged("warn").map(({ msg }) => msg)).toEqual(["settled"]);
  expect(logged("silent")).toEqual([]);
});
