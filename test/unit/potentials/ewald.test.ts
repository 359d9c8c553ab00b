import {
  buckingham,
  Crystal,
  coulomb as damped,
  ewald,
  Lattice,
  type Potential,
  relax,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { difference, moved } from "./differences.js";
import { mulberry32 } from "./random.js";

/** e²/(4πε₀) in eV Å, CODATA 2018. */
const coulomb = 14.3996454784255;
const fcc = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
const shifted = (by: number) => fcc.map((x) => (x + by) % 1);

function cubic(a: number, species: Record<string, readonly number[]>): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: Object.entries(species).flatMap(([element, at]) =>
      Array<string>(at.length / 3).fill(element),
    ),
    fracPositions: Object.values(species).flat(),
  });
}

const rocksalt = (a: number, cation = "Na", anion = "Cl") =>
  cubic(a, { [cation]: fcc, [anion]: shifted(0.5) });

/** A hundred million times the coulombic energy of the cell must be right to a few. */
async function expectEnergy(potential: Potential, crystal: Crystal, expected: number) {
  const { energy, stress } = await potential.evaluate(crystal);
  expect(Math.abs(energy / expected - 1)).toBeLessThan(1e-8);
  // E ∝ 1/r, so that the trace of V σ is -E.
  const trace = (stress[0] + stress[1] + stress[2]) * crystal.lattice.volume;
  expect(Math.abs(trace / -expected - 1)).toBeLessThan(3e-8);
}

// Y. Sakamoto, J. Chem. Phys. 28, 164 (1958); OEIS A085469, A181152, A185576.
const madelung = {
  nacl: 1.747564594633182,
  cscl: 1.762674773070988,
  zincblende: 1.63805505338879,
  /** Born's basic potential Π₀: a charge in a cube of edge 1 that a background makes neutral. */
  cube: 2.837297479480619,
};

