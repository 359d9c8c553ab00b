import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";
import { writeUnder } from "./notebook-files.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

function write(path: string, text: string): void {
  writeUnder(kernel.cwd, path, text);
}

/** Result as plain text of a cell that must succeed. */
async function resultOf(code: string): Promise<string> {
  const shown = await kernel.show(code);
  expect(traceback(shown.outcome)).toBe("");
  return shown.result;
}

/** As `resultOf`, for what types know nothing of. */
async function uncheckedResultOf(code: string): Promise<string> {
  const result = await resultOf(`%typecheck off\n${code}`);
  await kernel.run("%typecheck error");
  return result;
}

async function failureOf(code: string): Promise<string[]> {
  const { outcome } = await kernel.show(code);
  if (outcome.status !== "error") throw new Error(`expected an error, got ${outcome.status}`);
  return traceback(outcome).split("\n");
}

describe("a cell imports files of its folder", () => {
  beforeAll(() => {
    write(
      "lattice.ts",
      "import { Lattice } from 'prism-lab';\nexport { Lattice };\nexport const volume = prism.Lattice.cubic(2).volume;\n",
    );
    write("plain.ts", "export const a: number = 1;\nexport default class Thing { v = 2 }\n");
    write("module.mts", "import { a } from './plain';\nexport const b = a + 10;\n");
    write(
      "old.cts",
      "import path = require('node:path');\nexport = { c: path.basename('x/y') };\n",
    );
    write("markup.tsx", "export const d = <T,>(x: T): T => x;\n");
    write("script.js", "export const e = 5;\n");
    write("script.mjs", "export const f = await Promise.resolve(6);\n");
    write("script.cjs", "module.exports = { g: 7, dir: __dirname.length > 0 };\n");
    write("sloppy.js", "x = 8; exports.h = x;\n");
    write("data.json", '{ "i": 9 }');
    write(
      "folder/index.ts",
      "export { a as j } from '../plain.js';\nexport * from './deep/leaf';\n",
    );
    write(
      "folder/deep/leaf.ts",
      "import data from '../../data.json';\nexport const k = data.i;\nexport type L = string;\n",
    );
    write("my file (1).ts", "export const m = 13;\n");
    write(
      "rich.ts",
      `
      export enum Colour { Red, Blue = 5 }
      export const enum Size { Big = 3 }
      export namespace Shapes { export const sides = 4 }
      function twice(m: () => number, _: unknown) { return () => 2 * m() }
      export class Model { @twice area() { return 21 } #p = 1; get p() { return this.#p } accessor q = 2 }
      export abstract class Base { constructor(readonly v: number) {} }
      export class Sub extends Base {}
      export function over(a: string): string; export function over(a: number): number;
      export function over(a: any) { return a }
      export const where = [import.meta.filename, import.meta.dirname].join().length > 2;
      export async function* count() { yield 1; yield 2 }
      export let total = 0; export function add() { total++ }
      using r = { [Symbol.dispose]() { total = 100 } };
    `,
    );
  });

  const cases: readonly [code: string, result: string][] = [
    ["import { a } from './plain.ts'; a", "1"],
    ["import { a as a2 } from './plain'; a2", "1"],
    ["import { a as a3 } from './plain.js'; a3", "1"],
    ["import Thing from './plain'; new Thing().v", "2"],
    ["import * as plain from './plain'; Object.keys(plain).sort().join()", "'a,default'"],
    ["import { b } from './module.mjs'; b", "11"],
    ["import old from './old.cjs'; old.c", "'y'"],
    ["import { d } from './markup'; d(4)", "4"],
    ["import { e } from './script.js'; e", "5"],
    ["import { f } from './script.mjs'; f", "6"],
    ["import { g, dir } from './script.cjs'; [g, dir]", "[ 7, true ]"],
    ["import { h } from './sloppy.js'; h", "8"],
    ["import data from './data.json'; data.i", "9"],
    ["import data2 from './data.json' with { type: 'json' }; data2.i", "9"],
    ["import { j, k } from './folder'; [j, k]", "[ 1, 9 ]"],
    ["import type { L } from './folder'; const l: L = 'x'; l", "'x'"],
    ["import { m } from './my file (1).ts'; m", "13"],
    ["const { a: a4 } = await import('./plain'); a4", "1"],
    ["(require('./plain.ts') as { a: number }).a", "1"],
    ["(require('./old') as { c: string }).c", "'y'"],
    ["import plainAgain = require('./plain'); plainAgain.a", "1"],
    ["const variable: string = './pl' + 'ain'; (await import(variable)).a", "1"],
    [
      "import { Colour, Size, Shapes } from './rich'; [Colour.Blue, Colour[0], Size.Big, Shapes.sides]",
      "[ 5, 'Red', 3, 4 ]",
    ],
    [
      "import { Model, Sub, over, where } from './rich'; const model = new Model(); [model.area(), model.p, model.q, new Sub(3).v, over('x'), where]",
      "[ 42, 1, 2, 3, 'x', true ]",
    ],
    [
      "import { count } from './rich'; let sum = 0; for await (const n of count()) sum += n; sum",
      "3",
    ],
    [
      "import * as rich from './rich'; const before = rich.total; rich.add(); rich.total - before",
      "1",
    ],
    ["import { Lattice as FromFile } from './lattice'; FromFile === prism.Lattice", "true"],
  ];
  test.each(cases)("%s", async (code, result) => {
    expect(await resultOf(code)).toBe(result);
    expect(await uncheckedResultOf(code)).toBe(result);
  });
});

