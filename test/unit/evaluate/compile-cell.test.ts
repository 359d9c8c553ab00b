import { SourceMap } from "node:module";
import { describe, expect, test } from "vitest";
import { compileCell } from "../../../kernel/evaluate/compile-cell.js";
import { compiled, libraryUrl, Notebook } from "./notebook.js";

/** Cells of one notebook in order; the value is the result of the last. */
const behaviours: readonly [name: string, cells: readonly string[], result: unknown][] = [
  ["last expression", ["1; 2 + 3"], 5],
  ["last expression before empty statements", ["2 + 3;;"], 5],
  ["no result after a declaration", ["1; const a = 2"], undefined],
  ["no result after a type", ["5; interface A {}"], undefined],
  ["a directive is a value", ['"use strict"'], "use strict"],
  ["empty cell", [""], undefined],
  ["comment only", ["// nothing"], undefined],
  ["constant declared again", ["const a = 1", "const a = 'two'", "a"], "two"],
  ["closure sees a later value", ["let a = 1; function f() { return a }", "a = 5", "f()"], 5],
  ["closure sees a later declaration", ["const a = 1; const f = () => a", "const a = 7", "f()"], 7],
  [
    "function calls a later version",
    ["function f() { return g() } function g() { return 1 }", "function g() { return 2 }", "f()"],
    2,
  ],
  [
    "recursion stays live",
    [
      "function f(n: number): number { return n ? f(n - 1) : 0 }; const old = f",
      "function f(n: number) { return 99 }",
      "old(1)",
    ],
    99,
  ],
  ["functions before their text", ["const a = f(); function f() { return 3 }", "a"], 3],
  ["function keeps its name", ["function f() {} f.name"], "f"],
  ["arrow gets its name", ["const f = () => 1; f.name"], "f"],
  ["let without value starts anew", ["let a = 1", "let a", "a"], undefined],
  ["generator", ["function* g() { yield 1; yield 2 }", "[...g()].join()"], "1,2"],
  [
    "object pattern",
    [
      "const { a, b: [c = 2, ...d], ...e } = { a: 1, b: [undefined, 3, 4], x: 5 }",
      "[a, c, d, e.x].join()",
    ],
    "1,2,3,4,5",
  ],
  ["array pattern with holes", ["const [, a = 4, , b] = [1, undefined, 2, 3]", "a + b"], 7],
  ["computed key in a pattern", ["const key = 'k'; const { [key]: v } = { k: 8 }", "v"], 8],
  [
    "default function of a pattern is named",
    ["const { f = () => 1 } = {} as { f?: () => number }", "f.name"],
    "f",
  ],
  ["empty pattern runs its right side", ["let n = 0; const {} = { x: n++ }", "n"], 1],
  ["two declarations in a line", ["const a = 1, b = a + 1", "b"], 2],
  ["class", ["class A { static n = 1; m() { return A.n } }", "new A().m()"], 1],
  ["class static names itself", ["class A { static a = 2; static b = A.a * 2 }", "A.b"], 4],
  [
    "class declared again",
    ["class A { v = 1 } const a = new A()", "class A { v = 2 }", "a.v + new A().v"],
    3,
  ],
  [
    "class with private and accessors",
    ["class A { #p = 1; get p() { return this.#p } accessor q = 4 }", "new A().p + new A().q"],
    5,
  ],
  [
    "subclass",
    [
      "class A { m() { return 1 } }",
      "class B extends A { override m() { return super.m() + 1 } }",
      "new B().m()",
    ],
    2,
  ],
  ["enum", ["enum E { A, B = 5 }", "E.B + E[0]"], "5A"],
  ["enum again starts anew", ["enum E { A }", "enum E { B }", "Object.keys(E).join()"], "0,B"],
  ["two parts of an enum", ["enum E { A } enum E { B = 1 }", "E.A + E.B"], 1],
  ["constant enum", ["const enum E { A = 3 }", "E.A"], 3],
  [
    "namespace",
    ["namespace N { export const x = 1; export function f() { return x } }", "N.f()"],
    1,
  ],
  [
    "namespace on a function",
    ["function f() { return f.x } namespace f { export let x = 6 }", "f()"],
    6,
  ],
  [
    "decorator",
    [
      "function twice(m: () => number, _: unknown) { return () => 2 * m() } class A { @twice m() { return 4 } }",
      "new A().m()",
    ],
    8,
  ],
  [
    "class decorator",
    [
      "const seen: string[] = []; function d(_: unknown, c: { name: string }) { seen.push(c.name) } @d class A {}",
      "seen[0] + A.name",
    ],
    "AA",
  ],
  [
    "using disposes at the end",
    [
      "const log: string[] = []; { using r = { [Symbol.dispose]() { log.push('d') } }; log.push('u') } log.join()",
    ],
    "u,d",
  ],
  [
    "using at the top",
    [
      "const log: string[] = []",
      "using r = { v: 1, [Symbol.dispose]() { log.push('d') } }; const w = r.v; log.length",
      "log[0] + w",
    ],
    "d1",
  ],
  ["result under using", ["using r = { v: 4, [Symbol.dispose]() {} }; r.v"], 4],
  [
    "generics and satisfies",
    ["function id<T>(x: T): T { return x } id<number>(4) satisfies number"],
    4,
  ],
  [
    "loop variables stay local",
    ["for (let i = 0; i < 3; i++) {} for (const q of [1]) {} typeof i + typeof q"],
    "undefinedundefined",
  ],
  [
    "var in a block joins the top-level one",
    ["var x = 1; if (x) { var x = 2 } for (var x of [3]) {}", "x"],
    3,
  ],
  [
    "var in a loop head with the same name",
    ["var i = 9; for (var i = 0, j = 1; i < 2; i++) {}", "i"],
    2,
  ],
  ["block scope", ["{ let a = 1; function inner() {} } typeof a"], "undefined"],
  [
    "export is dropped",
    [
      "export const a = 1; export function f() { return a + 1 } export class C {} export default a",
      "f()",
    ],
    2,
  ],
  ["export list is dropped", ["const a = 4; export { a }; export type { }", "a"], 4],
  [
    "names of globals",
    [
      "const name = 'n', status = 's', process = 'p', fetch = 'f'",
      "name + status + process + fetch",
    ],
    "nspf",
  ],
  ["name of the scope's parameter", ["const $cell = 3; $cell"], 3],
  ["this is the global object", ["this === globalThis"], true],
  ["strict mode", ["(function () { return this })()"], undefined],
  ["type assertion and non-null", ["const a = <number | undefined>5; a!"], 5],
  [
    "overloads",
    [
      "function f(a: string): string; function f(a: number): number; function f(a: any) { return a }",
      "f(2)",
    ],
    2,
  ],
  [
    "abstract and parameter properties",
    ["abstract class A { constructor(readonly v: number) {} } class B extends A {}", "new B(3).v"],
    3,
  ],
  ["label and break", ["outer: for (const a of [1, 2]) { for (;;) { continue outer } }; 7"], 7],
  ["unicode names", ["const größe = 2, 𝒳 = 3", "größe * 𝒳"], 6],
];

