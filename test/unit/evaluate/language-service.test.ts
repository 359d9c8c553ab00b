import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plain } from "../../wire/evaluate-process.js";
import { names, notebookFolder, Session } from "./language-session.js";

const { cwd, remove } = notebookFolder();
let session: Session;

beforeAll(() => {
  session = new Session(cwd);
  session.warmUp();
}, 60_000);
afterAll(remove);

describe("types across cells", () => {
  const cases: readonly [name: string, cells: readonly string[], error: string | undefined][] = [
    ["variable", ["let a = 1", "a.toFixed(2)"], undefined],
    ["wrong use of a variable", ["let b = 1", "b.length"], "TypeError (TS2339)"],
    ["assignment", ["let c = 1", "c = 2"], undefined],
    ["wrong assignment", ["let d = 1", "d = 'x'"], "TypeError (TS2322)"],
    ["assignment to a constant", ["const e = 1", "e = 1"], "TypeError (TS2588)"],
    ["declared again", ["const f = 1", "const f = 'x'", "f.length"], undefined],
    ["function", ["function g(n: number) { return String(n) }", "g(1).length"], undefined],
    ["wrong argument", ["function h(n: number) {}", "h('x')"], "TypeError (TS2345)"],
    [
      "class as type and value",
      ["class K<T> { v?: T }", "const k: K<number> = new K(); k.v = 1"],
      undefined,
    ],
    ["enum", ["enum E { A }", "const ee: E = E.A; ee"], undefined],
    ["interface", ["interface I { a: number }", "const i: I = { a: 'x' }"], "TypeError (TS2322)"],
    ["type with parameters", ["type U<T> = T[]", "const u: U<string> = ['x']"], undefined],
    [
      "namespace",
      [
        "namespace N { export const x = 1; export interface Y { z: string } }",
        "const y: N.Y = { z: String(N.x) }",
      ],
      undefined,
    ],
    ["import", ["import { join } from 'node:path'", "join('a').length"], undefined],
    [
      "namespace import",
      ["import * as path from 'node:path'", "path.nothing"],
      "TypeError (TS2339)",
    ],
    [
      "type of an import",
      ["import type { Stats } from 'node:fs'", "let s: Stats | undefined; s?.size"],
      undefined,
    ],
    [
      "constant and type of one name",
      ["const M = 1; type M = typeof M", "const m: M = M; m"],
      undefined,
    ],
    [
      "destructured",
      ["const { p, q: [r] } = { p: 1, q: ['x'] }", "p.toFixed() + r.length"],
      undefined,
    ],
    [
      "unique symbol",
      ["const sym = Symbol(); const o = { [sym]: 4 }", "o[sym].toFixed()"],
      undefined,
    ],
    [
      "narrowed constant",
      ["const w = Math.random() > 2 ? 'a' : undefined", "if (w) [1].map(() => w.length)"],
      undefined,
    ],
    ["top-level await", ["const v = await Promise.resolve(3)", "v.toFixed()"], undefined],
    ["using", ["using res = { [Symbol.dispose]() {} }"], undefined],
    [
      "implicit any is allowed",
      ["function anything(a, b) { return a.x + b }", "anything(1, 2)"],
      undefined,
    ],
    ["strict null checks", ["[1].find((x) => x > 1).toFixed()"], "TypeError (TS2532)"],
    [
      "global augmentation",
      ["declare global { interface Array<T> { firstOne(): T } }", "[1].firstOne().toFixed()"],
      undefined,
    ],
    ["Node's globals", ["Buffer.from('a').length + process.pid + performance.now()"], undefined],
    ["no browser globals", ["document.title"], "TypeError (TS2584)"],
    [
      "types of the library without an import",
      ["let l: prism.Lattice = prism.Lattice.cubic(5)"],
      undefined,
    ],
    ["library without an import", ["prism.Lattice.cubic(5).volume.toFixed()"], undefined],
    ["wrong use of the library", ["prism.Lattice.cubic('5')"], "TypeError (TS2345)"],
    [
      "imported library",
      ["import { Lattice } from 'prism-lab'; const l: Lattice = prism.Lattice.cubic(5)"],
      undefined,
    ],
    [
      "display",
      ["const h = await display(5); await h.update(6); display.html(5)"],
      "TypeError (TS2345)",
    ],
    [
      "package beside the notebook",
      ["import { near } from 'nearby'; near('x')"],
      "TypeError (TS2345)",
    ],
    [
      "file beside the notebook",
      ["import { local } from './local.ts'; local.length"],
      "TypeError (TS2339)",
    ],
    ["missing package", ["await import('nowhere')"], "TypeError (TS2307)"],
    ["return", ["return 1"], "SyntaxError (TS1108)"],
    ["syntax", ["const ="], "SyntaxError (TS1134)"],
  ];
  test.each(cases)("%s", (_, cells, error) => {
    expect(cells.map((cell) => session.problem(cell)).at(-1)).toBe(error);
  });

  test("a type that was imported by a value import is no error", () => {
    expect(session.problem("import { Lattice, LatticeParameters } from 'prism-lab'")).toBe(
      undefined,
    );
  });
});