describe("a file that has changed", () => {
  test("is read again by the next import, and by re-running the cell", async () => {
    write("changing.ts", "export const value = 1;\n");
    const cell = "import { value } from './changing'; value";
    expect(await resultOf(cell)).toBe("1");
    write("changing.ts", "export const value = 'two';\n");
    expect(await resultOf(cell)).toBe("'two'");
    // The same length at once, as quick as a script can be.
    write("changing.ts", "export const value = 'six';\n");
    expect(await resultOf(cell)).toBe("'six'");
    expect(await resultOf("value.length")).toBe("3");
  });

  test("is read again by a file that imports it for the first time", async () => {
    write("first/leaf.ts", "export const leaf = 1;\n");
    expect(await resultOf("import { leaf as l1 } from './first/leaf'; l1")).toBe("1");
    write("first/leaf.ts", "export const leaf = 2;\n");
    write("first/user.ts", "import { leaf } from './leaf';\nexport const user = leaf * 10;\n");
    expect(await resultOf("import { user } from './first/user'; user")).toBe("20");
  });

  test("is read again when what it imports has changed, and only then", async () => {
    write(
      "chain/a.ts",
      "import { c } from './b';\nexport const born = {};\nexport const a = 'a' + c;\n",
    );
    write("chain/b.ts", "export { c } from './c';\nexport { b } from './d';\n");
    write("chain/c.ts", "export const c = 1;\n");
    write("chain/d.ts", "export const b = { visits: 0 };\n");
    const cell =
      "import * as A from './chain/a'; import * as D from './chain/d'; D.b.visits++; A.a + D.b.visits";
    expect(await resultOf(cell)).toBe("'a11'");
    await resultOf("const bornBefore = A.born;");
    expect(await resultOf(cell)).toBe("'a12'");
    expect(await resultOf("A.born === bornBefore")).toBe("true");
    write("chain/c.ts", "export const c = 2;\n");
    expect(await resultOf(cell)).toBe("'a23'");
    expect(await resultOf("A.born === bornBefore")).toBe("false");
  });

  test("changes by JSON as well, and by another file in its place", async () => {
    write("conf.json", '{ "n": 1 }');
    write("conf-user.ts", "import conf from './conf.json';\nexport const n = conf.n;\n");
    const cell = "import { n } from './conf-user'; n";
    expect(await resultOf(cell)).toBe("1");
    write("conf.json", '{ "n": 2 }');
    expect(await resultOf(cell)).toBe("2");
    write("place/index.ts", "export const at = 'index';\n");
    const place = "import { at } from './place'; at";
    expect(await resultOf(place)).toBe("'index'");
    write("place.ts", "export const at = 'file' as const;\n");
    expect(await resultOf(place)).toBe("'file'");
    rmSync(join(kernel.cwd, "place.ts"));
    expect(await resultOf(place)).toBe("'index'");
  });

  test("leaves old instances as they are", async () => {
    write("species.ts", "export class Species { mass() { return 1 } }\n");
    await resultOf("import { Species } from './species'; const oldOne = new Species();");
    write("species.ts", "export class Species { mass() { return 2 } }\n");
    expect(await resultOf("oldOne.mass() + Number(oldOne instanceof Species)")).toBe("2");
    expect(
      await resultOf(
        "import { Species } from './species'; [oldOne.mass(), new Species().mass(), oldOne instanceof Species]",
      ),
    ).toBe("[ 1, 2, false ]");
  });

  test("may have been missing, broken or failing before", async () => {
    expect((await failureOf("import { late } from './late'"))[0]).toMatch(/TS2307/);
    expect((await failureOf("%typecheck off\nimport { late } from './late'"))[0]).toMatch(
      /^Error: Cannot find module/,
    );
    write("late.ts", "export const late = ;\n");
    expect((await failureOf("import { late } from './late'"))[1]).toBe("    at late.ts:1:21");
    write("late.ts", "export const late = 1;\nthrow new RangeError('not yet');\n");
    expect((await failureOf("import { late } from './late'"))[0]).toBe("RangeError: not yet");
    write("late.ts", "export const late = 1;\n");
    await kernel.run("%typecheck error");
    expect(await resultOf("import { late } from './late'; late")).toBe("1");
  });

  test("a hundred times keeps little of the old ones", { timeout: 60_000 }, async () => {
    const filler = (n: number) => `export const big${n} = new Float64Array(250_000).fill(${n});\n`;
    write("weight-user.ts", "export { big } from './weight';\nexport const user = {};\n");
    const heap =
      "import v8 from 'node:v8'; import vm from 'node:vm'; v8.setFlagsFromString('--expose-gc'); const collect = vm.runInNewContext('gc') as () => void;";
    await resultOf(heap);
    await kernel.run("%typecheck off");
    for (let n = 0; n < 100; n++) {
      write("weight.ts", filler(n).replace(`big${n}`, "big"));
      await resultOf(`import { big } from './weight-user'; big[0] === ${n} || fail`);
    }
    // Each version holds two megabytes.
    const held = await resultOf(
      "collect(); collect(); Math.round(process.memoryUsage().arrayBuffers / 1e6)",
    );
    await kernel.run("%typecheck error");
    expect(Number(held)).toBeLessThan(40);
  });
});

