import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

/** Cells of one notebook in order; the value is the result of the last, as plain text. */
const behaviours: readonly [name: string, cells: readonly string[], result: string][] = [
  ["top-level await", ["const later = await Promise.resolve(4)", "later + 1"], "5"],
  [
    "for await",
    ["let total = 0; for await (const n of [1, Promise.resolve(2)]) total += n; total"],
    "3",
  ],
  [
    "an async iterator",
    [
      "async function* steps() { yield 1; yield 2 }",
      "const seen: number[] = []; for await (const n of steps()) seen.push(n); seen",
    ],
    "[ 1, 2 ]",
  ],
  [
    "a generator with a return",
    [
      "function* g(): Generator<number, string, boolean> { const x = yield 1; return x ? 'yes' : 'no' }",
      "const it = g(); it.next(); it.next(true).value",
    ],
    "'yes'",
  ],
  [
    "using belongs to the cell",
    [
      "const log: string[] = []; class R { [Symbol.dispose]() { log.push('closed') } }",
      "using r = new R(); log.push('used'); log.join()",
      "log.join()",
    ],
    "'used,closed'",
  ],
  [
    "using in a block",
    [
      "const log2: string[] = []; { using a = { [Symbol.dispose]() { log2.push('a') } }; using b = { [Symbol.dispose]() { log2.push('b') } } } log2.join()",
    ],
    "'b,a'",
  ],
  [
    "await using",
    [
      "const log3: string[] = []",
      "await using c = { async [Symbol.asyncDispose]() { await null; log3.push('c') } }; log3.length",
      "log3.join()",
    ],
    "'c'",
  ],
  [
    "using when the cell throws",
    [
      "const log4: string[] = []",
      "try { using d = { [Symbol.dispose]() { log4.push('d') } }; throw new Error('x') } catch {}",
      "log4.join()",
    ],
    "'d'",
  ],
  [
    "method decorators",
    [
      "function twice(m: () => number, _: ClassMethodDecoratorContext) { return function (this: unknown) { return 2 * m.call(this) } } class D { n = 4; @twice m() { return this.n } }",
      "new D().m()",
    ],
    "8",
  ],
  [
    "class and field decorators",
    [
      "const order: string[] = []; function cls(_: unknown, c: ClassDecoratorContext) { order.push('c' + String(c.name)) } function field(_: undefined, c: ClassFieldDecoratorContext) { order.push('f' + String(c.name)); return (v: number) => v + 1 } @cls class E { @field x = 1 }",
      "order.join() + new E().x",
    ],
    "'fx,cE2'",
  ],
  ["enum", ["enum Axis { X, Y = 4, Z }", "[Axis.Z, Axis[4]]"], "[ 5, 'Y' ]"],
  ["enum of text", ["enum Word { Up = 'UP' }", "const w: Word = Word.Up; w"], "'UP'"],
  ["const enum", ["const enum Flag { A = 1, B = A << 1 }", "Flag.A | Flag.B"], "3"],
  [
    "namespace",
    [
      "namespace Geo { export const r = 2; export namespace Inner { export const q = 3 } }",
      "Geo.r * Geo.Inner.q",
    ],
    "6",
  ],
  [
    "two parts of a namespace in a cell",
    ["namespace Two { export const a = 1 } namespace Two { export const b = 2 }", "Two.a + Two.b"],
    "3",
  ],
  [
    "a namespace again starts anew",
    [
      "namespace Anew { export const a = 1 }",
      "namespace Anew { export const b = 2 }",
      "Object.keys(Anew).join()",
    ],
    "'b'",
  ],
  [
    "generics",
    [
      "function first<T extends readonly unknown[]>(of: T): T[0] { return of[0] } class Box<T> { constructor(readonly value: T) {} map<U>(f: (v: T) => U) { return new Box(f(this.value)) } }",
      "new Box(first([3])).map((n) => n * 2).value",
    ],
    "6",
  ],
  [
    "abstract classes",
    [
      "abstract class Shape { abstract area(): number; twice() { return 2 * this.area() } } class Square extends Shape { area() { return 4 } }",
      "new Square().twice()",
    ],
    "8",
  ],
  [
    "private fields, static blocks, accessors",
    [
      "class P { static #count = 0; static { P.#count = 5 } #v = 1; get v() { return this.#v } set v(x) { this.#v = x } accessor w = 2; static count() { return P.#count } has(o: object) { return #v in o } }",
      "const p = new P(); p.v = 7; [p.v, p.w, P.count(), p.has(p)]",
    ],
    "[ 7, 2, 5, true ]",
  ],
  [
    "overloads",
    [
      "function over(a: string): string; function over(a: number): number; function over(a: string | number) { return a }",
      "[over(2), over('x')]",
    ],
    "[ 2, 'x' ]",
  ],
  [
    "satisfies",
    ["const conf = { a: 1 } satisfies Record<string, number>", "conf.a.toFixed(1)"],
    "'1.0'",
  ],
  [
    "parameter properties",
    [
      "class Q { constructor(readonly a: number, private b = 2) {} sum() { return this.a + this.b } }",
      "new Q(1).sum()",
    ],
    "3",
  ],
  [
    "destructuring with defaults",
    [
      "const { a: da = 1, b: [db = 2, ...dr] = [], ...rest } = { b: [undefined, 5, 6], z: 9 } as { a?: number; b?: (number | undefined)[]; z: number }",
      "[da, db, dr.length, rest.z]",
    ],
    "[ 1, 2, 2, 9 ]",
  ],
  [
    "labelled loops",
    [
      "let hits = 0; outer: for (let i = 0; i < 3; i++) { for (;;) { hits++; if (i < 2) continue outer; break outer } } hits",
    ],
    "3",
  ],
  ["a label of a block", ["lab: { if (hits) break lab } 'out'".replace("hits", "1")], "'out'"],
  [
    "var in blocks and loops",
    [
      "if (true) { var inBlock = 1 } for (var inLoop = 0; inLoop < 2; inLoop++) {} [inBlock, inLoop]",
    ],
    "[ 1, 2 ]",
  ],
  [
    "getters and setters of objects",
    [
      "const go = { _v: 1, get v() { return this._v }, set v(x: number) { this._v = x * 2 } }; go.v = 4; go.v",
    ],
    "8",
  ],
  [
    "symbols as keys",
    [
      "const key: unique symbol = Symbol('k'); const ko = { [key]: 3, [Symbol.toStringTag]: 'T' }",
      "[ko[key], String(ko)]",
    ],
    "[ 3, '[object T]' ]",
  ],
  ["names outside ASCII", ["const größe = 2, 𝒳 = 3, \\u0061bc = 4", "größe * 𝒳 + abc"], "10"],
  ["byte order mark", ["\uFEFFconst bom = 1; bom"], "1"],
  ["carriage returns", ["const crlf = 1;\r\n// note\r\ncrlf +\r\n1"], "2"],
  ["a hash-bang line", ["#!/usr/bin/env node\nconst bang = 1; bang"], "1"],
  ["object literal in parentheses", ["({ a: 1 })"], "{ a: 1 }"],
  ["class expression", ["(class Named { static n = 2 }).n"], "2"],
  ["comma", ["1, 2, 3"], "3"],
  ["awaited result", ["await Promise.resolve({ a: 1 })"], "{ a: 1 }"],
  ["an assignment, which shows nothing", ["let assigned; assigned = 5"], ""],
  ["an assignment in parentheses", ["let between; (between ??= 5)"], "5"],
  [
    "template and tagged template",
    [
      `const tag = (s: TemplateStringsArray, ...v: unknown[]) => s.raw.join('|') + v.length; tag\`a\${1}\\n\${2}\``,
    ],
    "'a|\\\\n|2'",
  ],
  ["regular expressions", ["/(?<y>\\d{4})/u.exec('in 1912')?.groups?.y"], "'1912'"],
  ["big integers and separators", ["2n ** 64n + 1_000n"], "18446744073709552616n"],
  [
    "optional chains and nullish assignment",
    ["let maybe: { a?: { b: number } } | undefined; maybe ??= {}; maybe.a?.b ?? 'none'"],
    "'none'",
  ],
  [
    "export of all kinds",
    [
      "export const ex = 1; export function ef() { return ex } export class EC {} export default ex; export { ex as other }; export type ET = number",
      "ef()",
    ],
    "1",
  ],
  [
    "import equals of a namespace",
    [
      "namespace Long { export namespace Name { export const v = 6 } }",
      "import Short = Long.Name; Short.v",
    ],
    "6",
  ],
  [
    "a function in a block",
    ["{ function inner() { return 1 } var fromBlock = inner() } fromBlock"],
    "1",
  ],
  [
    "switch, do, comma in for",
    [
      "let sw = ''; for (let i = 0, j = 3; i < j; i++, j--) switch (i) { case 0: sw += 'a'; break; default: sw += 'b' } do { sw += 'c' } while (sw.length < 4); sw",
    ],
    "'abcc'",
  ],
  [
    "mutual recursion across cells",
    [
      "function isOdd(n: number): boolean { return n === 0 ? false : isEven(n - 1) } function isEven(n: number): boolean { return n === 0 || isOdd(n - 1) }",
      "function isEven(n: number): boolean { return n === 0 ? true : isOdd(n - 1) }",
      "isOdd(7)",
    ],
    "true",
  ],
  [
    "a closure over a loop variable",
    [
      "const fs = [0, 1].map((i) => () => i); for (let i = 5; i < 7; i++) fs.push(() => i); fs.map((f) => f())",
    ],
    "[ 0, 1, 5, 6 ]",
  ],
];

