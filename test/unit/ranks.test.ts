import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/check-ranks.mjs", import.meta.url));

interface Verdict {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function checkRanks(...args: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("check-ranks", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "prism-ranks-"));
    await write("src/base/errors.ts", "export const a = 1;\n");
    await write(
      "src/math/mat3.ts",
      'import { a } from "../base/errors.js";\nexport const b = a;\n',
    );
    await write("src/index.ts", 'export { b } from "./math/mat3.js";\n');
    await write("kernel/protocol/message.ts", "export const m = 1;\n");
    await write(
      "kernel/transport/wire.ts",
      'import { m } from "../protocol/message.js";\nexport const w = m;\n',
    );
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }

  it("passes the tree of this project and sees all of it", async () => {
    const { code, stdout, stderr } = await checkRanks();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(Number(/^(\d+) modules/.exec(stdout)?.[1])).toBeGreaterThan(60);
  });

  it("passes a tree in order", async () => {
    const { code, stdout, stderr } = await checkRanks(root, "--minimum", "5");
    expect(stderr).toBe("");
    expect(stdout).toContain("5 modules, 0 violations");
    expect(code).toBe(0);
  });

  it.each([
    [
      "an import from a higher rank, also of a type",
      "src/base/late.ts",
      'import type { b } from "../math/mat3.js";\nexport type B = typeof b;\n',
      "rank-0-base: src/base/late.ts -> src/math/mat3.ts",
    ],
    [
      "an import between folders of one rank",
      "src/symmetry/find.ts",
      'import { p } from "../pattern/grid.js";\nexport const f = p;\n',
      "rank-5-siblings: src/symmetry/find.ts -> src/pattern/grid.ts",
    ],
    [
      "an import of the library's own door",
      "src/math/self.ts",
      'import { b } from "../index.js";\nexport const s = b;\n',
      "rank-1-math: src/math/self.ts -> src/index.ts",
    ],
    [
      "the addon outside runtime/",
      "src/math/fast.ts",
      'export const addon: unknown = process.getBuiltinModule("module").createRequire(import.meta.url)("../../build/prism.node");\n',
      "only-runtime-touches-the-addon: src/math/fast.ts",
    ],
    [
      "a kernel that reaches into the library",
      "kernel/transport/deep.ts",
      'import { a } from "../../src/base/errors.js";\nexport const d = a;\n',
      "kernel-imports-the-library-by-name: kernel/transport/deep.ts -> src/base/errors.ts",
    ],
    [
      "a library that knows the kernel",
      "src/math/up.ts",
      'import { m } from "../../kernel/protocol/message.js";\nexport const u = m;\n',
      "library-does-not-know-the-kernel: src/math/up.ts -> kernel/protocol/message.ts",
    ],
    [
      "a protocol that knows its transport",
      "kernel/protocol/send.ts",
      'import { w } from "../transport/wire.js";\nexport const s = w;\n',
      "kernel-protocol: kernel/protocol/send.ts -> kernel/transport/wire.ts",
    ],
    [
      "a cycle",
      "src/math/one.ts",
      'import { two } from "./two.js";\nexport const one = (): number => two();\n',
      "no-cycles: src/math/",
    ],
    [
      "a folder without a rank",
      "src/extra/thing.ts",
      "export const thing = 1;\n",
      "src/extra has no rank",
    ],
    [
      "an import of nothing",
      "src/math/gone.ts",
      'import { x } from "./missing.js";\nexport const y = x;\n',
      "no-unresolved: src/math/gone.ts -> ./missing.js",
    ],
  ])("refuses %s", async (_what, file, text, expected) => {
    await write("src/pattern/grid.ts", "export const p = 1;\n");
    await write(
      "src/math/two.ts",
      'import { one } from "./one.js";\nexport const two = (): number => one();\n',
    );
    if (!file.endsWith("one.ts")) await write("src/math/one.ts", "export const one = () => 1;\n");
    await write(file, text);
    const { code, stderr } = await checkRanks(root, "--minimum", "5");
    expect(stderr).toContain(expected);
    expect(code).toBe(1);
  });

  it("refuses to pass a tree that it did not see", async () => {
    const { code, stderr } = await checkRanks(root);
    expect(stderr).toContain("expected at least 30 modules");
    expect(code).toBe(1);
  });
});