describe("a cell with errors", () => {
  test("shows line, source and carets", () => {
    session.run("const good = 1");
    const result = session.run("const fine = 2;\nlet wide: number = 'a';\ngood.foo");
    if (result.status === "ok") throw new Error("it passed");
    expect(result.evalue).toBe("Type 'string' is not assignable to type 'number'.");
    const label = /cell \[\d+\]/.exec(plain(result.traceback.join("\n")))?.[0];
    expect(plain(result.traceback.join("\n"))).toBe(
      [
        "TypeError (TS2322): Type 'string' is not assignable to type 'number'.",
        `    at ${label}:2:5`,
        "    2 | let wide: number = 'a';",
        "      |     ^^^^",
        "TypeError (TS2339): Property 'foo' does not exist on type '1'.",
        `    at ${label}:3:6`,
        "    3 | good.foo",
        "      |      ^^^",
      ].join("\n"),
    );
  });

  test("says what is missing: an await, or the library's name in front", () => {
    session.run("const coming = Promise.resolve([1])");
    const forgotten = session.run("coming.length");
    expect(forgotten).toMatchObject({ evalue: expect.stringMatching(/forget to use 'await'/) });
    const bare = session.run("spaceGroup(1)");
    expect(bare).toMatchObject({
      evalue: "Cannot find name 'spaceGroup'. Did you mean 'prism.spaceGroup'?",
    });
    expect(session.run("runtime.stats()")).toMatchObject({
      evalue: "Cannot find name 'runtime'. Did you mean 'prism.Runtime.shared'?",
    });
    expect(session.problem("nowhere")).toBe("TypeError (TS2304)");
  });

  test("says how a text in a variable becomes the text that is wanted", () => {
    session.run("function relax(how: { method: 'fire' | 'bfgs'; steps?: number }) {}");
    const inVariable = session.run("const how = { method: 'fire' }; relax(how)");
    expect(inVariable).toMatchObject({ evalue: expect.stringMatching(/\nhint: .* `as const` /) });
    for (const other of ["relax({ method: 'fire', steps: 'a' })", "Math.cos('a')"]) {
      const result = session.run(other);
      expect(result).toMatchObject({ evalue: expect.not.stringContaining("hint") });
    }
    const fixed = "const how = { method: 'fire' as const }; relax(how)";
    expect(session.problem(fixed)).toBe(undefined);
  });

  test("lets a caught error be read", () => {
    expect(session.problem("try { JSON.parse('{') } catch (e) { e.code }")).toBe(undefined);
  });

  test("leaves the names of earlier cells as they were", () => {
    session.run("const steady = 'text'");
    expect(session.problem("const steady = 1; const other: string = 1")).toBe("TypeError (TS2322)");
    expect(session.problem("steady.length")).toBe(undefined);
    expect(session.problem("other")).toBe("TypeError (TS2304)");
  });

  test("warns and runs, or is not looked at", () => {
    const warned = session.run("let warned: number = 'a'", "warn");
    if (warned.status === "error") throw new Error(warned.evalue);
    expect(plain(warned.warnings)).toContain("TS2322");
    const off = session.run("let unchecked: number = 'a'", "off");
    expect(off).toMatchObject({ status: "ok", warnings: "" });
    expect(session.problem("unchecked.toFixed()")).toBe(undefined);
  });

  test("lists no more than ten", () => {
    const result = session.run("let t: number;\n".concat("t = 'x';\n".repeat(15)));
    if (result.status === "ok") throw new Error("it passed");
    expect(result.traceback.filter((line) => line.includes("TS2322"))).toHaveLength(10);
    expect(plain(result.traceback.at(-1) ?? "")).toBe("... and 5 more");
  });

  test("is reported for an expression without stopping the cell", () => {
    const request = { serial: 9000, executionCount: 1, typecheck: "error" as const };
    const { prepared: result } = session.language.prepare({
      ...request,
      code: "1",
      expressions: { a: "1 +", b: "2" },
    });
    if (result.status === "error") throw new Error(result.evalue);
    expect(result.expressions).toMatchObject({ a: { status: "error" }, b: { hasResult: true } });
  });
});

