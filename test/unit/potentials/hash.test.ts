import { DomainError, ewald, fromPrototype, lennardJones, morse, springs } from "prism-lab";
import { describe, expect, it } from "vitest";

const argon = fromPrototype("fcc", { species: ["Ar"], a: 5.26 });
const given = { epsilon: 0.01, sigma: 3.4, cutoff: 8 };

describe("hashFor", () => {
  it("is that of the numbers, not of the object or the crystal's cell", () => {
    const hash = lennardJones(given).hashFor(argon);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(lennardJones(given).hashFor(argon.supercell([2, 1, 1]))).toBe(hash);
    expect(lennardJones({ ...given, sigma: 3.4 + 1e-15 }).hashFor(argon)).not.toBe(hash);
    expect(lennardJones({ ...given, shift: true }).hashFor(argon)).not.toBe(hash);
    const sum = lennardJones(given).plus(morse({ depth: 1, alpha: 1, r0: 2, cutoff: 5 }));
    expect(sum.hashFor(argon)).not.toBe(hash);
  });

  it("follows charges and springs, which are of a crystal", async () => {
    const salt = fromPrototype("rocksalt", { species: ["Na", "Cl"], a: 5.64 });
    const charge = salt.sites.map(({ occupants }) =>
      occupants[0].species.symbol === "Na" ? 1 : -1,
    );
    const coulomb = ewald({ charges: "siteProperty" });
    const one = coulomb.hashFor(salt.withSiteProperties({ charge }));
    const half = coulomb.hashFor(salt.withSiteProperties({ charge: charge.map((q) => q / 2) }));
    expect(one).not.toBe(half);
    const soft = await springs(argon, { k: 1, shells: 1 });
    const hard = await springs(argon, { k: 2, shells: 1 });
    expect(soft.hashFor(argon)).not.toBe(hard.hashFor(argon));
    expect(() => soft.hashFor(argon.supercell([2, 1, 1]))).toThrow("4 sites");
  });

  it("refuses what the potential refuses", () => {
    const copper = lennardJones({ species: { Cu: { epsilon: 1, sigma: 2 } }, cutoff: 5 });
    expect(() => copper.hashFor(argon)).toThrow(DomainError);
  });
});