describe("errors of a file", () => {
  test("of types stop the cell before anything runs", async () => {
    write(
      "wrong/deep.ts",
      "export const fine = 1;\n\nconst bad: number = 'text';\nexport { bad };\n",
    );
    write("wrong/top.ts", "import { bad } from './deep';\nexport const top = bad;\n");
    const cell = "console.log('ran'); import { top } from './wrong/top'; top";
    const { outcome, stdout } = await kernel.show(cell);
    expect(traceback(outcome).split("\n")).toEqual([
      "TypeError (TS2322): Type 'string' is not assignable to type 'number'.",
      "    at wrong/deep.ts:3:7",
      "    3 | const bad: number = 'text';",
      "      |       ^^^",
    ]);
    expect(stdout).toBe("");
    const warned = await kernel.show(`%typecheck warn\n${cell}`);
    expect(warned.result).toBe("'text'");
    expect(warned.stderr).toContain("at wrong/deep.ts:3:7");
    expect(await uncheckedResultOf(cell)).toBe("'text'");
  });

  test("of syntax are shown with file, line and caret, checked or not", async () => {
    write("broken.ts", "export const x = 1;\nexport const y = (;\n");
    const shown = [
      "    at broken.ts:2:19",
      "    2 | export const y = (;",
      "      |                   ^",
    ];
    const checked = await failureOf("import { x } from './broken'; x");
    expect(checked.slice(0, 4)).toEqual([
      expect.stringMatching(/^SyntaxError \(TS1109\)/),
      ...shown,
    ]);
    const unchecked = await failureOf("%typecheck off\n\nimport { x } from './broken'; x");
    await kernel.run("%typecheck error");
    expect(unchecked.slice(0, 4)).toEqual([
      expect.stringMatching(/^SyntaxError \(TS1109\)/),
      ...shown,
    ]);
    expect(unchecked[4]).toMatch(/^ {4}at cell \[\d+\]:3:19$/);
  });

  test("at run time point to its own TypeScript, and to the cell", async () => {
    write(
      "lib/deep.ts",
      "interface Long {\n  a: number;\n}\nenum E { A }\nexport function deep(n: number): never {\n  throw new RangeError('n = ' + n + E.A);\n}\nexport type { Long };\n",
    );
    write(
      "lib/top.ts",
      "import { deep } from './deep';\nexport class Top {\n  async run(): Promise<never> {\n    await 1;\n    return deep(4);\n  }\n}\n",
    );
    const lines = await failureOf("import { Top } from './lib/top';\nawait new Top().run();");
    expect(lines.map((line) => line.replace(/\[\d+\]/, "[n]"))).toEqual([
      "RangeError: n = 40",
      "    at deep (lib/deep.ts:6:9)",
      "    6 |   throw new RangeError('n = ' + n + E.A);",
      "      |         ^",
      "    at Top.run (lib/top.ts:5:12)",
      "    5 |     return deep(4);",
      "      |            ^",
      "    at async cell [n]:2:1",
      "    2 | await new Top().run();",
      "      | ^",
    ]);
  });

  test("keep their lines when the file changes between", async () => {
    write("moved.ts", "export const fail = () => {\n  throw new Error('old');\n};\n");
    await resultOf("import { fail } from './moved'; const failOld = fail;");
    write(
      "moved.ts",
      "// one\n// more\nexport const fail = () => {\n  throw new Error('new');\n};\n",
    );
    await resultOf("import { fail } from './moved'");
    expect((await failureOf("failOld()")).slice(0, 3)).toEqual([
      "Error: old",
      "    at failOld (moved.ts:2:9)".replace("failOld", "fail"),
      "    2 |   throw new Error('old');",
    ]);
    expect((await failureOf("fail()")).slice(0, 3)).toEqual([
      "Error: new",
      "    at fail (moved.ts:4:9)",
      "    4 |   throw new Error('new');",
    ]);
  });

  test("at its top level show no machinery", async () => {
    write(
      "top-level.ts",
      "const n: number = 1;\nif (n) throw new Error('at the top');\nexport {};\n",
    );
    const lines = await failureOf("import './top-level'");
    expect(lines.slice(0, 2)).toEqual(["Error: at the top", "    at top-level.ts:2:14"]);
    expect(lines.join()).not.toMatch(/execute|kernel/);
  });

  test("of JSX and of a top-level return are said plainly", async () => {
    write("page.tsx", "export const page = <b>x</b>;\n");
    for (const mode of ["error", "off"]) {
      expect((await failureOf(`%typecheck ${mode}\nimport { page } from './page'`))[0]).toContain(
        "JSX is not supported",
      );
    }
    write("returns.ts", "export const r = 1;\nreturn;\n");
    expect((await failureOf("%typecheck off\nimport { r } from './returns'"))[0]).toMatch(/TS1108/);
    await kernel.run("%typecheck error");
  });

  test("of JSON name the file", async () => {
    write("bad.json", "{ nothing }");
    expect((await failureOf("%typecheck off\nimport bad from './bad.json'"))[0]).toMatch(
      /^SyntaxError: bad.json is not valid JSON: /,
    );
    await kernel.run("%typecheck error");
  });
});

