import { Crystal, Lattice, morse, relax, show } from "prism-lab";
import { describe, expect, it } from "vitest";

const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6, shift: "force" });
const rattled = Crystal.create({
  lattice: Lattice.cubic(3.7),
  species: ["Cu", "Cu", "Cu", "Cu"],
  fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
}).perturbed({ maxDistance: 0.2, seed: 1 });

describe("the figure of a relaxation", () => {
  it("shows how energy and largest force came down", async () => {
    const done = await relax(rattled, copper);
    const { data, layout } = show(done);
    const [energy, force] = data as { x: number[]; y: number[] }[];
    expect(energy.x).toEqual(done.frames.map(({ step }) => step));
    expect(energy.y.at(-1)).toBeCloseTo(0, 9);
    expect(force.y.at(-1)).toBeLessThanOrEqual(1e-3);
    expect(JSON.stringify(layout.title)).toMatch(/Relaxation of Cu.*converged after/);
    expect(String(show(done))).toContain("converged after");
  });

  it("says so where it did not get there", async () => {
    const { layout } = show(await relax(rattled, copper, { maxSteps: 1 }));
    expect(JSON.stringify(layout.title)).toContain("not converged (maxSteps)");
  });

  it("is shown by a notebook, and is text where no frames were kept", async () => {
    const done = await relax(rattled, copper, { frames: 0 });
    const shown = Reflect.get(done, Symbol.for("Jupyter.display")) as () => Promise<object>;
    expect(Object.keys(await shown.call(done))).toContain("text/plain");
  });
});
