import {
  DomainError,
  generatePattern,
  generatePatternAsync,
  InvalidConfiguration,
  measurePattern,
  type PatternConfig,
  QuotaExceeded,
  ResourceExhausted,
  TaskCancelled,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const million: PatternConfig = {
  patternType: "bravais",
  lattice: "cF",
  a: 3.6,
  counts: [90, 90, 90],
};

describe("generatePatternAsync", () => {
  it("makes the same pattern as generatePattern, bit for bit", async () => {
    const configs: PatternConfig[] = [
      { patternType: "kagome", spacing: 2, radius: 9, rotation: [1, 2, 3] },
      { patternType: "archimedean", vertex: "4.6.12", counts: [3, 4], scale: 2 },
      { patternType: "spiral", form: "fermat", count: 200, symmetry: 5 },
      { patternType: "line", count: 5, symmetry: 3 },
      { patternType: "grid", counts: Uint8Array.of(3, 4) as never },
    ];
    for (const config of configs) {
      const one = generatePattern(config);
      const other = await generatePatternAsync(config);
      expect(other.hash).toBe(one.hash);
      expect(String(other)).toBe(String(one));
      expect(other.facts).toEqual(one.facts);
      expect(other.config).toEqual(one.config);
      expect([...other.transform]).toEqual([...one.transform]);
      expect(other.dimension).toBe(one.dimension);
    }
  });

  it("takes patterns beyond the limit of the JavaScript thread, with progress", async () => {
    expect(() => generatePattern(million)).toThrow(ResourceExhausted);
    let last = 0;
    const pattern = await generatePatternAsync(million, {
      onProgress: ({ fraction }) => {
        last = fraction;
      },
    });
    expect(pattern.pointCount).toBe(4 * 90 ** 3);
    expect(pattern.metrics.density).toBeCloseTo(4 / 3.6 ** 3, 9);
    expect(last).toBe(1);
  });

  it("is stopped, and held to its memory", async () => {
    const task = generatePatternAsync(million);
    task.cancel();
    await expect(task).rejects.toThrow(TaskCancelled);
    await expect(generatePatternAsync(million, { memoryLimit: 1e6 })).rejects.toThrow(
      QuotaExceeded,
    );
  });

  it("runs in a process of its own as well", async () => {
    const config: PatternConfig = { patternType: "kagome", radius: 4 };
    const pattern = await generatePatternAsync(config, { isolation: "process" });
    expect(pattern.hash).toBe(generatePattern(config).hash);
  });

  it("refuses a bad configuration at once", () => {
    expect(() => generatePatternAsync({ patternType: "kagom" } as never)).toThrow(
      InvalidConfiguration,
    );
    expect(() => generatePatternAsync({ patternType: "grid", counts: [1e6, 1e6] })).toThrow(
      /fit in this machine's memory/,
    );
  });
});

describe("measurePattern", () => {
  const pattern = generatePattern({
    patternType: "honeycomb",
    counts: [5, 6],
    rotation: [10, 20, 30],
  });

  it("gives what the metrics give", async () => {
    const { metrics } = pattern;
    expect(await measurePattern(pattern, "nearestDistances")).toEqual(metrics.nearestDistances);
    expect(await measurePattern(pattern, "coordination", { cutoff: 2 })).toEqual(
      metrics.coordination({ cutoff: 2 }),
    );
    expect(await measurePattern(pattern, "bondOrder", { n: 3 })).toEqual(
      metrics.bondOrder({ n: 3 }),
    );
    expect(await measurePattern(pattern, "structureFactor", { size: 11 })).toEqual(
      metrics.structureFactor({ size: 11 }),
    );
  });

  it("takes patterns that the metrics refuse", async () => {
    const large = generatePattern({ patternType: "grid", counts: [500, 500] });
    expect((await measurePattern(large, "coordination")).mean).toBe(4);
  });

  it("rejects with the errors of the measure, as they are", async () => {
    await expect(measurePattern(pattern, "bondOrder", { n: -1 })).rejects.toThrow(DomainError);
    await expect(measurePattern(pattern, "steinhardt", { m: 1 } as never)).rejects.toThrow(
      InvalidConfiguration,
    );
    expect(() => measurePattern(pattern, "volume" as never)).toThrow(
      /must be one of nearestDistances/,
    );
  });
});
