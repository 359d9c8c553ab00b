import { Script } from "node:vm";
import { interruptCounters, Runtime, type Task } from "prism-lab";
import { expect, it } from "vitest";
import { empty } from "./calls.js";

/** Runs `flood` until V8 unwinds it, anywhere, as the stop button does. */
function unwound(flood: () => void): void {
  Object.assign(globalThis, { flood });
  const endless = new Script("for (;;) flood()");
  expect(() => endless.runInThisContext({ timeout: 1 })).toThrow("timed out");
}

it("an interrupt at any point of a call or a cancel loses no task and no count", async () => {
  const runtime = new Runtime({ threadCount: 1 });
  for (let round = 0; round < 50; round++) {
    const tasks: Task<undefined>[] = [];
    unwound(() => {
      const task = runtime.run(empty);
      tasks.push(task);
      if (round % 2 === 1) task.cancel();
    });
    await Promise.allSettled(tasks);
  }
  await runtime.close();
  expect(interruptCounters[1]).toBe(0);
}, 60_000);
