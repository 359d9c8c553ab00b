import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Host } from "../../../src/runtime/remote/host.js";
import { HostPool } from "../../../src/runtime/remote/host-pool.js";
import { until } from "./remote.js";

/** Runs nothing. */
class IdleHost extends Host {
  hasEnded = false;

  end(): void {
    this.hasEnded = true;
    this.die();
  }

  die(): void {
    this.lost({ signal: "SIGKILL", exitCode: null });
  }

  chunks() {
    return { done: 0, total: 0 };
  }

  protected post(): void {}
  protected hold(): void {}
  protected destroy(): void {}
  protected clearChunks(): void {}
  protected setChunks(): void {}
}

function poolOf(limit: number, idleMs?: number) {
  const started: IdleHost[] = [];
  const start = () => {
    const host = new IdleHost();
    started.push(host);
    return host;
  };
  const pool = new HostPool(limit, start, idleMs);
  const taken: Host[] = [];
  let refused = 0;
  const enter = () =>
    pool.enter({
      bytes: 0,
      priority: "normal",
      admitted: () => taken.push(pool.take()),
      refused: () => {
        refused += 1;
      },
    });
  return { pool, started, taken, enter, refused: () => refused };
}

describe("HostPool", () => {
  it("starts hosts on demand, up to its limit, and uses them again", () => {
    const { pool, started, taken, enter } = poolOf(2);
    for (let i = 0; i < 3; i++) enter();
    expect([started.length, taken.length]).toEqual([2, 2]);
    pool.giveBack(taken[0]);
    expect([started.length, taken.length]).toEqual([2, 3]);
    expect(taken[2]).toBe(taken[0]);
  });

  it("replaces a host that died or was killed", async () => {
    const { pool, started, taken, enter } = poolOf(1);
    for (let i = 0; i < 3; i++) enter();
    started[0].die();
    await until(() => taken.length === 2);
    pool.kill(taken[1]);
    started[1].die(); // a while after it was told to
    await sleep(0);
    expect([started.length, taken.length]).toEqual([3, 3]);
    pool.giveBack(taken[2]);
    started[2].die();
    await sleep(0);
    enter();
    expect([started.length, taken.length]).toEqual([4, 4]);
  });

  it("ends hosts that have been idle for long, and only those", async () => {
    const { pool, started, taken, enter } = poolOf(2, 20);
    enter();
    enter();
    pool.giveBack(taken[0]);
    await until(() => started[0].hasEnded);
    await sleep(100);
    expect(started[1].hasEnded).toBe(false);
    enter();
    expect(started.length).toBe(3);
  });

  it("turns the line away and ends its hosts when it closes", async () => {
    const { pool, started, taken, enter, refused } = poolOf(1);
    enter();
    enter();
    pool.giveBack(taken[0]);
    pool.giveBack(taken[1]);
    enter();
    enter();
    const closing = pool.close();
    expect(refused()).toBe(1);
    pool.kill(taken[2]);
    started[0].die();
    await closing;
  });

  it("tells why no host can start, and goes on", () => {
    let isPossible = false;
    const pool = new HostPool(1, () => {
      if (!isPossible) throw new Error("too many");
      return new IdleHost();
    });
    const failures: string[] = [];
    const enter = () =>
      pool.enter({
        bytes: 0,
        priority: "normal",
        admitted: () => {
          try {
            pool.take();
          } catch (error) {
            failures.push((error as Error).message);
          }
        },
        refused: () => {},
      });
    enter();
    enter();
    expect(failures).toEqual(["too many", "too many"]);
    isPossible = true;
    enter();
    expect(failures.length).toBe(2);
  });
});
