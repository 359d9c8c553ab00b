import { InvalidConfiguration } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import { bOfU, cartesianDisplacements } from "../../crystal/displacement-tensor.js";
import type { FrameWriter, WriteOptions } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import type { SpeciesOccupancy } from "../../crystal/species.js";
import { Lattice } from "../../lattice/lattice.js";
import { rowsTimes } from "../../math/mat3.js";
import { oneLine, reportLosses, requireRightHanded } from "../losses.js";
import { tensorOrder, tensorUnit } from "./anisotropic.js";
import { hybridText } from "./hybrid36.js";

const kept = [
  "residueName",
  "residueNumber",
  "chainId",
  "insertionCode",
  "altLoc",
  "bFactor",
  "hetero",
] as const;
const conformations = "ABCDEFGHIJ";

/**
 * A PDB file of all sites in P 1, three decimals in Å, in the frame with a along x and b in the xy
 * plane. Keeps occupancies, labels of four characters as atom names, whole charges, and `residueName`,
 * `residueNumber`, `chainId`, `insertionCode`, `altLoc`, `bFactor` and `hetero`, and `uAniso` in ANISOU
 * records. Without `bFactor`, B is 8π² of `uIso`, or of a third of the trace of `uAniso`. Digits that its
 * columns do not hold are told to `onLoss` as `DIGITS_LOST`.
 *
 * @throws {InvalidConfiguration} a left-handed cell, or numbers beyond the format's columns.
 */
export function writePdb(crystal: Crystal, options: WriteOptions): string {
  const numbers = new RoundedNumbers();
  const text = `${headText(crystal, options, numbers)}${modelText(crystal, options, numbers)}END\n`;
  numbers.report(options);
  return text;
}

/** Models without END behind them: ASE takes it for an empty one. */
export function pdbWriter(options: WriteOptions): FrameWriter {
  let model = 0;
  return {
    write(crystal) {
      // The cell stands once a change, before its model, where readers of one cell take the first.
      const numbers = new RoundedNumbers();
      const ofHead = model === 0 ? options : { ...options, comment: "" };
      const head = headText(crystal, ofHead, numbers);
      model++;
      const number = String(model).padStart(8);
      const text = `${head}MODEL  ${number}\n${modelText(crystal, options, numbers)}ENDMDL\n`;
      numbers.report(options);
      return text;
    },
  };
}

function headText(crystal: Crystal, options: WriteOptions, numbers: RoundedNumbers): string {
  requireRightHanded("pdb", crystal);
  const { comment } = crystal.info;
  const title = oneLine(options.comment ?? (typeof comment === "string" ? comment : ""));
  const lines = title === "" ? [] : [`TITLE     ${title.slice(0, 70)}`];
  if (crystal.periodic.some(Boolean)) {
    const { a, b, c, alpha, beta, gamma } = crystal.lattice.parameters;
    const lengths = [a, b, c].map((value) => numbers.fixed("cell length", value, 9, 3)).join("");
    const angles = [alpha, beta, gamma]
      .map((value) => numbers.fixed("cell angle", value, 7, 2))
      .join("");
    lines.push(`CRYST1${lengths}${angles} P 1           1`);
  }
  if (crystal.periodic.some(Boolean) && !crystal.periodic.every(Boolean)) {
    const message = `"pdb" is periodic along a, b and c or not at all; periodic = [${crystal.periodic.join(", ")}] is not kept`;
    options.onLoss?.({ code: "PERIODICITY_LOST", message });
  }
  return lines.map((line) => `${line}\n`).join("");
}

function modelText(crystal: Crystal, options: WriteOptions, numbers: RoundedNumbers): string {
  const { siteCount, siteProperties, labels, kinds, kindOfSite, lattice, periodic } = crystal;
  const text = (name: string, i: number, missing: string) =>
    textAt(siteProperties[name], i) ?? missing;
  const number = (name: string, i: number, missing: number) =>
    numberAt(siteProperties[name], i, siteCount) ?? missing;
  const { a, b, c, alpha, beta, gamma } = lattice.parameters;
  const isPeriodic = periodic.some(Boolean);
  const frame = isPeriodic ? Lattice.fromParameters(a, b, c, alpha, beta, gamma) : lattice;
  const cart = isPeriodic ? rowsTimes(crystal.fracPositions, frame.matrix) : crystal.cartPositions;
  const displacement = displacementsOf(crystal, frame);
  const lines: string[] = [];
  let serial = 0;
  for (let i = 0; i < siteCount; i++) {
    const occupants = kinds[kindOfSite[i]];
    const residue = hybridText(number("residueNumber", i, 1), 4);
    if (residue === undefined) throw beyond("residueNumber", number("residueNumber", i, 1));
    const position = [0, 1, 2]
      .map((k) => numbers.fixed("coordinate", cart[3 * i + k], 8, 3))
      .join("");
    occupants.forEach((occupant, o) => {
      const altLoc = occupants.length > 1 ? conformations[o] : text("altLoc", i, "");
      const identity = [
        hybridText(++serial, 5) ?? "*****",
        ` ${nameText(labels[i], occupant)}${column(altLoc, 1)}`,
        `${column(text("residueName", i, "UNL"), 3)} ${column(text("chainId", i, ""), 1)}`,
        `${residue}${column(text("insertionCode", i, ""), 1)}`,
      ].join("");
      const element = `${occupant.species.symbol.toUpperCase().padStart(2)}${chargeText(occupant)}`;
      const record = number("hetero", i, 0) === 1 ? "HETATM" : "ATOM  ";
      const bFactor = numbers.fixed("bFactor", displacement.bFactor(i), 6, 2);
      const share = numbers.occupancy(occupant.occupancy);
      lines.push(`${record}${identity}   ${position}${share}${bFactor}${" ".repeat(10)}${element}`);
      if (displacement.tensors === undefined) return;
      const tensor = numbers.tensor(displacement.tensors.subarray(6 * i, 6 * i + 6));
      lines.push(`ANISOU${identity} ${tensor}      ${element}`);
    });
  }
  const keptNames = Object.keys(siteProperties).filter(
    (name) => kept.includes(name as never) || displacement.kept.includes(name),
  );
  reportLosses("pdb", crystal, options, {
    labels: labels.every((label) => /^[^\s]{1,4}$/.test(label)),
    oxidationStates: kinds.flat().every((one) => isWholeCharge(one)),
    siteProperties: keptNames,
    info: ["comment"],
  });
  return `${lines.join("\n")}\n`;
}

