import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import {
  Crystal,
  DomainError,
  FileError,
  InvalidConfiguration,
  Lattice,
  ParseError,
  type Potential,
  relax,
  stillingerWeber,
  tersoff,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const golden = new URL("../../golden/potentials/angular/", import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, golden), "utf8");
const folder = mkdtempSync(path.join(tmpdir(), "prism-angular-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fcc = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

function diamond(species: readonly string[], a: number): Crystal {
  const fracPositions = fcc.flatMap((at) => [at, at.map((x) => x + 0.25)]).flat();
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: Array.from({ length: 8 }, (_, site) => species[site % species.length]),
    fracPositions,
  });
}

function cluster(...cartPositions: readonly number[]): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(40),
    species: Array(cartPositions.length / 3).fill("Si"),
    cartPositions,
    periodic: [false, false, false],
  });
}

async function relaxed(species: readonly string[], a: number, potential: Potential) {
  const { crystal, energy } = await relax(diamond(species, a), potential, {
    cell: "isotropic",
    fmax: 1e-7,
  });
  return { a: Math.cbrt(crystal.lattice.volume), energy: energy / 8 };
}

describe("crystals as published", () => {
  it("silicon of Stillinger and Weber: 5.43095 Å and -2 ε an atom", async () => {
    const { a, energy } = await relaxed(["Si"], 5.3, stillingerWeber({ element: "Si" }));
    expect(a).toBeCloseTo(5.43095, 5);
    expect(energy).toBeCloseTo(-4.3366, 6);
    expect(energy).toBeCloseTo(-2 * 2.1683, 6);
  });

  // Tersoff, Phys. Rev. B 39, 5566 (1989), table II and text.
  it.each([
    [["Si"], 5.432, -4.63],
    [["C"], 3.566, -7.37],
    [["Ge"], 5.657, -3.85],
    [["Si", "C"], 4.321, -6.165],
  ] as const)("Tersoff's %j", async (species, constant, cohesion) => {
    const { a, energy } = await relaxed(species, constant * 0.99, tersoff({ elements: species }));
    expect(Math.abs(a - constant)).toBeLessThan(1e-3);
    expect(Math.abs(energy - cohesion)).toBeLessThan(1e-2);
  });
});

describe("formulas", () => {
  it("of three atoms with Stillinger-Weber's", async () => {
    const [epsilon, sigma] = [2.1683, 2.0951];
    const [a, b] = [2.4, 3];
    // A right angle at the first atom; the others are out of each other's reach.
    const right = cluster(20, 20, 20, 20 + a, 20, 20, 20, 20 + b, 20);
    const reach = (d: number) => 1 / (d / sigma - 1.8);
    const pair = (d: number) =>
      7.049556277 * epsilon * (0.6022245584 * (sigma / d) ** 4 - 1) * Math.exp(reach(d));
    const angle = (21 * epsilon * Math.exp(1.2 * (reach(a) + reach(b)))) / 9;
    const { energy, energies } = await stillingerWeber({ element: "Si" }).evaluate(right);
    expect(energy).toBeCloseTo(pair(a) + pair(b) + angle, 12);
    // Half of each pair, and the angle to the atom in its middle.
    expect(energies[0]).toBeCloseTo((pair(a) + pair(b)) / 2 + angle, 12);
    expect(energies[1]).toBeCloseTo(pair(a) / 2, 12);
  });

  it("of a dimer with Tersoff's, before, within and behind the end", async () => {
    const silicon = tersoff({ elements: ["Si"] });
    const bond = (r: number) => 1830.8 * Math.exp(-2.4799 * r) - 471.18 * Math.exp(-1.7322 * r);
    for (const [r, share] of [
      [2.3, 1],
      [2.775, 0.5 + 0.5 * Math.SQRT1_2],
      [2.85, 0.5],
      [3, 0],
    ]) {
      const { energy } = await silicon.evaluate(cluster(20, 20, 20, 20, 20, 20 + r));
      expect(energy).toBeCloseTo(share * bond(r), 11);
    }
  });

  it("have no pole at their cutoff", async () => {
    const silicon = stillingerWeber({ element: "Si" });
    const end = 1.8 * 2.0951;
    const two = await silicon.evaluate(cluster(20, 20, 20, 22.3, 20, 20));
    for (const gap of [0.05, 1e-3, 1e-9, 0, -1e-9]) {
      const three = cluster(20, 20, 20, 22.3, 20, 20, 20, 20 + end - gap, 20);
      const { energy, forces } = await silicon.evaluate(three);
      expect(energy).toBeCloseTo(two.energy, 14);
      expect(forces.every(Number.isFinite)).toBe(true);
    }
  });

  it("say which atoms lie on one another", async () => {
    for (const potential of [stillingerWeber({ element: "Si" }), tersoff({ elements: ["Si"] })]) {
      const twice = cluster(20, 20, 20, 22.3, 20, 20, 20, 20, 20);
      await expect(potential.evaluate(twice)).rejects.toThrow(/sites 0 and 2/);
    }
  });

  it("hold for any number of neighbours", async () => {
    const crowd = Array.from({ length: 120 }, (_, k) => [
      k % 5,
      Math.floor(k / 5) % 5,
      Math.floor(k / 25),
    ])
      .flat()
      .map((x) => 15 + 0.9 * x);
    for (const potential of [stillingerWeber({ element: "Si" }), tersoff({ elements: ["Si"] })]) {
      const { energy, forces } = await potential.evaluate(cluster(...crowd));
      expect(Number.isFinite(energy)).toBe(true);
      for (let k = 0; k < 3; k++) {
        const scale = Math.max(...forces.map(Math.abs));
        const sum = forces.reduce((total, f, index) => total + (index % 3 === k ? f : 0), 0);
        expect(Math.abs(sum) / scale).toBeLessThan(1e-11);
      }
    }
  });
});

