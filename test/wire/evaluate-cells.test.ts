import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, plain, type Shown, traceback } from "./evaluate-process.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  const esm = join(kernel.cwd, "node_modules", "esm-only");
  const cjs = join(kernel.cwd, "node_modules", "old-style");
  for (const folder of [esm, cjs]) mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(esm, "package.json"),
    '{"name":"esm-only","type":"module","exports":"./i.js"}',
  );
  writeFileSync(join(esm, "i.js"), "export const late = await Promise.resolve(6);\n");
  writeFileSync(join(cjs, "package.json"), '{"name":"old-style","main":"i.js"}');
  writeFileSync(
    join(cjs, "i.js"),
    "module.exports = Object.assign(() => 7, build());\nfunction build() { return { hidden: 8 } }\n",
  );
  writeFileSync(join(kernel.cwd, "data.json"), '{"a": 9}');
}, 60_000);

afterAll(() => kernel.close());

/** Result as plain text of a cell that must succeed. */
async function resultOf(code: string): Promise<string> {
  const shown = await kernel.show(code);
  expect(traceback(shown.outcome)).toBe("");
  return shown.result;
}

async function failureOf(
  code: string,
): Promise<{ ename: string; evalue: string; lines: string[] }> {
  const { outcome } = await kernel.show(code);
  if (outcome.status !== "error") throw new Error(`expected an error, got ${outcome.status}`);
  return { ename: outcome.ename, evalue: outcome.evalue, lines: traceback(outcome).split("\n") };
}

describe("results", () => {
  const cases: readonly [code: string, result: string][] = [
    ["1 + 1", "2"],
    ["'text'", "'text'"],
    ["undefined", ""],
    ["null", "null"],
    ["const unseen = 1", ""],
    ["await Promise.resolve(5)", "5"],
    ["Promise.resolve(6)", "6"],
    ["({ then: (done: (v: number) => void) => done(7) })", "7"],
    ["new Map([['a', { b: 1 }]])", "Map(1) { 'a' => { b: 1 } }"],
  ];
  test.each(cases)("%s", async (code, result) => {
    expect(await resultOf(code)).toBe(result);
  });

  test("are coloured", async () => {
    const { outputs } = await kernel.show("42");
    expect(outputs).toMatchObject([
      { kind: "result", data: { "text/plain": "\u001b[33m42\u001b[39m" } },
    ]);
  });

  test("of values that show themselves", async () => {
    const display = "[Symbol.for('Jupyter.display')]";
    const sync = await kernel.show(
      `({ ${display}() { return { 'text/html': '<i>', 'image/png': new Uint8Array([1, 2]) } } })`,
    );
    expect(sync.outputs).toMatchObject([{ data: { "text/html": "<i>", "image/png": "AQI=" } }]);
    expect(sync.result).toContain("Jupyter.display");
    const later = await kernel.show(
      `({ async ${display}() { await 1; return { 'text/plain': 'T' } } })`,
    );
    expect(later.result).toBe("T");
    const broken = await kernel.show(`({ a: 1, ${display}() { throw new RangeError('bad') } })`);
    expect(broken.result).toContain("a: 1");
    expect(broken.stderr).toContain("RangeError: bad");
  });

  test("hold text where the type is text, and no half character", async () => {
    const bundle = (content: string): string =>
      `%typecheck off\n({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": ${content} }) })`;
    for (const content of ["5", "['a']", "null", "10n"]) {
      const { outputs, stderr } = await kernel.show(bundle(content));
      expect(outputs[0]).not.toHaveProperty(["data", "text/html"]);
      expect(stderr).toContain("failed, shown as text");
    }
    const { outputs } = await kernel.show(bundle('"a\\ud800b"'));
    expect(outputs[0]).toHaveProperty(["data", "text/html"], "a\ufffdb");
  });

  test("of a silent cell stay unseen", async () => {
    expect((await kernel.show("5", { silent: true })).outputs).toEqual([]);
  });

  test("of expressions after the cell", async () => {
    const { outcome } = await kernel.show("const base = 20", {
      userExpressions: {
        sum: "base + 1",
        later: "Promise.resolve(2)",
        bad: "nobody",
        broken: "1 +",
      },
    });
    expect(outcome).toMatchObject({
      status: "ok",
      userExpressions: {
        sum: { status: "ok", data: { "text/plain": "\u001b[33m21\u001b[39m" }, metadata: {} },
        later: { status: "ok" },
        bad: { status: "error", ename: "ReferenceError" },
        broken: { status: "error", ename: "SyntaxError (TS1109)" },
      },
    });
  });
});