describe("Madelung constants", () => {
  it("of rock salt, caesium chloride and zinc blende", async () => {
    const unit = ewald({ charges: { Na: 1, Cs: 1, Zn: 1, Cl: -1, S: -1 } });
    await expectEnergy(unit, rocksalt(5.64), (-4 * coulomb * madelung.nacl) / 2.82);
    const cscl = cubic(4.123, { Cs: [0, 0, 0], Cl: [0.5, 0.5, 0.5] });
    await expectEnergy(unit, cscl, (-coulomb * madelung.cscl) / ((4.123 * Math.sqrt(3)) / 2));
    const zincblende = cubic(5.41, { Zn: fcc, S: shifted(0.25) });
    const r = (5.41 * Math.sqrt(3)) / 4;
    await expectEnergy(unit, zincblende, (-4 * coulomb * madelung.zincblende) / r);
  });

  it("of fluorite, which is four times zinc blende less rock salt", async () => {
    // The sums between its three fcc lattices, ½ Σ q q' ψ, are 3 ψ₀ - 4 ψ₁ + ψ₂ = 4 (ψ₀ - ψ₁) - (ψ₀ - ψ₂).
    const a = 5.463;
    const fluorite = cubic(a, { Ca: fcc, F: [...shifted(0.25), ...shifted(0.75)] });
    const expected = (16 / Math.sqrt(3)) * madelung.zincblende - 2 * madelung.nacl;
    await expectEnergy(
      ewald({ charges: { Ca: 2, F: -1 } }),
      fluorite,
      (-4 * coulomb * expected) / a,
    );
  });

  it("of a charge in a cube with a background", async () => {
    const one = cubic(3, { Na: [0, 0, 0] });
    const potential = ewald({ charges: { Na: 1 }, background: true });
    await expectEnergy(potential, one, (-coulomb * madelung.cube) / 2 / 3);
  });

  it("of perovskite", async () => {
    const a = 3.905;
    const perovskite = cubic(a, {
      Sr: [0, 0, 0],
      Ti: [0.5, 0.5, 0.5],
      O: [0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
    });
    // In sums ψ over a cubic lattice with background: 16 ψ₀ + 8 ψ(½½½) - 24 ψ(½00), and the same lattice at
    // half the size, 2 ψ₀ = ψ₀ + 3 ψ(½½0) + 3 ψ(½00) + ψ(½½½), brings in those of rock salt.
    const expected = 24 * madelung.cube - (32 / Math.sqrt(3)) * madelung.cscl + 8 * madelung.nacl;
    const potential = ewald({ charges: { Sr: 2, Ti: 4, O: -2 } });
    await expectEnergy(potential, perovskite, (-coulomb * expected) / a);
  });

  it("of a plane, whatever its third cell vector", async () => {
    // A square lattice of alternating charges: 1.6155426267 (OEIS A088537).
    for (const c of [
      [0, 0, 1],
      [0.7, 1.3, -9],
    ]) {
      const plane = Crystal.create({
        lattice: Lattice.fromMatrix([2, 2, 0, 2, -2, 0, ...c]),
        species: ["Na", "Cl"],
        cartPositions: [0, 0, 3, 2, 0, 3],
        periodic: [true, true, false],
      });
      const { energies } = await ewald({ charges: { Na: 1, Cl: -1 } }).evaluate(plane);
      for (const share of energies) {
        expect(Math.abs((-2 * share * 2) / coulomb / 1.615542626712825 - 1)).toBeLessThan(1e-8);
      }
    }
  });
});

/** Charges off their places in an oblique cell. */
function disordered(periodic: readonly [boolean, boolean, boolean], c = 9): Crystal {
  const random = mulberry32(5);
  const lattice = Lattice.fromParameters(6, 7, 9, 83, 99, 71).matrix.slice();
  for (let k = 6; k < 9; k++) lattice[k] *= c / 9;
  const cartPositions = [];
  for (let site = 0; site < 8; site++) {
    const at = [site % 2, Math.floor(site / 2) % 2, Math.floor(site / 4)];
    cartPositions.push(...at.map((cell) => 3.4 * (cell + 0.2 * random())));
  }
  const species = ["Na", "Cl", "Cl", "Na", "Na", "Cl", "Na", "Cl"];
  return Crystal.create({ lattice: Lattice.fromMatrix(lattice), species, cartPositions, periodic });
}

describe("Ewald's sum", () => {
  const charges = { Na: 1, Cl: -1 };

  it.each([
    [true, true, true],
    [true, true, false],
    [false, true, true],
  ] as const)("does not depend on how it is split (%s, %s, %s)", async (...periodic) => {
    const crystal = disordered(periodic);
    const exact = await ewald({ charges, accuracy: 1e-13 }).evaluate(crystal);
    for (const cutoff of [3, 5, 8, 12]) {
      const { energy, forces, stress } = await ewald({ charges, cutoff }).evaluate(crystal);
      expect(Math.abs(energy / exact.energy - 1)).toBeLessThan(1e-8);
      for (const [index, force] of exact.forces.entries()) {
        expect(Math.abs(forces[index] - force)).toBeLessThan(1e-7);
      }
      for (const [index, each] of exact.stress.entries()) {
        expect(Math.abs(stress[index] - each)).toBeLessThan(1e-8);
      }
    }
  });

  it("of a slab is that of a stack with much vacuum, less the stack's field", async () => {
    const slab = disordered([true, true, false]);
    const stack = disordered([true, true, true], 90);
    const [alone, stacked] = await Promise.all(
      [slab, stack].map((crystal) => ewald({ charges, accuracy: 1e-11 }).evaluate(crystal)),
    );
    const { matrix, volume } = stack.lattice;
    const normal = [0, 0, 1].map((_, axis) => {
      const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
      return matrix[p] * matrix[3 + q] - matrix[q] * matrix[3 + p];
    });
    const area = Math.hypot(...normal);
    let dipole = 0;
    for (const [site, { occupants }] of stack.sites.entries()) {
      const charge = occupants[0].species.symbol === "Na" ? 1 : -1;
      for (let k = 0; k < 3; k++) {
        dipole += (charge * stack.cartPositions[3 * site + k] * normal[k]) / area;
      }
    }
    expect(Math.abs(dipole)).toBeGreaterThan(0.1);
    const field = (2 * Math.PI * coulomb * dipole ** 2) / volume;
    expect(Math.abs(alone.energy - stacked.energy - field)).toBeLessThan(1e-9);
  });

  it("of a slab has a stress within its plane that is the slope of its energy", async () => {
    const slab = disordered([true, true, false]);
    const potential = ewald({ charges, accuracy: 1e-12 });
    const { stress } = await potential.evaluate(slab);
    const strained = (x: number) => {
      const lattice = slab.lattice.matrix.map(
        (value, index) => value * (index % 3 === 0 ? 1 + x : 1),
      );
      return Crystal.create({
        lattice: Lattice.fromMatrix(lattice),
        species: slab.sites.map(({ occupants }) => occupants[0].species.symbol),
        fracPositions: slab.fracPositions,
        periodic: slab.periodic,
      });
    };
    const slope = await difference(async (x) => (await potential.evaluate(strained(x))).energy);
    expect(Math.abs(stress[0] * slab.lattice.volume - slope)).toBeLessThan(1e-7);
  });

  it("of finite matter is Coulomb's law, however far", async () => {
    const far = Crystal.create({
      lattice: Lattice.cubic(500),
      species: ["Na", "Cl", "Na"],
      cartPositions: [0, 0, 0, 0, 3, 0, 400, 0, 0],
      periodic: [false, false, false],
    });
    const { energy, forces } = await ewald({ charges }).evaluate(far);
    expect(energy).toBeCloseTo(coulomb * (-1 / 3 + 1 / 400 - 1 / Math.hypot(400, 3)), 12);
    expect(forces[1]).toBeCloseTo(coulomb / 9, 4);
  });

  it("takes charges of sites, then oxidation states", async () => {
    const plain = rocksalt(5.64);
    const oxidised = plain.withOxidationStates("guess");
    const expected = (await ewald({ charges }).evaluate(plain)).energy;
    const close = async (crystal: Crystal, options = {}) => {
      const { energy } = await ewald(options).evaluate(crystal);
      expect(Math.abs(energy / expected - 1)).toBeLessThan(1e-12);
    };
    await close(oxidised);
    const half = oxidised.withSiteProperties({
      charge: Float64Array.from({ length: 8 }, (_, site) => (site < 4 ? 0.5 : -0.5)),
    });
    await close(half, { charges: "oxidationState" });
    expect((await ewald().evaluate(half)).energy / expected).toBeCloseTo(0.25, 12);
  });

  it("relaxes magnesia to the minimum of its energy", async () => {
    // G. V. Lewis & C. R. A. Catlow, J. Phys. C 18, 1149 (1985), ions without shells, which rest in MgO.
    const [a, rho] = [1428.5, 0.2945];
    const [a2, rho2, c2] = [22764, 0.149, 27.88];
    const cutoff = 12;
    const potential = ewald({ charges: { Mg: 2, O: -2 } }).plus(
      buckingham({
        cutoff,
        shift: true,
        pairs: { "Mg-O": { a, rho, c: 0 }, "O-O": { a: a2, rho: rho2, c: c2 }, "Mg-Mg": null },
      }),
    );
    const slope = (edge: number) => {
      let sum = (8 * madelung.nacl * coulomb) / edge ** 2;
      for (let x = -9; x <= 9; x++) {
        for (let y = -9; y <= 9; y++) {
          for (let z = -9; z <= 9; z++) {
            const n = Math.hypot(x, y, z) / 2;
            const r = n * edge;
            if (n === 0 || r > cutoff) continue;
            const odd = (x + y + z) % 2 !== 0;
            const repulsion = odd
              ? (-a / rho) * Math.exp(-r / rho)
              : ((-a2 / rho2) * Math.exp(-r / rho2)) / 2;
            sum += n * (repulsion + (odd ? 0 : (3 * c2) / r ** 7));
          }
        }
      }
      return sum;
    };
    let [low, high] = [3.8, 4.6];
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (slope(middle) < 0) low = middle;
      else high = middle;
    }
    const start = rocksalt(4.4, "Mg", "O");
    const { crystal, converged } = await relax(start, potential, { cell: "full", fmax: 1e-4 });
    expect(converged).toBe(true);
    expect(Math.abs(crystal.lattice.parameters.a - low)).toBeLessThan(2e-5);
    // Measured: 4.212 Å.
    expect(Math.abs(low - 4.212)).toBeLessThan(0.03);
  });
});

