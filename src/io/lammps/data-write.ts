import { requireOneOf, show } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { AtomStyle, WriteOptions } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import type { Species } from "../../crystal/species.js";
import { speciesNamed } from "../draft.js";
import {
  oneLine,
  reportLosses,
  reportPeriodicity,
  requireOrdered,
  requireRightHanded,
} from "../losses.js";
import { numberText, vectorText } from "../numbers.js";
import { columnsOfStyle } from "./data-atoms.js";
import { turned } from "./frame.js";

/**
 * LAMMPS data in metal units, turned so that a lies along x and b in the xy plane, with every digit.
 * Keeps `charge`, `moleculeId`, `image` and `velocities` (Å/fs, written in Å/ps) as the style allows.
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites, a left-handed cell, an unknown style.
 */
export function writeLammpsData(crystal: Crystal, options: WriteOptions): string {
  requireRightHanded("lammps-data", crystal);
  const types = typesOf("lammps-data", crystal, options);
  const style = styleOf(crystal, options);
  const { matrix, cartPositions, vectors } = turned(crystal);
  const { charge, moleculeId, image } = crystal.siteProperties;
  const charges = scalars(charge, crystal.siteCount);
  const molecules = scalars(moleculeId, crystal.siteCount);
  const images = vectorsOf(image, crystal.siteCount);
  const velocities = vectors(crystal.siteProperties.velocities);
  const columns = columnsOfStyle[style];
  const atoms = Array.from(crystal.kindOfSite, (kind, i) => {
    const values = columns.map((column) => {
      if (column === "type") return types.typeOfKind[kind];
      return numberText((column === "charge" ? charges?.[i] : molecules?.[i]) ?? 0);
    });
    const counts = images ? ` ${vectorText(images, i)}` : "";
    return `${i + 1} ${values.join(" ")} ${vectorText(cartPositions, i)}${counts}`;
  });
  const [, , , xy, , , xz, yz] = matrix;
  const isTilted = xy !== 0 || xz !== 0 || yz !== 0;
  const title = oneLine(options.comment ?? crystal.cellFormula).replace(/\bunits\s*=/g, "units");
  reportAllLosses(crystal, options, style, { charges, molecules, images, velocities });
  const text = [
    `${title}, units = metal`,
    "",
    `${crystal.siteCount} atoms`,
    `${types.species.length} atom types`,
    "",
    ...["x", "y", "z"].map((axis, k) => `0 ${numberText(matrix[4 * k])} ${axis}lo ${axis}hi`),
    ...(isTilted ? [`${[xy, xz, yz].map(numberText).join(" ")} xy xz yz`] : []),
    ...section("Masses", massLines(types.species, options)),
    ...section(`Atoms # ${style}`, atoms),
    ...(velocities ? section("Velocities", velocityLines(velocities)) : []),
  ];
  return `${text.join("\n")}\n`;
}

export interface WrittenTypes {
  /** Of the types 1, 2, ... */
  readonly species: readonly Species[];
  readonly typeOfKind: readonly number[];
}

/** The elements as numbered types: those of the option first, others as they come. */
export function typesOf(format: string, crystal: Crystal, options: WriteOptions): WrittenTypes {
  const ofKind = requireOrdered(format, crystal);
  const symbols = [...(options.elements ?? [])];
  const bySymbol = new Map(ofKind.map((species) => [species.symbol, species]));
  for (const kind of crystal.kindOfSite) {
    const { symbol } = ofKind[kind];
    if (symbols.includes(symbol)) continue;
    if (options.elements === undefined) symbols.push(symbol);
    else {
      throw new InvalidConfiguration(
        `elements must name every element of the crystal; ${symbol} is not in ${symbols.join(", ")}`,
        { elements: options.elements, symbol },
      );
    }
  }
  return {
    species: symbols.map((symbol) => bySymbol.get(symbol) ?? requireSpecies(symbol)),
    typeOfKind: ofKind.map(({ symbol }) => symbols.indexOf(symbol) + 1),
  };
}

function requireSpecies(symbol: string): Species {
  const species = speciesNamed(symbol);
  if (species !== undefined) return species;
  throw new InvalidConfiguration(`elements must be symbols such as "Si", got ${show(symbol)}`, {
    symbol,
  });
}

function styleOf({ siteProperties }: Crystal, { atomStyle }: WriteOptions): AtomStyle {
  if (atomStyle !== undefined) {
    return requireOneOf("atomStyle", atomStyle, Object.keys(columnsOfStyle) as AtomStyle[]);
  }
  const hasCharge = siteProperties.charge instanceof Float64Array;
  if (siteProperties.moleculeId instanceof Float64Array) return hasCharge ? "full" : "molecular";
  return hasCharge ? "charge" : "atomic";
}

function section(name: string, lines: readonly string[]): string[] {
  return ["", name, "", ...lines];
}

function massLines(species: readonly Species[], { onLoss }: WriteOptions): string[] {
  return species.map(({ symbol, mass }, i) => {
    if (mass === undefined) {
      const message = `${symbol} has no standard mass; 1 u was written`;
      onLoss?.({ code: "MASS_UNKNOWN", message });
    }
    return `${i + 1} ${numberText(mass ?? 1)} # ${symbol}`;
  });
}

function velocityLines(velocities: Float64Array): string[] {
  const perPicosecond = velocities.map((value) => value * 1000);
  return Array.from({ length: velocities.length / 3 }, (_, i) => {
    return `${i + 1} ${vectorText(perPicosecond, i)}`;
  });
}

function reportAllLosses(
  crystal: Crystal,
  options: WriteOptions,
  style: AtomStyle,
  found: Readonly<Record<"charges" | "molecules" | "images" | "velocities", unknown>>,
): void {
  const columns = columnsOfStyle[style];
  const kept = [
    ...(found.charges && columns.includes("charge") ? ["charge"] : []),
    ...(found.molecules && columns.includes("molecule") ? ["moleculeId"] : []),
    ...(found.images ? ["image"] : []),
    ...(found.velocities ? ["velocities"] : []),
  ];
  reportLosses("lammps-data", crystal, options, { siteProperties: kept });
  reportPeriodicity("lammps-data", crystal, options);
}

export function scalars(
  values: SiteProperty | undefined,
  siteCount: number,
): Float64Array | undefined {
  return values instanceof Float64Array && values.length === siteCount ? values : undefined;
}

export function vectorsOf(
  values: SiteProperty | undefined,
  siteCount: number,
): Float64Array | undefined {
  return values instanceof Float64Array && values.length === 3 * siteCount ? values : undefined;
}
