import { afterAll, beforeAll, expect, test } from "vitest";
import { EvaluateProcess } from "./evaluate-process.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

test("a comm that the front end opens is closed again: no cell has a target for it", async () => {
  const message = {
    type: "comm_open",
    commId: "c1",
    targetName: "t",
    data: {},
    metadata: {},
    buffers: [],
  };
  await kernel.call("comm", "m1", message);
  const answer = await kernel.output((each) => each.kind === "comm");
  expect(answer).toMatchObject({ parentId: "m1", message: { type: "comm_close", commId: "c1" } });
});

test("completion, inspection and completeness answer while a cell runs", async () => {
  await kernel.run("const measured = [1, 2, 3]");
  const done = kernel.run(
    "console.log('busy'); const t1 = Date.now(); while (Date.now() - t1 < 3000) {}",
  );
  const started = performance.now();
  await kernel.output((each) => each.kind === "stream" && each.text === "busy\n");
  expect((await kernel.complete("measured.fla")).matches[0]).toMatchObject({ text: "flat" });
  expect((await kernel.inspect("measured", 3)).data["text/plain"]).toBe("const measured: number[]");
  expect(await kernel.call("isComplete", "%typecheck off\nif (a) {")).toEqual({
    status: "incomplete",
    indent: "  ",
  });
  expect(performance.now() - started).toBeLessThan(2900);
  await kernel.interrupt();
  expect((await done).status).toBe("interrupted");
});
