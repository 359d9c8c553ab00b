import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HeapGuard } from "../../../kernel/evaluate/heap-guard.js";

describe("HeapGuard", () => {
  let used = 0;
  let asked = 0;
  let alarms = 0;
  let told: number[] = [];
  let guard: HeapGuard;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    [used, asked, alarms, told] = [0, 0, 0, []];
    guard = new HeapGuard({
      limit: 1000,
      alarms: () => alarms,
      residentBytes: () => used + 100,
      heapUsed: async () => {
        asked++;
        return used;
      },
      onFull: (bytes) => told.push(bytes),
    });
  });
  afterEach(() => {
    guard.close();
    vi.useRealTimers();
  });

  async function pass(ms: number, bytes: number): Promise<void> {
    used = bytes;
    await vi.advanceTimersByTimeAsync(ms);
  }

  it("does not ask while the whole process is small", async () => {
    await pass(500, 200);
    expect(asked).toBe(0);
  });

  it("tells of a nearly full heap once a cell", async () => {
    await pass(500, 880);
    expect(told).toEqual([]);
    await pass(500, 901);
    await pass(500, 950);
    expect(told).toEqual([901]);
    guard.begin();
    await pass(500, 960);
    expect(told).toEqual([901]);
    await pass(500, 991);
    expect(told).toEqual([901, 991]);
  });

  it("tells of V8's alarm, however small the heap looks", async () => {
    alarms = 1;
    await pass(500, 300);
    expect(told).toEqual([1000]);
    guard.begin();
    await pass(500, 300);
    expect(told).toEqual([1000]);
    alarms = 2;
    await pass(500, 310);
    expect(told).toEqual([1000, 1000]);
  });

  it("lets a cell begin with a nearly full heap and empty it", async () => {
    await pass(500, 950);
    guard.begin();
    await pass(500, 960);
    await pass(500, 300);
    guard.begin();
    await pass(500, 600);
    expect(told).toEqual([950]);
  });

  it("tells early of a heap that fills fast", async () => {
    await pass(500, 500);
    for (let bytes = 520; bytes < 900; bytes += 60) await pass(5, bytes);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThan(800);
  });
});
