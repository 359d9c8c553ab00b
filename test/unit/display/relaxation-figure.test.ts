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

  it("tells a terminal what may help", async () => {
    const stopped = await relax(rattled, copper, { maxSteps: 1 });
    expect(stopped.warnings.map(({ code }) => code)).toEqual(["NOT_CONVERGED"]);
    expect(String(show(stopped))).toMatch(/\nwarning: 1 steps were not enough.*larger maxSteps/);
    expect((await relax(rattled, copper)).warnings).toEqual([]);
  });

  it("has whole powers of ten at both ends of the forces", async () => {
    const { layout } = show(await relax(rattled, copper, { maxSteps: 1 }));
    const [low, high] = Reflect.get(layout.yaxis2 as object, "range") as number[];
    expect([low, high].every(Number.isInteger)).toBe(true);
    expect(high).toBeGreaterThan(low);
  });

  it("draws the volume where symmetry leaves no force", async () => {
    const regular = rattled.withPositions([0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0]);
    const done = await relax(regular, copper, { cell: "full" });
    const [, volume] = show(done).data as { name: string; y: number[] }[];
    expect(volume.name).toBe("Volume (Å³/atom)");
    expect(volume.y.at(-1)).toBeCloseTo(done.crystal.lattice.volume / 4, 9);
    const still = show(await relax(regular, copper));
    expect(still.data).toHaveLength(1);
    expect(still.layout.yaxis2).toBeUndefined();
  });

  it("is shown by a notebook, and is text where no frames were kept", async () => {
    const done = await relax(rattled, copper, { frames: 0 });
    const shown = Reflect.get(done, Symbol.for("Jupyter.display")) as () => Promise<object>;
    expect(Object.keys(await shown.call(done))).toContain("text/plain");
  });
});