describe("sources", () => {
  const silicon = diamond(["Si"], 5.4);

  it("a path, packed or not, a text, and parameters say the same", async () => {
    const { energy } = await stillingerWeber({ element: "Si" }).evaluate(silicon);
    const packed = path.join(folder, "Si.sw.gz");
    writeFileSync(packed, gzipSync(textOf("silicon.sw")));
    const same = [
      await stillingerWeber(packed),
      await stillingerWeber(new URL("silicon.sw", golden).pathname),
      stillingerWeber({ text: textOf("silicon.sw").replaceAll("\n", "\r\n") }),
      stillingerWeber({
        entries: [
          {
            elements: ["Si", "Si", "Si"],
            epsilon: 2.1683,
            sigma: 2.0951,
            a: 1.8,
            lambda: 21,
            gamma: 1.2,
            cosTheta0: -1 / 3,
            A: 7.049556277,
            B: 0.6022245584,
            p: 4,
            q: 0,
          },
        ],
      }),
    ];
    for (const potential of same) {
      expect((await potential.evaluate(silicon)).energy).toBe(energy);
      expect(String(potential)).toBe("Stillinger-Weber");
    }
  });

  it("elements go by the names of the file", async () => {
    const text = textOf("silicon-carbide.tersoff").replaceAll("Si ", "Si(D) ");
    const renamed = tersoff({ text });
    expect(() => renamed.evaluate(silicon)).toThrow(/Tersoff has parameters for Si\(D\), C/);
    const { energy } = await renamed.withNames({ Si: "Si(D)" }).evaluate(silicon);
    expect(energy).toBe((await tersoff({ elements: ["Si"] }).evaluate(silicon)).energy);
  });

  it("triplets that are missing are named", () => {
    const both = tersoff({ elements: ["C", "Si", "Ge"] });
    expect(() => both.evaluate(diamond(["C", "Ge"], 4.5))).toThrow(
      /Tersoff has no parameters for C C Ge, C Ge C, C Ge Ge, Ge C C and 2 more/,
    );
    expect(() => both.evaluate(diamond(["Si", "Ge"], 5.5))).not.toThrow();
  });

  it.each([
    ["", /expected an entry of a Stillinger-Weber file, got none/],
    ["# only a comment\n", /got none/],
    ["data_x\n_cell_length_a 5.4\n", /<text>:2:16: expected an element .* got "5.4"/],
    ["Si Si Si 1 2\n3", /ends within the entry of line 1.*epsilon, sigma/],
    ["Si Si Si 1 2 x", /<text>:1:14: expected the number a, got "x"/],
    ["Si Si Si 1 2 1.8 21 1.2 0 7 0.6 4 0 0 9", /<text>:1:39: .* got "9" behind them/],
    [
      "Si Si Si 1 2 1.8 21 1.2 0 7 0.6 4 0 0\n\nSi Si Si 1 2 1.8 21 1.2 0 7 0.6 4 0 0",
      /<text>:3:1: a second entry for Si Si Si/,
    ],
    ["Si Si Si -1 2 1.8 21 1.2 0 7 0.6 4 0 0", /Si Si Si: epsilon must not be negative/],
    ["Si Si Si 1 2 1.8 21 1.2 0 7 1e999 4 0 0", /expected the number B/],
    ["# UNITS: real\nSi Si Si 1 2 1.8 21 1.2 0 7 0.6 4 0 0", /expected metal units/],
    [textOf("silicon-carbide.tersoff"), /expected (\d+ numbers|the number)/],
    ["x".repeat(1e6), /ends within the entry/],
  ])("a text that is none: %#", (text, message) => {
    const read = () => stillingerWeber({ text });
    expect(read).toThrow(ParseError);
    expect(read).toThrow(message);
  });

  it("paths without a potential", async () => {
    const binary = path.join(folder, "binary.sw");
    writeFileSync(binary, Buffer.alloc(1000));
    await expect(tersoff(binary)).rejects.toThrow(FileError);
    await expect(tersoff(binary)).rejects.toThrow(/a Tersoff file such as SiC.tersoff/);
    await expect(tersoff(path.join(folder, "none"))).rejects.toThrow(FileError);
    await expect(stillingerWeber(folder)).rejects.toThrow(
      /is a folder; expected a Stillinger-Weber/,
    );
  });

  it("parameters beyond their range, and sources that mean nothing", () => {
    const silicon = { m: 3, gamma: 1, lambda3: 0, c: 1, d: 1, cosTheta0: 0, n: 1, beta: 1 };
    const bond = { lambda1: 2, lambda2: 1, A: 1000, B: 100, R: 2.8, D: 0.1 };
    const with_ = (wrong: object) =>
      tersoff({ entries: [{ elements: ["Si", "Si", "Si"], ...silicon, ...bond, ...wrong }] });
    expect(() => with_({})).not.toThrow();
    expect(() => with_({ m: 2 })).toThrow(/m must be 1 or 3, got 2/);
    expect(() => with_({ D: 3 })).toThrow(DomainError);
    expect(() => with_({ d: 0 })).toThrow(DomainError);
    expect(() => with_({ R: Number.NaN })).toThrow(/entries\[0\].R must be a finite number/);
    expect(() => with_({ elements: ["Si"] })).toThrow(InvalidConfiguration);
    expect(() => with_({ radius: 1 })).toThrow(/have no field "radius"/);
    expect(() => with_({ n: 0 }).evaluate(diamond(["Si"], 5.4))).toThrow(
      /n must be greater than 0/,
    );
    expect(() => tersoff({ entries: [] })).toThrow(InvalidConfiguration);
    expect(() => tersoff({ elements: ["Xx" as never] })).toThrow(/for C, Si, Ge, got "Xx"/);
    expect(() => tersoff({ elements: [] })).toThrow(InvalidConfiguration);
    expect(() => tersoff(undefined as never)).toThrow(InvalidConfiguration);
    expect(() => stillingerWeber({ element: "Ge" as never })).toThrow(InvalidConfiguration);
    expect(() => stillingerWeber({ text: 3 as never })).toThrow(InvalidConfiguration);
  });

  it("an angle with two rest angles", () => {
    const text = textOf("invented.sw").replace(
      "Cd Te Cd 0.90 0 0 25.0 0 -0.4",
      "Cd Te Cd 0.90 0 0 25.0 0 -0.5",
    );
    expect(() => stillingerWeber({ text }).evaluate(diamond(["Cd", "Te"], 6))).toThrow(
      /Cd Cd Te and Cd Te Cd are one angle/,
    );
  });
});
