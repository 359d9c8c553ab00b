import { type Priority, Runtime } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { empty, spin, untilRunning } from "./calls.js";

const runtime = new Runtime({ threadCount: 1 });
afterAll(() => runtime.close());

/** The order in which tasks that were submitted behind a running one begin. */
async function order(submitted: readonly Priority[]): Promise<Priority[]> {
  const blocker = runtime.run(spin(60_000));
  await untilRunning(blocker);
  const tasks = submitted.map((priority) => runtime.run(empty, { priority }));
  blocker.cancel();
  await Promise.all(tasks);
  const begun = tasks.map((task, index) => ({
    priority: submitted[index],
    at: task.record.steps.allocated ?? Number.NaN,
  }));
  return begun.sort((a, b) => a.at - b.at).map(({ priority }) => priority);
}

describe("priority", () => {
  it("starts a later task of a higher class before queued ones of a lower class", async () => {
    expect(
      await order(["background", "background", "normal", "interactive", "critical", "normal"]),
    ).toEqual(["critical", "interactive", "normal", "normal", "background", "background"]);
  });

  it("is normal when none is given", () => {
    const task = runtime.run(empty);
    expect(task.record.priority).toBe("normal");
    return task;
  });

  it("does not starve background work under a flood of critical tasks", async () => {
    const background = Array.from({ length: 5 }, () =>
      runtime.run(spin(1), { priority: "background" }),
    );
    let flooding = true;
    let critical = 0;
    const flood = async (): Promise<void> => {
      while (flooding) {
        await runtime.run(spin(1), { priority: "critical" });
        critical += 1;
      }
    };
    const floods = Array.from({ length: 20 }, flood);
    await Promise.all(background);
    flooding = false;
    await Promise.all(floods);
    expect(critical).toBeGreaterThan(20);
  });

  it("keeps a critical task from waiting behind an aged backlog", async () => {
    const blocker = runtime.run(spin(60_000));
    await untilRunning(blocker);
    const backlog = Array.from({ length: 50 }, () =>
      runtime.run(spin(2), { priority: "background" }),
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    const urgent = runtime.run(empty, { priority: "critical" });
    blocker.cancel();
    await urgent;
    const startedBefore = backlog.filter(({ record }) => {
      const begin = record.steps.allocated;
      return begin !== undefined && begin < (urgent.record.steps.allocated as number);
    });
    expect(startedBefore.length).toBeLessThanOrEqual(1);
    await Promise.all(backlog);
  });

  it("shows in the statistics what waits in each class", async () => {
    const blocker = runtime.run(spin(60_000));
    await untilRunning(blocker);
    const tasks = (["background", "normal", "normal", "critical"] as const).map((priority) =>
      runtime.run(empty, { priority }),
    );
    expect(runtime.stats()).toMatchObject({
      running: 1,
      queued: 4,
      queuedByPriority: { background: 1, normal: 2, interactive: 0, critical: 1 },
    });
    blocker.cancel();
    await Promise.all(tasks);
  });

  it("refuses a class that does not exist", () => {
    const priority = "urgent" as Priority;
    expect(() => runtime.run(empty, { priority })).toThrow(
      /priority must be one of background, normal, interactive, critical; got "urgent"/,
    );
  });
});
