import { Crystal, groupStructures, Lattice, Runtime, TaskCancelled } from "prism-lab";
import { describe, expect, it } from "vitest";
import { bcc, diamond, fcc, hcp, jittered } from "./crystals.js";

/** One site that leaves its place along x by a part of (V/n)^{1/3} = 3 Å, four of them in a row. */
function chain(part: number): Crystal {
  return Crystal.create({
    lattice: Lattice.orthorhombic(6, 3, 3),
    species: ["Cs", "I"],
    fracPositions: [0, 0, 0, 0.25 + part / 2, 0.5, 0.5],
  });
}

describe("groupStructures", () => {
  it("finds the duplicates of a list, whatever their cell", async () => {
    const list = [fcc, bcc, fcc.supercell([2, 1, 1]), hcp, jittered(fcc, 0.05), diamond, bcc];
    const found = await groupStructures(list);
    expect(found.groups).toEqual([[0, 2, 4], [1, 6], [3], [5]]);
    expect([...found.groupOf]).toEqual([0, 1, 0, 2, 0, 3, 1]);
    expect(found.representatives).toEqual([0, 1, 3, 5]);
    expect(String(found)).toBe("7 structures in 4 groups");
  });

  it("makes the relation transitive, so that the order of the list does not matter", async () => {
    const options = { primitive: false, siteTolerance: 0.05 };
    const parts = [0, 0.08, 0.16, 0.24];
    const pair = async (a: number, b: number) =>
      (await groupStructures([chain(a), chain(b)], options)).groups.length === 1;
    expect(await pair(0, 0.08)).toBe(true);
    expect(await pair(0, 0.24)).toBe(false);
    for (const order of [
      [0, 1, 2, 3],
      [0, 3, 1, 2],
      [3, 0, 2, 1],
    ]) {
      const { groups } = await groupStructures(
        order.map((index) => chain(parts[index])),
        options,
      );
      expect(groups).toEqual([[0, 1, 2, 3]]);
    }
  });

  it("sorts prototypes if kinds may change places", async () => {
    const named = (species: string[]) =>
      Crystal.create({
        lattice: Lattice.cubic(4),
        species,
        fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
      });
    const list = [named(["Cs", "Cl"]), named(["Ni", "Al"]), named(["Cs", "Cs"])];
    expect((await groupStructures(list)).groups).toHaveLength(3);
    expect((await groupStructures(list, { anonymous: true })).groups).toEqual([[0, 1], [2]]);
  });

  it("takes an empty list, and stops when it is told to", async () => {
    expect((await groupStructures([])).groups).toEqual([]);
    const runtime = new Runtime({ threadCount: 1 });
    const signal = AbortSignal.abort();
    await expect(groupStructures([fcc, bcc], { runtime, signal })).rejects.toThrow(TaskCancelled);
    runtime.close();
  });

  it("tells how far it is, and stops half way", async () => {
    const runtime = new Runtime({ threadCount: 1 });
    const cells = Array.from({ length: 600 }, (_, i) =>
      Crystal.create({
        lattice: Lattice.orthorhombic(9, 10, 11 + i),
        species: Array<string>(40).fill("Fe"),
        fracPositions: Array.from({ length: 120 }, (_, k) => (k * k * 0.618 + k * 0.317 * i) % 1),
      }),
    );
    const shares: number[] = [];
    const task = groupStructures(cells, {
      runtime,
      onProgress: ({ fraction }) => {
        shares.push(fraction);
        if (fraction > 0) task.cancel();
      },
    });
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(shares.some((share) => share > 0 && share < 1)).toBe(true);
    await runtime.close();
  });

  it("refuses what is no list of crystals", () => {
    expect(() => groupStructures(fcc as never)).toThrow(/must be a list of crystals/);
    expect(() => groupStructures([fcc, 1] as never)).toThrow(/expected a Crystal/);
    expect(() => groupStructures([fcc], { stol: 1 } as never)).toThrow(/no field "stol"/);
  });
});
