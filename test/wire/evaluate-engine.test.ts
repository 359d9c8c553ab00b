import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";
import { seeded } from "./seeded.js";

const internal = JSON.stringify(
  fileURLToPath(new URL("../../dist/src/internal.js", import.meta.url)),
);
const kernels = fileURLToPath(new URL("../unit/runtime/kernels/kernels.mjs", import.meta.url));

let kernel: EvaluateProcess;
let count = 0;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  const outcome = await kernel.run(`
    const runtime = prism.Runtime.shared;
    for (const name of ["endless", "polite", "later", "throws", "talks"]) {
      prism.registerKernel({ name, module: ${JSON.stringify(kernels)}, export: name });
    }
    const call = (kernel: string, ...params: number[]) => ({
      kernel, name: kernel, params, decode: () => "done",
    });
    const run = (kernel: string, options: prism.TaskOptions = {}) =>
      runtime.run(call(kernel, 60_000), options);
    const spin = (options: prism.TaskOptions = {}) =>
      runtime.run(call("test.spin", 600, 100), options);
    const brief = (options: prism.TaskOptions = {}) =>
      runtime.run(call("test.spin", 0.1, 1), options);
    const forever = () => { for (;;) {} };
    const { interruptCounters } = await import(${internal});
    const busy = () => [interruptCounters[1], runtime.stats().queued, runtime.stats().running];
    const isolated = { isolation: "process" } as const;
    let kept = 0;
  `);
  expect(traceback(outcome)).toBe("");
}, 60_000);

afterAll(() => kernel.close());

const cells: readonly [name: string, code: string][] = [
  ["a task", "await spin()"],
  ["a task as the last expression", "spin()"],
  ["an isolated task", "await spin(isolated)"],
  ["isolated tasks in line", "await runtime.all(Array.from({ length: 6 }, () => spin(isolated)))"],
  ["an isolated kernel that does not listen", "await run('endless', isolated)"],
  ["a kernel in JavaScript that listens", "await run('polite')"],
  ["a kernel in JavaScript that waits", "await run('later')"],
  ["a kernel in JavaScript that does not listen", "await run('endless')"],
  ["such kernels in line", "await Promise.all(Array.from({ length: 6 }, () => run('endless')))"],
  [
    "tasks that wait for memory",
    "await Promise.all([1, 2, 3, 4].map(() => spin({ memoryLimit: 0.6 * runtime.memoryLimit })))",
  ],
  [
    "a task between two attempts",
    "await run('throws', { retry: { attempts: 9, backoffMs: 1e5, on: () => true } })",
  ],
  [
    "a task of many attempts",
    "await run('throws', { retry: { attempts: 100, backoffMs: 1, on: () => true } })",
  ],
  ["runtime.all", "await runtime.all([spin(), run('endless'), spin(isolated)])"],
  ["a pipe", "await brief().pipe(() => spin())"],
  ["a pipe into a promise that never settles", "await brief().pipe(() => new Promise(() => {}))"],
  ["10,000 queued tasks", "await Promise.all(Array.from({ length: 10_000 }, () => spin()))"],
  ["onProgress", "await spin({ onProgress: ({ fraction }) => { kept += 0 * fraction } })"],
  ["a loop in onProgress", "await spin({ onProgress: () => { for (;;) {} } })"],
  ["a loop in the last onProgress", "await brief({ onProgress: () => { for (;;) {} } })"],
  ["a loop in the unheard last onProgress", "void brief({ onProgress: forever }); forever()"],
  ["a loop in an unheard pipe", "void brief().pipe(forever); forever()"],
  ["a loop in a decoder", "await runtime.run({ ...call('test.spin', 0.1, 1), decode: forever })"],
  [
    "a loop in a decoder of another process",
    "await runtime.run({ ...call('test.spin', 0.1, 1), decode: forever }, isolated)",
  ],
  ["a loop in retry", "await run('throws', { retry: { attempts: 9, backoffMs: 1, on: forever } })"],
  [
    "a loop over the progress",
    "const task = spin(); for await (const { fraction } of task.progress) kept += 0 * fraction; await task",
  ],
  ["display.progress", "await display.progress(spin())"],
  ["a stream of tasks", "for (;;) await brief()"],
  ["a flood of tasks", "for (;;) spin()"],
  ["a loop that goes on after every error", "for (;;) { try { await spin() } catch {} }"],
  ["tasks that nobody awaits", "spin(); run('endless'); await new Promise(() => {})"],
];

