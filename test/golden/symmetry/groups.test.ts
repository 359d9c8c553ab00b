import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Species } from "../../../src/crystal/species.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { asymmetricUnit } from "../../../src/symmetry/asymmetric-unit.js";
import {
  applyRotation,
  operationKey,
  type SymmetryOperation,
} from "../../../src/symmetry/operation.js";
import { hallSetting } from "../../../src/symmetry/space-group.js";
import { symmetrized } from "../../../src/symmetry/symmetrized.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";

interface Row {
  readonly hall: number;
  readonly parameters: readonly [number, number, number, number, number, number];
  readonly atoms: readonly (readonly [number, number, number, number])[];
  readonly number: number;
  readonly standardHall: number;
  readonly letters: string;
  readonly siteSymmetries: readonly string[];
  readonly multiplicities: readonly number[];
  readonly operationCount: number;
  readonly operations: string;
  readonly distortedNumber: number;
}

const rows = JSON.parse(readFileSync(new URL("groups.json", import.meta.url), "utf8")) as Row[];

function digest(operations: readonly SymmetryOperation[]): string {
  const keys = operations.map(operationKey).sort().join(" ");
  return createHash("sha256").update(keys).digest("hex").slice(0, 16);
}

/** The crystal of a row, atom after atom. */
function crystalOf({ hall, parameters, atoms }: Row): Crystal {
  const species: Species[] = [];
  const fracPositions: number[][] = [];
  for (const [number, ...x] of atoms) {
    const own: number[][] = [];
    for (const { rotation, translation } of hallSetting(hall).operations) {
      const image = applyRotation(rotation, x).map((value, k) => value + translation[k]);
      const isKnown = own.some((known) =>
        known.every((value, k) => {
          const difference = value - image[k];
          return Math.abs(difference - Math.round(difference)) < 1e-5;
        }),
      );
      if (!isKnown) own.push(image);
    }
    fracPositions.push(...own);
    species.push(...own.map(() => Species.fromNumber(number)));
  }
  return Crystal.create({ lattice: Lattice.fromParameters(...parameters), species, fracPositions });
}

/** Each coordinate moved by up to 0.002 Å. */
function distorted(crystal: Crystal): Crystal {
  return Crystal.create({
    lattice: crystal.lattice,
    species: crystal.sites.map((site) => site.occupants),
    cartPositions: crystal.cartPositions.map((x, i) => x + 0.002 * Math.sin(7 * i + 1)),
  });
}

/** First site of each atom of a row. */
function firstSites({ multiplicities }: Row): number[] {
  return multiplicities.map((_, i) => multiplicities.slice(0, i).reduce((sum, m) => sum + m, 0));
}

describe("random crystals in the 530 settings against spglib", () => {
  const crystals = rows.map((row) => ({ row, crystal: crystalOf(row) }));

  it("have the same groups, standard settings and operations", () => {
    expect(rows).toHaveLength(530);
    const ours = crystals.map(({ row, crystal }) => {
      const found = symmetry(crystal, { symprec: 1e-3 });
      const { spaceGroupNumber, hallNumber, operations } = found;
      return [row.hall, spaceGroupNumber, hallNumber, operations.length, digest(operations)];
    });
    expect(ours).toEqual(
      rows.map((row) => {
        return [row.hall, row.number, row.standardHall, row.operationCount, row.operations];
      }),
    );
  });

  it("have the same Wyckoff positions, up to the choice of the origin", () => {
    const differing: number[] = [];
    for (const { row, crystal } of crystals) {
      const found = symmetry(crystal, { symprec: 1e-3 });
      const letters = firstSites(row).map((site) => found.wyckoffLetters[site]);
      const symmetries = firstSites(row).map((site) => found.siteSymmetries[site]);
      // Another origin or other axes can turn ".2." into "2..": letters then change places as well.
      const shape = (symbols: readonly string[]) =>
        symbols.map((symbol) => [...symbol.replaceAll(".", "")].sort().join(""));
      expect([row.hall, shape(symmetries)]).toEqual([row.hall, shape(row.siteSymmetries)]);
      const pairs = new Map(letters.map((letter, i) => [letter, row.letters[i]]));
      expect([row.hall, new Set(pairs.values()).size]).toEqual([row.hall, pairs.size]);
      if (letters.join("") !== row.letters) differing.push(row.hall);
    }
    expect(differing.length).toBeLessThan(0.15 * rows.length);
  });

  it("are the asymmetric units that they were made from", () => {
    for (const { row, crystal } of crystals) {
      const { sites, spaceGroup } = asymmetricUnit(crystal, { symprec: 1e-3 });
      const found = symmetry(crystal, { symprec: 1e-3 });
      expect(spaceGroup.hallNumber).toBe(row.standardHall);
      expect(sites).toHaveLength(row.atoms.length);
      for (const site of sites) {
        expect(new Set(site.equivalentSites.map((i) => found.wyckoffLetters[i]))).toEqual(
          new Set([site.wyckoffLetter]),
        );
      }
    }
  });

  it("keep their groups in supercells and when all sites move", () => {
    const scaling = [
      [1, 1, 0],
      [0, 1, 0],
      [0, -1, 2],
    ];
    for (const { row, crystal } of crystals.filter((_, i) => i % 7 === 0)) {
      const { pearsonSymbol } = symmetry(crystal, { symprec: 1e-3 });
      const large = crystal.supercell(scaling);
      const moved = Crystal.create({
        lattice: large.lattice,
        species: large.sites.map((site) => site.occupants),
        fracPositions: large.fracPositions.map((x, i) => x + [0.1, 0.27, 0.43][i % 3]),
      });
      const found = symmetry(moved, { symprec: 1e-3 });
      expect([row.hall, found.spaceGroupNumber, found.hallNumber, found.pearsonSymbol]).toEqual([
        row.hall,
        row.number,
        row.standardHall,
        pearsonSymbol,
      ]);
      expect(found.operations.length).toBeGreaterThan(1);
    }
  });

  it("keep their groups when they are distorted, and lose the distortion when symmetrised", () => {
    const wrong: unknown[] = [];
    for (const { row, crystal } of crystals) {
      if (row.distortedNumber !== row.number) continue;
      const noisy = distorted(crystal);
      const found = symmetry(noisy, { symprec: 0.02 });
      const clean = symmetrized(noisy, { symprec: 0.02 });
      const again = symmetrized(clean.crystal, { symprec: 1e-3 });
      const sharp = symmetry(clean.crystal, { symprec: 1e-6 });
      const isRight =
        found.spaceGroupNumber === row.number &&
        sharp.spaceGroupNumber === row.number &&
        clean.maxDisplacement < 0.005 &&
        again.maxDisplacement < 1e-12 &&
        again.maxStrain === 0;
      if (!isRight) wrong.push([row.hall, found.spaceGroupNumber, sharp.spaceGroupNumber]);
    }
    expect(wrong).toEqual([]);
  });
});
