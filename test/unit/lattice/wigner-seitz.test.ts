import { Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

const fcc = Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]);
const bcc = Lattice.fromMatrix([-2, 2, 2, 2, -2, 2, 2, 2, -2]);

describe("brillouinZone", () => {
  it.each([
    ["simple cubic", Lattice.cubic(4), 8, 12, 6],
    ["face-centred cubic", fcc, 24, 36, 14],
    ["body-centred cubic", bcc, 14, 24, 12],
    ["hexagonal", Lattice.hexagonal(3, 5), 12, 18, 8],
    ["triclinic", Lattice.fromParameters(5, 6, 7, 80, 95, 103), 24, 36, 14],
  ])("of a %s lattice", (_, lattice, vertices, edges, faces) => {
    const zone = lattice.brillouinZone();
    expect([zone.vertices.length / 3, zone.edges.length, zone.faces.length]).toEqual([
      vertices,
      edges,
      faces,
    ]);
    const expected = (2 * Math.PI) ** 3 / lattice.volume;
    expect(Math.abs(zone.volume / expected - 1)).toBeLessThan(1e-12);
  });

  it("has eight hexagons and six squares for fcc, where the textbooks have L and X", () => {
    const { faces, hkl, vertices, normals } = fcc.brillouinZone();
    const reciprocal = (2 * Math.PI) / 4;
    const distances = faces.map((face, i) =>
      [0, 1, 2].reduce((sum, k) => sum + vertices[3 * face[0] + k] * normals[3 * i + k], 0),
    );
    faces.forEach((face, i) => {
      const isHexagon = face.length === 6;
      expect(distances[i]).toBeCloseTo(isHexagon ? (reciprocal * Math.sqrt(3)) / 2 : reciprocal, 9);
    });
    expect(faces.filter((face) => face.length === 6)).toHaveLength(8);
    expect(faces.filter((face) => face.length === 4)).toHaveLength(6);
    expect(hkl).toHaveLength(42);
  });

  it("bisects the reciprocal lattice vector hkl with each face", () => {
    const lattice = Lattice.fromParameters(5, 6, 7, 80, 95, 103);
    const { faces, hkl, vertices, normals, reciprocal } = lattice.brillouinZone();
    faces.forEach((face, i) => {
      const indices = Array.from(hkl.slice(3 * i, 3 * i + 3));
      const g = reciprocal.toCartesian(indices);
      const half = Math.PI / lattice.dSpacing(indices);
      for (const vertex of face) {
        const along = [0, 1, 2].reduce((s, k) => s + vertices[3 * vertex + k] * g[k], 0);
        expect(along / Math.hypot(...g)).toBeCloseTo(half, 9);
      }
      g.forEach((value, k) => {
        expect(value / Math.hypot(...g)).toBeCloseTo(normals[3 * i + k], 9);
      });
    });
  });

  it("does not split vertices of rounded cells, unless asked to", () => {
    const rounded = Lattice.fromParameters(3.46411, 3.4641, 3.4641, 109.4712, 109.4712, 109.4712);
    expect(rounded.brillouinZone().vertices).toHaveLength(3 * 14);
    expect(rounded.brillouinZone({ tolerance: 1e-9 }).vertices.length).toBeGreaterThan(3 * 14);
  });

  it("is the same in any cell of the lattice", () => {
    const skewed = fcc.transformed([1, 9, -4, 0, 1, 17, 0, 0, 1]);
    expect(skewed.brillouinZone().vertices).toHaveLength(72);
    expect(skewed.brillouinZone().volume).toBeCloseTo(fcc.brillouinZone().volume, 9);
  });
});

describe("wignerSeitzCell", () => {
  it("is the rhombic dodecahedron of fcc, with the volume of the cell", () => {
    const cell = fcc.wignerSeitzCell();
    expect(cell.faces).toHaveLength(12);
    expect(cell.volume).toBeCloseTo(16, 12);
    expect(String(cell)).toBe("Wigner-Seitz cell: 14 vertices, 24 edges, 12 faces, volume 16 Å³");
    for (let i = 0; i < 12; i++) {
      const vector = fcc.toCartesian(cell.uvw.slice(3 * i, 3 * i + 3));
      expect(Math.hypot(...vector)).toBeCloseTo(Math.sqrt(8), 12);
    }
  });
});
