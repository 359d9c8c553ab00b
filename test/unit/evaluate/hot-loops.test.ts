import { describe, expect, test } from "vitest";
import { seeded } from "../../wire/seeded.js";
import { Notebook } from "./notebook.js";

const declarations = "let s = 0.5, n = 7, k = 0; const a = new Float64Array([1.5, 2, -3, 0.25]);";

/** The notebook after a loop, and how many loops ran on copies. */
function stateAfter(cells: readonly string[]): { values: unknown; hotLoops: number } {
  const notebook = new Notebook();
  let error: unknown;
  for (const cell of cells) {
    try {
      notebook.run(cell);
    } catch (thrown) {
      error = String(thrown);
    }
  }
  const { hotLoops } = notebook;
  return {
    values: { state: notebook.run("[typeof s === 'object' ? 'object' : s, n, k, ...a]"), error },
    hotLoops,
  };
}

/** A block of its own hides a loop from the compiler: it runs on the variables themselves. */
function expectSame(loop: string): number {
  const hot = stateAfter([declarations, loop]);
  const plain = stateAfter([declarations, `{ ${loop} }`]);
  expect(plain.hotLoops).toBe(0);
  expect(hot.values).toEqual(plain.values);
  return hot.hotLoops;
}

const arithmetic: readonly string[] = [
  "for (let i = 0; i < 10; i++) s += i * 0.5;",
  "for (k = 0; k < n; k++) s = s * 1.5 - k;",
  "while (s < 100) { s *= 2; k++; }",
  "do { s -= 0.25; ++k; } while (s > -3);",
  "for (let i = 0, j = 10; i < j; i++, j--) { if (i % 2 === 0) continue; s += i ** j; if (s > 1e6) break; }",
  "outer: for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) { if (j === i) continue outer; if (i === 4) break outer; k += j; }",
  "for (let i = 0; i < a.length; i++) { s += a[i]; a[i] *= 2; }",
  "for (let i = -1; i < 6; i++) s += a[i] > 0 ? 1 : 2;",
  "for (let i = 0; i < 4; i++) a[i] = Math.max(a[i], Math.sqrt(i) * Math.PI, s++);",
  "for (let i = 0; i < 3; i++) { const t = k++ + 1; let u = t * 2; u += --n; s += u; }",
  "for (let i = 0; i < 3; i++) s = (k = i, n = k + 1) * 2;",
  "for (let i = 0; i < 3; i++) { const s = i; k += s; }",
  "for (let i = 0; i < 5; i++) { s = 0 / (i - 2); k = -0 * i; }",
  "for (let i = 0; i < 5; i++) { n = k-- - i; s = n-- + +k; }",
  "for (let s = 0; s < 3; s++) k += s;",
  "for (let i = 0; !(i >= 3) && (k < 100 || s); i++) k = ~k ^ (i << 3) >>> 1;",
];

/** Where something else could look on, throw, or be no number. */
const others: readonly string[] = [
  "for (let i = 0; i < 3; i++) s += String(i).length;",
  "for (let i = 0; i < 3; i++) (() => { s += i })();",
  "for (const i of [1, 2]) s += i;",
  "for (let i = 0; i < 3; i++) { if (i === 1) throw new Error('at ' + s); s += i; }",
  "for (let i = 0; i < 3; i++) s = a[9] as number;",
  "for (let i = 0; i < 3; i++) { var inside = i; s += inside; }",
  "for (let i = 0; i < 3; i++) { s += later; const later = 1; }",
  "for (let i = 0; i < 3; i++) { const fixed = 1; (fixed as number)++; s++; }",
  "lab: { for (let i = 0; i < 3; i++) { s += i; break lab; } }",
  "for (let i = 0; i < 3; i++) s += '1' as never;",
  "for (let i = 0; i < 3; i++) s ||= i;",
  "for (let i = 0; i < 3; i++) [s] = [i];",
  "for (let i = 0; i < 3; i++) { k += globalThis.parseInt('4'); }",
  "for (let i = 0; i < 3; i++) { nowhere += i; s++; }",
  "for (let i = 0; i < 3; i++) { s += undefined as never; }",
];

describe("a loop of nothing but arithmetic runs on copies and means the same", () => {
  test.each(arithmetic)("%s", (loop) => {
    expect(expectSame(loop)).toBe(1);
  });

  test("also where it is only a part of the cell, and the next cell sees the values", () => {
    const notebook = new Notebook();
    notebook.run(`${declarations} const read = () => s;`);
    expect(notebook.run("s = 1; for (let i = 0; i < 4; i++) s *= 2; read()")).toBe(16);
    expect(notebook.run("s")).toBe(16);
    expect(notebook.hotLoops).toBe(1);
  });
});

describe("every other loop runs as it stands", () => {
  test.each(others)("%s", (loop) => {
    expect(expectSame(loop)).toBe(0);
  });

  const values: readonly [name: string, cell: string][] = [
    ["text", "s = 'x' as never"],
    ["a big integer", "s = 5n as never"],
    ["an object that counts how often it is read", "s = { valueOf() { k++; return 2 } } as never"],
    ["undefined", "s = undefined as never"],
  ];
  test.each(values)("a variable that holds %s", (_, cell) => {
    const loop = "for (let i = 0; i < 3; i++) n += s as never;";
    const hot = stateAfter([declarations, cell, loop]);
    const plain = stateAfter([declarations, cell, `{ ${loop} }`]);
    expect(hot).toEqual(plain);
    expect(hot.hotLoops).toBe(0);
  });

  test("a name that is no variable of the notebook", () => {
    const notebook = new Notebook();
    notebook.run(
      "let reads = 0, t = 0; Object.defineProperty(globalThis, 'watched', { get() { reads++; return 1 } })",
    );
    notebook.run("for (let i = 0; i < 3; i++) t += watched");
    expect(notebook.run("[t, reads]")).toEqual([3, 3]);
    expect(notebook.hotLoops).toBe(0);
  });
});

test("random loops mean the same", () => {
  const random = seeded(20);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const number = (depth: number): string => {
    if (depth === 0) return pick(["s", "n", "k", "i", "2", "0.5", "a[i]", "a.length", "-1"]);
    const [x, y] = [number(depth - 1), number(depth - 1)];
    return pick([
      `(${x} ${pick(["+", "-", "*", "/", "%", "&", "|", ">>"])} ${y})`,
      `Math.${pick(["abs", "floor", "sqrt", "sin"])}(${x})`,
      `(${x} ${pick(["<", ">=", "===", "!=="])} ${y} ? +${x} : +${y})`,
      `(-${x})`,
    ]);
  };
  const statement = (depth: number): string =>
    pick([
      `${pick(["s", "n", "k"])} ${pick(["=", "+=", "-=", "*="])} +${number(depth)};`,
      `a[${pick(["i", "0", "k"])}] ${pick(["=", "+="])} +${number(depth)};`,
      `if (${number(depth)} < ${number(1)}) { ${pick(["s", "k"])}${pick(["++", "--"])}; ${pick(["continue;", "break;", ""])} }`,
      `{ const t = +${number(depth)}; s += t; }`,
      `k = (${pick(["n++", "--n", "s--"])}) + 1;`,
    ]);
  let hot = 0;
  for (let round = 0; round < 300; round++) {
    const body = Array.from({ length: 4 }, () => statement(2)).join(" ");
    hot += expectSame(`for (let i = 0; i < 6; i++) { ${body} }`);
  }
  // Those that assign to no variable at all stay as they are.
  expect(hot).toBeGreaterThan(200);
});
