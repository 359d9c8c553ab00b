import { describe, expect, it } from "vitest";
import { TaskCancelled } from "../../../src/base/errors.js";
import { Procedure } from "../../../src/runtime/procedure.js";
import { SharedRun } from "../../../src/runtime/shared-run.js";
import { Task } from "../../../src/runtime/task.js";

/** A task that ends when it is told to. */
function gate<T>(value: T): { readonly task: Task<T>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const task = new Task(
    "gate",
    new Procedure("gate", 1, (run) => run(1, () => opened.then(() => value))),
  );
  return { task, open };
}

/** Until all that can happen has. */
async function settle(): Promise<void> {
  for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
}

describe("Procedure", () => {
  it("runs its parts one after another, and adds up their progress by weight", async () => {
    const [a, b] = [gate(1), gate(2)];
    const seen: string[] = [];
    const task = new Task(
      "sum",
      new Procedure("sum", 4, async (run) => {
        const first = await run(3, () => a.task);
        seen.push("first");
        return first + (await run(1, () => b.task));
      }),
    );
    await settle();
    expect([seen, task.measure().fraction]).toEqual([[], 0]);
    a.open();
    await settle();
    expect([seen, task.measure().fraction]).toEqual([["first"], 0.75]);
    b.open();
    expect(await task).toBe(3);
    expect(task.measure().fraction).toBe(1);
  });

  it("stops its part, and begins no further one", async () => {
    const a = gate(1);
    let begun = false;
    const task = new Task(
      "stopped",
      new Procedure("stopped", 2, async (run) => {
        await run(1, () => a.task).catch(() => {});
        return run(1, () => {
          begun = true;
          return Promise.resolve(2);
        });
      }),
    );
    await settle();
    task.cancel();
    await expect(task).rejects.toBeInstanceOf(TaskCancelled);
    expect(a.task.state).toBe("cancelled");
    expect(begun).toBe(false);
  });

  it("cancels the others when one of several parts fails", async () => {
    const a = gate(1);
    const failing = new Task(
      "failing",
      new Procedure("failing", 2, (run) =>
        Promise.all([run(1, () => a.task), run(1, () => Promise.reject(new RangeError("no")))]),
      ),
    );
    await expect(failing).rejects.toThrow("no");
    expect(a.task.state).toBe("cancelled");
  });

  it("lets a deadline that has passed end it between parts that settle at once", async () => {
    const task = new Task(
      "busy",
      new Procedure("busy", 1, async (run) => {
        const until = performance.now() + 5000;
        while (performance.now() < until) await run(0, () => Promise.resolve());
      }),
      { timeoutMs: 1 },
    );
    const began = performance.now();
    await expect(task).rejects.toThrow("did not finish within 1 ms");
    expect(performance.now() - began).toBeLessThan(2500);
  });
});

describe("SharedRun", () => {
  it("gives each follower its own result and its own end", async () => {
    const { task, open } = gate(20);
    const shared = new SharedRun(task);
    const first = shared.follow("half", (value) => value / 2);
    const second = shared.follow("same", (value) => value);
    first.cancel();
    await expect(first).rejects.toBeInstanceOf(TaskCancelled);
    expect(shared.isAlive).toBe(true);
    expect(task.state).toBe("running");
    open();
    expect(await second).toBe(20);
    expect(shared.isAlive).toBe(false);
  });

  it("is cancelled with its last follower, also by a signal that had aborted before", async () => {
    const { task } = gate(1);
    const shared = new SharedRun(task);
    const only = shared.follow("only", (value) => value, { signal: AbortSignal.abort() });
    await expect(only).rejects.toBeInstanceOf(TaskCancelled);
    expect(shared.isAlive).toBe(false);
    await settle();
    expect(task.state).toBe("cancelled");
  });
});
