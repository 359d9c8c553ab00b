import { describe, expect, it } from "vitest";
import "../../../src/display/register.js";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import { symbolHtml } from "../../../src/display/symmetry-card.js";
import { asymmetricUnit } from "../../../src/symmetry/asymmetric-unit.js";
import { spaceGroup } from "../../../src/symmetry/space-group.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { toleranceScan } from "../../../src/symmetry/tolerance-scan.js";
import { rutile } from "../symmetry/crystals.js";

function shown(value: object): { text: string[]; html: string } {
  const bundle = (value as Record<symbol, () => MimeBundle>)[displaySymbol]();
  return { text: String(bundle["text/plain"]).split("\n"), html: String(bundle["text/html"]) };
}

describe("cards of symmetry", () => {
  it("write Hermann-Mauguin symbols as they are printed", () => {
    expect(symbolHtml("P4_2/mnm")).toBe("<i>P</i>4<sub>2</sub>/<i>m</i><i>n</i><i>m</i>");
    expect(symbolHtml("Fm-3m")).toContain('<span style="text-decoration:overline">3</span>');
  });

  it("show a dataset with its orbits", () => {
    const { text, html } = shown(symmetry(rutile.supercell([1, 1, 3])));
    expect(text[0]).toBe("P4_2/mnm, no. 136: TiO2");
    expect(text).toContain("crystal system  tetragonal");
    expect(text).toContain("Pearson symbol  tP6");
    expect(text.find((line) => line.startsWith("standard cell"))).toMatch(/1\/3c; origin /);
    expect(text.at(-2)).toMatch(/^2a +m\.mm +Ti1, Ti2, Ti3, Ti4, Ti5, Ti6$/);
    expect(text.at(-1)).toMatch(/^4f +m\.2m +O1, .* and 6 more$/);
    expect(html).toContain("<table");
    expect(html).toContain("4<sub>2</sub>");
  });

  it("show a space group with its Wyckoff positions", () => {
    const { text, html } = shown(spaceGroup("Fd-3m:2"));
    expect(text[0]).toBe("Fd-3m, no. 227");
    expect(text.some((line) => /^8a +-43m +\(1\/8,1\/8,1\/8\) .* …$/.test(line))).toBe(true);
    expect(text.some((line) => line.includes("setting 2"))).toBe(true);
    expect(html).toContain("centrosymmetric");
  });

  it("show an asymmetric unit and a tolerance scan as tables", () => {
    const unit = shown(asymmetricUnit(rutile));
    expect(unit.text.at(-1)).toMatch(/^O1 +O +4f +m\.2m +0\.3050 +0\.3050 +0$/);
    const scan = shown(toleranceScan(rutile, { from: 1e-3, to: 0.1, steps: 3 }));
    expect(scan.text.at(-1)).toMatch(/^0\.0010 +0\.10 +P4_2\/mnm +136 +3$/);
    expect(scan.html).toContain("P4_2/mnm");
  });
});