describe("modules", () => {
  const cases: readonly [code: string, result: string][] = [
    ["import { join } from 'node:path'; join('a', 'b')", "'a/b'"],
    ["// @ts-ignore: no types\nimport { late } from 'esm-only'; late", "6"],
    [
      "// @ts-ignore: no types\nimport old, { hidden } from 'old-style'; [old(), hidden]",
      "[ 7, 8 ]",
    ],
    ["import data from './data.json' with { type: 'json' }; data.a", "9"],
    ["(require('./data.json') as { a: number }).a", "9"],
    ["import { Lattice } from 'prism-lab'; Lattice === prism.Lattice", "true"],
    ["(await import('prism-lab')).Lattice === prism.Lattice", "true"],
    ["import.meta.url.startsWith('file:///')", "true"],
  ];
  test.each(cases)("%s", async (code, result) => {
    expect(await resultOf(code)).toBe(result);
  });

  test("that do not exist are named with the cell's line", async () => {
    const { ename, lines } = await failureOf("%typecheck off\n\nawait import('nowhere')");
    await kernel.run("%typecheck error");
    expect(ename).toBe("Error");
    expect(lines[0]).toContain("Cannot find package 'nowhere'");
    expect(lines[1]).toBe("install it in the notebook's folder with: npm install nowhere");
    expect(lines[2]).toMatch(/^ {4}at cell \[\d+\]:3:7$/);
  });
});

