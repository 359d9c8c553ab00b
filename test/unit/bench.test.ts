import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const shared = ["measure.mjs", "run.mjs", "structures.mjs"];

it("a benchmark prints one line of JSON for each case", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["bench/run.mjs", "powder", "--json"],
    { cwd: root },
  );
  const lines = stdout.trim().split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    expect(JSON.parse(line)).toEqual({
      case: expect.stringMatching(/^powder-/),
      size: expect.any(Number),
      secondsMedian: expect.any(Number),
      runs: expect.any(Number),
      values: expect.any(Object),
    });
  }
});

it("every benchmark loads", async () => {
  const files = (await readdir(`${root}/bench`)).filter((file) => file.endsWith(".mjs"));
  for (const file of files.filter((each) => !shared.includes(each))) {
    expect(await import(`../../bench/${file}`), file).toHaveProperty("run");
  }
});
