import { Crystal, DomainError, InvalidConfiguration, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

const input = { lattice: Lattice.cubic(4), species: ["Po"], fracPositions: [0, 0, 0] };
const create = (info: unknown) => Crystal.create({ ...input, info: info as Crystal["info"] });

describe("what is known of a structure as a whole", () => {
  it("is copied and cannot be written to", () => {
    const given = { energy: -3, tags: ["a", { deep: true }] };
    const { info } = create(given);
    given.tags.push("b");
    expect(info).toEqual({ energy: -3, tags: ["a", { deep: true }] });
    expect(Object.isFrozen(info) && Object.isFrozen(info.tags)).toBe(true);
  });

  it("belongs to this structure: a larger one has another energy", () => {
    const crystal = create({ energy: -3 });
    expect(crystal.supercell([2, 1, 1]).info).toEqual({});
    expect(crystal.withInfo({ run: 2 }).info).toEqual({ run: 2 });
    expect(crystal.withInfo({ run: 2 }).sites).toEqual(crystal.sites);
    expect(Crystal.create(input).info).toEqual({});
  });

  it.each([[5], [null], [["a"]], [{ f: () => 1 }], [{ a: { b: undefined } }]])(
    "is no such thing: case %#",
    (info) => {
      expect(() => create(info)).toThrow(InvalidConfiguration);
    },
  );

  it("holds finite numbers, and no endless depth", () => {
    expect(() => create({ energy: Number.NaN })).toThrow(DomainError);
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => create(loop)).toThrow(/more than 100 levels/);
  });
});
