import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What a program of its own prints; it runs the built library. */
function output(program: string, limits = ""): string {
  const command = `${limits} exec "$0" --input-type=module -e "$1"`;
  return execFileSync("bash", ["-c", command, process.execPath, program], {
    encoding: "utf8",
    cwd: root,
    timeout: 60_000,
  });
}

describe("a system that refuses threads", () => {
  it("gives a smaller runtime that says so, and works", () => {
    // 200 stacks of 1 GiB do not fit into 64 GiB of address space.
    const program = `
      import { Runtime } from "prism-lab";
      const runtime = new Runtime({ threadCount: 200, stackSize: 2 ** 30 });
      const { threadCount, warnings } = runtime;
      const done = await runtime.run({ kernel: "empty", name: "empty", decode: () => "done" });
      await runtime.close();
      console.log(JSON.stringify({ threadCount, warnings, done }));`;
    const { threadCount, warnings, done } = JSON.parse(output(program, "ulimit -v 67108864;"));
    expect(threadCount).toBeGreaterThan(0);
    expect(threadCount).toBeLessThan(200);
    expect(warnings).toEqual([
      expect.stringMatching(`works with ${threadCount}; ask for fewer or a smaller stackSize`),
    ]);
    expect(done).toBe("done");
  });

  it("is a typed error when it gives none", () => {
    const program = `
      import { Runtime } from "prism-lab";
      try { new Runtime({ threadCount: 2, stackSize: 2 ** 31 }); }
      catch (error) { console.log(error.code, error.message); }`;
    expect(output(program, "ulimit -v 3000000;")).toMatch(
      /^THREAD_CREATION_FAILED the engine could start no thread .*; ask for fewer threads/,
    );
  });
});

describe("an engine that does not load", () => {
  const attempt = `
    try { Runtime.shared; } catch (error) { console.log(error.code, error.message); }`;

  it.each([
    [
      "is missing",
      undefined,
      /is missing; build it with `npm run install`, and see `npx prism doc/,
    ],
    ["is no library", "no library", /does not load \(.*\); build it with `npm run install`/],
  ])("that %s is one error with the remedy", (_, content, message) => {
    const folder = mkdtempSync(join(tmpdir(), "prism-engine-"));
    folders.push(folder);
    cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
    execFileSync("ln", ["-s", join(root, "node_modules"), join(folder, "node_modules")]);
    if (content !== undefined) {
      execFileSync("mkdir", [join(folder, "build")]);
      writeFileSync(join(folder, "build/prism.node"), content);
    }
    const entry = pathToFileURL(join(folder, "dist/src/index.js")).href;
    const printed = output(`import { Runtime } from ${JSON.stringify(entry)}; ${attempt}`);
    expect(printed).toMatch(/^ADDON_UNAVAILABLE /);
    expect(printed).toMatch(message);
  });
});
