import { runInNewContext } from "node:vm";
import { Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";
import { snapshot } from "../../../src/base/snapshot.js";

describe("a snapshot", () => {
  it("is a copy of plain values, also of those of another realm", () => {
    const foreign = runInNewContext("({ list: [1, 2] })") as { list: number[] };
    const given = { list: [[1, 2], [3]], array: Float64Array.of(1, 2), foreign, none: undefined };
    const copy = snapshot(given);
    expect(copy).toEqual(given);
    given.list[0][0] = 9;
    given.array[0] = 9;
    foreign.list[0] = 9;
    expect(copy).toMatchObject({ list: [[1, 2], [3]], foreign: { list: [1, 2] } });
    expect(Array.from(copy.array)).toEqual([1, 2]);
  });

  it("keeps what has a class, and functions", () => {
    const lattice = Lattice.cubic(3);
    const { signal } = new AbortController();
    const call = () => 1;
    const copy = snapshot({ lattice, signal, call });
    expect(copy.lattice).toBe(lattice);
    expect(copy.signal).toBe(signal);
    expect(copy.call).toBe(call);
  });
});