describe("a damped sum within a cutoff", () => {
  const dimer = (r: number) =>
    Crystal.create({
      lattice: Lattice.cubic(30),
      species: ["Na", "Cl"],
      cartPositions: [1, 2, 3, 1 + r, 2, 3],
      periodic: [false, false, false],
    });
  const charges = { Na: 1, Cl: -1 };

  it("has the energy and the force of the formula", async () => {
    // erfc(0.6) and erfc(2), by mpmath.
    const [at, end] = [0.3961439091520741, 0.004677734981047266];
    const slope = -end / 100 - ((0.4 / Math.sqrt(Math.PI)) * Math.exp(-4)) / 10;
    const pair = at / 3 - end / 10 - slope * (3 - 10);
    const self = end / 20 + 0.2 / Math.sqrt(Math.PI);
    const potential = damped({ charges, cutoff: 10 });
    const { energy, forces } = await potential.evaluate(dimer(3));
    expect(energy).toBeCloseTo(-coulomb * (pair + 2 * self), 12);
    const fall = at / 9 + ((0.4 / Math.sqrt(Math.PI)) * Math.exp(-0.36)) / 3;
    expect(forces[0]).toBeCloseTo(coulomb * (fall + slope), 12);
    const apart = await potential.evaluate(dimer(9.999999));
    expect(Math.abs(apart.forces[0])).toBeLessThan(1e-6);
    const plain = await damped({ charges, cutoff: 10, damping: 0 }).evaluate(dimer(3));
    expect(plain.forces[0]).toBeCloseTo(coulomb * (1 / 9 - 1 / 100), 12);
  });

  it("comes near to Ewald's", async () => {
    const crystal = rocksalt(5.64);
    const [near, exact] = await Promise.all(
      [damped({ charges, cutoff: 18 }), ewald({ charges })].map((each) => each.evaluate(crystal)),
    );
    expect(Math.abs(near.energy / exact.energy - 1)).toBeLessThan(1e-3);
  });
});