describe("completion", () => {
  beforeEach(() => {
    session.run("interface Atom { element: string; mass: number }\nconst atomList: Atom[] = []");
    session.run("function atomCount(list: Atom[]): number { return list.length }");
  });

  test("of members, with their types", () => {
    const found = session.complete("atomList[0].ma");
    expect(found).toEqual({
      matches: [{ text: "mass", type: "property", signature: "(property) Atom.mass: number" }],
      start: 12,
      end: 14,
    });
  });

  test("of names of earlier cells, latest first", () => {
    const found = session.complete("const 𝒳 = 1; ato");
    expect(found.matches.slice(0, 2)).toEqual([
      {
        text: "atomCount",
        type: "function",
        signature: "function atomCount(list: Atom[]): number",
      },
      { text: "atomList", type: "const", signature: "const atomList: Atom[]" },
    ]);
    expect(found).toMatchObject({ start: 14, end: 17 });
  });

  test("of globals, and of names before anything is typed", () => {
    expect(names(session.complete("Mat"))).toEqual(["Math"]);
    expect(names(session.complete(""))).toContain("atomList");
    expect(names(session.complete("math"))).toEqual(["Math"]);
  });

  test("of the library", () => {
    expect(names(session.complete("prism.Lat"))).toEqual(["Lattice"]);
    expect(names(session.complete("display.ht"))).toEqual(["html"]);
    const all = session.complete("prism.").matches;
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ signature }) => signature === undefined)).toEqual([]);
  });

  test("without what it keeps to itself", () => {
    const found = names(session.complete("prism.Runtime.shared.all([])."));
    expect(found).toEqual(expect.arrayContaining(["cancel", "pipe", "progress", "record"]));
    for (const own of ["fail", "measure", "stop", "succeed"]) expect(found).not.toContain(own);
    expect(names(session.complete("prism.Runtime.o"))).toEqual([]);
  });

  test("with the members of every function behind those of this one", () => {
    const found = names(session.complete("display."));
    expect(found.indexOf("svg")).toBeLessThan(found.indexOf("apply"));
  });

  test("of strings that an option takes", () => {
    const found = session.complete('const o: { w: "CuKa1" | "CuKa2" } = { w: "Cu');
    expect(names(found)).toEqual(["CuKa1", "CuKa2"]);
  });

  test("of modules", () => {
    expect(names(session.complete('import "node:fs/'))).toEqual(["promises"]);
    expect(names(session.complete('import "./lo'))).toEqual(["local.ts"]);
    expect(names(session.complete('import "./'))).not.toContain(".prism-cell.mts");
  });

  test("where there is nothing", () => {
    expect(session.complete("// text ")).toMatchObject({ matches: [] });
  });
});