interface PdbDisplacements {
  /** Å² */
  bFactor(site: number): number;
  /** xx, yy, zz, yz, xz, xy in Å² along the axes of the file, [n, 6]. */
  readonly tensors: Float64Array | undefined;
  /** Names of the properties beside "bFactor" that are in them. */
  readonly kept: readonly string[];
}

function displacementsOf({ siteProperties, siteCount }: Crystal, frame: Lattice): PdbDisplacements {
  const numbers = (name: string, width: number) => {
    const values = siteProperties[name];
    const fits = values instanceof Float64Array && values.length === width * siteCount;
    return fits ? values : undefined;
  };
  const uAniso = numbers("uAniso", 6);
  const tensors = uAniso && cartesianDisplacements(uAniso, frame);
  const tensorNames = tensors ? ["uAniso"] : [];
  const bFactor = numbers("bFactor", 1);
  if (bFactor) return { bFactor: (i) => bFactor[i], tensors, kept: tensorNames };
  const uIso = numbers("uIso", 1);
  if (uIso) return { bFactor: (i) => bOfU * uIso[i], tensors, kept: ["uIso", ...tensorNames] };
  const trace = (at: number) => (tensors ? tensors[at] + tensors[at + 1] + tensors[at + 2] : 0);
  return { bFactor: (i) => (bOfU * trace(6 * i)) / 3, tensors, kept: tensorNames };
}

/** Four columns: the element's symbol ends in the second, unless the name needs all. */
function nameText(label: string, { species }: SpeciesOccupancy): string {
  const name = oneLine(label).replace(/\s/g, "_").slice(0, 4) || species.symbol;
  return (name.length < 4 && species.symbol.length === 1 ? ` ${name}` : name).padEnd(4);
}

function column(text: string, width: number): string {
  return oneLine(text).slice(0, width).padStart(width);
}

function chargeText(occupant: SpeciesOccupancy): string {
  const state = occupant.species.oxidationState;
  if (state === undefined || state === 0 || !isWholeCharge(occupant)) return "  ";
  return `${Math.abs(state)}${state < 0 ? "-" : "+"}`;
}

function isWholeCharge({ species: { oxidationState: state } }: SpeciesOccupancy): boolean {
  return state === undefined || (Number.isInteger(state) && state !== 0 && Math.abs(state) <= 9);
}

/** Beyond what turning the crystal into the frame of the format costs. */
const noticeable = 1e-9;

/** Numbers in the columns of the format, and what of them got lost. */
class RoundedNumbers {
  /** By name: the largest error. */
  private readonly losses = new Map<string, number>();

  /** @param unit In which the value is given, for the report. */
  fixed(name: string, value: number, width: number, decimals: number, unit = 1): string {
    // What rounds to 0 has no sign.
    const text = value.toFixed(decimals).replace(/^-(?=[0.]+$)/, "");
    if (text.length > width) throw beyond(name, unit * value);
    const loss = unit * Math.abs(Number(text) - value);
    if (loss > noticeable) this.losses.set(name, Math.max(loss, this.losses.get(name) ?? 0));
    return text.padStart(width);
  }

  /** Two decimals, or four where they differ: six columns hold both. */
  occupancy(value: number): string {
    return this.fixed("occupancy", value, 6, Number(value.toFixed(2)) === value ? 2 : 4);
  }

  /** U11, U22, U33, U12, U13, U23 in 1e-4 Å², seven columns each. */
  tensor(values: Float64Array): string {
    return tensorOrder
      .map((place) => this.fixed("uAniso", values[place] / tensorUnit, 7, 0, tensorUnit))
      .join("");
  }

  report({ onLoss }: WriteOptions): void {
    if (this.losses.size === 0) return;
    const losses = [...this.losses].map(
      ([name, loss]) => `${name} by up to ${loss.toPrecision(1)}`,
    );
    onLoss?.({ code: "DIGITS_LOST", message: `"pdb" rounds ${losses.join(", ")}` });
  }
}

function beyond(name: string, value: number): InvalidConfiguration {
  return new InvalidConfiguration(
    `the columns of "pdb" do not hold the ${name} ${value}; write "extxyz" or "cif"`,
    { name, value },
  );
}

function textAt(values: SiteProperty | undefined, i: number): string | undefined {
  return values === undefined || values instanceof Float64Array ? undefined : values[i];
}

function numberAt(
  values: SiteProperty | undefined,
  i: number,
  siteCount: number,
): number | undefined {
  return values instanceof Float64Array && values.length === siteCount ? values[i] : undefined;
}