describe("what cannot be summed is said", () => {
  const unit = ewald({ charges: { Na: 1, Cl: -1 } });
  const nacl = rocksalt(5.64);

  it("a cell that is not neutral, unless it has a background", async () => {
    const holed = nacl.withoutSite(0);
    expect(() => unit.evaluate(holed)).toThrow(/add up to -1\.00000 e.*background: true/);
    const filled = await ewald({ charges: { Na: 1, Cl: -1 }, background: true }).evaluate(holed);
    expect(Number.isFinite(filled.energy)).toBe(true);
    expect(filled.warnings).toMatchObject([{ code: "CHARGED_CELL" }]);
    expect(filled.warnings[0].message).toMatch(/add up to -1\.00000 e/);
    expect((await unit.evaluate(nacl)).warnings).toEqual([]);
  });

  it("elements and sites without charges", () => {
    expect(() => ewald({ charges: { Na: 1 } }).evaluate(nacl)).toThrow(
      /parameters for Na, not for Cl/,
    );
    expect(() => ewald().evaluate(nacl)).toThrow(/no charge is known for Na.*withOxidationStates/);
    expect(() => ewald({ charges: "siteProperty" }).evaluate(nacl)).toThrow(
      /site property "charge"/,
    );
  });

  it("a rod, and sites on top of each other", async () => {
    const rod = Crystal.create({
      lattice: nacl.lattice,
      species: ["Na", "Cl"],
      fracPositions: [0, 0, 0, 0.5, 0, 0],
      periodic: [true, false, false],
    });
    expect(() => unit.evaluate(rod)).toThrow(/three, two or no directions/);
    for (const periodic of [true, false]) {
      const twice = Crystal.create({
        lattice: nacl.lattice,
        species: ["Na", "Cl"],
        fracPositions: [0.2, 0.3, 0.4, 0.2, 0.3, 0.4],
        periodic: [periodic, periodic, periodic],
      });
      await expect(unit.evaluate(twice)).rejects.toThrow(/0\.000e0 Å apart/);
    }
  });

  it("options that make no sense", () => {
    expect(() => ewald({ charge: { Na: 1 } } as never)).toThrow(/charges/);
    expect(() => ewald({ charges: "oxidation" as never })).toThrow(/"oxidationState"/);
    expect(() => ewald({ charges: { Na: Number.NaN } })).toThrow(/charge of Na/);
    expect(() => ewald({ accuracy: 0 })).toThrow(/accuracy/);
    expect(() => ewald({ cutoff: -1 })).toThrow(/cutoff/);
    expect(() => ewald({ background: 1 as never })).toThrow(/background/);
  });
});

describe("a changed crystal", () => {
  it("is evaluated anew", async () => {
    const potential = ewald({ charges: { Na: 1, Cl: -1 } });
    const crystal = disordered([true, true, true]);
    const [before, after] = await Promise.all(
      [crystal, moved(crystal, 0, 0.3)].map((each) => potential.evaluate(each)),
    );
    expect(after.energy).not.toBe(before.energy);
  });
});
