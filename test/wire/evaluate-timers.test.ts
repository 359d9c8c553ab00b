import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess } from "./evaluate-process.js";
import { seeded } from "./seeded.js";

const nodeTimers = JSON.stringify(
  fileURLToPath(new URL("../../dist/kernel/evaluate/main/node-timers.js", import.meta.url)),
);

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  const outcome = await kernel.run(`%typecheck off
    import { findNodeTimers } from ${nodeTimers};
    const { queue, lists } = findNodeTimers();
    const never = new Promise(() => {});
    const after = (ms) => new Promise((r) => setTimeout(r, ms));
    const turn = (n) => setTimeout(() => turn((n * 7 + 1) % 1013), (n % 50) + 1);`);
  expect(outcome.status).toBe("ok");
}, 60_000);

afterAll(() => kernel.close());

/** Stops a cell once it runs. */
async function stop(code: string, id: string, waitMs = 0): Promise<void> {
  const done = kernel.run(`console.log("go"); ${code}`, { id });
  await kernel.output((each) => each.parentId === id && each.kind === "stream");
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  await kernel.interrupt();
  expect((await done).status).toBe("interrupted");
}

/** In two cells: the second needs the event loop, which a queue gone wrong would never come back to. */
async function expectTimers(durations: readonly number[], before = ""): Promise<void> {
  const all = durations.map((ms) => `after(${ms})`);
  for (const code of [`${before}await Promise.all([${all}]); 'on'`, "await after(5); 'on'"]) {
    expect((await kernel.show(code)).result).toBe("'on'");
  }
}

describe("the stop button leaves Node's timers right where it unwound", () => {
  test("the end of a list, which Node has forgotten and not yet taken out of its queue", async () => {
    await expectTimers([310], "setTimeout(() => {}, 301); delete lists[301]; ");
  });

  const broken: readonly [name: string, ms: number, code: string][] = [
    ["the beginning of a list", 401, "queue.removeAt(list.priorityQueuePosition)"],
    ["a change of the queue's order", 402, "queue.insert(list)"],
  ];
  test.each(broken)("%s", async (_, ms, code) => {
    const half = `setTimeout(() => {}, ${ms}); const list = lists[${ms}]; ${code}`;
    await stop(`${half}; for (;;) {}`, `broken-${ms}`);
    await expectTimers([ms, 5]);
  });

  test("timers without end, forty times", { timeout: 90_000 }, async () => {
    const random = seeded(20_261_123);
    for (let round = 0; round < 40; round++) {
      const code = "for (let n = 0; n < 300; n++) turn(n); await never";
      await stop(code, `flood-${round}`, random() * 20);
    }
    await expectTimers(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(kernel.log).toBe("");
  });
});