describe("a cell behaves as its text says", () => {
  test.each(behaviours)("%s", (_, cells, result) => {
    const notebook = new Notebook();
    expect(cells.map((cell) => notebook.run(cell)).at(-1)).toEqual(result);
  });
});

const asyncBehaviours: readonly [name: string, cells: readonly string[], result: unknown][] = [
  ["top-level await", ["const a = await Promise.resolve(4); a + 1"], 5],
  ["await in a condition", ["if (await Promise.resolve(true)) { var a = 3 } 1"], 1],
  [
    "for await",
    ["let s = 0; async function* g() { yield 1; yield 2 } for await (const x of g()) s += x; s"],
    3,
  ],
  ["for await without a block", ["let s = 0; for await (const x of [1, 2]) s += x; s"], 3],
  [
    "await using",
    [
      "const log: string[] = []; { await using r = { async [Symbol.asyncDispose]() { log.push('d') } } } log[0]",
    ],
    "d",
  ],
  ["variable of an async cell", ["const a = await 5", "a"], 5],
  ["async function", ["async function f() { return await 3 }", "await f()"], 3],
  [
    "named import",
    ["import { join, sep as s } from 'node:path'; join('a', 'b') + s.length"],
    "a/b1",
  ],
  ["default import", ["import path from 'node:path'; path.basename('/a/b')"], "b"],
  ["namespace import", ["import * as path from 'node:path'; path.basename('/a/b')"], "b"],
  ["default and namespace import", ["import d, * as n from 'node:path'; d === n.default"], true],
  [
    "type imports vanish",
    ["import type { A } from 'nowhere'; import { type B } from 'node:path'; 1"],
    1,
  ],
  [
    "imports come first",
    ["const a = basename('x/y'); import { basename } from 'node:path'; a"],
    "y",
  ],
  ["imports last", ["import { basename } from 'node:path'", "basename('x/z')"], "z"],
  ["dynamic import", ["(await import('node:path')).basename('q/w')"], "w"],
  [
    "the library, by any import",
    [
      "import { a } from 'prism-lab'; import * as p from 'prism-lab'; a + p.a + (await import('prism-lab')).a",
    ],
    3,
  ],
  ["import.meta", ["await 0; import.meta.url"], "file:///notebook.ts"],
];

