import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";

/** Cells that break what the kernel itself stands on: later cells must find it at work. */

/** Long past what a cell takes that does not hang. */
const HANG_MS = 2000;

async function isHanging(cell: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, HANG_MS, true);
  });
  const isLate = await Promise.race([cell.then(() => false), late]);
  clearTimeout(timer);
  return isLate;
}

/** Every way out of the kernel: text, a display, an await, a result, an error, an expression. */
async function expectAtWork(kernel: EvaluateProcess): Promise<void> {
  const probe = await kernel.show("console.log('said'); await 1; display.html('h'); ({ a: 42 })", {
    userExpressions: { seven: "3 + 4" },
  });
  expect([probe.outcome.status, probe.result], traceback(probe.outcome)).toEqual([
    "ok",
    "{ a: 42 }",
  ]);
  expect(probe.stdout).toBe("said\n");
  expect(probe.outputs.map(({ kind }) => kind)).toContain("display");
  expect(probe.outcome).toMatchObject({ userExpressions: { seven: { status: "ok" } } });
  const failed = await kernel.run("throw new RangeError('far')");
  expect(failed).toMatchObject({ status: "error", ename: "RangeError", evalue: "far" });
}

describe("the kernel goes on after a cell with", () => {
  const attacks: readonly [name: string, code: string][] = [
    ["an array that has no iterator", "Array.prototype[Symbol.iterator] = undefined"],
    ["arrays that have no map", "Array.prototype.map = 3"],
    ["sets and maps that throw", "Set.prototype.add = Map.prototype.set = () => { throw 1 }"],
    ["promises that throw", "Promise.prototype.then = () => { throw 1 }"],
    [
      "promises of another kind",
      "Object.defineProperty(Promise, Symbol.species, { get() { throw 1 } })",
    ],
    ["text that cannot be split", "String.prototype.split = null"],
    [
      "functions that cannot be called",
      "Function.prototype.call = Function.prototype.apply = null",
    ],
    ["no Atomics", "Atomics.load = Atomics.store = Atomics.wait = () => { throw 1 }"],
    [
      "a port that sends nothing",
      "require('node:worker_threads').MessagePort.prototype.postMessage = () => {}",
    ],
    ["stacks that throw", "Error.prepareStackTrace = () => { throw 1 }"],
    ["globals that are gone", "delete globalThis.process; delete globalThis.Buffer"],
    ["a frozen global object", "Object.freeze(globalThis); 1"],
    [
      "an end of a worker",
      "new (require('node:worker_threads').Worker)('process.exit(3)', { eval: true })",
    ],
    ["a signal handler", "process.on('SIGINT', () => {})"],
  ];
  test.each(attacks)("%s", async (_, code) => {
    const kernel = await EvaluateProcess.start();
    try {
      // It may fail itself, but has to end.
      expect(await isHanging(kernel.run(`%typecheck off\n${code}`))).toBe(false);
      // The first to find the damage may fail over it.
      expect(await isHanging(kernel.run("display.html('h'); ({ a: await 1 })"))).toBe(false);
      await expectAtWork(kernel);
      expect(kernel.exitCode).toBe(null);
    } finally {
      await kernel.close();
    }
  });

  test("objects that pass for promises, once it was stopped", async () => {
    const kernel = await EvaluateProcess.start();
    try {
      const attack = kernel.run("%typecheck off\nObject.prototype.then = () => {}; ({})", {
        id: "then",
      });
      expect(await isHanging(attack)).toBe(true);
      await kernel.interrupt();
      expect((await attack).status).toBe("interrupted");
      const told = await kernel.output(
        ({ kind, parentId }) => kind === "stream" && parentId === "then",
      );
      expect(told).toMatchObject({
        name: "stderr",
        text: expect.stringContaining("Object.prototype.then"),
      });
      await expectAtWork(kernel);
    } finally {
      await kernel.close();
    }
  });
});

