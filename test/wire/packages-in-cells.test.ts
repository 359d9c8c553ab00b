import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";

let kernel: EvaluateProcess;

const files: Readonly<Record<string, string>> = {
  "waiting/package.json":
    '{ "name": "waiting", "type": "module", "exports": { ".": { "types": "./i.d.ts", "import": "./i.js" } } }',
  "waiting/i.js":
    "export const late = await Promise.resolve(6);\nexport default class Thing { v = late }\n",
  "waiting/i.d.ts":
    "export declare const late: number;\nexport default class Thing { v: number }\n",
  "both/package.json":
    '{ "name": "both", "exports": { "import": { "types": "./i.d.mts", "default": "./i.mjs" }, "require": { "types": "./i.d.cts", "default": "./i.cjs" } } }',
  "both/i.mjs": "export const kind = 'esm';\n",
  "both/i.cjs": "exports.kind = 'cjs';\n",
  "both/i.d.mts": "export declare const kind: 'esm';\n",
  "both/i.d.cts": "export declare const kind: 'cjs';\n",
  "old/package.json": '{ "name": "old", "main": "i.js", "types": "i.d.ts" }',
  "old/i.js":
    "module.exports = Object.assign((n) => n + 1, build());\nfunction build() { return { hidden: 8 } }\n",
  "old/i.d.ts":
    "declare function old(n: number): number;\ndeclare namespace old { const hidden: number; interface Options { deep: boolean } }\nexport = old;\n",
  "old/data.json": '{ "n": 5 }',
  "transpiled/package.json": '{ "name": "transpiled", "main": "i.js", "types": "i.d.ts" }',
  "transpiled/i.js":
    "Object.defineProperty(exports, '__esModule', { value: true });\nexports.default = 1; exports.named = 2;\n",
  "transpiled/i.d.ts":
    "declare const one: number;\nexport default one;\nexport declare const named: number;\n",
  "untyped/package.json": '{ "name": "untyped", "main": "i.js" }',
  "untyped/i.js": "exports.anything = 3;\n",
  "failing/package.json": '{ "name": "failing", "type": "module", "exports": "./i.js" }',
  "failing/i.js": "throw new RangeError('at load');\n",
};

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  for (const [path, text] of Object.entries(files)) {
    const file = join(kernel.cwd, "node_modules", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(join(kernel.cwd, "inner"));
  writeFileSync(
    join(kernel.cwd, "inner/uses.ts"),
    "import old, { hidden } from 'old';\nimport { late } from 'waiting';\nimport data from 'old/data.json';\nexport const used = [old(1), hidden, late, data.n];\n",
  );
}, 60_000);

afterAll(() => kernel.close());

const cases: readonly [code: string, result: string][] = [
  ["import Thing, { late } from 'waiting'; late + new Thing().v", "12"],
  ["const { late: again } = await import('waiting'); again", "6"],
  ["import * as all from 'waiting'; Object.keys(all).join()", "'default,late'"],
  ["import { kind } from 'both'; kind", "'esm'"],
  ["(require('both') as { kind: string }).kind", "'cjs'"],
  ["import old, { hidden } from 'old'; old(1) + hidden", "10"],
  ["import req = require('old'); req(2)", "3"],
  ["import type { Options } from 'old'; const o: Options = { deep: true }; o.deep", "true"],
  ["import { type Options as O2 } from 'old'; const o2: O2 = { deep: false }; o2.deep", "false"],
  ["import one, { named } from 'transpiled'; [one.default, named]", "[ 1, 2 ]"],
  ["import { anything } from 'untyped'; anything", "3"],
  ["import json from 'old/data.json'; json.n", "5"],
  ["import json2 from 'old/data.json' with { type: 'json' }; json2.n", "5"],
  ["(await import('old/data.json')).default.n", "5"],
  ["(require('old/data.json') as { n: number }).n", "5"],
  ["import { used } from './inner/uses'; used", "[ 2, 8, 6, 5 ]"],
  ["import fs, { existsSync } from 'node:fs'; fs.existsSync === existsSync", "true"],
  ["import { join as j2 } from 'path'; j2('a', 'b')", "'a/b'"],
  [
    "import { setTimeout as sleep } from 'node:timers/promises'; await sleep(1, 'slept')",
    "'slept'",
  ],
  ["import os = require('node:os'); os.EOL", "'\\n'"],
  ["require.resolve('old').endsWith('i.js')", "true"],
];

describe.each(["error", "off"])("types: %s", (mode) => {
  beforeAll(async () => {
    await kernel.run(`%typecheck ${mode}`);
  });

  test.each(cases)("%s", async (code, result) => {
    const shown = await kernel.show(code);
    expect(traceback(shown.outcome)).toBe("");
    expect(shown.result).toBe(result);
  });

  const missing: readonly [code: string, hint: string][] = [
    ["import x from 'nowhere-at-all'", "npm install nowhere-at-all"],
    ["import x from '@lab/none/part'", "npm install @lab/none"],
    ["await import('nowhere-at-all')", "npm install nowhere-at-all"],
    ["import x = require('nowhere-at-all')", "npm install nowhere-at-all"],
    ["import './nothing.ts'", "check the path"],
  ];
  test.each(missing)("%s says what to do", async (code, hint) => {
    const { outcome } = await kernel.show(code);
    expect(outcome.status).toBe("error");
    expect(traceback(outcome)).toContain(hint);
    expect(traceback(outcome)).toMatch(/at cell \[\d+\]:1:/);
  });

  test("a package that throws while it loads says why", async () => {
    const { outcome } = await kernel.show("import 'failing'");
    expect(traceback(outcome)).toMatch(/^RangeError: at load/);
  });
});

test("a package that only import can load is refused by require with the way out", async () => {
  const { outcome } = await kernel.show("require('waiting')");
  expect(traceback(outcome)).toMatch(/import it: import|No "exports" main defined/);
});
