import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";

/** Cells that work against the kernel: the next one must find it whole. */
let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

test("a flood of lines leaves nothing behind in memory", async () => {
  const grown = await kernel.show(
    "const heap = process.memoryUsage().heapUsed; for (let i = 0; i < 3e5; i++) console.log(i); process.memoryUsage().heapUsed - heap",
  );
  expect(Number(grown.result)).toBeLessThan(35e6);
});

test("cells may hide the globals that the kernel itself lives on", async () => {
  const own = await EvaluateProcess.start();
  const names = [
    "Promise",
    "Reflect",
    "Object",
    "Set",
    "Map",
    "Atomics",
    "Symbol",
    "Error",
    "JSON",
  ];
  try {
    expect((await own.run(`let ${names.join(" = 3, ")} = 3`)).status).toBe("ok");
    expect((await own.show("({ a: await 1 })")).result).toBe("{ a: 1 }");
    expect(traceback(await own.run("%typecheck off\nnull.x"))).toContain(
      "Cannot read properties of null",
    );
    const { outputs } = await own.show("display.html('h'); console.log('l')");
    expect(outputs.map((each) => each.kind)).toEqual(["display", "stream"]);
  } finally {
    await own.close();
  }
});

describe("a thrown value that fights back", () => {
  const cases: readonly [name: string, code: string, ename: string, evalue: string][] = [
    ["a cause that throws", 'define("cause"); throw e', "Error", "a"],
    ["a stack that throws", 'define("stack"); throw e', "Error", "a"],
    ["a message that throws", 'define("message"); throw e', "Error", ""],
    [
      "parts that are no list",
      "throw Object.assign(new AggregateError([1]), { errors: 5 })",
      "AggregateError",
      "",
    ],
    [
      "a proxy whose traps throw",
      "throw new Proxy({}, { getPrototypeOf() { throw 1 } })",
      "Thrown",
      "a value that cannot be inspected",
    ],
    [
      "a message without end",
      'throw new Error("x".repeat(1e6))',
      "Error",
      `${"x".repeat(10_000)}... 990000 more characters`,
    ],
  ];
  test.each(cases)("%s", async (_name, code, ename, evalue) => {
    const prelude =
      'const e = new Error("a"); const define = (n) => Object.defineProperty(e, n, { get() { throw e } });';
    const outcome = await kernel.run(`%typecheck off\n${prelude}\n${code}`);
    expect(outcome).toMatchObject({ status: "error", ename, evalue });
    expect((await kernel.show("%typecheck error\n1 + 1")).result).toBe("2");
  });
});