describe("errors", () => {
  test("the frames of an endless recursion are told once", async () => {
    const { lines } = await failureOf("const dig = (n: number): number => dig(n + 1) + 1;\ndig(0)");
    expect(lines[0]).toMatch(/^RangeError: Maximum call stack/);
    // The call that found no room may stand in another column than the others.
    expect(lines.filter((line) => line.includes("at dig (")).length).toBeLessThanOrEqual(2);
    expect(lines.at(-1)).toMatch(/^ {4}\.\.\. at least \d+ more times$/);
    const three = await failureOf(
      "const down = (n: number): number => (n === 0 ? JSON.parse('{') : down(n - 1) + 1);\ndown(4)",
    );
    expect(three.lines).toContain("    ... 3 more times");
    expect(three.lines.some((line) => /at .*cell \[\d+\]:2:1/.test(line))).toBe(true);
  });

  test("point into the cells, innermost first, without the kernel's frames", async () => {
    await kernel.run(
      "function inner(n: number): never {\n  const message: string = 'n = ' + n;\n  throw new RangeError(message);\n}",
    );
    const { ename, evalue, lines } = await failureOf("\nconst outer = () => inner(4);\nouter();");
    expect([ename, evalue]).toEqual(["RangeError", "n = 4"]);
    const shown = lines.map((line) => line.replace(/\[\d+\]/, "[n]"));
    expect(shown).toEqual([
      "RangeError: n = 4",
      "    at inner (cell [n]:3:9)",
      "    3 |   throw new RangeError(message);",
      "      |         ^",
      "    at outer (cell [n]:2:21)",
      "    2 | const outer = () => inner(4);",
      "      |                     ^",
      "    at cell [n]:3:1",
      "    3 | outer();",
      "      | ^",
    ]);
  });

  test("of the library carry code and data", async () => {
    const { ename, evalue, lines } = await failureOf("prism.Lattice.cubic(-1)");
    expect(ename).toBe("DomainError");
    expect(evalue).toMatch(/^\[DOMAIN_ERROR\] /);
    expect(lines.at(-1)).toMatch(/^data: \{.*-1/);
    expect(lines[1]).toMatch(/^ {4}at cell \[\d+\]:1:15$/);
  });

  test("show causes and parts", async () => {
    const { lines } = await failureOf(
      "throw new Error('top', { cause: new AggregateError([new Error('part'), 'text'], 'many') })",
    );
    const text = lines.join("\n");
    for (const part of [
      "Error: top",
      "Caused by:",
      "AggregateError: many",
      "Error: part",
      "Thrown: 'text'",
    ]) {
      expect(text).toContain(part);
    }
  });

  test("may be any value", async () => {
    expect(await failureOf("throw { a: 1 }")).toMatchObject({
      ename: "Thrown",
      evalue: "{ a: 1 }",
    });
    expect(await failureOf("throw undefined")).toMatchObject({ ename: "Thrown" });
    expect(
      (await failureOf("const loop = new Error('x'); loop.cause = loop; throw loop")).ename,
    ).toBe("Error");
    expect(
      (
        await failureOf(
          "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })",
        )
      ).ename,
    ).toBe("Error");
  });

  test("that only V8 finds point into the cell", async () => {
    const { ename, lines } = await failureOf("%typecheck off\nlet fine = 1;\nbreak;");
    await kernel.run("%typecheck error");
    expect(ename).toBe("SyntaxError");
    expect(lines[1]).toMatch(/^ {4}at cell \[\d+\]:[23]:\d+$/);
  });

  test("of types stop the cell before anything runs", async () => {
    const { outcome, stdout } = await kernel.show("console.log('ran');\nlet wrong: number = 'a'");
    expect(outcome).toMatchObject({ status: "error", ename: "TypeError (TS2322)" });
    expect(stdout).toBe("");
  });

  test("of types are warnings on request", async () => {
    const { outcome, stderr, result } = await kernel.show(
      "%typecheck warn\nlet w: number = 'a' as never as string; w",
    );
    await kernel.run("%typecheck error");
    expect(outcome.status).toBe("ok");
    expect(stderr).toContain("TypeError (TS2322)");
    expect(result).toBe("'a'");
  });

  test("of magics are refused", async () => {
    expect(await failureOf("%nothing")).toMatchObject({ ename: "UsageError" });
  });

  test("printed by the user name the cell's own lines", async () => {
    const { stdout } = await kernel.show(
      "type A = string;\n\nconsole.log(new Error('seen').stack)",
    );
    expect(stdout).toMatch(/^Error: seen\n {4}at cell \[\d+\]:3:13\n$/);
  });

  test("a broken declaration leaves a global working", async () => {
    await failureOf("const structuredClone = (() => { throw new Error('x') })()");
    expect(await resultOf("typeof structuredClone")).toBe("'function'");
  });

  test("process.exit does not end the kernel", async () => {
    expect(await failureOf("process.exit(1)")).toMatchObject({ ename: "KernelError" });
    expect(await resultOf("'alive'")).toBe("'alive'");
  });
});

describe("output", () => {
  test("keeps its order among streams, displays and the result", async () => {
    const { outputs } = await kernel.show(
      "console.log('a'); display.html('<b>'); console.error('b'); process.stdout.write('c'); display.clear(true); 5",
    );
    const seen = outputs.map((each) =>
      each.kind === "stream" ? `${each.name}:${each.text}` : each.kind,
    );
    expect(seen).toEqual(["stdout:a\n", "display", "stderr:b\n", "stdout:c", "clear", "result"]);
  });

  test("leaves at once, though the cell goes on computing", async () => {
    const done = kernel.run(
      "console.log('before'); const t0 = Date.now(); while (Date.now() - t0 < 1500) {} 'end'",
    );
    await kernel.output((each) => each.kind === "stream" && each.text.includes("before"));
    const result = kernel.outputs.some(
      (each) => each.kind === "result" && each.data["text/plain"] === "\u001b[32m'end'\u001b[39m",
    );
    expect(result).toBe(false);
    expect((await done).status).toBe("ok");
  });

  test("formats and colours as Node's console does", async () => {
    const { outputs } = await kernel.show(
      "console.log('%s is %d', 'x', 5, { a: 1 }); console.table([{ q: 1 }])",
    );
    const text = outputs.map((each) => (each.kind === "stream" ? each.text : "")).join("");
    expect(text).toContain("x is 5 { a: \u001b[33m1\u001b[39m }");
    expect(plain(text)).toContain("│ (index) │ q │");
  });

  test("accepts bytes, encodings and callbacks", async () => {
    const { stdout } = await kernel.show(
      "process.stdout.write(Buffer.from('ü')); process.stdout.write('4142', 'hex'); await new Promise<void>((r) => process.stdout.write('!', () => r()))",
    );
    expect(stdout).toBe("üAB!");
  });

  test("floods arrive whole and in few pieces", async () => {
    const { stdout, outputs } = await kernel.show(
      "for (let i = 0; i < 200_000; i++) console.log(i)",
    );
    expect(stdout.split("\n")).toHaveLength(200_001);
    expect(stdout.endsWith("199998\n199999\n")).toBe(true);
    expect(outputs.length).toBeLessThan(1000);
  });

  test("after the cell's end names that cell", async () => {
    const cell = await kernel.show(
      "setTimeout(() => console.log('timer'), 30); (async () => { await new Promise((r) => setTimeout(r, 40)); console.log('promise') })(); 1",
      { id: "the-late-one" },
    );
    expect(cell.outcome.status).toBe("ok");
    await kernel.show("await new Promise((r) => setTimeout(r, 5)); console.log('other')", {
      id: "the-other",
    });
    for (const text of ["timer", "promise"]) {
      const late = await kernel.output(
        (each) => each.kind === "stream" && each.text.includes(text),
      );
      expect(late.parentId).toBe("the-late-one");
    }
    expect(kernel.shownBy("the-other").stdout).toBe("other\n");
  });

  test("late exceptions are shown under their cell and do no harm", async () => {
    await kernel.run(
      "setTimeout(() => { throw new Error('in a timer') }, 10); Promise.reject(new Error('left alone')); 1",
      { id: "careless" },
    );
    for (const evalue of ["in a timer", "left alone"]) {
      const late = await kernel.output(
        (each) => each.kind === "error" && each.error.evalue === evalue,
      );
      expect(late.parentId).toBe("careless");
    }
    expect(await resultOf("'still here'")).toBe("'still here'");
  });
});

describe("display", () => {
  async function displays(code: string): Promise<Shown["outputs"]> {
    const { outcome, outputs } = await kernel.show(code);
    expect(traceback(outcome)).toBe("");
    return outputs.filter((each) => each.kind === "display");
  }

  test("of text types and images", async () => {
    const shown = await displays(
      "display.html('<b>'); display.markdown('*'); display.svg('<svg/>'); display.latex('$x$'); display.json({ a: 1 }); display.png(new Uint8Array([255])); display.png('AA=='); display.raw({ 'text/x': 'y' }); 0",
    );
    expect(shown.map((each) => each.kind === "display" && each.data)).toMatchObject([
      { "text/html": "<b>" },
      { "text/markdown": "*", "text/plain": "*" },
      { "image/svg+xml": "<svg/>" },
      { "text/latex": "$x$" },
      { "application/json": { a: 1 } },
      { "image/png": "/w==" },
      { "image/png": "AA==" },
      { "text/x": "y" },
    ]);
  });

  test("has a handle that updates it, also from a later cell", async () => {
    const [first] = await displays(
      "const handle = await display(1); await display('own', { displayId: 'my-id', metadata: { 'text/plain': { a: 1 } } })",
    );
    const [update] = await displays("await handle.update(2)");
    if (first?.kind !== "display" || update?.kind !== "display") throw new Error("nothing shown");
    expect(update).toMatchObject({ displayId: first.displayId, update: true });
    const [again] = await displays("await display('new', { displayId: 'my-id', update: true })");
    expect(again).toMatchObject({ displayId: "my-id", update: true });
  });

  test("does not show its handle as the cell's result", async () => {
    for (const code of ['display("x")', 'await display("x")', 'display.html("<b>x</b>")']) {
      const { outputs } = await kernel.show(code);
      expect(outputs.map((each) => each.kind)).toEqual(["display"]);
    }
  });

  test("follows a task to its end, and says when it stopped short of it", async () => {
    const task = (last: number, end: string) => `({
      name: "work",
      progress: (async function* () { yield { fraction: ${last}, elapsedMs: 5 } })(),
      then: (good, bad) => Promise.${end}(7).then(good, bad),
    })`;
    const texts = async (code: string) =>
      (await displays(code)).map((each) =>
        each.kind === "display" ? `${each.update} ${plain(String(each.data["text/plain"]))}` : "",
      );
    expect(await texts(`await display.progress(${task(1, "resolve")})`)).toEqual([
      expect.stringMatching(/^false work .* 0 %/),
      expect.stringMatching(/^true work .* 100 %/),
    ]);
    const failing = `try { await display.progress(${task(0.5, "reject")}) } catch {}`;
    expect((await texts(failing)).at(-1)).toMatch(/^true work \(stopped\) .* 50 %/);
  });

  test("names the step that a task is at", async () => {
    const flow = `({
      name: "applyPattern",
      progress: (async function* () {
        yield { fraction: 0.1, elapsedMs: 5, step: "check" };
        yield { fraction: 0.2, elapsedMs: 6, step: "optimise" };
        yield { fraction: END, elapsedMs: 7, step: "verify" };
      })(),
      then: (good, bad) => Promise.resolve(7).then(good, bad),
    })`;
    const labels = async (end: string) =>
      (await displays(`await display.progress(${flow.replace("END", end)})`)).map((each) =>
        each.kind === "display" ? plain(String(each.data["text/plain"])).split(/ [█░]/)[0] : "",
      );
    const steps = ["applyPattern", "applyPattern: check", "applyPattern: optimise"];
    expect(await labels("1")).toEqual([...steps, "applyPattern"]);
    expect((await labels("0.3")).slice(3)).toEqual([
      "applyPattern: verify",
      "applyPattern: verify (stopped)",
    ]);
  });

  test("waits for promises and asynchronous bundles, and the cell waits for it", async () => {
    const slow =
      "{ async [Symbol.for('Jupyter.display')]() { await new Promise((r) => setTimeout(r, 30)); return { 'text/plain': 'slow' } } }";
    const shown = await displays(
      `void display(${slow}); void display(Promise.resolve(3)); undefined`,
    );
    expect(
      shown.map((each) => each.kind === "display" && plain(String(each.data["text/plain"]))),
    ).toEqual(["3", "slow"]);
  });

  test("refuses what is no MIME bundle", async () => {
    expect(await failureOf("display.raw({ html: '<b>' })")).toMatchObject({
      ename: "InvalidConfiguration",
    });
  });
});

describe("prompt", () => {
  test("returns the answer", async () => {
    const done = kernel.show("prompt('name?') + password('secret?')", { allowStdin: true });
    for (const [question, answer, password] of [
      ["name?", "Ada", false],
      ["secret?", "!", true],
    ]) {
      const asked = await kernel.output(
        (each) => each.kind === "input" && each.prompt === question,
      );
      expect(asked).toMatchObject({ password });
      await kernel.call("inputReply", answer);
    }
    expect((await done).result).toBe("'Ada!'");
  });

  test("is refused where nobody answers", async () => {
    expect(await failureOf("prompt('x')")).toMatchObject({ ename: "KernelError" });
  });
});

test("nothing of all this reached the process's own streams", () => {
  expect(kernel.log).toBe("");
});
