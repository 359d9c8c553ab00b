import { Crystal, DomainError, Runtime, SymmetryError, symmetry, symmetryAsync } from "prism-lab";
import { describe, expect, it } from "vitest";
import { quartz, rutile } from "./crystals.js";

describe("symmetryAsync", () => {
  it.each([
    ["quartz", quartz(1)],
    [
      "a skew supercell of rutile",
      rutile.supercell([
        [1, 1, 0],
        [0, 2, 1],
        [-1, 0, 2],
      ]),
    ],
    ["1296 sites", rutile.supercell([6, 6, 6])],
  ])("gives what symmetry gives: %s", async (_name, crystal) => {
    const found = await symmetryAsync(crystal, { symprec: 1e-3 });
    const wanted = symmetry(crystal, { symprec: 1e-3 });
    expect(found.crystal).toBe(crystal);
    expect(String(found)).toBe(String(wanted));
    expect(found.operations).toEqual(wanted.operations);
    expect({ ...found, makeOperations: 0 }).toEqual({ ...wanted, makeOperations: 0 });
  });

  it("says why nothing is found, in the same words", async () => {
    const overlapping = Crystal.create({
      lattice: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      species: ["H", "H"],
      fracPositions: [0, 0, 0, 0, 0, 0],
      labels: ["first", "second"],
    });
    let wanted: unknown;
    try {
      symmetry(overlapping);
    } catch (error) {
      wanted = error;
    }
    const found = await symmetryAsync(overlapping).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(SymmetryError);
    expect((found as SymmetryError).message).toBe((wanted as SymmetryError).message);
    expect((found as SymmetryError).data).toEqual((wanted as SymmetryError).data);
  });

  it("refuses at once what cannot be searched, and stops", async () => {
    expect(() => symmetryAsync(rutile, { symprec: -1 })).toThrow(SymmetryError);
    expect(() => symmetryAsync(rutile, { timeoutMs: -1 })).toThrow(DomainError);
    const runtime = new Runtime({ threadCount: 1 });
    const task = symmetryAsync(rutile.supercell([12, 12, 12]), { runtime });
    setTimeout(() => task.cancel(), 5);
    await expect(task).rejects.toThrow(/cancel/i);
    await runtime.close();
  });
});
