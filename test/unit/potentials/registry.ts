import { fileURLToPath } from "node:url";
import {
  buckingham,
  Crystal,
  embeddedAtom,
  harmonic,
  Lattice,
  lennardJones,
  morse,
  type Potential,
  stillingerWeber,
  suttonChen,
  tersoff,
} from "prism-lab";
import { mulberry32 } from "./random.js";

/** Every potential of the library with structures that reach all of its branches. */
export interface Registered {
  readonly name: string;
  make(): Potential | Promise<Potential>;
  /** Elements of the structures, in turn. */
  readonly elements: readonly string[];
  /** Å: about the distance of nearest neighbours, which fixes the size of the structures. */
  readonly spacing: number;
  /** eV/Å, relative: how far differences may lie off, where a table has kinks; default 1e-7. */
  readonly tolerance?: number;
}

const fixture = (file: string) =>
  new URL(`../../golden/potentials/${file}`, import.meta.url).pathname;

const argon = { epsilon: 0.0104, sigma: 3.4 };
const krypton = { epsilon: 0.0141, sigma: 3.65 };
const embeddedAtomFile = (name: string) =>
  fileURLToPath(new URL(`../../golden/potentials/embedded-atom/${name}`, import.meta.url));

export const registered: readonly Registered[] = [
  {
    name: "Lennard-Jones, shifted",
    make: () => lennardJones({ ...argon, cutoff: 8.5, shift: true }),
    elements: ["Ar"],
    spacing: 3.7,
  },
  {
    name: "Lennard-Jones, force shifted",
    make: () => lennardJones({ ...argon, cutoff: 7, shift: "force" }),
    elements: ["Ar"],
    spacing: 3.7,
  },
  {
    name: "Lennard-Jones, smooth, by species",
    make: () => lennardJones({ species: { Ar: argon, Kr: krypton }, cutoff: 8.5, smoothFrom: 6 }),
    elements: ["Ar", "Kr"],
    spacing: 3.9,
  },
  {
    name: "Lennard-Jones by pairs, one of them left out",
    make: () =>
      lennardJones({
        pairs: { "Ar-Ar": argon, "Kr-Ar": krypton, "Kr-Kr": null },
        cutoff: 8,
        shift: "force",
      }),
    elements: ["Ar", "Kr"],
    spacing: 3.9,
  },
  {
    name: "Morse",
    make: () => morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 7, shift: "force" }),
    elements: ["Cu"],
    spacing: 2.6,
  },
  {
    name: "Buckingham",
    make: () =>
      buckingham({
        cutoff: 8,
        smoothFrom: 5,
        pairs: {
          "Mg-O": { a: 1428.5, rho: 0.2945, c: 0 },
          "O-O": { a: 22764, rho: 0.149, c: 27.88 },
          "Mg-Mg": null,
        },
      }),
    elements: ["Mg", "O"],
    spacing: 2.3,
  },
  {
    name: "harmonic",
    make: () => harmonic({ k: 3, r0: 2.5, cutoff: 6, smoothFrom: 3 }),
    elements: ["Cu"],
    spacing: 2.6,
  },
  {
    name: "embedded atoms of one element",
    make: () => embeddedAtom(embeddedAtomFile("cu.eam")),
    elements: ["Cu"],
    spacing: 2.6,
    tolerance: 1e-6,
  },
  {
    name: "embedded atoms with densities by pairs",
    make: () => embeddedAtom(embeddedAtomFile("cu-ag.eam.fs")),
    elements: ["Cu", "Ag"],
    spacing: 2.7,
    tolerance: 1e-6,
  },
  {
    name: "Sutton-Chen",
    make: () => suttonChen({ elements: ["Cu", "Ag"], cutoff: 6.5 }),
    elements: ["Ag", "Cu"],
    spacing: 2.7,
  },
  {
    name: "a sum of two",
    make: () =>
      lennardJones({ ...argon, cutoff: 6, shift: "force" }).plus(
        morse({ depth: 0.01, alpha: 1.2, r0: 3.5, cutoff: 8, shift: "force" }),
      ),
    elements: ["Ar"],
    spacing: 3.7,
  },
  {
    name: "Stillinger-Weber",
    make: () => stillingerWeber({ element: "Si" }),
    elements: ["Si"],
    spacing: 2.5,
  },
  {
    name: "Stillinger-Weber, two elements, other powers",
    make: () => stillingerWeber(fixture("angular/invented.sw")),
    elements: ["Cd", "Te"],
    spacing: 2.7,
  },
  {
    name: "Tersoff",
    make: () => tersoff({ elements: ["Si"] }),
    elements: ["Si"],
    spacing: 2.4,
  },
  {
    name: "Tersoff, two elements",
    make: () => tersoff({ elements: ["Si", "C"] }),
    elements: ["Si", "C"],
    spacing: 2,
  },
  {
    name: "Tersoff with λ₃, cutoffs by triplet",
    make: () => tersoff(fixture("angular/invented.tersoff")),
    elements: ["Si", "C"],
    spacing: 2.3,
  },
];

/** A small triclinic cell, thinner than the cutoffs, with atoms off their places. */
export function triclinic(entry: Registered, siteCount = 4, seed = 7): Crystal {
  const random = mulberry32(seed);
  const edge = entry.spacing * Math.cbrt(siteCount) * 1.05;
  const lattice = Lattice.fromParameters(edge, edge * 1.07, edge * 0.94, 81, 97, 74);
  const side = Math.ceil(Math.cbrt(siteCount));
  const fracPositions: number[] = [];
  const species: string[] = [];
  for (let site = 0; site < siteCount; site++) {
    const at = [site % side, Math.floor(site / side) % side, Math.floor(site / side ** 2)];
    for (const cell of at) fracPositions.push((cell + 0.13 * random()) / side);
    species.push(entry.elements[site % entry.elements.length]);
  }
  return Crystal.create({ lattice, species, fracPositions });
}