describe("messages name no path of this machine", () => {
  function message(...cells: readonly string[]): string {
    const fresh = new Session(cwd);
    const last = cells.map((code) => fresh.run(code)).at(-1);
    return last?.status === "error" ? `${last.evalue}\n${plain(last.traceback.join("\n"))}` : "";
  }
  const cases: readonly [cells: readonly string[], said: string][] = [
    [
      ["prism.symetry"],
      "Property 'symetry' does not exist on type 'typeof prism'. Did you mean 'symmetry'?",
    ],
    [
      ["let l: prism.Lattise"],
      "'prism' has no exported member named 'Lattise'. Did you mean 'Lattice'?",
    ],
    [
      ["import * as p from 'prism-lab'; p.shwo"],
      "Property 'shwo' does not exist on type 'typeof import(\"prism-lab\")'.",
    ],
    [
      ["class A { a = 1 }\nconst one = new A()", "class A { a = '' }\nconst two: A = one"],
      "Type 'earlier A' is not assignable to type 'A'.",
    ],
    [["import * as l from './local.ts'; l.none"], "type 'typeof import(\"./local\")'"],
    [["import * as n from 'nearby'; n.none"], "type 'typeof import(\"nearby\")'"],
  ];
  test.each(cases)("%j", (cells, said) => {
    const text = message(...cells);
    expect(text).toContain(said);
    expect(text).not.toMatch(/resolution-mode|notebook-globals|src\/index/);
    expect(text).not.toContain(cwd);
  });

  test("and what to do about an import that leads nowhere", () => {
    expect(message("import x from '@some/where/else'")).toContain("npm install @some/where\n");
    expect(message("import x from './nowhere.js'")).toContain("check the path");
    expect(message("import x from 'local'")).toContain('did you mean "./local"?');
    writeFileSync(join(cwd, "rows.csv"), "a,b\n");
    expect(message("import x from './rows.csv'")).toContain("read it with node:fs");
  });

  test("nor do hovers and completions", () => {
    const text = String(session.language.inspect("prism", 5, 0).data["text/plain"]);
    expect(text).toMatch(/^namespace prism\n\nThe crystallography library/);
    expect(session.complete("pris").matches).toMatchObject([
      { text: "prism", type: "namespace", signature: "namespace prism" },
    ]);
  });
});

describe("inspection", () => {
  beforeEach(() => {
    session.run(
      "/** Adds one.\n * @param n a number */\nfunction plusOne(n: number): number { return n + 1 }",
    );
  });

  function inspect(code: string, cursor: number = code.length, level: 0 | 1 = 0): string {
    return String(session.language.inspect(code, cursor, level).data["text/plain"]);
  }

  test("of a name of an earlier cell, with its documentation", () => {
    expect(inspect("plusOne(3)", 2)).toBe(
      "function plusOne(n: number): number\n\nAdds one.\n\n@param n a number",
    );
    expect(session.language.inspect("plusOne", 7, 0).data["text/markdown"]).toContain(
      "```typescript",
    );
  });

  test("with each tag in a paragraph of its own", () => {
    session.run(
      "/** @throws if cold\n * @example warm(1) */\nfunction warm(n: number) { return n }",
    );
    expect(inspect("warm", 2)).toContain("@throws if cold\n\n@example warm(1)");
  });

  test("of the function whose arguments are typed", () => {
    expect(inspect("plusOne(")).toContain("Adds one.");
    expect(inspect("Math.max(1, ")).toContain("Math.max");
  });

  test("with the source on request", () => {
    expect(inspect("plusOne", 3, 1)).toContain("return n + 1");
  });

  test("of nothing", () => {
    expect(session.language.inspect("nobody", 3, 0)).toEqual({ found: false, data: {} });
    expect(session.language.inspect("", 0, 0)).toEqual({ found: false, data: {} });
  });
});

describe("completeness", () => {
  const cases: readonly [code: string, status: string, indent: string][] = [
    ["", "complete", ""],
    ["1 + 1", "complete", ""],
    ["if (a) {}", "complete", ""],
    ["declare function f(): void", "complete", ""],
    ["if (a) {", "incomplete", "  "],
    ["function f() {\n  if (a) {", "incomplete", "    "],
    ["class A {\n  m() {\n  }", "incomplete", "  "],
    ["f({", "incomplete", "  "],
    ["[1,\n2", "incomplete", "  "],
    ["const x =", "incomplete", ""],
    ["1 +", "incomplete", ""],
    ["x.", "incomplete", ""],
    ["for (const a of b)", "incomplete", ""],
    ["function f()", "incomplete", ""],
    ["@decorated", "incomplete", ""],
    ["`abc", "incomplete", ""],
    ["/* abc", "incomplete", ""],
    ['"abc', "incomplete", ""],
    ["a b", "invalid", ""],
    ["}", "invalid", ""],
    ["const x = )", "invalid", ""],
    ["return 1;\n", "invalid", ""],
    ["if (a b) {", "invalid", ""],
  ];
  test.each(cases)("%j is %s", (code, status, indent) => {
    expect(session.language.isComplete(code)).toEqual({ status, indent });
  });
});