describe("files that import each other in a circle", () => {
  test("work where they meet in functions", async () => {
    write(
      "circle/even.ts",
      "import { odd } from './odd';\nexport function even(n: number): boolean { return n === 0 || odd(n - 1) }\nexport const known = odd(1);\n",
    );
    write(
      "circle/odd.ts",
      "import { even } from './even';\nexport function odd(n: number): boolean { return n !== 0 && even(n - 1) }\n",
    );
    expect(
      await resultOf("import { even, known } from './circle/even'; [even(10), even(7), known]"),
    ).toBe("[ true, false, true ]");
  });

  test("say so where one needs what the other has not set yet", async () => {
    write("knot/a.ts", "import { B } from './b';\nexport class A { b = B }\n");
    write("knot/b.ts", "import { A } from './a';\nexport class B extends A {}\n");
    const lines = await failureOf("import { A } from './knot/a'");
    expect(lines[0]).toMatch(
      /^ReferenceError: "A" of knot\/a.ts is read before that file has set it/,
    );
    expect(lines[1]).toBe("    at knot/b.ts:2:24");
  });

  test("of CommonJS see what is there so far", async () => {
    write(
      "loop/a.cjs",
      "exports.early = 1; exports.seen = require('./b.cjs').seen; exports.late = 2;\n",
    );
    write("loop/b.cjs", "exports.seen = Object.keys(require('./a.cjs')).join();\n");
    expect(await resultOf("import { seen, late } from './loop/a.cjs'; [seen, late]")).toBe(
      "[ 'early', 2 ]",
    );
  });
});

describe("require of a file", () => {
  test("that awaits is refused with the way out", async () => {
    write("waits.ts", "export const w = await Promise.resolve(1);\n");
    const lines = await failureOf("require('./waits')");
    expect(lines[0]).toBe(
      'Error: waits.ts awaits at its top level, and require cannot wait: write await import("./waits.ts")',
    );
    expect(await resultOf("(await import('./waits')).w")).toBe("1");
  });

  test("gives the same module as import", async () => {
    write(
      "one.ts",
      "import fs from 'node:fs';\nexport const one = { fs: typeof fs.readFileSync };\n",
    );
    expect(await resultOf("import { one } from './one'; one === require('./one').one")).toBe(
      "true",
    );
  });
});

test("nothing of all this reached the process's own streams", () => {
  expect(kernel.log).toBe("");
});
