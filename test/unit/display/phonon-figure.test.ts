import { Crystal, harmonic, InvalidConfiguration, Lattice, phonons, show } from "prism-lab";
import { describe, expect, it } from "vitest";

async function springs() {
  const crystal = Crystal.create({
    lattice: Lattice.cubic(4),
    species: ["Na", "Na", "Na", "Na"],
    fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  });
  const potential = harmonic({ k: 2, r0: 4 / Math.SQRT2, cutoff: 3.2 });
  return phonons(crystal, potential, { supercell: [2, 2, 2] });
}

describe("figures of phonons", () => {
  it("draw bands over the path, broken at jumps, with the density beside them", async () => {
    const vibrations = await springs();
    const bands = await vibrations.bands({ pointsPerSegment: 5 });
    const dos = await (await vibrations.mesh([6, 6, 6])).dos();
    const { data, layout, title } = show(bands, { dos });
    expect(title).toBe("Phonons of Na");
    expect(data.length).toBe(4);
    expect((data[0].y as unknown[]).filter((value) => value === null).length).toBe(1);
    expect(data[3]).toMatchObject({ xaxis: "x2" });
    expect(layout.xaxis).toMatchObject({ ticktext: ["Γ", "X", "U|K", "Γ", "L", "W", "X"] });
    expect(() => show(bands, { dos: bands } as object)).toThrow(InvalidConfiguration);
  });

  it("draw thermal functions with their units", async () => {
    const mesh = await (await springs()).mesh([4, 4, 4]);
    const { data, layout } = show(mesh.thermal([0, 100, 200]));
    expect(data.map(({ name }) => name)).toEqual(["S", "C<sub>v</sub>", "F", "U"]);
    expect(layout.yaxis).toMatchObject({ title: { text: "S and C<sub>v</sub> (J/mol/K)" } });
  });

  it("tell a terminal the numbers", async () => {
    const vibrations = await springs();
    const thermal = (await vibrations.mesh([4, 4, 4])).thermal([0, 300]);
    const [title, heads, , warm, ...more] = String(show(thermal)).split("\n");
    expect(title).toBe("thermal functions of Na from 0 to 300 K");
    expect(heads.trim().split(/ {2,}/).slice(3)).toEqual(["S (J/mol/K)", "Cv (J/mol/K)"]);
    expect(Number(warm.trim().split(/ +/)[0])).toBe(300);
    expect(Number(warm.trim().split(/ +/)[4])).toBeCloseTo(thermal.heatCapacityJPerMolK[1], 3);
    expect(more).toEqual([]);
    const many = (await vibrations.mesh([4, 4, 4])).thermal();
    const rows = String(show(many)).split("\n").slice(2);
    expect(rows.length).toBeLessThan(20);
    expect(Number.parseFloat(rows.at(-1)!)).toBe(many.temperatures.at(-1));
    expect(String(await vibrations.bands())).toMatch(/, 0\.00 to \d+\.\d\d THz$/);
  });
});
