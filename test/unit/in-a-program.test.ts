import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");

describe("a program with the tsconfig.json of the README", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism program "));
    const installed = path.join(folder, "node_modules");
    await mkdir(installed);
    await symlink(root, path.join(installed, "prism-lab"), "dir");
    await symlink(path.join(root, "node_modules", "@types"), path.join(installed, "@types"), "dir");
    const readme = await readFile(path.join(root, "README.md"), "utf8");
    const config = /```json\n(\{\n {2}"compilerOptions"[^`]*)```/.exec(readme)?.[1];
    await writeFile(path.join(folder, "tsconfig.json"), config ?? "missing");
    await writeFile(path.join(folder, "package.json"), '{ "type": "module", "private": true }');
  });

  afterAll(() => rm(folder, { recursive: true }));

  it("finds the types of the library, and is held to them", async () => {
    const program = [
      'import { Crystal, guardHeap, powderPattern, type PowderOptions, Runtime } from "prism-lab";',
      'const silicon: Crystal = await Crystal.fromFile("silicon.cif");',
      'const options: PowderOptions = { wavelength: "CuKa1", twoTheta: [10, 90] };',
      "const pattern = await powderPattern(silicon, options);",
      "const first: number | undefined = pattern.twoTheta[0];",
      "console.log(first, Runtime.shared.threadCount, guardHeap);",
      "powderPattern(silicon, { ...options, twoTheta: 90 });",
    ];
    await writeFile(path.join(folder, "program.ts"), program.join("\n"));
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder], { cwd: folder }, (_, stdout) =>
        resolve(stdout),
      );
    });
    const errors = said.match(/^\S.*?\((\d+),\d+\): error TS\d+/gm);
    expect(errors, said).toEqual([
      // What only the kernel needs is not for programs.
      "program.ts(1,19): error TS2305",
      "program.ts(7,38): error TS2322",
    ]);
  }, 120_000);
});
