import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";
import { seeded } from "./seeded.js";

const internal = JSON.stringify(
  fileURLToPath(new URL("../../dist/src/internal.js", import.meta.url)),
);

let kernel: EvaluateProcess;
let count = 0;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  const { outcome } = await kernel.show(
    `%typecheck off\nimport fs from 'node:fs'; import { interruptCounters } from ${internal}; let kept = 0; let reached = false; const spin = async () => { await 1; for (;;) {} }`,
  );
  expect(outcome.status).toBe("ok");
}, 60_000);

afterAll(() => kernel.close());

/** Runs a cell until it says that it is under way, stops it, and gives its outcome. */
async function interrupted(code: string): Promise<string> {
  const id = `interrupted-${++count}`;
  const done = kernel.run(`kept++; console.log("go"); ${code}`, { id, allowStdin: true });
  await kernel.output(
    (each) => each.parentId === id && each.kind === "stream" && each.text.startsWith("go"),
  );
  await kernel.interrupt();
  const outcome = await done;
  return `${outcome.status} ${traceback(outcome)}`;
}

const sleep = "new Promise((r) => setTimeout(r, 5))";
const hard: readonly [name: string, code: string][] = [
  ["a loop", "while (true) {}"],
  [
    "a loop that catches",
    "try { while (true) {} } catch { reached = true } finally { reached = true }",
  ],
  ["a loop after an await", `await ${sleep}; while (true) {}`],
  ["microtasks without end", "while (true) await null"],
  ["a catastrophic regular expression", '/(a+)+b$/.test("a".repeat(40))'],
  ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"],
  ["a loop in an asynchronous function", "await spin()"],
  ["a promise that never settles", "await new Promise(() => {})"],
  ["a result that never settles", "new Promise(() => {})"],
  ["a loop in a timer", "await new Promise(() => setTimeout(() => { while (true) {} }, 1))"],
  ["a loop in an immediate", "await new Promise(() => setImmediate(() => { while (true) {} }))"],
  [
    "a loop in the second of three immediates",
    "await new Promise(() => { const loop = () => { while (true) {} }; [() => {}, loop, () => {}].forEach((each) => setImmediate(each)) })",
  ],
  ["a loop in nextTick", "await new Promise(() => process.nextTick(() => { while (true) {} }))"],
  [
    "ticks without end",
    "await new Promise(() => { const tick = () => process.nextTick(tick); tick() })",
  ],
  [
    "immediates without end",
    "await new Promise(() => { const next = () => setImmediate(next); next() })",
  ],
  [
    "a storm of objects",
    "{ let a = []; while (true) { a.push({}); if (a.length > 1e6) a.length = 0 } }",
  ],
  [
    "an endless for await",
    "for await (const x of (async function* () { while (true) yield 1 })()) reached = false",
  ],
  ["big values", "{ let b = 3n; while (true) b = (b * b) % 10n ** 5000n + 1n }"],
  [
    "JSON in a loop",
    "while (true) JSON.parse(JSON.stringify(Array.from({ length: 1e4 }, (_, i) => ({ i }))))",
  ],
  ["synchronous reads", 'while (true) fs.readFileSync("/proc/self/status")'],
  ["a flood of output", 'while (true) console.log("x".repeat(100))'],
  ["an endless generator", "[...(function* () { while (true) yield 1 })()].length"],
  ["a question", 'prompt("?")'],
  [
    "an inspection without end",
    '({ [Symbol.for("nodejs.util.inspect.custom")]() { while (true) {} } })',
  ],
  [
    "a display without end",
    'display({ async [Symbol.for("Jupyter.display")]() { await 1; while (true) {} } })',
  ],
];

describe("the stop button stops", () => {
  test.each(hard)("%s, with variables kept and the next cell right", async (_, code) => {
    const before = Number((await kernel.show("kept")).result);
    expect(await interrupted(code)).toMatch(/^interrupted Interrupted: /);
    const next = await kernel.show(`await ${sleep}; [kept, reached].join()`);
    expect(next.result).toBe(`'${before + 1},false'`);
  });
});

test("a loop that runs on copies leaves the variables where it was stopped", async () => {
  await kernel.run("let halves = 0, steps = 0; const marks = new Float64Array(1);");
  let mostSteps = 0;
  for (let round = 0; round < 5; round++) {
    const done = kernel.run(
      "halves = 0; steps = 0; console.log('looping');\nfor (;;) { steps++; halves += 0.5; marks[0] = steps; }",
      { id: `loop ${round}` },
    );
    await kernel.output((each) => each.parentId === `loop ${round}` && each.kind === "stream");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await kernel.interrupt();
    expect((await done).status).toBe("interrupted");
    const { result } = await kernel.show("[steps, halves * 2, marks[0]].join()");
    const [steps, halves, marks] = result.slice(1, -1).split(",").map(Number);
    expect(halves).toBe(steps);
    if (steps !== 0) expect(marks).toBe(steps);
    mostSteps = Math.max(mostSteps, steps ?? 0);
  }
  // It may be stopped before it has begun, but not five times.
  expect(mostSteps).toBeGreaterThan(1000);
});

