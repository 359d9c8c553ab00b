import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { show } from "../../../src/display/show.js";
import { zoneFigure } from "../../../src/display/zone-figure.js";
import { Lattice } from "../../../src/lattice/lattice.js";

const fcc = Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]);
const cells = {
  fcc,
  bcc: Lattice.fromMatrix([-2, 2, 2, 2, -2, 2, 2, 2, -2]),
  hcp: Lattice.hexagonal(3.2, 5.2),
  triclinic: Lattice.fromParameters(5, 6, 7, 80, 95, 103),
};

describe("zoneFigure", () => {
  it("draws each face, named by its hkl, in one colour a distance", () => {
    const faces = zoneFigure(fcc.brillouinZone()).data.filter(({ type }) => type === "mesh3d");
    expect(faces).toHaveLength(14);
    expect(new Set(faces.map(({ color }) => color)).size).toBe(2);
    expect(faces.map(({ name }) => name)).toContain("111");
    for (const { x, i, j, k } of faces as Record<"x" | "i" | "j" | "k", number[]>[]) {
      expect(i).toHaveLength(x.length - 2);
      expect(Math.max(...i, ...j, ...k)).toBe(x.length - 1);
    }
  });

  it("names the vectors of the lattice that it is the cell of", () => {
    const labels = (figure: ReturnType<typeof show>) =>
      figure.data.find(({ name }) => name === "axes")?.text;
    expect(labels(show(fcc.brillouinZone()))).toEqual(["<b>a*</b>", "<b>b*</b>", "<b>c*</b>"]);
    expect(labels(show(fcc.wignerSeitzCell()))).toEqual(["<b>a</b>", "<b>b</b>", "<b>c</b>"]);
  });

  it.each(Object.entries(cells))(
    "paints %s from back to front, without a browser",
    async (_, lattice) => {
      const zone = lattice.brillouinZone();
      const svg = await show(zone).toSvg();
      expect(svg).not.toMatch(/NaN|Infinity/);
      const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
      const filled = document.querySelectorAll("path[fill-opacity]");
      // Opposite faces: one of each pair is seen.
      expect(filled).toHaveLength(zone.faces.length / 2);
      const dashed = document.querySelectorAll("path[stroke-dasharray]").length;
      const solid = document.querySelectorAll('path[stroke="#4a505a"]').length;
      expect(dashed + solid).toBe(zone.edges.length);
      expect(dashed).toBeGreaterThan(0);
    },
  );

  it("says in text what it shows, and takes a title", () => {
    const figure = show(cells.hcp.brillouinZone(), { title: "Mg" });
    expect(figure.title).toBe("Mg");
    const lines = String(figure).split("\n");
    expect(lines[0]).toMatch(/^First Brillouin zone: 12 vertices, 18 edges, 8 faces/);
    // A line for the headings and one for each pair of faces.
    expect(lines).toHaveLength(2 + 4);
  });

  it("shows itself in notebooks, for all front ends", async () => {
    await import("../../../src/display/register.js");
    const zone = fcc.brillouinZone() as unknown as Record<symbol, () => Promise<object>>;
    const bundle = await zone[Symbol.for("Jupyter.display")]();
    expect(Object.keys(bundle)).toContain("image/png");
    expect(Object.keys(bundle)).toContain("application/vnd.plotly.v1+json");
  });
});