describe("the traceback of a failed task", () => {
  const failing = "run('throws')";
  const codes: readonly [name: string, line: string][] = [
    ["awaited", `await ${failing}`],
    ["of the engine", "await runtime.run(call('test.sum', 1))"],
    ["of another process", `await run('throws', isolated)`],
    [
      "after its last attempt",
      "await run('throws', { retry: { attempts: 2, backoffMs: 1, on: () => true } })",
    ],
    ["through runtime.all", `await runtime.all([spin(), ${failing}])`],
    ["through a pipe", `await brief().pipe(() => ${failing})`],
    ["through display.progress", `await display.progress(${failing})`],
    ["through a function of an earlier cell", "await earlier()"],
  ];
  test.each(codes)("%s shows the cell's line", async (_, line) => {
    await kernel.run(`async function earlier() {\n  return await ${failing};\n}`);
    const outcome = await kernel.run(`const before = 1;\n${line};`);
    const text = traceback(outcome);
    expect(outcome.status, text).toBe("error");
    expect(text).toMatch(/at async cell \[\d+\]:2:1\n/);
    expect(text).toContain(`2 | ${line};`);
    if (line.includes("earlier")) expect(text).toMatch(/at async earlier \(cell \[\d+\]:2:10\)/);
  });
});

test("a failure after the last attempt that nobody awaits is told", async () => {
  const id = "forgotten";
  await kernel.run("run('throws', { retry: { attempts: 2, backoffMs: 1, on: () => true } }); 1", {
    id,
  });
  const told = await kernel.output((each) => each.parentId === id && each.kind === "error");
  expect(told).toMatchObject({ error: { ename: "TaskFailed" } });
});

describe("what a kernel in JavaScript prints", () => {
  const places = [
    ["on its thread", ""],
    ["in its process", ", isolated"],
  ];
  test.each(places)("%s reaches the notebook", async (_, options) => {
    const id = `talk${options}`;
    await kernel.run(`await runtime.run(call("talks")${options})`, { id });
    const streams = ["stdout", "stderr"] as const;
    for (const name of streams) {
      const said = await kernel.output(
        (each) => each.kind === "stream" && each.name === name && each.text.includes(`to ${name}`),
      );
      expect(said.parentId).toBe(id);
      kernel.outputs.splice(kernel.outputs.indexOf(said), 1);
    }
  });
});

/** The tasks of a stopped cell end, those that do not listen 100 ms after the stop. */
async function expectQuiet(code: string): Promise<void> {
  const probe = await kernel.show(`
    for (let i = 0; i < 250 && busy().some((n) => n > 0); i++) await new Promise((r) => setTimeout(r, 20));
    [...busy(), kept].join()`);
  expect([probe.outcome.status, probe.result], code).toEqual(["ok", `'0,0,0,${count}'`]);
}

describe("the stop button ends", () => {
  test.each(cells)("%s, with variables kept and no task left", async (_, code) => {
    const id = `stopped-${++count}`;
    const done = kernel.run(`kept++; console.log("go"); ${code}`, { id });
    await kernel.output((each) => each.parentId === id && each.kind === "stream");
    await new Promise((resolve) => setTimeout(resolve, 60));
    const start = performance.now();
    await kernel.interrupt();
    expect((await done).status).toBe("interrupted");
    expect(performance.now() - start).toBeLessThan(2000);
    await expectQuiet(code);
  });
});

const rounds = Number(process.env.PRISM_INTERRUPT_ROUNDS ?? 100);

test(`${rounds} interrupts at random moments leave no task and reach no next cell`, {
  timeout: rounds * 1000,
}, async () => {
  const random = seeded(20_260_103);
  for (let round = 0; round < rounds; round++) {
    const [, code] = cells[Math.floor(random() * cells.length)]!;
    const done = kernel.run(code);
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    await kernel.interrupt();
    expect((await done).status, code).toBe("interrupted");
    const probe = await kernel.show(`const round = ${round}; await brief(); round * 2`);
    expect([probe.outcome.status, probe.result], code).toEqual(["ok", String(round * 2)]);
    if (round % 10 === 9) await expectQuiet(`round ${round}`);
  }
  expect(kernel.log).toBe("");
});
