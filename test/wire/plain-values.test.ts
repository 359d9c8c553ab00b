import { afterAll, beforeAll, expect, test } from "vitest";
import { EvaluateProcess } from "./evaluate-process.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

async function shown(code: string): Promise<Record<string, unknown>> {
  const { outcome, outputs } = await kernel.show(code);
  expect(outcome.status, code).toBe("ok");
  const found = outputs.find(({ kind }) => kind === "result" || kind === "display");
  return (found as { data: Record<string, unknown> }).data;
}

test("rows of plain objects are a table, with its text beside", async () => {
  const data = await shown("[{ element: 'Si', x: 0.25 }, { element: 'O', y: null }]");
  expect(data["text/html"]).toMatch(/<table.*<th[^>]*>element<.*<td[^>]*>Si</s);
  expect(String(data["text/plain"]).split("\n")[0]).toMatch(/^element +x +y/);
  expect(await shown("display([{ a: 1 }, { a: 2 }])")).toHaveProperty(["text/html"]);
});

test.each([
  "[{ a: 1 }]",
  "[{ a: 1 }, [2]]",
  "[{ a: 1 }, { a: { b: 2 } }]",
  "[{ a: 1 }, new (class Point { x = 1 })()]",
  "[{ a: 1 }, { get a() { throw new Error('not to be asked') } }]",
  "[{}, {}]",
  "[new Proxy({ a: 1 }, {}), { a: 2 }]",
  "Array(3)",
])("%s is text as before", async (code) => {
  expect(Object.keys(await shown(code))).toEqual(["text/plain"]);
});

test("a long typed array is summarised, a short one is shown", async () => {
  const long = await shown("Float64Array.from({ length: 1001 }, (_, i) => i === 7 ? NaN : i)");
  expect(long["text/plain"]).toMatch(/^Float64Array\(1001\) \[/);
  expect(long["text/plain"]).toContain("989 more items");
  expect(long["text/plain"]).toMatch(/\nfrom 0 to 1000, mean 500\.493, 1 NaN$/);
  const short = await shown("new Float64Array([1, 2])");
  expect(short["text/plain"]).not.toContain("mean");
});