describe("with one kernel for all", () => {
  let kernel: EvaluateProcess;

  beforeAll(async () => {
    kernel = await EvaluateProcess.start();
  }, 60_000);

  afterAll(async () => {
    await expectAtWork(kernel);
    await kernel.close();
  });

  test("a method that was replaced on purpose and works stays", async () => {
    await kernel.run(
      "%typecheck off\nlet calls = 0; const push = Array.prototype.push; Array.prototype.push = function (...items) { calls++; return push.apply(this, items) }",
    );
    await kernel.run("throw new Error('a failure of the user')");
    expect((await kernel.show("calls = 0; [].push(1); calls")).result).toBe("1");
    await kernel.run("Array.prototype.push = push");
  });

  test("what is thrown in a timer is shown, whatever listeners were removed", async () => {
    for (const remove of ["'uncaughtException'", ""]) {
      const id = `late ${remove}`;
      const code = `process.removeAllListeners(${remove}); await null; setTimeout(() => { throw new Error("late") }, 5)`;
      expect((await kernel.run(code, { id })).status).toBe("ok");
      const told = await kernel.output(({ kind, parentId }) => kind === "error" && parentId === id);
      expect(told).toMatchObject({ error: { ename: "Error", evalue: "late" } });
    }
  });

  test("a rejection in a timer is shown too", async () => {
    const id = "rejected";
    await kernel.run("setTimeout(() => { void Promise.reject(new TypeError('no')) }, 5)", { id });
    const told = await kernel.output(({ kind, parentId }) => kind === "error" && parentId === id);
    expect(told).toMatchObject({ error: { ename: "TypeError", evalue: "no" } });
  });

  test("process.exit is refused with its reason", async () => {
    const outcome = await kernel.run("process.exit(1)");
    expect(outcome).toMatchObject({
      status: "error",
      evalue: expect.stringMatching(/^\[PROCESS_EXIT\] .*restart the kernel/),
    });
  });

  test("an expression may have any name", async () => {
    const outcome = await kernel.run("1", {
      userExpressions: JSON.parse('{"__proto__":"40 + 2"}'),
    });
    const { userExpressions } = outcome as { userExpressions: object };
    expect(Object.keys(userExpressions)).toEqual(["__proto__"]);
  });

  test("each expression has its own error", async () => {
    const outcome = await kernel.run("const base = 2", {
      userExpressions: { ok: "base * 3", thrown: "nothing.at.all", broken: "1 +" },
    });
    expect(outcome).toMatchObject({
      status: "ok",
      userExpressions: {
        ok: { status: "ok", data: { "text/plain": expect.stringContaining("6") } },
        thrown: { status: "error", ename: "ReferenceError" },
        broken: { status: "error", ename: "SyntaxError (TS1109)" },
      },
    });
  });

  const results: readonly [name: string, code: string, status: string][] = [
    ["nested a million deep", "let d = []; for (let i = 0; i < 1e6; i++) d = [d]; d", "ok"],
    [
      "JSON nested deep",
      "let e = []; for (let i = 0; i < 1e5; i++) e = [e]; display.json(e)",
      "error",
    ],
    ["circular", "const c = {}; c.c = c; c", "ok"],
    ["a getter that throws", "({ get a() { throw 1 } })", "ok"],
    [
      "a proxy of proxies",
      "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); 1",
      "ok",
    ],
    [
      "a proxy whose traps all throw",
      "new Proxy({}, new Proxy({}, { get() { throw new Error('trap') } }))",
      "error",
    ],
    ["a text of 100 MB", "'x'.repeat(1e8)", "ok"],
    ["an array of a million", "Array.from({ length: 1e6 }, (_, i) => i)", "ok"],
  ];
  test.each(results)("a result: %s", async (_, code, status) => {
    const { outcome, result } = await kernel.show(`%typecheck off\n${code}`);
    expect(outcome.status, traceback(outcome)).toBe(status);
    expect(result.length).toBeLessThan(20_000);
  });

  test("text of a display without end is cut, and says so", async () => {
    const { outputs } = await kernel.show(
      "%typecheck off\n({ [Symbol.for('nodejs.util.inspect.custom')]: () => 'x'.repeat(1e8) })",
    );
    const [shown] = outputs;
    const text = shown?.kind === "result" ? String(shown.data["text/plain"]) : "";
    expect(text.length).toBeLessThan(2e6);
    expect(text).toMatch(/x\n\.\.\. [\d,]+ more characters are not shown$/);
  });

  test("what goes around the notebook does no harm", async () => {
    const raw = "require('node:fs').writeSync(1, 'raw\\n')";
    const child =
      "require('node:child_process').spawnSync('echo', ['child'], { stdio: 'inherit' })";
    expect((await kernel.show(`%typecheck off\n${raw}; ${child}.status`)).result).toBe("0");
    expect(kernel.log).toContain("raw\nchild\n");
    kernel.log = "";
  });

  test("NAME? shows help in the pager, and nothing else runs", async () => {
    await kernel.run("const answer = 42;");
    for (const [code, text] of [
      ["answer?", "const answer: 42"],
      ["?Math.hypot", "hypot"],
      ["answer ??", "answer = 42"],
    ] as const) {
      const { outcome, outputs } = await kernel.show(code);
      expect(outputs).toEqual([]);
      expect(outcome).toMatchObject({
        status: "ok",
        payload: [
          { source: "page", start: 0, data: { "text/plain": expect.stringContaining(text) } },
        ],
      });
      expect(await kernel.call("isComplete", code)).toMatchObject({ status: "complete" });
    }
    const unknown = await kernel.run("nobody?");
    expect(unknown).toMatchObject({
      payload: [{ data: { "text/plain": "nothing is known of nobody" } }],
    });
  });
});

describe("a child process that the running cell has started ends with the stop button", () => {
  const child = "require('node:child_process')";
  // No other program of this machine sleeps as long.
  const sleep = `sleep 67.${process.pid}`;
  const ended = "new Promise((r) => c.once('exit', r))";
  const cases: readonly [name: string, start: string, wait: string][] = [
    ["exec", `const c = require('node:util').promisify(${child}.exec)('${sleep}')`, "c"],
    ["spawn", `const c = ${child}.spawn('sleep', ['67.${process.pid}'])`, ended],
    [
      "deaf to SIGINT",
      `const c = ${child}.spawn('sh', ['-c', 'trap "" INT; ${sleep}; ${sleep}'])`,
      ended,
    ],
  ];
  test.each(cases)("%s", async (_, start, wait) => {
    const kernel = await EvaluateProcess.start();
    try {
      const code = `%typecheck off\n${start}; console.log("go"); await ${wait}`;
      const done = kernel.run(code, { id: "waits" });
      await kernel.output(({ kind, parentId }) => kind === "stream" && parentId === "waits");
      // Time for a shell to start its command.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await kernel.interrupt();
      expect((await done).status).toBe("interrupted");
      const list = `${child}.execSync("ps -o pid=,ppid=,args= -A").toString()`;
      const { result } = await kernel.show(
        `%typecheck off\nlet left; for (let i = 0; i < 100; i++) { await new Promise((r) => setTimeout(r, 20)); left = ${list}.split("\\n").filter((l) => l.endsWith(" ${sleep}")).length; if (left === 0) break } left`,
      );
      expect(result).toBe("0");
    } finally {
      await kernel.close();
    }
  });
});
