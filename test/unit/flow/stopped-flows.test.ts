import {
  applyPattern,
  type FlowProgress,
  type FlowStep,
  optimizeCrystal,
  type PrismError,
  Runtime,
  TaskCancelled,
  TaskTimeout,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { contentOf, copper, corners, metals } from "./flow-crystals.js";

const patternSteps = ["check", "reserve", "generate", "update", "optimise", "verify", "commit"];
const optimisationSteps = ["evaluate", "strategy", "improve", "stability", "validate", "commit"];
const shaken = copper.perturbed({ maxDistance: 0.2, seed: 5 });

type Start = (options: {
  runtime: Runtime;
  signal: AbortSignal;
  onStep: (step: FlowStep) => void;
}) => PromiseLike<unknown>;

const flows: readonly (readonly [string, readonly string[], Start])[] = [
  [
    "applyPattern",
    patternSteps,
    (options) =>
      applyPattern(shaken, corners, {
        ...options,
        as: "substitution",
        species: "Au",
        potential: metals,
      }),
  ],
  ["optimizeCrystal", optimisationSteps, (options) => optimizeCrystal(shaken, metals, options)],
];

const cases = flows.flatMap(([name, steps, start]) =>
  steps.flatMap((step) =>
    (["running", "done"] as const).map((status) => ({ name, start, step, status })),
  ),
);

describe.each(cases)("$name, stopped when $step is $status", ({ start, step, status }) => {
  it("rejects with its record, changes nothing and gives all memory back", async () => {
    await using runtime = new Runtime({ threadCount: 2 });
    const before = contentOf(shaken);
    const controller = new AbortController();
    const flow = start({
      runtime,
      signal: controller.signal,
      onStep: (told) => {
        if (told.step === step && told.status === status) controller.abort(new Error("enough"));
      },
    });
    const error = await Promise.resolve(flow).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TaskCancelled);
    expect((error as Error).cause).toEqual(new Error("enough"));
    const { record } = (error as PrismError).data as { record: FlowStep[] };
    expect(record.at(-1)).toMatchObject({
      step,
      status: status === "running" ? "cancelled" : "done",
    });
    expect(contentOf(shaken)).toEqual(before);
    await drained(runtime);
  });
});

/** What ran is let go soon after it was stopped. */
async function drained(runtime: Runtime): Promise<void> {
  for (let wait = 0; wait < 200 && runtime.stats().bytesInUse > 0; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(runtime.stats()).toMatchObject({ bytesInUse: 0, running: 0, queued: 0, waiting: 0 });
}

describe("a flow that ends otherwise", () => {
  it("runs out of time", async () => {
    const flow = optimizeCrystal(shaken, metals, { level: "global", timeoutMs: 30 });
    const error = await flow.then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(TaskTimeout);
    expect((error as PrismError).data).toMatchObject({ record: expect.any(Array) });
  });

  it("hands on what the caller's own function throws", async () => {
    const own = new Error("mine");
    const onStep = () => {
      throw own;
    };
    await expect(optimizeCrystal(shaken, metals, { onStep })).rejects.toBe(own);
    const later = ({ step }: FlowStep) => {
      if (step === "validate") throw own;
    };
    await expect(optimizeCrystal(shaken, metals, { onStep: later })).rejects.toBe(own);
  });

  it("is cancelled by its task", async () => {
    const flow = optimizeCrystal(shaken, metals, { level: "global" });
    setTimeout(() => flow.cancel(), 5);
    await expect(flow).rejects.toBeInstanceOf(TaskCancelled);
    expect(flow.state).toBe("cancelled");
  });

  it("refuses a closed runtime", async () => {
    const runtime = new Runtime({ threadCount: 1 });
    await runtime.close();
    await expect(optimizeCrystal(shaken, metals, { runtime })).rejects.toMatchObject({
      code: "RUNTIME_CLOSED",
    });
  });
});

describe("progress", () => {
  it("goes up from step to step to 1", async () => {
    const seen: FlowProgress[] = [];
    await optimizeCrystal(shaken, metals, {
      level: "global",
      search: { steps: 30, trials: 2 },
      onProgress: (progress) => seen.push(progress),
    });
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ fraction: 1, step: "commit" });
    expect(optimisationSteps).toContain(seen[0].step);
  });
});

describe("memory", () => {
  it("is waited for: flows that together need more than there is come one after the other", async () => {
    // As much as is set aside for one of them.
    await using runtime = new Runtime({ threadCount: 2, memoryLimit: 2 ** 24 });
    const flows = [1, 2, 3].map((seed) =>
      optimizeCrystal(copper.perturbed({ maxDistance: 0.2, seed }), metals, {
        runtime,
        stability: false,
      }),
    );
    const results = await Promise.all(flows);
    expect(results.map(({ committed }) => committed)).toEqual([true, true, true]);
  });

  it("is too little for the dear checks: they are left out, with a warning", async () => {
    // No other test has judged this one: what is known needs no memory.
    const fresh = copper.perturbed({ maxDistance: 0.15, seed: 77 });
    const { committed, stability, warnings } = await optimizeCrystal(fresh, metals, {
      memoryLimit: 560_000,
    });
    expect(committed).toBe(true);
    expect(warnings.map(({ code }) => code)).toContain("STABILITY_PARTIAL");
    expect(stability?.dynamical.verdict).toBe("skipped");
    expect(stability?.geometric.verdict).toBe("stable");
  });

  it("is asked for again where the retry option says so", async () => {
    const codes: string[] = [];
    const flow = await optimizeCrystal(shaken, metals, {
      memoryLimit: 1000,
      retry: { attempts: 3, backoffMs: 1, on: ({ code }) => codes.push(code) > 0 },
    });
    expect(codes).toEqual(["QUOTA_EXCEEDED", "QUOTA_EXCEEDED"]);
    expect(flow).toMatchObject({ committed: false, reason: { code: "MEMORY" } });
  });
});
