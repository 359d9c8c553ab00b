import { JSDOM } from "jsdom";
import { lennardJones } from "prism-lab";
import { describe, expect, it } from "vitest";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import "../../../src/display/register.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { stabilityHtml, stabilityText } from "../../../src/display/stability-card.js";
import { stabilitySvg } from "../../../src/display/stability-svg.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { stability } from "../../../src/stability/stability.js";

const potential = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5, smoothFrom: 7 });
const cubic = Crystal.create({
  lattice: Lattice.cubic(3.65),
  species: ["Ar"],
  fracPositions: [0, 0, 0],
});
const found = await stability(cubic, potential, { checks: ["mechanical", "dynamical"] });
const warned = await stability(cubic, potential, { mostPhononAtoms: 0.5 });

describe("the card of stability", () => {
  it("shows itself as HTML, picture and text", async () => {
    const show = (found as unknown as Record<symbol, () => Promise<MimeBundle>>)[displaySymbol];
    const bundle = await show.call(found);
    expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
    expect(String(bundle["image/png"]).startsWith("iVBOR")).toBe(true);
    expect(bundle["text/plain"]).toBe(stabilityText(found));
  });

  it("says for each check what was found, the violations in full", () => {
    const lines = stabilityText(found).split("\n");
    expect(lines[0]).toBe("Stability of Ar: not stable, index 0.00");
    expect(lines.map((line) => line.slice(0, 2))).toEqual(["St", "−0", "– ", "✕ ", "✕ ", "– "]);
    const { document } = new JSDOM(stabilityHtml(found)).window;
    const text = document.body.textContent ?? "";
    for (const reason of [...found.mechanical.reasons, ...found.dynamical.reasons]) {
      expect(text).toContain(reason);
    }
    expect(document.querySelectorAll("details").length).toBe(1);
    expect(document.querySelector("script")).toBeNull();
  });

  it("draws the same, within the picture", () => {
    const svg = stabilitySvg(warned);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
    const root = document.documentElement;
    const [width, height] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
    const texts = [...document.querySelectorAll("text")];
    for (const text of texts) {
      expect(Number(text.getAttribute("x"))).toBeLessThan(width);
      expect(Number(text.getAttribute("y"))).toBeLessThan(height);
    }
    const all = texts.map((text) => text.textContent).join(" ");
    expect(all).toContain("not stable");
    expect(all).toContain(`Warning: ${warned.warnings[0].message}`);
    for (const { reasons } of [warned.energetic, warned.dynamical]) {
      expect(all).toContain(reasons[0]);
    }
  });
});