describe("what was stopped stays stopped", () => {
  /** Text that the cell prints from 100 ms after the stop on. */
  async function printedAfterwards(code: string): Promise<string> {
    await interrupted(code);
    const id = `interrupted-${count}`;
    const settled = kernel.shownBy(id).stdout;
    await kernel.show(`await new Promise((r) => setTimeout(r, 100))`);
    return kernel.shownBy(id).stdout.slice(settled.length);
  }

  const cases: readonly [name: string, code: string][] = [
    ["an interval", "await new Promise(() => setInterval(() => console.log('tick'), 3))"],
    ["a loop of awaits", `while (true) { await ${sleep}; console.log('tick') }`],
    [
      "a loop of awaits in a function",
      `await (async () => { while (true) { await ${sleep}; console.log('tick') } })()`,
    ],
    [
      "a loop that swallows errors",
      `while (true) { try { await ${sleep}; console.log('tick') } catch {} }`,
    ],
    [
      "a chain of timers",
      "await new Promise(() => { const next = () => { console.log('tick'); setTimeout(next, 3) }; next() })",
    ],
  ];
  test.each(cases)("%s", async (_, code) => {
    expect(await printedAfterwards(code)).toBe("");
  });

  test("a loop that goes on after every error", async () => {
    await kernel.run("let turns = 0");
    await interrupted(`while (true) { try { await ${sleep} } catch { turns += 1e6 } turns++ }`);
    const { result } = await kernel.show(
      `await ${sleep}; const turned = turns; await new Promise((r) => setTimeout(r, 100)); turns - turned`,
    );
    expect(result).toBe("0");
  });

  test("timers of other cells go on", async () => {
    await kernel.run("let beats = 0; const heart = setInterval(() => beats++, 2)");
    await interrupted("await new Promise(() => {})");
    const { result } = await kernel.show(
      "const seen = beats; await new Promise((r) => setTimeout(r, 50)); clearInterval(heart); beats > seen",
    );
    expect(result).toBe("true");
  });
});

describe("native tasks", () => {
  // On a machine that is busy with something else, the error may come too late to be told.
  test("in flight are cancelled and their own error is told", { retry: 3 }, async () => {
    // Stands for a native task: counted as in flight, rejects when the epoch moves on.
    const outcome = await interrupted(`
      await new Promise((_, reject) => {
        const epoch = Atomics.load(interruptCounters, 0);
        Atomics.add(interruptCounters, 1, 1);
        const poll = setInterval(() => {
          if (Atomics.load(interruptCounters, 0) === epoch) return;
          clearInterval(poll);
          Atomics.sub(interruptCounters, 1, 1);
          reject(new prism.TaskCancelled("the task was cancelled", {}));
        }, 1);
      })`);
    expect(outcome).toMatch(/^interrupted Interrupted: /);
    expect(outcome).toContain("TaskCancelled: [TASK_CANCELLED] the task was cancelled");
  });

  test("that do not listen do not hold up the stop", async () => {
    const outcome = await interrupted(
      "Atomics.add(interruptCounters, 1, 1); try { while (true) {} } finally { reached = true }",
    );
    expect(outcome).toMatch(/^interrupted/);
    await kernel.run("Atomics.sub(interruptCounters, 1, 1)");
  });
});

describe("an interrupt at the wrong time", () => {
  test("with nothing running does no harm", async () => {
    for (let i = 0; i < 5; i++) await kernel.interrupt();
    expect((await kernel.show("6 * 7")).result).toBe("42");
  });

  test("while the cell is being prepared keeps it from running", async () => {
    // Long enough to prepare that the stop comes first, on a busy machine too.
    const types = Array.from({ length: 2000 }, (_, i) => `type Filler${i} = { value: ${i} };`);
    const done = kernel.run(["reached = true;", ...types].join("\n"));
    await kernel.interrupt();
    expect((await done).status).toBe("interrupted");
    expect((await kernel.show("reached")).result).toBe("false");
  });

  test("twice is once", async () => {
    const done = kernel.run("while (true) {}", { id: "twice" });
    await kernel.interrupt();
    await kernel.interrupt();
    expect((await done).status).toBe("interrupted");
    expect((await kernel.show("1")).result).toBe("1");
  });
});

const rounds = Number(process.env.PRISM_INTERRUPT_ROUNDS ?? 200);

test(`${rounds} interrupts at random moments never reach the next cell`, {
  timeout: 600_000,
}, async () => {
  const random = seeded(20_260_101);
  const short = [
    "for (let i = 0; i < 3e6; i++) {}",
    `for (let i = 0; i < 3; i++) await ${sleep}`,
    "for (let i = 0; i < 2e4; i++) await null",
    "for (let i = 0; i < 2e3; i++) console.log(i)",
    "JSON.stringify(Array.from({ length: 1e5 }, (_, i) => i)).length",
  ];
  const codes = [...short, ...hard.map(([, code]) => code)];
  for (let round = 0; round < rounds; round++) {
    const code = codes[Math.floor(random() * codes.length)]!;
    const isShort = short.includes(code);
    const done = kernel.run(code, { allowStdin: true });
    await new Promise((resolve) => setTimeout(resolve, random() * 25));
    await kernel.interrupt();
    const outcome = await done;
    expect(["interrupted", ...(isShort ? ["ok"] : [])], code).toContain(outcome.status);
    const probe = await kernel.show(`const round = ${round}; await null; round * 2`);
    expect([probe.outcome.status, probe.result], code).toEqual(["ok", String(round * 2)]);
  }
  expect((await kernel.show("reached")).result).toBe("false");
  expect(kernel.log).toBe("");
});

test("closing a kernel whose cell never ends ends its process", async () => {
  const other = await EvaluateProcess.start();
  void other.run("console.log('go'); while (true) {}").catch(() => {});
  await other.output((each) => each.kind === "stream" && each.text === "go\n");
  await other.close();
  expect(other.exitCode).toBe(0);
});