/** Each kind of declaration, each again as every other kind. */
const kinds: readonly [kind: string, declaration: string, use: string, result: string][] = [
  ["let", "let again = 1", "again", "1"],
  ["const", "const again = 'c'", "again", "'c'"],
  ["var", "var again = true", "again", "true"],
  ["function", "function again() { return 2 }", "again()", "2"],
  ["async function", "async function again() { return 3 }", "await again()", "3"],
  ["generator", "function* again() { yield 4 }", "[...again()]", "[ 4 ]"],
  ["class", "class again { v = 5 }", "new again().v", "5"],
  ["enum", "enum again { A = 6 }", "again.A", "6"],
  ["namespace", "namespace again { export const v = 7 }", "again.v", "7"],
  ["import", "import { sep as again } from 'node:path'", "again", "'/'"],
  ["pattern", "const [again] = [8]", "again", "8"],
  ["interface", "interface again { v: 9 }", "({ v: 9 } satisfies again).v", "9"],
  ["type", "type again = 10", "(10 as again)", "10"],
];

for (const mode of ["error", "off"] as const) {
  describe(`under %typecheck ${mode}`, () => {
    beforeAll(async () => {
      await kernel.run(`%typecheck ${mode}`);
    });

    async function resultOf(cell: string): Promise<string> {
      const { outcome, result } = await kernel.show(cell);
      expect(traceback(outcome)).toBe("");
      return result;
    }

    test.each(behaviours)("%s", async (_, cells, result) => {
      let last = "";
      for (const cell of cells) last = await resultOf(cell);
      expect(last).toBe(result);
    });

    test.each(kinds)(
      "%s is declared again as everything else",
      async (_, declaration, use, result) => {
        for (const [, other] of kinds) {
          await resultOf(other);
          await resultOf(declaration);
          expect(await resultOf(use)).toBe(result);
        }
      },
    );

    test("closures see what a name is declared as later", async () => {
      await resultOf(
        "let live: number | string = 1; const read = () => live; class Holder { get live() { return live } }; const holder = new Holder()",
      );
      for (const [declaration, seen] of [
        ["const live = 'c'", "'c'"],
        ["enum live { A }; const one = live.A", "{ '0': 'A', A: 0 }"],
        ["class live {}", "[class live]"],
      ] as const) {
        await resultOf(declaration);
        expect(await resultOf("read()")).toBe(seen);
        expect(await resultOf("holder.live")).toBe(seen);
      }
    });

    test("long cells and large literals", { timeout: 120_000 }, async () => {
      const numbers = Array.from({ length: 5000 }, (_, i) => i).join(", ");
      expect(await resultOf(`const large = [${numbers}]; large.length`)).toBe("5000");
      const objects = Array.from({ length: 5000 }, (_, i) => `{ id: ${i}, name: "n${i}" }`).join(
        ",\n",
      );
      expect(await resultOf(`const rows = [${objects}]; rows[4999].name`)).toBe("'n4999'");
      const lines = Array.from({ length: 3000 }, (_, i) => `let line${i} = ${i} + 1; // note`).join(
        "\n",
      );
      expect(await resultOf(`${lines}\nline2999`)).toBe("3000");
      const deep = `${"[".repeat(300)}1${"]".repeat(300)}`;
      expect(await resultOf(`const nested: unknown = ${deep}; Array.isArray(nested)`)).toBe("true");
      const sum = Array.from({ length: 1000 }, () => "1").join(" + ");
      expect(await resultOf(`let many = 0; many = ${sum} + many; many`)).toBe("1000");
    });

    const refused: readonly [name: string, cell: string, said: RegExp][] = [
      [
        "return at the top",
        "1;\nreturn 5",
        /^SyntaxError \(TS1108\): A 'return' statement can only/,
      ],
      ["break outside a loop", "1;\nbreak;", /SyntaxError.*(?:break|Illegal|jump)/i],
      ["continue outside a loop", "if (1) { continue }", /SyntaxError.*(?:continue|Illegal|jump)/i],
      ["an unknown label", "for (;;) { break nowhere }", /SyntaxError.*(?:nowhere|label)/i],
      ["JSX", "const page = <b>x</b>;", /JSX is not supported/],
      ["JSX that closes itself", "const page = <Page a={1} />;", /JSX is not supported/],
      ["with", "with ({}) {}", /SyntaxError.*(?:with|strict)/i],
      ["octal numbers", "010", /SyntaxError.*[oO]ctal/],
      ["delete of a name", "let del = 1; delete del", /SyntaxError.*(?:delete|strict)/i],
      ["await in a function that is not async", "function f() { await 1 }", /SyntaxError.*await/i],
      ["yield outside a generator", "yield 1", /SyntaxError/],
      ["super outside a method", "super.x", /Error.*super/i],
    ];
    test.each(refused)("refuses %s and says why", async (_, cell, said) => {
      const { outcome } = await kernel.show(cell);
      expect(outcome.status).toBe("error");
      expect(traceback(outcome).split("\n")[0]).toMatch(said);
      expect(traceback(outcome)).toMatch(/at cell \[\d+\]:\d+:\d+/);
    });

    test("an error in strict mode names its line", async () => {
      const { outcome } = await kernel.show("%typecheck off\n\nundeclaredAnywhere = 1");
      expect(traceback(outcome)).toMatch(
        /^ReferenceError: undeclaredAnywhere is not defined\n {4}at cell \[\d+\]:3:/,
      );
      await kernel.run(`%typecheck ${mode}`);
      const frozen = await kernel.show(
        "const ice: { a: number } = Object.freeze({ a: 1 }) as { a: number };\nice.a = 2",
      );
      expect(traceback(frozen.outcome)).toMatch(
        /^TypeError: Cannot assign to read only property 'a'[^\n]*\n {4}at cell \[\d+\]:2:/,
      );
    });
  });
}
