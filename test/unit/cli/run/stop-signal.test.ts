import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stopSignal } from "../../../../kernel/cli/run/stop-signal.js";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

describe("stopSignal", () => {
  const before = new Map<string, readonly NodeJS.SignalsListener[]>();

  beforeEach(() => {
    for (const name of SIGNALS) before.set(name, process.listeners(name));
    vi.useFakeTimers({ toFake: ["performance"] });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    for (const name of SIGNALS) {
      for (const listener of process.listeners(name)) {
        if (!before.get(name)?.includes(listener)) process.off(name, listener);
      }
    }
  });

  it("is aborted by the first Ctrl-C; the second ends the process, unless it is the same one", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    const signal = stopSignal();
    expect(signal.aborted).toBe(false);
    process.emit("SIGINT");
    expect(signal.aborted).toBe(true);
    vi.advanceTimersByTime(100);
    process.emit("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(400);
    process.emit("SIGTERM");
    expect(exit).toHaveBeenCalledWith(130);
  });
});
