import { Crystal, fromSpaceGroup, symmetrized, symmetry } from "prism-lab";
import { describe, expect, it } from "vitest";
import type { SitePropertyInput } from "../../../src/crystal/site-properties.js";
import { inverse, multiply, rowTimes, transpose } from "../../../src/math/mat3.js";
import { cartesianTensor, expectClose } from "../crystal/tensors.js";
import { quartz, rutile } from "./crystals.js";

function withProperties(
  crystal: Crystal,
  siteProperties: Readonly<Record<string, SitePropertyInput>>,
): Crystal {
  return Crystal.create({
    lattice: crystal.lattice,
    species: crystal.sites.map((site) => site.occupants),
    fracPositions: crystal.fracPositions,
    siteProperties,
  });
}

const noise = (length: number, seed = 1) =>
  Array.from({ length }, (_, i) => Math.sin(3.7 * i + seed));

/** R of v' = v R on rows, and the image of each site, of every operation of the crystal's own cell. */
function turnsOf(crystal: Crystal) {
  const m = crystal.lattice.matrix;
  return symmetry(crystal).operations.map(({ rotation, translation }) => {
    const image = Array.from({ length: crystal.siteCount }, (_, site) => {
      const x = crystal.fracPositions.subarray(3 * site, 3 * site + 3);
      const to = [0, 1, 2].map(
        (k) => translation[k] + x.reduce((sum, value, l) => sum + rotation[3 * k + l] * value, 0),
      );
      const distances = Array.from({ length: crystal.siteCount }, (_, other) =>
        crystal.lattice.distance(to, crystal.fracPositions.subarray(3 * other, 3 * other + 3)),
      );
      return distances.indexOf(Math.min(...distances));
    });
    return {
      image,
      q: transpose(multiply(multiply(transpose(m), rotation), inverse(transpose(m)))),
    };
  });
}

describe("symmetrized site properties", () => {
  it.each([
    ["rutile", rutile],
    ["quartz", quartz(1)],
    [
      "a skew supercell of rutile",
      rutile.supercell([
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 2],
      ]),
    ],
  ])("of %s obey every operation", (_name, crystal) => {
    const n = crystal.siteCount;
    const given = withProperties(crystal, {
      forces: noise(3 * n),
      tensor: noise(9 * n, 2),
      stress: noise(6 * n, 3),
      uAniso: noise(6 * n, 4).map((value) => 0.01 * value),
      uIso: noise(n, 5).map((value) => 0.02 + 0.01 * value),
    });
    const { crystal: clean } = symmetrized(given);
    const { forces, tensor, stress, uIso } = clean.siteProperties as Record<string, Float64Array>;
    expect(clean.warnings).toEqual([]);
    for (const { image, q } of turnsOf(crystal)) {
      image.forEach((to, from) => {
        const force = rowTimes(forces.subarray(3 * from, 3 * from + 3), q);
        expectClose(forces.subarray(3 * to, 3 * to + 3), force, 10);
        const turned = (t: ArrayLike<number>) => multiply(multiply(transpose(q), t), q);
        const tensorAt = (site: number) => tensor.subarray(9 * site, 9 * site + 9);
        expectClose(tensorAt(to), turned(tensorAt(from)), 10);
        expectClose(stressAt(stress, to), turned(stressAt(stress, from)), 10);
        expectClose(cartesianTensor(clean, to), turned(cartesianTensor(clean, from)), 10);
        expect(uIso[to]).toBeCloseTo(uIso[from], 12);
      });
    }
    // A mean over all sites is kept, and doing it again changes nothing.
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(uIso)).toBeCloseTo(sum(given.siteProperties.uIso as Float64Array), 10);
    expect(Math.max(...forces.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(symmetrized(clean).crystal.siteProperties).toEqual(clean.siteProperties);
  });

  it("are the numbers that a reader expects", () => {
    // Ti of rutile lies on mmm: no force is left. O lies on a mirror axis [110]: force along it.
    const forces = [1, 2, 3, 1, 2, 3, ...[1, 0, 0], ...[0, 0, 0], ...[0, 0, 0], ...[0, 0, 0]];
    const { crystal } = symmetrized(withProperties(rutile, { forces }));
    const found = crystal.siteProperties.forces as Float64Array;
    expectClose(found.subarray(0, 6), [0, 0, 0, 0, 0, 0], 12);
    const along = found.subarray(6, 9);
    expect(along[0]).toBeCloseTo(0.125, 12);
    expectClose(along, [along[0], along[0], 0], 12);
  });

  it("keep what cannot be averaged, and say so where it does not obey the group", () => {
    const moments = [1, -1, 0, 0, 0, 0];
    const names = ["a", "b", "c", "d", "e", "f"];
    const { crystal } = symmetrized(
      withProperties(rutile, {
        magneticMoment: moments,
        tag: [1, 1, 2, 2, 2, 2],
        moleculeId: [1, 2, 3, 4, 5, 6],
        names,
        image: noise(18).map(Math.round),
        spectrum: noise(24),
      }),
    );
    expect([...(crystal.siteProperties.magneticMoment as Float64Array)]).toEqual(moments);
    expect(crystal.siteProperties.names).toEqual(names);
    expect(crystal.warnings.map(({ message }) => /"(\w+)"/.exec(message)?.[1])).toEqual([
      "magneticMoment",
      "moleculeId",
      "spectrum",
    ]);
    expect(crystal.warnings[0].code).toBe("SITE_PROPERTY_KEPT");
    expect(crystal.warnings[0].message).toMatch(/magnetic group of their own/);
  });

  it("take a moment for an axial vector", () => {
    // Sites in the mirror plane of P4/m: a moment may stand on it, a force may not.
    const crystal = fromSpaceGroup({
      group: "P4/m",
      lattice: { a: 5, c: 4 },
      species: ["Fe", "O"],
      fracPositions: [
        [0, 0, 0],
        [0.2, 0.35, 0],
      ],
    });
    const along = Array.from(crystal.cartPositions, (_, i) => Number(i % 3 === 2));
    const given = withProperties(crystal, { magneticMoment: along, forces: along });
    const { crystal: clean } = symmetrized(given);
    expect(clean.warnings).toEqual([]);
    expectClose(clean.siteProperties.magneticMoment as Float64Array, along, 12);
    expectClose(clean.siteProperties.forces as Float64Array, Array(15).fill(0), 12);
  });
});

function stressAt(values: Float64Array, site: number): number[] {
  const [xx, yy, zz, yz, xz, xy] = values.subarray(6 * site, 6 * site + 6);
  return [xx, xy, xz, xy, yy, yz, xz, yz, zz];
}
