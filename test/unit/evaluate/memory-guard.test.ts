import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryGuard, type MemorySource } from "../../../kernel/evaluate/memory-guard.js";

const MB = 2 ** 20;

describe("MemoryGuard", () => {
  /** Of 4096 MB; the reserve is a twentieth, 205 MB. */
  let available = 0;
  let resident = 0;
  let asked = 0;
  let told: [owner: string, megabytes: number][] = [];
  let guard: MemoryGuard;
  const machine: MemorySource = {
    owner: "of this machine",
    remedy: "",
    totalBytes: 4096 * MB,
    availableBytes() {
      asked++;
      return available * MB;
    },
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    [available, resident, asked, told] = [3000, 200, 0, []];
    guard = new MemoryGuard({
      sources: [machine],
      residentBytes: () => resident * MB,
      onFull: ({ owner }, bytes) => told.push([owner, Math.round(bytes / MB)]),
    });
  });
  afterEach(() => {
    guard.close();
    vi.useRealTimers();
  });

  async function pass(held: number, left: number): Promise<void> {
    [resident, available] = [held, left];
    await vi.advanceTimersByTimeAsync(500);
  }

  it("does not ask while the process is small", async () => {
    await pass(1000, 100);
    expect(asked).toBe(0);
    expect(told).toEqual([]);
  });

  it("tells once a cell of memory that the cell has used up", async () => {
    await pass(3000, 500);
    expect(told).toEqual([]);
    await pass(3400, 200);
    await pass(3450, 150);
    expect(told).toEqual([["of this machine", 3400]]);
    guard.begin();
    await pass(3460, 140);
    expect(told).toHaveLength(1);
    await pass(3530, 70);
    expect(told[1]).toEqual(["of this machine", 3530]);
  });

  it("lets a cell alone that has not grown while others took the memory", async () => {
    await pass(2000, 1000);
    guard.begin();
    await pass(2010, 10);
    expect(told).toEqual([]);
  });

  it("tells early of a process that grows fast", async () => {
    await pass(2000, 1800);
    for (let held = 2000; held < 3700; held += 50) {
      [resident, available] = [held, 3800 - held];
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(told).toHaveLength(1);
    expect(told[0]?.[1]).toBeLessThan(3500);
  });

  it("keeps its peace where nobody says what is available", async () => {
    guard.close();
    guard = new MemoryGuard({
      sources: [{ ...machine, availableBytes: () => undefined }],
      residentBytes: () => resident * MB,
      onFull: () => told.push(["", 0]),
    });
    await pass(4000, 0);
    expect(told).toEqual([]);
  });
});