describe("a cell that waits", () => {
  test.each(asyncBehaviours)("%s", async (_, cells, result) => {
    const notebook = new Notebook();
    notebook.imports[libraryUrl] = { a: 1 };
    let last: unknown;
    for (const cell of cells) last = await notebook.run(cell);
    expect(last).toEqual(result);
  });

  test("only a cell that waits is asynchronous", () => {
    expect(compiled("async () => { await 1 }").isAsync).toBe(false);
    expect(compiled("class A { async m() { await 1 } }").isAsync).toBe(false);
    expect(compiled("import type { A } from 'x'").isAsync).toBe(false);
    expect(compiled("(await 1) + 1").isAsync).toBe(true);
    expect(compiled("await using a = null").isAsync).toBe(true);
    expect(compiled("import 'x'").isAsync).toBe(true);
  });

  test("import equals is a require", () => {
    const notebook = new Notebook({ require: (name: string) => ({ name }) });
    expect(notebook.run("import fs = require('node:fs'); fs.name")).toBe("node:fs");
  });

  test("import attributes are passed on", () => {
    const { js } = compiled("import data from './a.json' with { type: 'json' }");
    expect(js).toContain(`$cell.import('./a.json', { with: { "type": 'json' } })`);
  });

  test("every await reports back, so that a stopped cell does not go on", () => {
    const js = compiled("async function f() { await a; for await (const x of y) z }; await f()").js;
    expect(js.match(/\.resumed\(/g)).toHaveLength(3);
  });
});

describe("a cell that throws", () => {
  test("leaves its names readable and keeps their old values", () => {
    const notebook = new Notebook();
    notebook.run("const a = 1");
    expect(() =>
      notebook.run("const b = 2; const a = (() => { throw new Error('x') })(); const c = 3"),
    ).toThrow("x");
    expect(notebook.run("[a, b, c]")).toEqual([1, 2, undefined]);
    expect(notebook.run("const c = 4; c")).toBe(4);
  });

  test("under `using` keeps old values as well", () => {
    const notebook = new Notebook();
    notebook.run("const a = 1");
    const using = "using r = { [Symbol.dispose]() {} };";
    expect(() => notebook.run(`${using} const a = (() => { throw new Error('x') })()`)).toThrow(
      "x",
    );
    expect(notebook.run("a")).toBe(1);
  });
});

describe("a cell that does not parse", () => {
  const cases: readonly [code: string, number: number, start: number][] = [
    ["const x = ;", 1109, 10],
    ["let a = (1", 1005, 10],
    ["1;\nreturn 5", 1108, 3],
    ["if (true) { return }", 1108, 12],
    ["`abc", 1160, 4],
  ];
  test.each(cases)("%s", (code, number, start) => {
    const result = compileCell(code, { libraryUrl });
    if (result.status === "ok") throw new Error("it compiled");
    expect(result.problems[0]).toMatchObject({ code: number, start });
  });

  test("a return within a function is none of this", () => {
    expect(compileCell("const f = () => { return 1 }", { libraryUrl }).status).toBe("ok");
  });
});

describe("source map", () => {
  /** Where V8 says that the cell threw, mapped back; both 1-based. */
  function thrownAt(code: string): [line: number, column: number] {
    const cell = compiled(code);
    try {
      new Notebook().run(code);
    } catch (error) {
      const place = /\(?cell:(\d+):(\d+)\)?/.exec((error as Error).stack ?? "");
      const map = new SourceMap(JSON.parse(cell.sourceMap));
      const entry = map.findEntry(Number(place?.[1]) - 1, Number(place?.[2]) - 1);
      if ("originalLine" in entry) return [entry.originalLine + 1, entry.originalColumn + 1];
    }
    throw new Error("no position in the cell");
  }

  const cases: readonly [name: string, code: string, place: [number, number]][] = [
    ["first line", "null.x", [1, 6]],
    ["types before it", "const a: Array<number> = []; const b: string = null!.x", [1, 54]],
    [
      "below an interface",
      "interface A {\n  a: number;\n}\n\nconst q: A | null = (null as A | null)!.a as never",
      [5, 41],
    ],
    ["in a function", "function f(n: number) {\n  throw new Error(String(n));\n}\nf(1)", [2, 9]],
    [
      "in a method",
      "class A {\n  private m(): never {\n    throw new Error();\n  }\n  n() { this.m() }\n}\nnew A().n()",
      [3, 11],
    ],
    ["after an enum", "enum E { A }\nE.A; (undefined as any).foo()", [2, 25]],
    ["in the result", "let a = 1;\na; (() => { throw new Error() })()", [2, 19]],
    ["in a pattern", "const { a } = null as any", [1, 9]],
  ];
  test.each(cases)("%s", (_, code, place) => {
    expect(thrownAt(code)).toEqual(place);
  });
});

test("arithmetic of plain numbers needs no type check, all else does", () => {
  const isArithmetic = (code: string): boolean => {
    const result = compileCell(code, { libraryUrl });
    return result.status === "ok" && result.isArithmetic;
  };
  expect(["1+1", "(2 * 3) ** 4;", ""].map(isArithmetic)).toEqual([true, true, true]);
  expect(
    ["a", "'a' * 2", "1n + 1", "let a = 1", "import('x')", "[1] + {}"].some(isArithmetic),
  ).toBe(false);
});
