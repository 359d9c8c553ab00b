import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { FrameWriter, WriteOptions } from "../../crystal/formats.js";
import { reportLosses, requireOrdered } from "../losses.js";
import { vectorText } from "../numbers.js";
import { hartree } from "./read.js";

/**
 * XSF of XCrySDen with every digit: CRYSTAL, SLAB, POLYMER, or atoms alone where nothing is periodic.
 * Keeps `forces` (eV/Å, written in Hartree/Å).
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites, or periodic along b or c but not a.
 */
export function writeXsf(crystal: Crystal, options: WriteOptions): string {
  return `${headLine(crystal)}${structureText(crystal, options, "")}`;
}

export function xsfWriter(options: WriteOptions & { readonly frameCount?: number }): FrameWriter {
  const { frameCount } = options;
  let step = 0;
  let head = "";
  return {
    write(crystal) {
      if (frameCount === undefined) {
        throw new InvalidConfiguration(
          '"xsf" begins with the number of structures: write an array of them, not what comes one by one',
          { format: "xsf" },
        );
      }
      const own = headLine(crystal);
      if (step > 0 && own !== head) {
        throw new InvalidConfiguration(
          '"xsf" holds structures of one periodicity; this one has periodic = ' +
            `[${crystal.periodic.join(", ")}]`,
          { step, periodic: crystal.periodic },
        );
      }
      head = own;
      step++;
      const start = step === 1 ? `ANIMSTEPS ${frameCount}\n${head}` : "";
      return `${start}${structureText(crystal, options, ` ${step}`)}`;
    },
  };
}

/** Nothing for atoms alone: their keyword says it. */
function headLine({ periodic }: Crystal): string {
  const key = periodic.map((flag) => (flag ? "T" : "F")).join("");
  const word = { TTT: "CRYSTAL\n", TTF: "SLAB\n", TFF: "POLYMER\n", FFF: "" }[key];
  if (word !== undefined) return word;
  throw new InvalidConfiguration(
    `"xsf" is periodic along a, along a and b, or along all; this crystal has periodic = ` +
      `[${periodic.join(", ")}]: exchange its vectors with supercell([[0, 1, 0], [0, 0, 1], [1, 0, 0]])`,
    { periodic },
  );
}

function structureText(crystal: Crystal, options: WriteOptions, step: string): string {
  const species = requireOrdered("xsf", crystal);
  const { siteProperties, siteCount, cartPositions, lattice } = crystal;
  const { forces: given } = siteProperties;
  const hasForces = given instanceof Float64Array && given.length === 3 * siteCount;
  const forces = hasForces ? given.map((force) => force / hartree) : undefined;
  const rows = Array.from(crystal.kindOfSite, (kind, i) => {
    const { number, symbol } = species[kind];
    const name = symbol === "D" || symbol === "T" ? symbol : number;
    return `${name} ${vectorText(cartPositions, i)}${forces ? ` ${vectorText(forces, i)}` : ""}`;
  });
  reportLosses("xsf", crystal, options, { siteProperties: hasForces ? ["forces"] : [] });
  const head = crystal.periodic.some(Boolean)
    ? [
        `PRIMVEC${step}`,
        ...[0, 1, 2].map((i) => vectorText(lattice.matrix, i)),
        `PRIMCOORD${step}`,
        `${siteCount} 1`,
      ]
    : [`ATOMS${step}`];
  return `${[...head, ...rows].join("\n")}\n`;
}
