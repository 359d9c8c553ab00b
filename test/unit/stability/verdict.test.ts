import { describe, expect, it } from "vitest";
import { type HullPhase, hullAt } from "../../../src/stability/hull.js";
import { figures, scoreOf, verdictOf } from "../../../src/stability/verdict.js";

describe("scores", () => {
  it("grow smoothly from 0 at the limit to 1 where it is safe, for limits from both sides", () => {
    const upper = (value: number) => scoreOf({ value, limit: 2, safe: 1 });
    expect([3, 2, 1.5, 1, 0].map(upper)).toEqual([0, 0, 0.5, 1, 1]);
    const lower = (value: number) => scoreOf({ value, limit: -1, safe: 1 });
    expect([-2, -1, 0, 1, 5].map(lower)).toEqual([0, 0, 0.5, 1, 1]);
    const row = Array.from({ length: 101 }, (_, k) => upper(2.5 - 0.02 * k));
    expect(row.every((score, k) => k === 0 || score >= row[k - 1])).toBe(true);
    expect(scoreOf({ value: 1e300, limit: 0, safe: 1 })).toBe(1);
  });

  it("make the verdict of the worst, which is told first", () => {
    const criteria = [
      { value: 5, limit: 0, safe: 1, reason: "fine" },
      { value: -1, limit: 0, safe: 1, reason: "broken" },
      { value: 0.5, limit: 0, safe: 1, reason: "so so" },
    ];
    const found = verdictOf(criteria, {}, ["by the way"]);
    expect(found).toMatchObject({ verdict: "unstable", score: 0, violations: ["broken"] });
    expect(found.reasons).toEqual(["broken", "so so", "fine", "by the way"]);
    expect(verdictOf(criteria.slice(2), {})).toMatchObject({ verdict: "stable", score: 0.5 });
  });

  it("are told in three figures", () => {
    expect([1e-17, 168.4, 0.012345, -3.2e-7, 5.05e22].map(figures)).toEqual([
      ...["0", "168", "0.0123", "-3.2e-7", "5.0e+22"],
    ]);
  });
});

describe("the hull", () => {
  const phase = (formula: Record<string, number>, energyPerAtom: number): HullPhase => ({
    name: Object.entries(formula).flat().join(""),
    composition: new Map(Object.entries(formula)),
    energyPerAtom,
  });

  it("is the lower envelope of two elements, checked point by point", () => {
    const phases = [
      phase({ A: 1 }, 0),
      phase({ B: 1 }, 0),
      phase({ A: 1, B: 1 }, -1),
      phase({ A: 3, B: 1 }, -0.3), // above the line from A to AB, at -0.5
      phase({ A: 1, B: 2 }, -1.2),
    ];
    const at = (b: number) =>
      hullAt(
        new Map([
          ["A", 1 - b],
          ["B", b],
        ]),
        phases,
      );
    for (let k = 0; k <= 24; k++) {
      const b = k / 24;
      let least = Number.POSITIVE_INFINITY;
      const x = phases.map(
        ({ composition: c }) => (c.get("B") ?? 0) / ((c.get("A") ?? 0) + (c.get("B") ?? 0)),
      );
      for (let p = 0; p < x.length; p++) {
        for (let q = 0; q < x.length; q++) {
          if (!(x[p] <= b && b <= x[q])) continue;
          const share = x[p] === x[q] ? 0 : (b - x[p]) / (x[q] - x[p]);
          least = Math.min(
            least,
            phases[p].energyPerAtom * (1 - share) + phases[q].energyPerAtom * share,
          );
        }
      }
      expect(at(b)?.energyPerAtom).toBeCloseTo(least, 12);
    }
    expect(at(0.25)?.parts.map(({ phase: { name }, share }) => [name, share])).toEqual([
      ["A1", 0.5],
      ["A1B1", 0.5],
    ]);
  });

  it("takes a mixture of three, and leaves out what has other elements", () => {
    const phases = [
      phase({ A: 1 }, 0),
      phase({ B: 1 }, 0),
      phase({ C: 1 }, 0),
      phase({ A: 1, D: 1 }, -100),
      phase({ A: 1, B: 1 }, -0.6),
      phase({ B: 1, C: 1 }, -0.5),
    ];
    const found = hullAt(
      new Map([
        ["A", 1],
        ["B", 1],
        ["C", 1],
      ]),
      phases,
    );
    expect(found?.energyPerAtom).toBeCloseTo((-0.6 * 2) / 3, 12);
    expect(
      hullAt(
        new Map([
          ["A", 1],
          ["E", 1],
        ]),
        phases,
      ),
    ).toBeUndefined();
    expect(hullAt(new Map([["A", 1]]), [])).toBeUndefined();
  });

  it("ends with many equal phases", () => {
    const phases = Array.from({ length: 300 }, (_, k) =>
      phase({ A: 1 + (k % 5), B: 1 + (k % 7), C: 1 + (k % 3) }, -1),
    );
    const found = hullAt(
      new Map([
        ["A", 2],
        ["B", 3],
        ["C", 2],
      ]),
      phases,
    );
    expect(found?.energyPerAtom).toBeCloseTo(-1, 12);
  });
});
