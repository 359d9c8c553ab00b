import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { addon } from "./harness.js";

interface Digest {
  readonly level: string;
  readonly digests: Readonly<Record<string, string>>;
}

const levels = ["generic", "v2", "v3", "v4"];
const script = fileURLToPath(new URL("./digest.mjs", import.meta.url));

function digestAt(level: string | undefined): Digest {
  const { PRISM_SIMD: _, ...inherited } = process.env;
  const env = level === undefined ? inherited : { ...inherited, PRISM_SIMD: level };
  return JSON.parse(execFileSync(process.execPath, [script], { env, encoding: "utf8" })) as Digest;
}

describe("levels and thread counts", () => {
  const best = digestAt(undefined);
  const reachable = levels.slice(0, levels.indexOf(best.level) + 1);

  it("give the same bits", () => {
    const all = [best, ...reachable.map(digestAt)];
    expect(all.map((one) => one.level)).toEqual([best.level, ...reachable]);
    expect(new Set(all.flatMap((one) => Object.values(one.digests))).size).toBe(1);
  });

  it("ignore a level that is unknown or above the CPU's", () => {
    expect(digestAt("v99").level).toBe(best.level);
    const above = levels[levels.indexOf(best.level) + 1];
    if (above !== undefined) expect(digestAt(above).level).toBe(best.level);
    expect(levels).toContain(addon.simdLevel);
  });
});