describe("a long notebook", () => {
  const median = (of: number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1]!;

  test("whose cells build on each other stays quick to check", { timeout: 120_000 }, () => {
    const fresh = new Session(cwd);
    fresh.run(
      "let chain0 = 1; const box0 = { n: 1, list: ['a'] }; const cell0 = prism.Lattice.cubic(5)",
    );
    const times: number[] = [];
    for (let i = 1; i <= 150; i++) {
      const start = performance.now();
      const code = `let chain${i} = chain${i - 1} + 1; const box${i} = { ...box${i - 1}, n: chain${i} }; const cell${i} = prism.Lattice.cubic(cell${i - 1}.volume)`;
      expect(fresh.run(code).status).toBe("ok");
      times.push(performance.now() - start);
    }
    expect(median(times.slice(-30))).toBeLessThan(2 * median(times.slice(10, 40)) + 5);
  });

  test("keeps a type whose name a later cell gives to something else", () => {
    session.run("const pairs = new Map([['a', 1]])");
    session.run("class Map { mine = 1 }");
    expect(session.problem("new Map().mine + pairs.get('a')!")).toBe(undefined);
    session.run("const Map = globalThis.Map");
  });

  const types: readonly [declaration: string, use: string, wrong: string][] = [
    ["let v1: string | undefined = undefined", "v1?.length", "v1.length"],
    ["const v2 = [{ a: 1, 'b c': [true] }]", "v2[0].a + String(v2[0]['b c'][0])", "v2[0].b"],
    ["const v3 = new Map([['a', new Float64Array(2)]])", "v3.get('a')?.fill(1)", "v3.get(1)"],
    ["const v4 = prism.Lattice.cubic(5)", "v4.volume.toFixed()", "v4.volum"],
    ["const v5 = Promise.resolve({ deep: 1 })", "(await v5).deep.toFixed()", "v5.deep"],
    ["const v6 = { m() { return 1 }, n: 2 }", "v6.m() + v6.n", "v6.m().x"],
    ["enum V7 { A, B }; const v7 = V7.B; let w7 = v7", "w7 === V7.B", "w7.x"],
    ["const v8 = [1, 'a'] as const", "v8[1].length", "v8[0].length"],
    ["let v9 = [];", "v9.push(1); v9.length", "v9.nothing"],
    [
      "interface V10 { a: number }; const v10: V10[] = []; let w10 = v10[0]",
      "w10.a.toFixed()",
      "w10.b",
    ],
    ["const v11: Record<string, number> = {}", "v11.any.toFixed()", "v11.any.x"],
    ["const v12 = (n: number) => String(n)", "v12(1).length", "v12('a')"],
    [
      "const v13 = 5n, w13 = /x/g, x13 = new Date(), y13 = null, z13 = true",
      "w13.test(String(v13) + x13.getTime() + y13 + z13)",
      "x13.nothing",
    ],
    [
      "class V14 { #p = 1; get p() { return this.#p } }; const v14 = new V14()",
      "const again: V14 = v14; again.p.toFixed()",
      "v14.q",
    ],
    ["const v15: { readonly a?: number } = {}", "(v15.a ?? 1).toFixed()", "v15.a.toFixed()"],
    [
      "type V16<T> = { value: T }; const v16: V16<number> = { value: 1 }",
      "v16.value.toFixed()",
      "v16.value.x",
    ],
  ];
  test.each(types)("keeps the type of %s", (declaration, use, wrong) => {
    expect(session.problem(declaration)).toBe(undefined);
    expect(session.problem(use)).toBe(undefined);
    expect(session.problem(wrong)).toMatch(/^TypeError/);
  });
});
