import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { parentPid, watchParent } from "../../../kernel/session/parent-watch.js";

describe("watchParent", () => {
  it("calls once when the process has ended", async () => {
    const parent = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
    let calls = 0;
    const gone = new Promise<void>((resolve) => {
      watchParent(
        parent.pid as number,
        () => {
          calls++;
          resolve();
        },
        5,
      );
    });
    parent.stdin.end();
    await Promise.all([once(parent, "exit"), gone]);
    expect(calls).toBe(1);
  });

  it("does not call for a process that lives", async () => {
    let calls = 0;
    const stop = watchParent(process.ppid, () => calls++, 1);
    const stopOther = watchParent(process.pid, () => calls++, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop();
    stopOther();
    expect(calls).toBe(0);
  });
});

describe("parentPid", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["0", undefined],
    ["1", undefined],
    ["x", undefined],
    ["4321", 4321],
  ])("of %j is %j", (text, pid) => {
    expect(parentPid(text === undefined ? {} : { JPY_PARENT_PID: text })).toBe(pid);
  });
});
