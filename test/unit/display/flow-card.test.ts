import { applyPattern, type FlowResult } from "prism-lab";
import { describe, expect, it } from "vitest";
import { copper, corners, metals } from "../flow/flow-crystals.js";

type Bundle = Record<"text/html" | "text/plain" | "image/png", string>;

function shown(result: FlowResult): Promise<Bundle> {
  const method = Symbol.for("Jupyter.display");
  return (result as unknown as Record<symbol, () => Promise<Bundle>>)[method]();
}

const substitution = { as: "substitution", species: "Au", potential: metals } as const;

describe("the card of a flow", () => {
  it("says at a glance that it was committed, and shows before, after and every step", async () => {
    const bundle = await shown(await applyPattern(copper, corners, substitution));
    for (const text of [bundle["text/html"], bundle["text/plain"]]) {
      expect(text).toContain("COMMITTED");
      expect(text).not.toContain("ROLLED BACK");
      for (const step of ["check", "reserve", "generate", "update", "optimise", "verify", "commit"])
        expect(text).toContain(step);
      expect(text).toContain("Au8Cu24");
    }
    expect(bundle["text/html"]).toContain('alt="the crystal before and after"');
    const png = Buffer.from(bundle["image/png"], "base64");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
  });

  it("says why it was rolled back, safe in a page", async () => {
    const bundle = await shown(await applyPattern(copper, { ...corners, a: 3.4 }, substitution));
    expect(bundle["text/plain"]).toMatch(/^ROLLED BACK {2}applyPattern\nthe pattern repeats by/);
    expect(bundle["text/html"]).toContain("does not fit the crystal");
    expect(bundle["text/html"]).not.toContain("<script");
  });
});
